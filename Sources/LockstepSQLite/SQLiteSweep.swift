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
            return try Sweeping(db: db, catalog: catalog, now: now.microseconds, request: request).isDue()
        }
        guard isDue else { return SweepReport() }
        return try await writer.perform(savepoint: false) { [self] db in
            let road = road(db)
            road.takesFaults = true
            let sweeping = Sweeping(
                db: db, catalog: catalog, now: road.now.microseconds, request: request)
            return try sweeping.run(road)
        }
    }
}

/// One sweep within a transaction.
private struct Sweeping {
    let db: Database
    let catalog: Catalog
    let now: Int64
    let request: SweepRequest

    func deadWorkers() throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT id FROM lockstep_workers WHERE lease_ends <= ? ORDER BY id", arguments: [now])
    }

    func isDue() throws -> Bool {
        if try !deadWorkers().isEmpty { return true }
        return try entries().contains { entry in
            if try !late(1, entry).isEmpty { return true }
            let name = entry.definition.name
            guard request.retain.contains(name) || request.report.contains(name) else { return false }
            return try !due(entry.statements.retained, 1, entry).isEmpty
        }
    }

    func run(_ road: RoadWriter) throws -> SweepReport {
        var report = SweepReport()
        try takeBackClaims(&report, road)
        CrashPoint.reach("sweep.within")
        for entry in try entries() {
            let expired = try carryOut(.expire, on: try late(request.limit, entry), entry, road)
            report.expired += expired
            report.hasMore = report.hasMore || expired.count == request.limit
            try retain(entry, &report, road)
        }
        return report
    }

    private func retain(
        _ entry: Catalog.Entry, _ report: inout SweepReport, _ road: RoadWriter
    ) throws {
        let name = entry.definition.name
        let isRetained = request.retain.contains(name)
        guard isRetained || request.report.contains(name) else { return }
        let ended = try due(entry.statements.retained, request.limit, entry)
        guard isRetained else {
            report.toCleanUp += ended
            return
        }
        let retired = try carryOut(.retire, on: ended, entry, road)
        report.retired += retired
        report.hasMore = report.hasMore || retired.count == request.limit
    }

    private func takeBackClaims(_ report: inout SweepReport, _ road: RoadWriter) throws {
        for worker in try deadWorkers() {
            var left = request.limit
            var isDone = true
            for entry in try entries() {
                let held = left > 0 ? try held(by: worker, left, entry) : []
                let lost = try carryOut(.lose, on: held, entry, road)
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
            // A newer process takes back what this version cannot read, as long as the worker is on the list.
            for statements in catalog.unread {
                let claim = try Row.fetchOne(db, sql: statements.claimsOf, arguments: [worker])
                if claim != nil { isDone = false }
            }
            guard isDone else { continue }
            try db.execute(sql: "DELETE FROM lockstep_workers WHERE id = ?", arguments: [worker])
            report.deadWorkers.append(WorkerID(worker))
        }
    }

    private func entries() throws -> [Catalog.Entry] {
        try catalog.definitions.map { try catalog.entry($0.name, db) }
    }

    /// Live jobs beyond their deadlines, the longest overdue first.
    private func late(_ limit: Int, _ entry: Catalog.Entry) throws -> [JobRecord] {
        let late =
            try due(entry.statements.expired, limit, entry) + due(entry.statements.overdue, limit, entry)
        return Array(late.sorted(by: JobRecord.dueOrder).prefix(limit))
    }

    private func due(_ sql: String, _ limit: Int, _ entry: Catalog.Entry) throws -> [JobRecord] {
        let statement = try HotStatement(sql, db).begin().bind(now).bind(limit)
        return try statement.all { JobRecord(row: $0, lifecycle: entry.definition.name) }
    }

    private func held(by worker: String, _ limit: Int, _ entry: Catalog.Entry) throws -> [JobRecord] {
        let statement = try HotStatement(entry.statements.heldBy, db).begin().bind(worker).bind(limit)
        return try statement.all { JobRecord(row: $0, lifecycle: entry.definition.name) }
    }

    private func carryOut(
        _ change: Command.Change, on jobs: [JobRecord], _ entry: Catalog.Entry, _ road: RoadWriter
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
