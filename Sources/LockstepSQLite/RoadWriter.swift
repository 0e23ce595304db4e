import GRDB
import Lockstep
import LockstepSQL

/// Takes commands and starts down the road within an open transaction: reads the job, asks, and writes the
/// decision by the one statement.
///
/// It lives as long as the transaction.
final class RoadWriter {
    let db: Database
    let catalog: Catalog
    let records: ClaimedRecords
    let now: Timestamp
    let draw: @Sendable () -> Double
    /// Whether every fault that leaves the transaction usable is the refusal of the job that it is about: the sweep
    /// must get on with the others.
    var takesFaults = false
    private var prepared: [String: RoadStatements] = [:]

    init(
        db: Database, catalog: Catalog, records: ClaimedRecords, now: Timestamp,
        draw: @escaping @Sendable () -> Double
    ) {
        self.db = db
        self.catalog = catalog
        self.records = records
        self.now = now
        self.draw = draw
    }

    private func statements(_ entry: Catalog.Entry) -> RoadStatements {
        if let found = prepared[entry.definition.name] { return found }
        let made = RoadStatements(entry, db)
        prepared[entry.definition.name] = made
        return made
    }

    /// Starts a job, or takes over a row of another table in the status it is in.
    func start(_ job: NewJob, importing: Bool = false) throws -> StartOutcome {
        do {
            let entry = try catalog.entry(job.lifecycle, db)
            if let existing = try existing(job, entry) { return .reused(existing) }
            var (record, line) =
                importing
                ? try Road.importing(job, definition: entry.definition, now: now)
                : try Road.start(job, definition: entry.definition, now: now)
            let statement = try statements(entry).insert()
            record.bindFixed(to: statement)
            try record.bindWritten(to: statement)
            try line.bind(to: statement)
            try statement.run()
            record.sequence = db.lastInsertedRowID
            return .started(record)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .refused(try refusal(for: error))
        }
    }

    private func existing(_ job: NewJob, _ entry: Catalog.Entry) throws -> JobRecord? {
        if let id = job.id, let found = try fetch(id, entry) { return found }
        guard let key = job.key else { return nil }
        return try record(live: key, entry)
    }

    private func record(live key: String, _ entry: Catalog.Entry) throws -> JobRecord? {
        try statements(entry).selectByKey().bind(key).first {
            JobRecord(row: $0, lifecycle: entry.definition.name)
        }
    }

    private func fetch(_ id: JobID, _ entry: Catalog.Entry) throws -> JobRecord? {
        try statements(entry).selectByID().bind(id.text).first {
            JobRecord(row: $0, lifecycle: entry.definition.name)
        }
    }

    /// Carries out a command, with everything that is to be written beside it, or changes nothing.
    func apply(_ command: Command) throws -> Outcome {
        do {
            let entry = try catalog.entry(command.lifecycle, db)
            let held = records.find(command.job, in: command.lifecycle)
            guard let record = try held ?? fetch(command.job, entry) else {
                throw Refusal.notFound(command.job, in: command.lifecycle)
            }
            guard !command.also.isEmpty else { return try write(command, on: record, entry) }
            return try writeWithCompanions(command, on: record, entry)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .refused(try refusal(for: error))
        }
    }

    private func writeWithCompanions(
        _ command: Command, on record: JobRecord, _ entry: Catalog.Entry
    ) throws -> Outcome {
        var outcome = Outcome.refused(.notFound(command.job, in: command.lifecycle))
        try db.inSavepoint {
            outcome = try write(command, on: record, entry)
            if case .refused = outcome { return .rollback }
            do {
                // What the companions write is not seen here, and may be undone.
                defer { records.forgetAll() }
                let transaction = SQLiteTransaction(road: self)
                for companion in command.also { try companion(transaction) }
                return .commit
            } catch {
                let error = SQLError.from(error)
                // What the database did to the whole transaction is no matter of this job alone.
                if let sql = error as? SQLError, [.full, .storage].contains(sql.kind) { throw sql }
                outcome = .refused(.companionFailed(error))
                return .rollback
            }
        }
        return outcome
    }

    /// Decides about a command on a job that was read in this transaction, and writes the decision.
    func write(_ command: Command, on record: JobRecord, _ entry: Catalog.Entry) throws -> Outcome {
        let pauses = catalog.pauses
        switch Road.decide(
            command, on: record, definition: entry.definition, now: now, draw: draw(), pauses: pauses)
        {
        case .write(let after, let line):
            if after.isLive, !record.isLive, let key = after.key,
                let other = try self.record(live: key, entry)
            {
                return .refused(.keyTaken(key, by: other.id))
            }
            return try update(record, to: after, line, command.actor, entry)
        case .update(let after):
            return try update(record, to: after, nil, command.actor, entry)
        case .delete(let before):
            do {
                let changed = try statements(entry).delete().bind(before.sequence)
                    .bind(before.version).bind(before.fence).run()
                records.forget(before.id)
                return changed == 1 ? .deleted(before) : .refused(Self.changedMeanwhile(before))
            } catch {
                // An application's table may still refer to the job.
                return .refused(try refusal(for: error))
            }
        case .refuse(let refusal): return .refused(refusal)
        }
    }

    /// The one statement.
    /// - Parameter line: what is to be recorded; without one the version stands still, which records nothing.
    private func update(
        _ before: JobRecord, to after: JobRecord, _ line: HistoryEntry?, _ actor: Actor,
        _ entry: Catalog.Entry
    ) throws -> Outcome {
        let statement = try statements(entry).update()
        try after.bindWritten(to: statement)
        if let line {
            try line.bind(to: statement)
        } else {
            // No name: whoever is erased must not stay in what was written last.
            statement.bind("updated").bind(actor.kind.rawValue).bindNull().bindNull().bindNull()
        }
        statement.bind(before.sequence).bind(before.version).bind(before.fence)
        do {
            // A violated CHECK can be hidden by `UPDATE OR IGNORE` in a trigger: the row count tells.
            guard try statement.run() == 1 else { return .refused(Self.changedMeanwhile(before)) }
            records.note(after)
            return .done(after)
        } catch {
            return .refused(try refusal(for: error))
        }
    }

    private static func changedMeanwhile(_ record: JobRecord) -> Refusal {
        Refusal(.unexpectedState, "job \(record.id) changed while it was being changed; read it again")
    }

    /// A constraint that refuses one job's write is that job's refusal; everything else concerns the whole
    /// transaction and is thrown on, unless ``takesFaults`` says otherwise.
    private func refusal(for error: any Error) throws -> Refusal {
        let error = SQLError.from(error)
        guard let sql = error as? SQLError,
            sql.kind == .constraint || takesFaults && !sql.concernsTheTransaction
        else { throw error }
        var refusal = Refusal(.constraintViolated, sql.description)
        refusal.cause = sql.failure
        return refusal
    }
}
