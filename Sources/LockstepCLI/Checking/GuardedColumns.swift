import Lockstep
import LockstepDrift
import LockstepFiles

/// The columns of a running database that declarations are for.
enum GuardedColumns {
    /// Reads files of lifecycles.
    /// - Parameter columns: the columns they are for, where the files do not say, as in ``CheckedDeclarations``.
    static func read(_ files: [String], columns: [String]) throws -> [GuardedColumn] {
        let named = try columns.map(GuardedName.parse)
        let found = try files.flatMap(FoundDefinition.read(file:))
        if !named.isEmpty, found.count != 1 {
            throw CommandError(
                "--column says which column one lifecycle is for, and \(found.count) are declared; write 'guards: table.column' into each of them"
            )
        }
        return try found.flatMap { found in
            let definition = try found.definition.get()
            let guards = named.isEmpty ? found.source?.guards ?? [] : named
            guard !guards.isEmpty else {
                throw CommandError(
                    "\(found.place) does not say which column has the statuses of '\(definition.name)'; write 'guards: table.column' into it, or say --column table.column"
                )
            }
            return guards.map { name in
                GuardedColumn(
                    name.column, of: GuardedColumn.Table(name.table, in: name.namespace), follows: definition)
            }
        }
    }
}
