import Lockstep
import LockstepSQL
import Synchronization

/// Starts of jobs on one connection: decided in this process, inserted all of a lifecycle's at once.
final class PostgresStarts {
    /// A start as it was decided.
    enum Decided: Sendable {
        case insert(PlannedStart)
        case refuse(Refusal)
    }

    private let connection: PGConnection
    private let catalog: PostgresCatalog
    private let now: Timestamp
    /// What earlier attempts may have written.
    private let attempts: StartAttempts?

    init(_ road: PostgresRoad) {
        connection = road.connection
        catalog = road.catalog
        now = road.now
        attempts = nil
    }

    init(_ connection: PGConnection, catalog: PostgresCatalog, now: Timestamp, after attempts: StartAttempts)
    {
        self.connection = connection
        self.catalog = catalog
        self.now = now
        self.attempts = attempts
    }

    /// Decides about starts, or about rows of another table that become jobs.
    func decide(_ jobs: [NewJob], importing: Bool) throws -> [Decided] {
        var isFresh = false
        return try jobs.map { job in
            do {
                let definition = try catalog.entry(job.lifecycle, connection).definition
                let (record, line) =
                    importing
                    ? try Road.importing(job, definition: definition, now: now)
                    : try Road.start(job, definition: definition, now: now)
                return .insert(PlannedStart(record, line))
            } catch let refusal as Refusal {
                if refusal.isByDefinition, !isFresh {
                    // Another process may have changed the definition meanwhile.
                    let rows = try connection.run(catalog.asking)
                    if rows.count == 1, rows.integer(0, 0) != catalog.revision { throw StaleCatalog() }
                    isFresh = true
                }
                return .refuse(refusal)
            }
        }
    }

    /// Inserts what was decided. One whose id or live key is there already is `reused`.
    /// - Throws: ``SQLError``; a violated constraint spoils all of them. ``StaleCatalog``.
    /// - Parameter rider: what else goes with the message.
    func insert(
        _ jobs: [NewJob], _ decided: [Decided], with rider: PGConnection.Step? = nil
    ) throws -> [StartOutcome] {
        var outcomes = [StartOutcome?](repeating: nil, count: jobs.count)
        let byLifecycle = Dictionary(grouping: jobs.indices) { jobs[$0].lifecycle }
        var open: [(entry: PostgresCatalog.Entry, places: [Int])] = []
        for (lifecycle, places) in byLifecycle.sorted(by: { $0.key < $1.key }) {
            do {
                open.append((try catalog.entry(lifecycle, connection), places))
            } catch let refusal as Refusal {
                for place in places { outcomes[place] = .refused(refusal) }
            }
        }
        try insert(open, decided, rider, &outcomes)
        try findExisting(open, jobs, decided, &outcomes)
        return try outcomes.map { outcome in
            // What has a key that somebody held a moment ago is tried again.
            guard let outcome else { throw StaleCatalog() }
            return outcome
        }
    }

    private func insert(
        _ groups: [(entry: PostgresCatalog.Entry, places: [Int])], _ decided: [Decided],
        _ rider: PGConnection.Step?, _ outcomes: inout [StartOutcome?]
    ) throws {
        let revision = catalog.revision
        var steps: [PGConnection.Step] = []
        var inserted: [[(place: Int, start: PlannedStart)]] = []
        for (entry, places) in groups {
            let inserts = places.compactMap { place -> (place: Int, start: PlannedStart)? in
                guard case .insert(let start) = decided[place] else { return nil }
                return (place, start)
            }
            guard !inserts.isEmpty else { continue }
            let parameters = try RecordArrays.inserts(inserts.map(\.start), revision: revision)
            steps.append(PGConnection.Step(statement: entry.statements.insert, parameters: parameters))
            inserted.append(inserts)
        }
        guard !steps.isEmpty else { return }
        attempts?.begin(at: now)
        if let rider { steps.append(rider) }
        for (group, rows) in zip(inserted, try connection.run(steps)) {
            var sequences: [String: Int64] = [:]
            sequences.reserveCapacity(rows.count)
            for row in 0..<rows.count { sequences[rows.text(row, 0)] = rows.integer(row, 1) }
            for (place, start) in group {
                // The same id twice in one batch: the first is started, the second finds it.
                guard let sequence = sequences.removeValue(forKey: start.record.id.text) else { continue }
                var started = start.record
                started.sequence = sequence
                outcomes[place] = .started(started)
            }
        }
    }

