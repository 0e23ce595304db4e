import Lockstep
import LockstepSQL

/// What has to be done so that a database itself keeps a column to its declaration: a CHECK of the declared statuses, a
/// trigger that lets rows start in initial statuses alone, and one that refuses undeclared moves.
///
/// A plan is made from the database as it is, so that one that was begun goes on where it was. Rows are never changed by
/// it: what they would have to become is proposed.
public struct GuardPlan: Sendable, Hashable {
    /// One thing that is done by itself.
    public struct Step: Sendable, Hashable {
        /// What it does.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// An ENUM gets a label.
            case label
            /// The column's type gets longer.
            case type
            /// A domain's CHECK lets what is declared through.
            case domain
            /// The CHECK of the declared statuses holds for writes.
            case check
            /// The CHECK was held against every row.
            case validate
            /// The column refuses `NULL`.
            case notNull
            /// The default is an initial status.
            case defaultValue
            /// The functions of the triggers.
            case functions
            /// The trigger on inserts.
            case starts
            /// The trigger on updates.
            case moves
            /// SQLite: the table is made anew with another CHECK.
            case rebuild
        }

        /// What it does.
        public let kind: Kind
        /// A sentence for people.
        public let title: String
        /// The statements, in order.
        public let statements: [String]
        /// Whether they may run in a transaction; if so they do, together and with nothing else.
        public let isTransactional: Bool
        /// The lock that is taken, and for how long.
        public let lock: String
        /// What undoes it; empty where nothing can.
        public let reverse: [String]
    }

    /// Rows that hold what the guard will refuse, and what they might become.
    public struct Repair: Sendable, Hashable {
        /// The value; `nil` is `NULL`.
        public let value: String?
        /// How many rows.
        public let count: Int64
        /// A declared status that may be meant.
        public let suggestion: String?
        /// A statement that changes them; with `…` where nobody can guess the status.
        public let statement: String
    }

    /// The column, for people.
    public let place: String
    /// What remains to be done, in order.
    public let steps: [Step]
    /// What rows hold that will be refused. While there are any, no CHECK is added: it would refuse every update of them.
    public let repairs: [Repair]
    /// What nobody but a person can do, a sentence each.
    public let notes: [String]
    /// How long a statement waits for its lock.
    public let lockTimeout: Duration
    let isPostgres: Bool
    /// Counting the rows that do not fit reads a large table, which keeps nobody waiting.
    private static let longest = Duration.seconds(1800)

    /// Whether nothing is left to do.
    public var isDone: Bool { steps.isEmpty }

    /// Makes the plan of what remains to be done.
    /// - Parameters:
    ///   - refusesNull: whether the column shall refuse `NULL` as well.
    ///   - lockTimeout: how long a statement waits for its lock, and so keeps writers waiting behind it.
    /// - Throws: as ``LiveCheck/findings()`` does.
    public static func make(
        for column: GuardedColumn, in database: LiveDatabase, refusingNull refusesNull: Bool = false,
        lockTimeout: Duration = .milliseconds(50)
    ) async throws -> GuardPlan {
        let table = try await database.found(column.table)
        return try await database.read(limit: longest) { probe in
            let state = try GuardState(column, table, probe, refusesNull: refusesNull)
            return try state.plan(lockTimeout: lockTimeout)
        }
    }

    /// Makes the plan that takes the guard away and puts back what was there before.
    public static func removal(
        of column: GuardedColumn, in database: LiveDatabase, lockTimeout: Duration = .milliseconds(50)
    ) async throws -> GuardPlan {
        let table = try await database.found(column.table)
        return try await database.read(limit: longest) { probe in
            let state = try GuardState(column, table, probe, refusesNull: false)
            return try state.removal(lockTimeout: lockTimeout)
        }
    }
}

extension GuardPlan {
    /// The migration as text: a file for each step that cannot share a transaction, each with its locks.
    public struct File: Sendable, Hashable {
        /// A name for the file, in order: `1_check`.
        public let name: String
        /// Its text.
        public let text: String
    }

    /// The migration, forwards.
    public var migration: [File] { files(steps.map { ($0, $0.statements, $0.title) }) }

    /// The migration, backwards: what undoes it, the last step first.
    public var reverseMigration: [File] {
        files(
            steps.reversed().map { step in
                (
                    step, step.reverse,
                    step.reverse.isEmpty ? "Cannot be undone: \(step.title)" : "Undoes: \(step.title)"
                )
            })
    }

    private func files(_ parts: [(step: Step, statements: [String], title: String)]) -> [File] {
        parts.enumerated().map { index, part in
            var lines = ["-- \(part.title)", "-- Lock: \(part.step.lock)."]
            if index == 0 {
                lines += notes.map { "-- Note: \($0)" }
                for repair in repairs {
                    let value = repair.value.map { "'\($0)'" } ?? "NULL"
                    lines.append("-- First: \(repair.count) rows hold \(value). \(repair.statement)")
                }
            }
            let isAlone = !part.step.isTransactional
            if isAlone { lines.append("-- Not in a transaction.") }
            if isPostgres, !part.statements.isEmpty {
                let milliseconds = Int64(lockTimeout / .milliseconds(1))
                if isAlone {
                    lines.append("SET lock_timeout = '\(milliseconds)ms';")
                } else {
                    lines += ["BEGIN;", "SET LOCAL lock_timeout = '\(milliseconds)ms';"]
                }
            }
            lines += part.statements.map { $0.hasSuffix(";") ? $0 : "\($0);" }
            if isPostgres, !part.statements.isEmpty {
                lines.append(isAlone ? "RESET lock_timeout;" : "COMMIT;")
            }
            return File(
                name: "\(index + 1)_\(part.step.kind.rawValue)", text: lines.joined(separator: "\n") + "\n")
        }
    }
}
