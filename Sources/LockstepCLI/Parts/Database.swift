import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// A database that the command line was pointed at.
protocol Database: SQLStore {
    /// Where it is, for people, without a password.
    var place: String { get }
    /// The table of definitions, as statements name it.
    var definitionsTable: String { get }

    /// The table or view of this name; the case of letters does not matter where only one is meant.
    func relation(_ name: String) async throws -> Relation?

    /// Makes what enforces and records of a lifecycle anew, as its definition says.
    func mendSchema(of lifecycle: String) async throws
}

/// A table or view of a database, and how it is read.
struct Relation: Sendable {
    /// The name as the database writes it.
    let name: String
    /// The name in a statement.
    let quoted: String
    /// The columns, in the table's order.
    let columns: [String]
    /// Whether a value that was read as text can be compared with its column.
    ///
    /// PostgreSQL reads such a text as a value of the column's type, whatever it is; SQLite compares values as
    /// they were stored.
    let comparesText: Bool

    /// The column of this name; the case of letters only matters where it must.
    func column(_ name: String) -> String? {
        columns.first { $0 == name } ?? columns.first { $0.lowercased() == name.lowercased() }
    }
}

extension SQLiteStore: Database {
    var place: String { path }
    var definitionsTable: String { "lockstep_definitions" }

    func relation(_ name: String) async throws -> Relation? {
        try await read { db in
            let names = try db.query(
                "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND lower(name) = lower(?1)",
                name)
            guard let name = names.first?[0].text else { return nil }
            let columns = try db.query("SELECT name FROM pragma_table_xinfo(?1)", name)
            return Relation(
                name: name, quoted: SQLText.name(name), columns: columns.compactMap { $0[0].text },
                comparesText: false)
        }
    }
}

extension PostgresStore: Database {
    var place: String { "\(DatabaseAddress(options.connection))" }
    var definitionsTable: String { "\(options.schema).lockstep_definitions" }

    func relation(_ name: String) async throws -> Relation? {
        try await PostgresTables.relation(name, in: self)
    }
}
