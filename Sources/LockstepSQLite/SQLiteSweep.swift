import GRDB
import Lockstep
import LockstepSQL

/// The sweep: finds what time has overtaken, and sends it down the road like everything else.
extension SQLiteStore {
    /// See ``Lockstep/Store/sweep(_:)``.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport {
        // Looking takes no lock; most sweeps find nothing.
        let now = time.now()
        let isDue = try await reading { [catalog] db in
            try catalog.refresh(db)
            return try Sweeping(
                road: RoadWriter(db: db, catalog: catalog, now: now, draw: { 0 }), request: request
            ).isDue()
        }
        guard isDue else { return SweepReport() }
        return try await writer.perform(savepoint: true) { [self] db in
            let road = RoadWriter(db: db, catalog: catalog, now: time.now(), draw: draw)
            return try Sweeping(road: road, request: request).run()
        }
    }
}

/// One sweep within a transaction.
private struct Sweeping {
    let road: RoadWriter
    let request: SweepRequest
    var db: Database { road.db }
    var now: Int64 { road.now.microseconds }

    func deadWorkers() throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT id FROM lockstep_workers WHERE lease_ends <= ? ORDER BY id", arguments: [now])
    }

    func isDue() throws -> Bool {
        if try !deadWorkers().isEmpty { return true }
        return try entries().contains { entry in
            if try !fetch(entry.statements.expired, [now, 1], entry).isEmpty { return true }
            let name = entry.definition.name
            guard request.retain.contains(name) || request.report.contains(name) else { return false }
            return try !fetch(entry.statements.retained, [now, 1], entry).isEmpty
        }
    }

    func run() throws -> SweepReport {
        var report = SweepReport()
        try takeBackClaims(&report)
        CrashPoint.reach("sweep.within")
        for entry in try entries() {
            let late = try fetch(entry.statements.expired, [now, request.limit], entry)
            let expired = try carryOut(.expire, on: late, entry)
            report.expired += expired
            report.hasMore = report.hasMore || expired.count == request.limit
            try retain(entry, &report)
        }
        return report
    }

    private func retain(_ entry: Catalog.Entry, _ report: inout SweepReport) throws {
        let name = entry.definition.name
        let isRetained = request.retain.contains(name)
        guard isRetained || request.report.contains(name) else { return }
        let ended = try fetch(entry.statements.retained, [now, request.limit], entry)
        guard isRetained else {
            report.toCleanUp += ended
            return
        }
        let retired = try carryOut(.retire, on: ended, entry)
        report.retired += retired
        report.hasMore = report.hasMore || retired.count == request.limit
    }

    private func takeBackClaims(_ report: inout SweepReport) throws {
        for worker in try deadWorkers() {
            var left = request.limit
            var isDone = true
            for entry in try entries() {
                let held = left > 0 ? try fetch(entry.statements.heldBy, [worker, left], entry) : []
                let lost = try carryOut(.lose, on: held, entry)
                report.lost += lost
                // A claim that could not be taken back keeps its worker on the list, until the next sweep.
                if lost.count < held.count { isDone = false }
                left -= held.count
            }
            guard left > 0 else {
                // The worker stays on the list until all of its claims are taken back.
                report.hasMore = true
                continue
            }
            guard isDone else { continue }
            try db.execute(sql: "DELETE FROM lockstep_workers WHERE id = ?", arguments: [worker])
            report.deadWorkers.append(WorkerID(worker))
        }
    }

    private func entries() throws -> [Catalog.Entry] {
        try road.catalog.definitions.map { try road.catalog.entry($0.name, db) }
    }

    private func fetch(
        _ sql: String, _ arguments: StatementArguments, _ entry: Catalog.Entry
    ) throws -> [JobRecord] {
        try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: arguments).map {
            JobRecord(row: $0, lifecycle: entry.definition.name)
        }
    }

    private func carryOut(
        _ change: Command.Change, on jobs: [JobRecord], _ entry: Catalog.Entry
    ) throws -> [JobID] {
        try jobs.compactMap { record in
            let command = Command(change, job: record.id, of: record.lifecycle, by: .engine)
            guard case .refused = try road.write(command, on: record, entry) else { return record.id }
            // What cannot be done now must not stand in the way of the others.
            if change != .lose {
                let later = Command(.postpone(.minutes(5)), job: record.id, of: record.lifecycle, by: .engine)
                _ = try road.write(later, on: record, entry)
            }
            return nil
        }
    }
}
