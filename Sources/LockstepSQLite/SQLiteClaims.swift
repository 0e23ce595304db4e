import GRDB
import Lockstep
import LockstepSQL
import Synchronization

/// Claims and heartbeats.
extension SQLiteStore {
    /// See ``Lockstep/Store/claim(_:)``.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let limit = max(0, request.limit)
        guard limit > 0 else { return [] }
        // Looking takes no lock: an idle worker never stands in a writer's way. Where the last claim found
        // something, the next one probably will.
        if !lastClaimFound.load(ordering: .relaxed) {
            let now = time.now()
            let isWorthIt = try await reading { [catalog] db in
                let pauses = try Pauses.read(db)
                return try !Self.candidates(request, limit: 1, catalog, pauses, now, db).isEmpty
            }
            guard isWorthIt else { return [] }
        }
        let claimed = try await take(request, limit)
        CrashPoint.reach("claim.committed")
        lastClaimFound.store(!claimed.isEmpty, ordering: .relaxed)
        return claimed
    }

    private func take(_ request: ClaimRequest, _ limit: Int) async throws -> [JobRecord] {
        try await writer.perform(savepoint: false) { [self] db in
            let road = road(db)
            guard try Self.isAlive(request.worker, road.now, db) else { return [] }
            while true {
                let candidates = try Self.candidates(
                    request, limit: limit, catalog, catalog.pauses, road.now, db)
                var parked = 0
                let claimed = try candidates.prefix(limit).compactMap { record in
                    try claim(record, for: request.worker, road, db, &parked)
                }
                // Behind those that are parked now there may be others.
                if !claimed.isEmpty || parked == 0 { return claimed }
            }
        }
    }

    /// - Parameter parked: counts a job that is parked because the database refuses its claim: it waits for an
    ///   administrator, so that the others get their turn.
    private func claim(
        _ record: JobRecord, for worker: WorkerID, _ road: RoadWriter, _ db: Database, _ parked: inout Int
    ) throws -> JobRecord? {
        let entry = try catalog.entry(record.lifecycle, db)
        func command(_ change: Command.Change, by actor: Actor) -> Command {
            Command(change, job: record.id, of: record.lifecycle, by: actor)
        }
        switch try road.write(command(.claim(worker), by: .worker(worker.text)), on: record, entry) {
        case .done(let claimed):
            CrashPoint.reach("claim.written")
            return claimed
        case .refused(let refusal) where refusal.code == .constraintViolated:
            let parking = command(.fail(refusal.claimFailure), by: .engine)
            if case .done = try road.write(parking, on: record, entry) { parked += 1 }
            return nil
        case .refused, .deleted: return nil
        }
    }

    private static func isAlive(_ worker: WorkerID, _ now: Timestamp, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT 1 FROM lockstep_workers WHERE id = ? AND lease_ends > ?")
        return try Int.fetchOne(statement, arguments: [worker.text, now.microseconds]) != nil
    }

    /// Claimable jobs for a request, best first, at most `limit` of each status. A lifecycle that is not installed, or
    /// that this version cannot read, has none: it must not keep the others from the worker.
    private static func candidates(
        _ request: ClaimRequest, limit: Int, _ catalog: Catalog, _ pauses: Pauses, _ now: Timestamp,
        _ db: Database
    ) throws -> [JobRecord] {
        var found: [JobRecord] = []
        var sources = 0
        for (lifecycle, working) in request.statuses.sorted(by: { $0.key < $1.key }) {
            guard let entry = try catalog.readable(lifecycle, db) else { continue }
            for status in Set(working.flatMap(entry.definition.claimable)).sorted()
            where pauses.onClaims(from: status, in: entry.definition) == nil {
                let jobs = try claimable(status, limit: limit, entry, now, db)
                if !jobs.isEmpty { sources += 1 }
                found += jobs
            }
        }
        return sources > 1 ? found.sorted(by: JobRecord.claimOrder) : found
    }

    /// Steps from priority to priority along the index, so that delayed jobs of a high priority cost nothing
    /// and waiting jobs of a low one are not sorted.
    private static func claimable(
        _ status: String, limit: Int, _ entry: Catalog.Entry, _ now: Timestamp, _ db: Database
    ) throws -> [JobRecord] {
        var found: [JobRecord] = []
        var bound = Int64.max
        let next = try HotStatement(entry.statements.nextPriority, db)
        let jobs = try HotStatement(entry.statements.claimable, db)
        let name = entry.definition.name
        while found.count < limit {
            let priority = try next.begin().bind(status).bind(bound).first { $0.optionalInteger(0) } ?? nil
            guard let priority else { break }
            jobs.begin().bind(status).bind(priority).bind(now.microseconds).bind(now.microseconds)
                .bind(limit - found.count)
            found += try jobs.all { JobRecord(row: $0, lifecycle: name) }
            bound = priority
        }
        return found
    }

    /// See ``Lockstep/Store/beat(_:)``.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        let statuses = try JSONText.encode(heartbeat.statuses)
        let knows = heartbeat.knows.isEmpty ? nil : try JSONText.encode(heartbeat.knows)
        return try await writer.perform(savepoint: false, isQuiet: true) { [self] db in
            let now = time.now()
            if heartbeat.isLast {
                try db.execute(
                    sql: "UPDATE lockstep_workers SET lease_ends = ? WHERE id = ?",
                    arguments: [now.microseconds, heartbeat.worker.text])
                return HeartbeatReply(isAlive: false, held: [:])
            }
            let ends = (now + heartbeat.lease).microseconds
            if heartbeat.isFirst {
                try db.execute(
                    sql: """
                        INSERT INTO lockstep_workers
                            (id, host, statuses, started_at, beat_at, lease_ends, knows)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at,
                            lease_ends = excluded.lease_ends
                        """,
                    arguments: [
                        heartbeat.worker.text, heartbeat.host, statuses, now.microseconds, now.microseconds,
                        ends, knows,
                    ])
            } else {
                try db.execute(
                    sql: "UPDATE lockstep_workers SET beat_at = ?, lease_ends = ? WHERE id = ?",
                    arguments: [now.microseconds, ends, heartbeat.worker.text])
                // The sweep took the worker off the list: it counts as dead, and its claims are gone.
                if db.changesCount == 0 { return HeartbeatReply(isAlive: false, held: [:]) }
            }
            var reply = HeartbeatReply(isAlive: true, held: [:])
            for lifecycle in heartbeat.statuses.keys {
                guard let statements = try catalog.statements(lifecycle, db) else { continue }
                let statement = try db.cachedStatement(sql: statements.claimsOf)
                for row in try Row.fetchAll(statement, arguments: [heartbeat.worker.text]) {
                    let job = JobID(stored: row[0])
                    reply.held[job] = row[1]
                    reply.lifecycles[job] = lifecycle
                }
            }
            CrashPoint.reach("beat.written")
            return reply
        }
    }

    /// See ``Lockstep/Store/workers()``.
    public func workers() async throws -> [WorkerRecord] {
        try await reading { [self] db in try workers(db) }
    }

    func workers(_ db: Database) throws -> [WorkerRecord] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, host, statuses, started_at, beat_at, lease_ends, knows FROM lockstep_workers
                ORDER BY id
                """)
        // One question for each lifecycle, however many workers there are.
        var holding: [String: Int] = [:]
        for lifecycle in catalog.names where !rows.isEmpty {
            let counts = try Row.fetchCursor(
                db,
                sql: """
                    SELECT claimed_by, count(*) FROM \(TableNames(lifecycle).jobs)
                    WHERE claimed_by IS NOT NULL GROUP BY claimed_by
                    """)
            while let count = try counts.next() { holding[count[0], default: 0] += count[1] as Int }
        }
        return try rows.map { row in
            let id: String = row[0]
            var record = WorkerRecord(
                id: WorkerID(id), host: row[1],
                statuses: try JSONText.decode([String: [String]].self, from: row[2]),
                startedAt: Timestamp(microseconds: row[3]), beatAt: Timestamp(microseconds: row[4]),
                leaseEnds: Timestamp(microseconds: row[5]), holding: holding[id] ?? 0)
            record.knows = StoredText.value(row[6], or: [:])
            return record
        }
    }
}