    /// Finds the jobs that were there already, also for starts that would have been refused.
    private func findExisting(
        _ groups: [(entry: PostgresCatalog.Entry, places: [Int])], _ jobs: [NewJob], _ decided: [Decided],
        _ outcomes: inout [StartOutcome?]
    ) throws {
        for (entry, places) in groups {
            let open = places.filter { outcomes[$0] == nil }
            guard !open.isEmpty else { continue }
            var (ids, keys): ([String], [String]) = ([], [])
            for place in open {
                if case .insert(let start) = decided[place] { ids.append(start.record.id.text) }
                if let id = jobs[place].id { ids.append(id.text) }
                if let key = jobs[place].key { keys.append(key) }
            }
            var found: [JobRecord] = []
            if !ids.isEmpty || !keys.isEmpty {
                var parameters = PGParameters(reserving: 2)
                parameters.add(ids)
                parameters.add(keys)
                found = try connection.run(entry.statements.selectByIDOrKey, parameters)
                    .records(of: entry.definition.name).map(\.record)
            }
            let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let byKey = Dictionary(
                found.filter(\.isLive).compactMap { record in record.key.map { ($0, record) } },
                uniquingKeysWith: { first, _ in first })
            for place in open { outcomes[place] = settle(jobs[place], decided[place], byID, byKey) }
        }
    }

    private func settle(
        _ job: NewJob, _ decided: Decided, _ byID: [JobID: JobRecord], _ byKey: [String: JobRecord]
    ) -> StartOutcome? {
        if case .insert(let start) = decided, let own = byID[start.record.id],
            attempts?.mayHaveWritten(own) == true
        {
            // An earlier attempt had written it, and its answer was lost.
            return .started(own)
        }
        if let id = job.id, let existing = byID[id] { return .reused(existing) }
        if let key = job.key, let existing = byKey[key] { return .reused(existing) }
        if case .refuse(let refusal) = decided { return .refused(refusal) }
        return nil
    }

    /// Starts one job within an open transaction, or changes nothing.
    func startAlone(_ job: NewJob, importing: Bool = false) throws -> StartOutcome {
        try connection.execute("SAVEPOINT lockstep_start")
        do {
            let outcome = try insert([job], try decide([job], importing: importing))[0]
            try connection.execute("RELEASE SAVEPOINT lockstep_start")
            return outcome
        } catch {
            let refusal = try PostgresRoad.refusal(for: error)
            try connection.execute("ROLLBACK TO SAVEPOINT lockstep_start; RELEASE SAVEPOINT lockstep_start")
            return .refused(refusal)
        }
    }
}

/// The attempts at one call to start jobs, which keep the jobs' ids: what an attempt without an answer has written is
/// found and not written twice. Each has a time of its own, which is that of the jobs it starts.
final class StartAttempts: Sendable {
    private let moments = Mutex<[Timestamp]>([])

    /// An attempt is sent; what it writes counts as started at this moment.
    func begin(at moment: Timestamp) { moments.withLock { $0.append(moment) } }

    /// Whether a job that is found is one that an earlier attempt has written. The present attempt does not find its
    /// own, for what it writes it does not look for.
    func mayHaveWritten(_ record: JobRecord) -> Bool {
        moments.withLock { $0.dropLast().contains(record.createdAt) }
    }
}
