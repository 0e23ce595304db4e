import GRDB
import Lockstep
import LockstepSQL

/// Takes commands and starts down the road within an open transaction: reads the job, asks, and writes the
/// decision by the one statement.
struct RoadWriter {
    let db: Database
    let catalog: Catalog
    let now: Timestamp
    let draw: @Sendable () -> Double

    /// Starts a job, or takes over a row of another table in the status it is in.
    func start(_ job: NewJob, importing: Bool = false) throws -> StartOutcome {
        do {
            let entry = try catalog.entry(job.lifecycle, db)
            if let existing = try existing(job, entry) { return .reused(existing) }
            var (record, line) =
                importing
                ? try Road.importing(job, definition: entry.definition, now: now)
                : try Road.start(job, definition: entry.definition, now: now)
            let statement = try db.cachedStatement(sql: entry.statements.insert)
            let arguments = StatementArguments(
                record.fixedValues + (try record.writtenValues()) + (try line.entryValues()))
            guard let sequence = try Int64.fetchOne(statement, arguments: arguments) else {
                throw SQLError(kind: .other, message: "the insert of job \(record.id) gave nothing back")
            }
            record.sequence = sequence
            return .started(record)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .refused(try Self.refusal(for: error))
        }
    }

    private func existing(_ job: NewJob, _ entry: Catalog.Entry) throws -> JobRecord? {
        if let id = job.id, let found = try fetch(id, entry) { return found }
        guard let key = job.key else { return nil }
        return try record(live: key, entry)
    }

    private func record(live key: String, _ entry: Catalog.Entry) throws -> JobRecord? {
        let statement = try db.cachedStatement(sql: entry.statements.selectByKey)
        return try Row.fetchOne(statement, arguments: [key]).map {
            JobRecord(row: $0, lifecycle: entry.definition.name)
        }
    }

    private func fetch(_ id: JobID, _ entry: Catalog.Entry) throws -> JobRecord? {
        let statement = try db.cachedStatement(sql: entry.statements.selectByID)
        return try Row.fetchOne(statement, arguments: [id.text]).map {
            JobRecord(row: $0, lifecycle: entry.definition.name)
        }
    }

    /// Carries out a command, with everything that is to be written beside it, or changes nothing.
    func apply(_ command: Command) throws -> Outcome {
        do {
            let entry = try catalog.entry(command.lifecycle, db)
            guard let record = try fetch(command.job, entry) else {
                throw Refusal.notFound(command.job, in: command.lifecycle)
            }
            guard !command.also.isEmpty else { return try write(command, on: record, entry) }
            return try writeWithCompanions(command, on: record, entry)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .refused(try Self.refusal(for: error))
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
            return try update(record, to: after, line.entryValues(), entry)
        case .update(let after):
            // The entry columns keep what they say: the version stands still, so nothing is recorded.
            let line: [(any DatabaseValueConvertible)?] = [
                "updated", command.actor.kind.rawValue, nil, nil, nil,
            ]
            return try update(record, to: after, line, entry)
        case .delete(let before):
            let statement = try db.cachedStatement(sql: entry.statements.delete)
            do {
                try statement.execute(arguments: [before.sequence, before.version, before.fence])
            } catch {
                // An application's table may still refer to the job.
                return .refused(try Self.refusal(for: error))
            }
            return db.changesCount == 1 ? .deleted(before) : .refused(Self.changedMeanwhile(before))
        case .refuse(let refusal): return .refused(refusal)
        }
    }

    /// The one statement.
    private func update(
        _ before: JobRecord, to after: JobRecord, _ line: [(any DatabaseValueConvertible)?],
        _ entry: Catalog.Entry
    ) throws -> Outcome {
        let statement = try db.cachedStatement(sql: entry.statements.update)
        let guards: [(any DatabaseValueConvertible)?] = [before.sequence, before.version, before.fence]
        do {
            try statement.execute(arguments: StatementArguments(try after.writtenValues() + line + guards))
        } catch {
            return .refused(try Self.refusal(for: error))
        }
        // A violated CHECK can be hidden by `UPDATE OR IGNORE` in a trigger: the row count tells.
        return db.changesCount == 1 ? .done(after) : .refused(Self.changedMeanwhile(before))
    }

    private static func changedMeanwhile(_ record: JobRecord) -> Refusal {
        Refusal(.unexpectedState, "job \(record.id) changed while it was being changed; read it again")
    }

    /// A constraint that refuses one job's write is that job's refusal; everything else concerns the whole
    /// transaction and is thrown on.
    private static func refusal(for error: any Error) throws -> Refusal {
        let error = SQLError.from(error)
        guard let sql = error as? SQLError, sql.kind == .constraint else { throw error }
        var refusal = Refusal(.constraintViolated, sql.description)
        refusal.cause = sql.failure
        return refusal
    }
}
