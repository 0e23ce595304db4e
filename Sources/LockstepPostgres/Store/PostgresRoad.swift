import Lockstep
import LockstepSQL

/// Takes commands down the road on one connection: reads the jobs, asks, and writes the decisions by the one
/// statement, all of a lifecycle's at once.
///
/// It lives as long as a transaction; what it wrote is noted in ``written`` for whoever commits.
final class PostgresRoad {
    let connection: PGConnection
    let catalog: PostgresCatalog
    let held: HeldRecords
    let now: Timestamp
    let draw: @Sendable () -> Double
    let pauses: Pauses
    let revision: Int64
    /// What was written, to be kept once it is committed.
    private(set) var written: [KeptRecord] = []
    /// What was deleted, to be forgotten once that is committed.
    private(set) var deleted: [JobID] = []

    init(
        _ connection: PGConnection, catalog: PostgresCatalog, held: HeldRecords, now: Timestamp,
        draw: @escaping @Sendable () -> Double
    ) {
        self.connection = connection
        self.catalog = catalog
        self.held = held
        self.now = now
        self.draw = draw
        (revision, pauses) = catalog.pauses
    }

    /// One decision of a batch, and whose it is.
    private struct Planned {
        var place: Int
        var entry: PostgresCatalog.Entry
        var write: DecidedWrite?
        var deletion: JobRecord?
        var outcome: Outcome?
    }

    // MARK: Batches

    /// Carries out commands without companions. Jobs that this process holds are not read: when every command
    /// is about one of those and the batch is one statement, that statement is the whole transaction; otherwise
    /// one is begun, which the caller commits.
    /// - Throws: ``SQLError``; a violated constraint spoils the whole batch, and says nothing of which command
    ///   it was.
    func apply(_ commands: [Command]) throws -> [Outcome] {
        var outcomes = [Outcome?](repeating: nil, count: commands.count)
        let rounds = Self.rounds(commands)
        if rounds.count > 1 { try begin() }
        for round in rounds { try apply(commands, round, &outcomes) }
        return outcomes.enumerated().map { place, outcome in
            outcome ?? .refused(.notFound(commands[place].job, in: commands[place].lifecycle))
        }
    }

    /// The places of the commands, in rounds: in each of them every job is named once at most.
    private static func rounds(_ commands: [Command]) -> [[Int]] {
        var rounds: [[Int]] = []
        var seen: [JobID: Int] = [:]
        for (place, command) in commands.enumerated() {
            let round = seen[command.job, default: 0]
            seen[command.job] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(place)
        }
        return rounds
    }

    private func apply(_ commands: [Command], _ places: [Int], _ outcomes: inout [Outcome?]) throws {
        var planned: [Planned] = []
        var unread: [Int] = []
        for place in places {
            let command = commands[place]
            do {
                let entry = try catalog.entry(command.lifecycle, connection)
                let kept = connection.isInTransaction ? nil : held.find(command.job, in: command.lifecycle)
                let plan = try kept.flatMap { try decide(command, on: $0, isLocked: false, entry, place) }
                if let plan { planned.append(plan) } else { unread.append(place) }
            } catch let refusal as Refusal {
                outcomes[place] = .refused(refusal)
            }
        }
        let missed = try write(planned, isWhole: unread.isEmpty, &outcomes)
        guard !missed.isEmpty || !unread.isEmpty else { return }
        held.forget(missed.map { commands[$0].job })
        try applyLocked(commands, (unread + missed).sorted(), &outcomes)
    }

    /// Reads and locks the jobs, decides, and writes.
    private func applyLocked(
        _ commands: [Command], _ places: [Int], _ outcomes: inout [Outcome?]
    ) throws {
        try begin()
        var planned: [Planned] = []
        for (lifecycle, places) in Dictionary(grouping: places, by: { commands[$0].lifecycle })
            .sorted(by: { $0.key < $1.key })
        {
            let entry = try catalog.entry(lifecycle, connection)
            let found = try lock(places.map { commands[$0].job }, entry)
            for place in places {
                guard let kept = found[commands[place].job] else {
                    outcomes[place] = .refused(.notFound(commands[place].job, in: lifecycle))
                    continue
                }
                if let plan = try decide(commands[place], on: kept, isLocked: true, entry, place) {
                    planned.append(plan)
                }
            }
        }
        for place in try write(planned, isWhole: false, &outcomes) {
            outcomes[place] = .refused(Self.changedMeanwhile(commands[place].job))
        }
    }

