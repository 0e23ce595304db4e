import GRDB
import Lockstep
import LockstepSQL

/// What the store reads of all histories together. Lines are numbered in the order of writing (`place`); as there is
/// one writer at a time, they become visible in that order too.
extension SQLiteStore {
    /// See ``Lockstep/Store/liveCount(_:)``.
    public func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await reading { [catalog] db in
            let entry = try catalog.entry(lifecycle, db)
            let rows = try Row.fetchAll(db, sql: entry.statements.liveCount)
            return entry.definition.liveStatusCounts(
                rows.map { StatusCount(status: $0[0], jobs: $0[1], parked: $0[2]) })
        }
    }

    /// See ``Lockstep/Store/feed(_:from:limit:)``.
    public func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        let limit = max(1, limit)
        return try await reading { [catalog] db in
            let statements = try catalog.entry(lifecycle, db).statements
            let start = try cursor?.number(in: lifecycle) ?? .max
            var found: [(place: Int64, entry: HistoryEntry?, owner: String?)] = []
            if cursor != nil {
                let statement = try HotStatement(statements.feed, db).begin().bind(start).bind(limit + 1)
                found = try statement.all { row in
                    (
                        row.integer(13), HistoryEntry(row: row, job: JobID(stored: row.text(11))),
                        row.optionalText(12)
                    )
                }
            }
            // Whoever comes from a database that this one was restored over is taken back to where this one is.
            let end = found.isEmpty ? min(start, try Self.lastPlace(statements, db) + 1) : start
            return FeedPage(numbered: found, from: end, limit: limit)
        }
    }

    /// See ``Lockstep/Store/activity(_:since:every:)``.
    public func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        let slice = try ActivityBucket.slice(every)
        return try await reading { [catalog] db in
            let statements = try catalog.entry(lifecycle, db).statements
            let line = try HotStatement(statements.firstLine, db)
            let search = LineSearch { try line.begin().bind($0).first { ($0.integer(0), $0.integer(1)) } }
            let first = try search.place(before: since, in: 0...Self.lastPlace(statements, db))
            let statement = try HotStatement(statements.activity, db).begin()
                .bind(since.microseconds).bind(slice).bind(first).bind(since.microseconds)
            return try statement.all { row in
                guard let kind = HistoryEntry.Kind(rawValue: row.text(1)) else { return nil }
                return ActivityBucket(
                    start: Timestamp(microseconds: row.integer(0)), kind: kind, to: row.text(2),
                    count: Int(row.integer(3)))
            }.compactMap { (bucket: ActivityBucket?) in bucket }.sorted(by: ActivityBucket.order)
        }
    }

    private static func lastPlace(_ statements: JobStatements, _ db: Database) throws -> Int64 {
        try HotStatement(statements.lastPlace, db).begin().first { $0.integer(0) } ?? 0
    }
}
