import Lockstep
import LockstepSQL

extension Refusal {
    /// Whether another definition might not have refused it.
    var isByDefinition: Bool { [.undeclaredStatus, .undeclaredMove, .notInitial].contains(code) }
}

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

    /// What a command came to before anything was written.
    private enum Plan {
        case write(PlannedChange)
        case settled(Outcome)
        /// A kept record does not settle it: the row itself must be asked.
        case unknown
    }

    // MARK: Batches

    /// Carries out commands without companions. Jobs that this process holds are not read: when every command
    /// is about one of those and the batch is one statement, that statement is the whole transaction; otherwise
    /// one is begun, which the caller commits.
    /// - Parameter settled: what an earlier attempt at the same batch has committed, and what this one does before the
    ///   rest of it.
    /// - Throws: ``SQLError``; a violated constraint spoils the whole batch, what is settled aside, and says nothing of
    ///   which command it was.
    func apply(_ commands: [Command], _ settled: SettledCommands) throws -> [Outcome] {
        var outcomes = commands.indices.map { settled.outcome($0) }
        let rounds = Self.rounds(commands, at: commands.indices.filter { outcomes[$0] == nil })
        if rounds.count > 1 { try begin() }
        for (number, round) in rounds.enumerated() {
            try apply(commands, round, isLast: number == rounds.count - 1, settled, &outcomes)
        }
        return outcomes.enumerated().map { place, outcome in
            outcome ?? .refused(.notFound(commands[place].job, in: commands[place].lifecycle))
        }
    }

    /// The places of commands, in rounds: in each of them every job is named once at most.
    private static func rounds(_ commands: [Command], at places: [Int]) -> [[Int]] {
        var rounds: [[Int]] = []
        var seen: [JobID: Int] = [:]
        for place in places {
            let round = seen[commands[place].job, default: 0]
            seen[commands[place].job] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(place)
        }
        return rounds
    }

    private func apply(
        _ commands: [Command], _ places: [Int], isLast: Bool, _ settled: SettledCommands,
        _ outcomes: inout [Outcome?]
    ) throws {
        var planned: [PlannedChange] = []
        var unread: [Int] = []
        for place in places {
            let command = commands[place]
            do {
                let entry = try catalog.entry(command.lifecycle, connection)
                let kept = connection.isInTransaction ? nil : held.find(command.job, in: command.lifecycle)
                guard let kept,
                    case .write(let change) = try decide(command, on: kept, isLocked: false, entry, place)
                else {
                    unread.append(place)
                    continue
                }
                planned.append(change)
            } catch let refusal as Refusal {
                outcomes[place] = .refused(refusal)
            }
        }
        let missed = try write(planned, unread.isEmpty ? .alone : .within, &outcomes) { outcomes in
            // The short way has committed what it wrote: whatever becomes of the others, it must not be done again.
            guard !connection.isInTransaction else { return }
            for change in planned {
                if let outcome = outcomes[change.place] { settled.settle(change.place, outcome) }
            }
            held.note(written)
        }
        guard !missed.isEmpty || !unread.isEmpty else { return }
        held.forget(missed.map { commands[$0].job })
        try applyLocked(commands, (unread + missed).sorted(), isLast: isLast, &outcomes)
    }

    /// Reads and locks the jobs, decides, and writes.
    private func applyLocked(
        _ commands: [Command], _ places: [Int], isLast: Bool, _ outcomes: inout [Outcome?]
    ) throws {
        try begin()
        var planned: [PlannedChange] = []
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
                switch try decide(commands[place], on: kept, isLocked: true, entry, place) {
                case .write(let change): planned.append(change)
                case .settled(let outcome): outcomes[place] = outcome
                case .unknown: break
                }
            }
        }
        for place in try write(planned, isLast ? .last : .within, &outcomes) {
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

    /// Decides about a command, on a record that is locked or on a kept one.
    private func decide(
        _ command: Command, on kept: KeptRecord, isLocked: Bool, _ entry: PostgresCatalog.Entry, _ place: Int
    ) throws -> Plan {
        let before = kept.record
        let decision = Road.decide(
            command, on: before, definition: entry.definition, now: now, draw: draw(), pauses: pauses)
        func change(_ after: JobRecord, _ line: HistoryEntry?, isDeletion: Bool = false) -> Plan {
            .write(
                PlannedChange(
                    place, entry, kept, isLocked: isLocked, to: after, line, by: command.actor,
                    isDeletion: isDeletion))
        }
        switch decision {
        case .refuse(let refusal):
            guard isLocked else { return .unknown }
            // Nothing is written under the guard of the revision: what another process has changed since may allow it.
            if refusal.isByDefinition { try checkRevision() }
            return .settled(.refused(refusal))
        case .delete(let record): return isLocked ? change(record, nil, isDeletion: true) : .unknown
        case .update(let after): return change(after, nil)
        case .write(let after, let line):
            if after.isLive, !before.isLive, let key = after.key {
                guard isLocked else { return .unknown }
                if let other = try live(key, entry) { return .settled(.refused(.keyTaken(key, by: other))) }
            }
            return change(after, line)
        }
    }

    private func live(_ key: String, _ entry: PostgresCatalog.Entry) throws -> JobID? {
        var parameters = PGParameters(reserving: 2)
        parameters.add([String]())
        parameters.add([key])
        let rows = try connection.run(entry.statements.selectByIDOrKey, parameters)
        return rows.records(of: entry.definition.name).first?.record.id
    }

    /// Writes what was decided.
    /// - Parameter isWritten: is told the outcomes before anything else can go wrong.
    /// - Returns: the places of what was not written, because the row is no longer what the decision was made on.
    private func write(
        _ planned: [PlannedChange], _ part: Part, _ outcomes: inout [Outcome?],
        written isWritten: ([Outcome?]) -> Void = { _ in }
    ) throws -> [Int] {
        guard !planned.isEmpty else { return [] }
        // Rows are locked in one order by everybody; each group is of one lifecycle, and of one kind.
        let groups = Dictionary(grouping: planned) {
            Group(name: $0.entry.definition.name, deletes: $0.isDeletion)
        }
        .map { ($0.key, $0.value.sorted { $0.before.sequence < $1.before.sequence }) }
        .sorted { $0.0 < $1.0 }
        var steps = try groups.map { group, changes in
            let statements = changes[0].entry.statements
            return PGConnection.Step(
                statement: group.deletes ? statements.delete : statements.update,
                parameters: group.deletes
                    ? Self.deletions(changes) : try RecordArrays.updates(changes, revision: revision))
        }
        // Several statements could find two different revisions: then all of them are to be undone.
        if part != .alone || steps.count > 1 { try begin() }
        if part == .last, steps.count == 1 { steps.append(PGConnection.Step(PGConnection.commitStatement)) }
        var missed: [Int] = []
        for ((group, changes), rows) in zip(groups, try connection.run(steps)) {
            missed +=
                group.deletes
                ? noteDeletions(changes, rows, &outcomes) : noteWrites(changes, rows, &outcomes)
        }
        isWritten(outcomes)
        if !missed.isEmpty { try checkRevision() }
        return missed
    }

    /// What part of its transaction a write is.
    enum Part {
        /// The whole: it needs no transaction around it.
        case alone
        /// A part that others follow.
        case within
        /// The last one, which may commit in the same message.
        case last
    }

    /// What one statement writes.
    private struct Group: Hashable, Comparable {
        let name: String
        let deletes: Bool

        static func < (left: Group, right: Group) -> Bool {
            (left.name, left.deletes ? 1 : 0) < (right.name, right.deletes ? 1 : 0)
        }
    }

    private static func deletions(_ changes: [PlannedChange]) -> PGParameters {
        var parameters = PGParameters(reserving: 64 * changes.count)
        parameters.addTexts(changes) { $0.rowPlace }
        parameters.addNumbers(changes) { $0.before.sequence }
        parameters.addNumbers(changes) { $0.before.version }
        parameters.addNumbers(changes) { $0.before.fence }
        return parameters
    }

    private func noteWrites(
        _ changes: [PlannedChange], _ rows: PGResult, _ outcomes: inout [Outcome?]
    ) -> [Int] {
        guard rows.count > 0 else { return changes.map(\.place) }
        // One transaction wrote all of them.
        let xmin = rows.text(0, 2)
        let row = Self.found(changes, in: rows)
        return changes.enumerated().compactMap { index, change in
            guard let row = row(index) else { return change.place }
            written.append(KeptRecord(record: change.record, place: rows.text(row, 1), xmin: xmin))
            outcomes[change.place] = .done(change.record)
            return nil
        }
    }

    private func noteDeletions(
        _ changes: [PlannedChange], _ rows: PGResult, _ outcomes: inout [Outcome?]
    ) -> [Int] {
        let row = Self.found(changes, in: rows)
        return changes.enumerated().compactMap { index, change in
            guard row(index) != nil else { return change.place }
            deleted.append(change.before.id)
            outcomes[change.place] = .deleted(change.before)
            return nil
        }
    }

    /// In which row each change came back: nearly always all of them did, in their order.
    private static func found(_ changes: [PlannedChange], in rows: PGResult) -> (Int) -> Int? {
        let isInOrder =
            rows.count == changes.count
            && changes.enumerated().allSatisfy { rows.integer($0.offset, 0) == $0.element.before.sequence }
        if isInOrder { return { $0 } }
        let places = Dictionary(
            (0..<rows.count).map { (rows.integer($0, 0), $0) }, uniquingKeysWith: { first, _ in first })
        return { places[changes[$0].before.sequence] }
    }

    /// - Throws: ``StaleCatalog`` when somebody has changed definitions or pauses since this began.
    func checkRevision() throws {
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
        _ change: Command.Change, on records: [KeptRecord], by actor: Actor = .engine,
        _ part: Part = .within
    ) throws -> [Outcome] {
        var outcomes = [Outcome?](repeating: nil, count: records.count)
        var planned: [PlannedChange] = []
        for (place, kept) in records.enumerated() {
            let entry = try catalog.entry(kept.record.lifecycle, connection)
            let command = Command(change, job: kept.record.id, of: kept.record.lifecycle, by: actor)
            switch try decide(command, on: kept, isLocked: true, entry, place) {
            case .write(let change): planned.append(change)
            case .settled(let outcome): outcomes[place] = outcome
            case .unknown: break
            }
        }
        _ = try write(planned, part, &outcomes)
        return outcomes.enumerated().map { place, outcome in
            outcome ?? .refused(Self.changedMeanwhile(records[place].record.id))
        }
    }

    // MARK: One at a time

    /// Carries out one command within an open transaction, with everything that is to be written beside it, or
    /// changes nothing: a savepoint keeps what was written before.
    /// - Parameter takesFaults: whether every fault that leaves the transaction usable counts as a refusal.
    func applyAlone(_ command: Command, takesFaults: Bool = false) throws -> Outcome {
        let (writtenBefore, deletedBefore) = (written.count, deleted.count)
        try connection.execute("SAVEPOINT lockstep_command")
        do {
            var outcomes: [Outcome?] = [nil]
            do {
                try applyLocked([command], [0], isLast: false, &outcomes)
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
            let refusal = try Self.refusal(for: error, takesFaults: takesFaults)
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
    /// - Parameter takesFaults: whether every fault that leaves the transaction usable is that job's refusal too.
    static func refusal(for error: any Error, takesFaults: Bool = false) throws -> Refusal {
        if let failure = error as? CompanionFailure {
            if let sql = failure.error as? SQLError, sql.concernsTheTransaction { throw sql }
            if failure.error is StaleCatalog { throw failure.error }
            return .companionFailed(failure.error)
        }
        guard let sql = error as? SQLError,
            sql.kind == .constraint || takesFaults && !sql.concernsTheTransaction
        else { throw error }
        var refusal = Refusal(.constraintViolated, sql.description)
        refusal.cause = sql.failure
        return refusal
    }
}
