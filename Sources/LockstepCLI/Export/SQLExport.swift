import ArgumentParser
import Lockstep
import LockstepPostgres
import LockstepSQL

/// The tables, constraints and triggers of a lifecycle as SQL, as a store makes them: to read, to review, to compare.
struct SQLExport {
    /// A database's SQL.
    enum Dialect: String, ExpressibleByArgument, CaseIterable {
        case sqlite, postgres
    }

    private let definition: Definition
    private let dialect: Dialect

    init(_ definition: Definition, _ dialect: Dialect) {
        self.definition = definition
        self.dialect = dialect
    }

    var text: String {
        let statements =
            switch dialect {
            case .sqlite: SQLiteSchema(definition).create
            case .postgres:
                ["CREATE SCHEMA \(Self.schema)"] + BaseSchema.create(in: Self.schema)
                    + PostgresSchema(definition, in: Self.schema).create
            }
        let note =
            "-- Lifecycle '\(definition.name)' for \(dialect.rawValue), as Lockstep makes it when it installs it.\n"
        return note + statements.map { $0 + ";\n" }.joined(separator: "\n")
    }

    private static let schema = PostgresOptions(connection: "").schema
}
