import ArgumentParser
import Foundation
import LockstepChecking
import LockstepSources

/// The schema that `lockstep check` and `lockstep adopt` read.
struct SchemaInput: ParsableArguments {
    @Option(
        name: .customLong("schema"),
        help: ArgumentHelp(
            "The schema: an SQL file, a folder of migrations, a model or API schema. Without it, it is looked for among "
                + "the sources. May be said several times.", valueName: "file|folder"),
        completion: .file())
    var schemas: [String] = []

    /// The files and their schema.
    func files(_ sources: [String]) throws -> CheckedFiles { try Self.files(sources, schemas) }

    /// The same, read while something else is waited for.
    func reading(_ sources: [String]) -> Task<CheckedFiles, any Error> {
        let schemas = schemas
        return Task { try Self.files(sources, schemas) }
    }

    private static func files(_ sources: [String], _ schemas: [String]) throws -> CheckedFiles {
        try CheckedFiles(
            sources: sources.isEmpty ? ["."] : sources, schema: schemas,
            in: FileManager.default.currentDirectoryPath)
    }
}

/// What `lockstep check` compares.
struct CheckInput: ParsableArguments {
    @OptionGroup var schema: SchemaInput

    @Option(
        name: .customLong("declaration"),
        help: ArgumentHelp(
            "A file with the declared statuses: a lifecycle in YAML or JSON that says 'guards: table.column'. May be said "
                + "several times.", valueName: "file"),
        completion: .file(extensions: FoundDefinition.extensions))
    var declarations: [String] = []

    @Option(
        name: .customLong("column"),
        help: ArgumentHelp(
            "The column a declaration is for, where it does not say.", valueName: "table.column"))
    var columns: [String] = []

    /// Compares everything.
    /// - Parameter live: the columns of a running database, which decide for its tables.
    func check(_ files: CheckedFiles, live: [SchemaColumn] = []) throws -> SourceCheck {
        let declared = try CheckedDeclarations.read(declarations, columns: columns)
        guard !files.schema.columns.isEmpty || !declared.isEmpty || !live.isEmpty else {
            throw CommandError(
                "no schema was found among the sources; name an SQL file or a folder of migrations with --schema, a "
                    + "running one with --database, or what is declared with --declaration")
        }
        return SourceCheck(
            files.tree, schema: files.schema, live: live, declared: declared, schemaFiles: files.schemaFiles)
    }
}
