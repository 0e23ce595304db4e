import Lockstep
import LockstepSQL

/// What the store reads of all histories together.
extension PostgresStore {
    /// See ``Lockstep/Store/liveCount(_:)``.
    public func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await reading { [catalog] connection in
            let entry = try catalog.entry(lifecycle, connection)
            let rows = try connection.run(entry.statements.liveCount)
            return entry.definition.liveStatusCounts(
                (0..<rows.count).map { row in
                    StatusCount(
                        status: rows.text(row, 0), jobs: Int(rows.integer(row, 1)),
                        parked: Int(rows.integer(row, 2)))
                })
        }
    }

    /// See ``Lockstep/Store/feed(_:from:limit:)``.
    public func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        let limit = max(1, limit)
        return try await reading { [catalog] connection in
            let statements = try catalog.entry(lifecycle, connection).statements
            var place: FeedPlace?
            if let cursor {
                guard let known = FeedPlace(cursor.text) else { throw cursor.refusal(in: lifecycle) }
                place = known
            }
            let rows = try connection.run(statements.feed, Self.parameters(place, limit: limit))
            return try FeedReading(rows, from: place, limit: limit, lifecycle).page()
        }
    }

    private static func parameters(_ place: FeedPlace?, limit: Int) -> PGParameters {
        var parameters = PGParameters(reserving: 256)
        let open = place?.unread ?? []
        parameters.add(open.map(\.tx))
        parameters.add(open.map(\.job))
        parameters.add(open.map(\.number))
        let later = place?.later ?? FeedPlace.Line(tx: .max, job: .max, number: .max)
        parameters.add(later.tx)
        parameters.add(later.job)
        parameters.add(later.number)
        parameters.add(place?.within?.until.next ?? Int64.max)
        parameters.add(place?.within?.until.open ?? [Int64]())
        parameters.add(Int64(limit + 1))
        return parameters
    }

    /// See ``Lockstep/Store/activity(_:since:every:)``.
    public func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        let slice = try ActivityBucket.slice(every)
        return try await reading { [catalog] connection in
            let statements = try catalog.entry(lifecycle, connection).statements
            let ends = try connection.run(statements.lastLine)
            guard let first = ends.optionalInteger(0, 0), let last = ends.optionalInteger(0, 1) else {
                return []
            }
            let search = LineSearch { place in
                var parameters = PGParameters(reserving: 8)
                parameters.add(place)
                let line = try connection.run(statements.firstLine, parameters)
                return line.count == 0 ? nil : (line.integer(0, 0), line.integer(0, 1))
            }
            var parameters = PGParameters(reserving: 24)
            parameters.add(since.microseconds)
            parameters.add(slice)
            parameters.add(try search.place(before: since, in: first...last))
            let rows = try connection.run(statements.activity, parameters)
            return (0..<rows.count).compactMap { row -> ActivityBucket? in
                guard let kind = HistoryEntry.Kind(rawValue: rows.text(row, 1)) else { return nil }
                return ActivityBucket(
                    start: Timestamp(microseconds: rows.integer(row, 0)), kind: kind, to: rows.text(row, 2),
                    count: Int(rows.integer(row, 3)))
            }.sorted(by: ActivityBucket.order)
        }
    }
}

/// One answer of ``PostgresStatements/feed``.
private struct FeedReading {
    let rows: PGResult
    let place: FeedPlace?
    let limit: Int
    /// What had become visible when this read began with its first page.
    let until: FeedSnapshot

    init(_ rows: PGResult, from place: FeedPlace?, limit: Int, _ lifecycle: String) throws {
        self.rows = rows
        self.place = place
        self.limit = limit
        guard rows.count > 0, let now = FeedSnapshot(server: rows.text(0, 15)) else {
            throw SQLError(
                kind: .other,
                message: "the server did not say which transactions are open (lifecycle '\(lifecycle)')")
        }
        until = place?.within?.until ?? now
    }

    func page() throws -> FeedPage {
        guard let place, !rows.isNull(0, 13) else {
            return FeedPage(entries: [], horizon: FeedPlace(seen: until).cursor, hasMore: false)
        }
        let hasMore = rows.count > limit
        var (entries, horizon): ([FeedEntry], FeedCursor) = ([], place.cursor)
        for row in 0..<min(rows.count, limit) {
            let line = FeedPlace.Line(
                tx: rows.integer(row, 13), job: rows.integer(row, 14), number: rows.integer(row, 0))
            horizon = FeedPlace(seen: place.seen, within: FeedPlace.Within(until: until, line: line)).cursor
            // What only a newer version can read is passed over.
            guard let entry = HistoryEntry(rows, row, job: JobID(stored: rows.text(row, 11))) else {
                continue
            }
            entries.append(FeedEntry(entry, owner: rows.optionalText(row, 12), cursor: horizon))
        }
        if !hasMore { horizon = FeedPlace(seen: until).cursor }
        if !entries.isEmpty { entries[entries.count - 1].cursor = horizon }
        return FeedPage(
            entries: Self.ordered(entries, from: place.cursor), horizon: horizon, hasMore: hasMore)
    }

    /// The lines of a job are in the order of the transactions' numbers, and a transaction that got its number early may
    /// have written late. Where that is so they change places, and nobody goes on from within the page.
    private static func ordered(_ entries: [FeedEntry], from start: FeedCursor) -> [FeedEntry] {
        var places: [JobID: [Int]] = [:]
        for (place, line) in entries.enumerated() { places[line.entry.job, default: []].append(place) }
        let mixed = places.values.filter { places in
            zip(places, places.dropFirst()).contains { entries[$0].entry.number > entries[$1].entry.number }
        }
        guard !mixed.isEmpty else { return entries }
        var ordered = entries
        for places in mixed {
            let lines = places.map { entries[$0] }.sorted { $0.entry.number < $1.entry.number }
            for (place, line) in zip(places, lines) { ordered[place] = line }
        }
        for place in ordered.indices.dropLast() { ordered[place].cursor = start }
        ordered[ordered.count - 1].cursor = entries[entries.count - 1].cursor
        return ordered
    }
}
