import Foundation
import Lockstep
import LockstepFiles
import LockstepSources

/// The declarations that a check is to hold code and schema against.
enum CheckedDeclarations {
    /// Reads files of lifecycles.
    /// - Parameter columns: the columns they are for, where the files do not say: `orders.status`. They take the place
    ///   of what a file says.
    static func read(_ files: [String], columns: [String]) throws -> [DeclaredColumn] {
        let named = try columns.map(GuardedName.parse)
        let found = try files.flatMap(FoundDefinition.read(file:))
        if !named.isEmpty, found.count != 1 {
            throw CommandError(
                "--column says which column one lifecycle is for, and \(found.count) are declared; write 'guards: table.column' into each of them"
            )
        }
        return try found.flatMap { try declared($0, named) }
    }

    private static func declared(_ found: FoundDefinition, _ named: [GuardedName]) throws -> [DeclaredColumn]
    {
        // Whether the definition is sound as a lifecycle is for `lockstep audit` to say.
        let definition = try found.definition.get()
        let guards = named.isEmpty ? found.source?.guards ?? [] : named
        guard !guards.isEmpty else {
            throw CommandError(
                "\(found.place) does not say which column has the statuses of '\(definition.name)'; write 'guards: table.column' into it, or say --column table.column"
            )
        }
        let file = found.source?.file ?? found.place
        let place = SourcePlace(file: file, line: found.source?.line ?? 1)
        let places = (found.source?.statusLines ?? [:]).mapValues { SourcePlace(file: file, line: $0) }
        return guards.map { name in
            DeclaredColumn(
                namespace: name.namespace, table: name.table, column: name.column, statuses: definition.names,
                initial: Set(definition.initial), place: place, places: places)
        }
    }
}
