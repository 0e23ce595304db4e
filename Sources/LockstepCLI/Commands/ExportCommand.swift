import ArgumentParser
import Foundation
import Lockstep

/// `lockstep export`
struct ExportCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a lifecycle for other languages and tools.",
        discussion: """
            The lifecycle is one of the database's, or a definition file's.

            swift, python, typescript: the statuses, with their kinds and the moves that are allowed, as code that \
            needs nothing of Lockstep. sql: the tables and triggers, as --dialect says. jsonschema: a job, a start \
            and a move; openapi: the same as a document's components. mermaid: a diagram.

            Equal definitions give equal texts, so that a build can check what it has.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(
        help: "The name of a stored lifecycle, or a definition file.", completion: Completion.lifecycles)
    var lifecycle: String

    @Option(help: "swift, python, typescript, sql, jsonschema, mermaid or openapi.")
    var format: ExportFormat

    @Option(help: "sqlite or postgres, for --format sql.")
    var dialect: SQLExport.Dialect = .sqlite

    @Option(
        help: ArgumentHelp("Write into this file instead of standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() async throws {
        let definitions = try await global.definitions(lifecycle)
        guard definitions.count == 1 || format != .jsonschema && format != .openapi && format != .python
        else {
            throw CommandError(
                "'\(lifecycle)' holds \(definitions.count) lifecycles; --format \(format.rawValue) writes one a file"
            )
        }
        let text = try definitions.map { definition in
            try format.text(of: try definition.audited(), dialect)
        }.joined(separator: "\n")
        guard let output else {
            if global.json {
                try Output.json(["format": format.rawValue, "text": text])
            } else {
                Output.text(text)
            }
            return
        }
        try FileText.write(text, to: output)
    }
}

extension GlobalOptions {
    /// The lifecycles that a file holds, or the stored one of this name.
    func definitions(_ lifecycle: String) async throws -> [Definition] {
        guard FileManager.default.fileExists(atPath: lifecycle) else {
            if address == nil {
                throw CommandError(
                    "'\(lifecycle)' is no file, and no database is named; name a definition file, or say "
                        + "--database PATH")
            }
            return try await store().lifecycles(lifecycle)
        }
        return try FoundDefinition.read(file: lifecycle).map { try $0.definition.get() }
    }
}
