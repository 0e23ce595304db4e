import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// Something in a live database that is not as its lifecycle declares it.
public struct SchemaDrift: Hashable, Sendable, CustomStringConvertible {
    /// The lifecycle.
    public let lifecycle: String
    /// The table, column, constraint, trigger, function or index.
    public let object: String
    /// One sentence: what is there and what should be.
    public let sentence: String

    /// The sentence with the lifecycle in front.
    public var description: String { "lifecycle '\(lifecycle)': \(sentence)" }
}

/// Compares the tables of a database with the definitions that are installed in it.
///
/// What is compared is what enforces and records: the columns, the CHECK of the statuses, the triggers, their
/// functions and the indexes. What an application adds – columns, indexes, triggers of its own – is its own affair.
public enum LiveSchema {
    /// Every difference, by lifecycle; empty when there is none.
    /// - Throws: an error of the store; a ``Failure`` for a store without a database that is known here.
    public static func drift(of store: any SQLStore) async throws -> [SchemaDrift] {
        let definitions = try await store.definitions()
        switch store {
        case is SQLiteStore:
            return try await store.read { db in
                try definitions.flatMap { try SQLiteLive(db, $0).drift() }
            }
        case let store as PostgresStore:
            let schema = store.options.schema
            return try await store.read { db in
                try definitions.flatMap { try PostgresLive(db, $0, schema: schema).drift() }
            }
        default:
            throw Failure.adminRequired(
                "only SQLite and PostgreSQL databases can be compared with their definitions",
                code: "unknown_store")
        }
    }
}

/// Collects what differs, and says it the same way for both databases.
struct Findings {
    let lifecycle: String
    private(set) var found: [SchemaDrift] = []

    init(_ lifecycle: String) { self.lifecycle = lifecycle }

    mutating func add(_ object: String, _ sentence: String) {
        found.append(SchemaDrift(lifecycle: lifecycle, object: object, sentence: sentence))
    }

    /// The CHECK of the statuses, by the values in it.
    /// - Parameter live: its expression in the database; `nil` when there is none.
    mutating func checkStatuses(_ name: String, declared: [String], live: String?) {
        guard let live else {
            add(name, "the CHECK '\(name)' is missing, so any text can become a status")
            return
        }
        let values = SQLWords(live).literals
        let lacking = declared.filter { !values.contains($0) }
        let extra = Set(values).subtracting(declared).sorted()
        var parts: [String] = []
        if !lacking.isEmpty { parts.append("lacks \(Self.list(lacking))") }
        if !extra.isEmpty { parts.append("allows \(Self.list(extra)), which is not declared") }
        if !parts.isEmpty { add(name, "the CHECK '\(name)' \(parts.joined(separator: " and "))") }
    }

    /// A trigger, function or index, by its text.
    mutating func compare(_ kind: String, _ name: String, _ wanted: SQLWords, _ live: SQLWords?) {
        guard let live else {
            add(name, "the \(kind) '\(name)' is missing\(Self.consequence(of: name, lifecycle))")
            return
        }
        guard live != wanted else { return }
        let change = wanted.difference(to: live).map { ": \($0)" } ?? ""
        add(name, "the \(kind) '\(name)' is not as it was made\(change)")
    }

    static func consequence(of name: String, _ lifecycle: String) -> String {
        let names = TableNames(lifecycle)
        return switch name {
        case names.moveTrigger: ", so undeclared moves are not refused"
        case names.startTrigger: ", so jobs can start anywhere"
        case names.recordTrigger, names.recordStartTrigger: ", so history is not written"
        case names.needsTrigger, names.needsStartTrigger: ", so jobs need not have what they need"
        case names.replaceTrigger, names.identityTrigger: ", so a job can be overwritten by another"
        case names.adoptTrigger, names.adoptStartTrigger: ", so what plain SQL moves has no deadline"
        default: ""
        }
    }

    static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}