    private func lock(_ jobs: [JobID], _ entry: PostgresCatalog.Entry) throws -> [JobID: KeptRecord] {
        var parameters = PGParameters(reserving: 1)
        parameters.add(jobs.map(\.text))
        let rows = try connection.run(entry.statements.lockByID, parameters)
        return Dictionary(
            rows.records(of: entry.definition.name).map { ($0.record.id, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Decides about a command.
    /// - Returns: `nil` when a kept record does not settle it: the row itself must be asked.
    private func decide(
        _ command: Command, on kept: KeptRecord, isLocked: Bool, _ entry: PostgresCatalog.Entry, _ place: Int
    ) throws -> Planned? {
        let before = kept.record
        let decision = Road.decide(
            command, on: before, definition: entry.definition, now: now, draw: draw(), pauses: pauses)
        var plan = Planned(place: place, entry: entry)
        func decided(_ after: JobRecord, _ line: HistoryEntry?) -> DecidedWrite {
            DecidedWrite(
                before: before, xmin: isLocked ? nil : kept.xmin, after: after, line: line,
                actor: command.actor)
        }
        switch decision {
        case .refuse(let refusal):
            guard isLocked else { return nil }
            plan.outcome = .refused(refusal)
        case .delete(let record):
            guard isLocked else { return nil }
            plan.deletion = record
        case .update(let after): plan.write = decided(after, nil)
        case .write(let after, let line):
            if after.isLive, !before.isLive, let key = after.key {
                guard isLocked else { return nil }
                if let other = try live(key, entry) {
                    plan.outcome = .refused(.keyTaken(key, by: other))
                    return plan
                }
            }
            plan.write = decided(after, line)
        }
        return plan
    }

    private func live(_ key: String, _ entry: PostgresCatalog.Entry) throws -> JobID? {
        var parameters = PGParameters(reserving: 2)
        parameters.add([String]())
        parameters.add([key])
        let rows = try connection.run(entry.statements.selectByIDOrKey, parameters)
        return rows.records(of: entry.definition.name).first?.record.id
    }

    /// Writes what was decided.
    /// - Parameter isWhole: whether nothing else belongs to the transaction, so that none need be begun.
    /// - Returns: the places of what was not written, because the row is no longer what the decision was made on.
    private func write(
        _ planned: [Planned], isWhole: Bool, _ outcomes: inout [Outcome?]
    ) throws -> [Int] {
        var steps: [PGConnection.Step] = []
        var groups: [(entry: PostgresCatalog.Entry, plans: [Planned], deletes: Bool)] = []
        for plan in planned where plan.outcome != nil { outcomes[plan.place] = plan.outcome }
        let byLifecycle = Dictionary(grouping: planned) { $0.entry.definition.name }
        for (_, plans) in byLifecycle.sorted(by: { $0.key < $1.key }) {
            // Rows are locked in one order by everybody.
            let writes = plans.filter { $0.write != nil }
                .sorted { ($0.write?.before.sequence ?? 0) < ($1.write?.before.sequence ?? 0) }
            if let entry = writes.first?.entry {
                let parameters = try RecordArrays.updates(writes.compactMap(\.write), revision: revision)
                steps.append(PGConnection.Step(statement: entry.statements.update, parameters: parameters))
                groups.append((entry, writes, false))
            }
            let deletions = plans.filter { $0.deletion != nil }
            if let entry = deletions.first?.entry {
                let records = deletions.compactMap(\.deletion)
                var parameters = PGParameters(reserving: 3)
                parameters.add(records.map(\.sequence))
                parameters.add(records.map(\.version))
                parameters.add(records.map(\.fence))
                steps.append(PGConnection.Step(statement: entry.statements.delete, parameters: parameters))
                groups.append((entry, deletions, true))
            }
        }
        guard !steps.isEmpty else { return [] }
        // Several statements without a transaction could find two different revisions.
        if !isWhole || steps.count > 1 { try begin() }
        let results = try connection.run(steps)
        var missed: [Int] = []
        for (group, rows) in zip(groups, results) {
            missed +=
                group.deletes
                ? noteDeletions(group.plans, rows, &outcomes) : noteWrites(group.plans, rows, &outcomes)
        }
        if !missed.isEmpty { try checkRevision() }
        return missed
    }

    private func noteWrites(
        _ plans: [Planned], _ rows: PGResult, _ outcomes: inout [Outcome?]
    ) -> [Int] {
        var xmins: [Int64: String] = [:]
        xmins.reserveCapacity(rows.count)
        for row in 0..<rows.count { xmins[rows.integer(row, 0)] = rows.text(row, 1) }
        return plans.compactMap { plan in
            guard let write = plan.write else { return nil }
            guard let xmin = xmins[write.before.sequence] else { return plan.place }
            written.append(KeptRecord(record: write.after, xmin: xmin))
            outcomes[plan.place] = .done(write.after)
            return nil
        }
    }

    private func noteDeletions(
        _ plans: [Planned], _ rows: PGResult, _ outcomes: inout [Outcome?]
    ) -> [Int] {
        let gone = Set((0..<rows.count).map { rows.integer($0, 0) })
        return plans.compactMap { plan in
            guard let record = plan.deletion else { return nil }
            guard gone.contains(record.sequence) else { return plan.place }
            deleted.append(record.id)
            outcomes[plan.place] = .deleted(record)
            return nil
        }
    }

    private func checkRevision() throws {
        let rows = try connection.run(catalog.asking)
        if rows.count == 1, rows.integer(0, 0) != revision { throw StaleCatalog() }
    }

    /// Begins a transaction where none is open.
    func begin() throws {
        if !connection.isInTransaction { try connection.execute("BEGIN") }
    }

    static func changedMeanwhile(_ job: JobID) -> Refusal {
        Refusal(.unexpectedState, "job \(job) changed while it was being changed; read it again")
    }

    /// Writes decisions about jobs that were read and locked in this transaction.
    /// - Returns: for each what became of it.
    func carryOut(
        _ change: Command.Change, on records: [KeptRecord], by actor: Actor = .engine
    ) throws -> [Outcome] {
        var outcomes = [Outcome?](repeating: nil, count: records.count)
        let planned = try records.enumerated().compactMap { place, kept -> Planned? in
            let record = kept.record
            let entry = try catalog.entry(record.lifecycle, connection)
            let command = Command(change, job: record.id, of: record.lifecycle, by: actor)
            return try decide(command, on: kept, isLocked: true, entry, place)
        }
        _ = try write(planned, isWhole: false, &outcomes)
        return outcomes.enumerated().map { place, outcome in
            outcome ?? .refused(Self.changedMeanwhile(records[place].record.id))
        }
    }

    // MARK: One at a time

    /// Carries out one command within an open transaction, with everything that is to be written beside it, or
    /// changes nothing: a savepoint keeps what was written before.
    func applyAlone(_ command: Command) throws -> Outcome {
        let (writtenBefore, deletedBefore) = (written.count, deleted.count)
        try connection.execute("SAVEPOINT lockstep_command")
        do {
            var outcomes: [Outcome?] = [nil]
            do {
                try applyLocked([command], [0], &outcomes)
            } catch let refusal as Refusal {
                outcomes[0] = .refused(refusal)
            }
            let outcome = outcomes[0] ?? .refused(.notFound(command.job, in: command.lifecycle))
            if case .refused = outcome {
                try connection.execute("RELEASE SAVEPOINT lockstep_command")
                return outcome
            }
            do {
                let transaction = PostgresTransaction(road: self)
                for companion in command.also { try companion(transaction) }
            } catch {
                throw CompanionFailure(error: error)
            }
            try connection.execute("RELEASE SAVEPOINT lockstep_command")
            return outcome
        } catch {
            let refusal = try Self.refusal(for: error)
            try connection.execute(
                "ROLLBACK TO SAVEPOINT lockstep_command; RELEASE SAVEPOINT lockstep_command")
            written.removeSubrange(writtenBefore...)
            deleted.removeSubrange(deletedBefore...)
            return .refused(refusal)
        }
    }

    /// What was to be written beside a command failed.
    private struct CompanionFailure: Error {
        let error: any Error
    }

    /// A constraint that refuses one job's write is that job's refusal, and so is what its companions throw;
    /// everything else concerns the whole transaction and is thrown on.
    static func refusal(for error: any Error) throws -> Refusal {
        if let failure = error as? CompanionFailure {
            if let sql = failure.error as? SQLError, sql.concernsTheTransaction { throw sql }
            return .companionFailed(failure.error)
        }
        guard let sql = error as? SQLError, sql.kind == .constraint else { throw error }
        var refusal = Refusal(.constraintViolated, sql.description)
        refusal.cause = sql.failure
        return refusal
    }
}

extension SQLError {
    /// Whether the transaction, or the connection, cannot go on.
    var concernsTheTransaction: Bool {
        switch kind {
        case .full, .storage, .connection, .unknown, .busy: true
        case .constraint, .statement, .other: false
        }
    }
}
