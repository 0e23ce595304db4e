import Lockstep
import LockstepSQL

/// The sweep: finds what time has overtaken, and sends it down the road like everything else.
extension PostgresStore {
    /// See ``Lockstep/Store/sweep(_:)``. One process sweeps at a time; to the others there is nothing to do.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport {
        let now = time.now()
        let asksHeld = heldPace.isDue(at: .now)
        @Sendable func sweeping(_ road: PostgresRoad) -> Sweeping {
            Sweeping(road, common, now, request, asksHeld: asksHeld)
        }
        // Looking takes no lock; most sweeps find nothing.
        let isDue = try await reading { [self] connection in
            try catalog.refresh(connection)
            let begun = ContinuousClock.now
            let (isDue, read) = try sweeping(road(connection)).look()
            if asksHeld { heldPace.note(read: read, took: .now - begun, at: .now) }
            return isDue
        }
        guard isDue else { return SweepReport() }
        do {
            return try await onRoad { road in try sweeping(road).run(alone: false) ?? SweepReport() }
        } catch let error as SQLError where !error.concernsTheTransaction {
            // One job cannot be retired, say because an application's table refers to it, or because a trigger of the
            // application's fails: each by itself.
            return try await onRoad { road in try sweeping(road).run(alone: true) ?? SweepReport() }
        }
    }
}

/// One sweep within a transaction.
private struct Sweeping {
    private let road: PostgresRoad
    private let connection: PGConnection
    private let common: CommonStatements
    private let now: Timestamp
    private let request: SweepRequest
    /// Whether jobs that workers hold are looked at (``HeldPace``).
    private let asksHeld: Bool
    private let entries: [PostgresCatalog.Entry]

    init(
        _ road: PostgresRoad, _ common: CommonStatements, _ now: Timestamp, _ request: SweepRequest,
        asksHeld: Bool
    ) {
        self.asksHeld = asksHeld
        self.road = road
        connection = road.connection
        self.common = common
        self.now = now
        self.request = request
        entries = road.catalog.entries
    }

    private func due(_ statement: PGStatement, _ limit: Int) -> PGConnection.Step {
        var parameters = PGParameters(reserving: 2)
        parameters.add(now.microseconds)
        parameters.add(Int64(limit))
        return PGConnection.Step(statement: statement, parameters: parameters)
    }

    private func concerns(_ entry: PostgresCatalog.Entry) -> Bool {
        let name = entry.definition.name
        return request.retain.contains(name) || request.report.contains(name)
    }

    /// Whether there is anything to do, in one round trip, and how many entries of held jobs were read for it.
    func look() throws -> (isDue: Bool, read: Int64) {
        var steps = [PGConnection.Step(statement: common.deadWorkers, parameters: moment)]
        for entry in entries {
            steps.append(due(entry.statements.expired, 1))
            if asksHeld { steps.append(due(entry.statements.expiredHeld, 1)) }
            if concerns(entry) { steps.append(due(entry.statements.retained, 1)) }
        }
        let depths = asksHeld ? entries.map { PGConnection.Step($0.statements.heldDepth) } : []
        let results = try connection.run(steps + depths)
        return (
            results.prefix(steps.count).contains { $0.count > 0 },
            results.dropFirst(steps.count).reduce(0) { $0 + $1.integer(0, 0) }
        )
    }

    private var moment: PGParameters {
        var parameters = PGParameters(reserving: 1)
        parameters.add(now.microseconds)
        return parameters
    }

    /// - Parameter alone: whether each change gets a savepoint of its own.
    /// - Returns: `nil` when somebody else is sweeping.
    func run(alone: Bool) throws -> SweepReport? {
        try road.begin()
        let lock = try connection.run(common.sweepLock)
        guard lock.count == 1, lock.bool(0, 0) else { return nil }
        var report = SweepReport()
        try takeBackClaims(&report, alone)
        CrashPoint.reach("sweep.within")
        for entry in entries {
            let name = entry.definition.name
            let statements = entry.statements
            let asked = [statements.lockExpired] + (asksHeld ? [statements.lockExpiredHeld] : [])
            let late = try connection.run(asked.map { due($0, request.limit) })
                .flatMap { $0.records(of: name) }
                .sorted { JobRecord.dueOrder($0.record, $1.record) }.prefix(request.limit)
            let expired = try carryOut(.expire, on: Array(late), alone)
            report.expired += expired
            report.hasMore = report.hasMore || expired.count == request.limit
            try retain(entry, &report, alone)
        }
        return report
    }

    private func retain(
        _ entry: PostgresCatalog.Entry, _ report: inout SweepReport, _ alone: Bool
    ) throws {
        guard concerns(entry) else { return }
        let name = entry.definition.name
        guard request.retain.contains(name) else {
            let ended = try connection.run([due(entry.statements.retained, request.limit)])[0]
            report.toCleanUp += ended.records(of: name).map(\.record)
            return
        }
        let ended = try connection.run([due(entry.statements.lockRetained, request.limit)])[0]
        let retired = try carryOut(.retire, on: ended.records(of: name), alone)
        report.retired += retired
        report.hasMore = report.hasMore || retired.count == request.limit
    }

    private func takeBackClaims(_ report: inout SweepReport, _ alone: Bool) throws {
        let dead = try connection.run(common.lockDeadWorkers, moment)
        for worker in (0..<dead.count).map({ dead.text($0, 0) }) {
            var left = request.limit
            var isDone = true
            for entry in entries where left > 0 {
                var parameters = PGParameters(reserving: 2)
                parameters.add(worker)
                parameters.add(Int64(left))
                let held = try connection.run(entry.statements.heldBy, parameters)
                    .records(of: entry.definition.name)
                let lost = try carryOut(.lose, on: held, alone)
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
            var parameters = PGParameters(reserving: 1)
            parameters.add(worker)
            // A newer process takes back what this version cannot read, as long as the worker is on the list.
            let unread = road.catalog.unread.map { PGConnection.Step($0.holding, parameters) }
            let counts = unread.isEmpty ? [] : try connection.run(unread)
            if counts.contains(where: { $0.integer(0, 0) > 0 }) { isDone = false }
            guard isDone else { continue }
            _ = try connection.run(common.forgetWorker, parameters)
            report.deadWorkers.append(WorkerID(worker))
        }
    }

    private func carryOut(
        _ change: Command.Change, on records: [KeptRecord], _ alone: Bool
    ) throws -> [JobID] {
        guard !records.isEmpty else { return [] }
        let outcomes =
            alone
            ? try records.map { try road.applyAlone(command(change, $0), takesFaults: true) }
            : try road.carryOut(change, on: records)
        var refused: [KeptRecord] = []
        let done = zip(records, outcomes).compactMap { kept, outcome -> JobID? in
            guard case .refused = outcome else { return kept.record.id }
            refused.append(kept)
            return nil
        }
        // What cannot be done now must not stand in the way of the others.
        guard change != .lose, !refused.isEmpty else { return done }
        let later = Command.Change.postpone(.minutes(5))
        if alone {
            for kept in refused { _ = try road.applyAlone(command(later, kept), takesFaults: true) }
        } else {
            _ = try road.carryOut(later, on: refused)
        }
        return done
    }

    private func command(_ change: Command.Change, _ kept: KeptRecord) -> Command {
        Command(change, job: kept.record.id, of: kept.record.lifecycle, by: .engine)
    }
}
