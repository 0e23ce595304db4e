import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// Carries a ``GuardPlan`` out, step by step, while the application goes on.
///
/// Before each step the database is looked at again: what is there already is left alone, so that a run which was ended
/// goes on where it was, with no file to remember it. A lock that is not had in time is tried again later; nobody waits
/// behind it for longer than the plan's time-out.
public struct GuardRun: Sendable {
    /// What happens, as it happens.
    public enum Event: Sendable, Hashable {
        /// A step begins.
        case begins(GuardPlan.Step)
        /// Its lock was not had in time; it will be tried again.
        case waits(GuardPlan.Step, attempt: Int)
        /// A step is carried out and about to be committed.
        case commits(GuardPlan.Step)
        /// A step is done.
        case ended(GuardPlan.Step)
    }

    /// Rows hold what the guard refuses: nothing further was done.
    public struct BadRows: Error, Hashable, Sendable, CustomStringConvertible {
        /// The column.
        public let place: String
        /// The rows, and what they might become.
        public let repairs: [GuardPlan.Repair]
        /// How many rows, all in all.
        public var count: Int64 { repairs.reduce(0) { $0 + $1.count } }

        /// One sentence, and a proposal for each value.
        public var description: String {
            let lines = repairs.map { repair in
                "\(repair.count) × \(repair.value.map { "'\($0)'" } ?? "NULL"): \(repair.statement)"
            }
            return
                "\(count) row\(count == 1 ? " holds" : "s hold") what '\(place)' will refuse; repair them first, for "
                + "example by:\n" + lines.joined(separator: "\n")
        }
    }

    private let column: GuardedColumn
    private let database: LiveDatabase
    private let refusesNull: Bool
    private let lockTimeout: Duration
    private let attempts: Int
    private let pause: @Sendable (Int) async throws -> Void

    /// - Parameters:
    ///   - database: is written to, by connections of its own.
    ///   - lockTimeout: how long a statement waits for its lock, and so keeps writers waiting behind it.
    ///   - attempts: how often a lock is asked for.
    ///   - pause: waits after an attempt that had no lock, by its number; longer and longer, if nothing else is said.
    public init(
        _ column: GuardedColumn, in database: LiveDatabase, refusingNull refusesNull: Bool = false,
        lockTimeout: Duration = .milliseconds(50), attempts: Int = 200,
        pause: @escaping @Sendable (Int) async throws -> Void = { attempt in
            try await Task.sleep(for: .milliseconds(min(2000, 50 * attempt)))
        }
    ) {
        self.column = column
        self.database = database
        self.refusesNull = refusesNull
        self.lockTimeout = lockTimeout
        self.attempts = attempts
        self.pause = pause
    }

    /// Does what remains to be done.
    /// - Parameter watch: is told what happens; throwing ends the run, and what is not committed is undone.
    /// - Returns: the steps that were carried out, none where everything was done already.
    /// - Throws: ``BadRows`` when rows hold what would be refused; ``SQLError`` when a lock cannot be had, or the
    ///   database refuses; what `watch` throws.
    @discardableResult
    public func apply(_ watch: @escaping @Sendable (Event) throws -> Void = { _ in }) async throws
        -> [GuardPlan.Step]
    {
        try await carryOut(watch) {
            let plan = try await GuardPlan.make(
                for: column, in: database, refusingNull: refusesNull, lockTimeout: lockTimeout)
            let needsRows: Set<GuardPlan.Step.Kind> = [.check, .validate, .notNull, .rebuild]
            if let step = plan.steps.first, needsRows.contains(step.kind), !plan.repairs.isEmpty {
                throw BadRows(place: plan.place, repairs: plan.repairs)
            }
            return plan
        }
    }

    /// Takes the guard away, and puts back what it took the place of.
    /// - Throws: as ``apply(_:)`` does.
    @discardableResult
    public func remove(_ watch: @escaping @Sendable (Event) throws -> Void = { _ in }) async throws
        -> [GuardPlan.Step]
    {
        try await carryOut(watch) {
            try await GuardPlan.removal(of: column, in: database, lockTimeout: lockTimeout)
        }
    }

    private func carryOut(
        _ watch: @escaping @Sendable (Event) throws -> Void, _ next: () async throws -> GuardPlan
    ) async throws -> [GuardPlan.Step] {
        let writer = try await GuardWriter(database, lockTimeout: lockTimeout)
        do {
            var done: [GuardPlan.Step] = []
            while let step = try await next().steps.first {
                // A step after which it is still to be done would be done for ever.
                guard done.last != step else {
                    throw Failure.adminRequired(
                        "the step '\(step.title)' was carried out and the database does not show it; somebody else "
                            + "changes the table at the same time", code: "guard_undone")
                }
                try watch(.begins(step))
                do {
                    try await carryOut(step, writer, watch)
                } catch let error as SQLError where error.kind == .statement || error.kind == .constraint {
                    // A row that does not fit came meanwhile, which the plan says; or another run was faster.
                    guard try await next().steps.first != step else { throw error }
                    continue
                }
                try watch(.ended(step))
                done.append(step)
            }
            try await writer.close()
            return done
        } catch {
            // Why the run ended matters more than how its connection does.
            try? await writer.close()
            throw error
        }
    }

    private func carryOut(
        _ step: GuardPlan.Step, _ writer: GuardWriter, _ watch: @escaping @Sendable (Event) throws -> Void
    ) async throws {
        var attempt = 0
        while true {
            attempt += 1
            do {
                return try await writer.carryOut(step) { try watch(.commits(step)) }
            } catch let error as SQLError where error.kind == .busy && attempt < attempts {
                try watch(.waits(step, attempt: attempt))
                try await pause(attempt)
            }
        }
    }
}

/// The connection of a run, which writes.
struct GuardWriter: Sendable {
    private enum Driver: Sendable {
        case postgres(PlainDatabase)
        case sqlite(PlainFile)
    }
    private let driver: Driver
    private let lockTimeout: Duration

    init(_ database: LiveDatabase, lockTimeout: Duration) async throws {
        self.lockTimeout = lockTimeout
        switch database.source {
        case .postgres(let connection):
            var options = PostgresOptions(connection: connection)
            options.connections = 1
            // Validating reads every row of a table.
            options.statementTimeout = .seconds(6 * 3600)
            driver = .postgres(PlainDatabase(options))
        case .file(let path): driver = .sqlite(try await PlainFile(path: path, isWritten: true))
        }
    }

    func close() async throws {
        switch driver {
        case .postgres(let database): await database.close()
        case .sqlite(let file): try await file.close()
        }
    }

    /// - Parameter commits: is called before the commit.
    func carryOut(_ step: GuardPlan.Step, _ commits: @escaping @Sendable () throws -> Void) async throws {
        switch driver {
        case .postgres(let database):
            let milliseconds = max(1, Int64(lockTimeout / .milliseconds(1)))
            try await database.session { session in
                if step.isTransactional {
                    try session.execute("BEGIN; SET LOCAL lock_timeout = \(milliseconds)")
                    // In one message: no journey is waited for while the lock is held.
                    try session.execute(step.statements.joined(separator: ";\n"))
                    try commits()
                    try session.execute("COMMIT")
                } else {
                    try commits()
                    try session.execute("SET lock_timeout = \(milliseconds)")
                    let outcome = Result {
                        for statement in step.statements { try session.execute(statement) }
                    }
                    // A pooler may give the session to somebody else. A lost one keeps no settings.
                    do { try session.execute("RESET lock_timeout") } catch { try outcome.get() }
                    try outcome.get()
                }
            }
        case .sqlite(let file):
            try await file.write { session in
                // A pragma does nothing within a transaction.
                let pragmas = step.statements.filter { $0.hasPrefix("PRAGMA") }
                if let first = pragmas.first { try session.execute(first) }
                try session.execute("BEGIN IMMEDIATE")
                for statement in step.statements where !statement.hasPrefix("PRAGMA") {
                    try session.execute(statement)
                }
                try commits()
                try session.execute("COMMIT")
                if pragmas.count > 1 { try session.execute(pragmas[1]) }
            }
        }
    }
}
