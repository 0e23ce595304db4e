import ArgumentParser
import Foundation
import LockstepChecking
import LockstepFiles
import LockstepSources

/// `lockstep adopt`
struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Write a declaration of status columns that are already there.",
        discussion: """
            Reads the sources and the schema of an application as `lockstep check` does, and writes what it found \
            as lifecycles in YAML: the statuses that the schema lists, the one its default begins in, the moves that \
            maps of transitions, state machines, triggers and UPDATE statements show. What it did not find is guessed \
            and said so: a person corrects it, and `lockstep check --declaration` holds everything against it.

                lockstep adopt --column orders.status --output orders.yaml

            Without --column, every column is taken that is named like a status or that moves were found for.
            """)

    @Argument(
        help: ArgumentHelp(
            "Folders and files of the application; the current folder without any.", valueName: "sources"),
        completion: .file())
    var sources: [String] = []

    @OptionGroup var schema: SchemaInput

    @Option(
        name: .customLong("column"),
        help: ArgumentHelp("A column to take; may be said several times.", valueName: "table.column"))
    var columns: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write into this file, which must not be there, instead of standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() async throws {
        do {
            if let output, FileManager.default.fileExists(atPath: output) {
                throw CommandError(
                    "'\(output)' is there already, perhaps corrected by somebody; name another file")
            }
            let text = try text()
            guard let output else { return Output.text(text) }
            try FileText.write(text, to: output)
        } catch {
            Output.complain(Sentence.of(error))
            throw ExitCode(2)
        }
    }

    private func text() throws -> String {
        let names = try columns.map(GuardedName.parse)
        let files = try schema.files(sources)
        let found = SourceCheck(files.tree, schema: files.schema, schemaFiles: files.schemaFiles).statuses
        let taken =
            try names.isEmpty
            ? found.filter { $0.isStatusLike || !$0.moves.isEmpty }
            : names.map { name in
                guard let column = found.first(where: { name.names($0) }) else {
                    throw CommandError(
                        "no statuses of '\(name)' were found; found are \(Sentence.list(found.map { "\($0.table).\($0.column)" }.sorted()))"
                    )
                }
                return column
            }
        guard !taken.isEmpty else {
            throw CommandError(
                "no column with statuses was found; name the schema with --schema, or a column with --column")
        }
        var used: Set<String> = []
        return taken.map { column in
            let adoption = Adoption(of: column, taken: used)
            used.insert(adoption.name)
            return adoption.text
        }.joined(separator: "---\n")
    }
}

extension GuardedName {
    /// Reads what somebody wrote behind --column.
    static func parse(_ text: String) throws -> GuardedName {
        guard let name = GuardedName(text) else {
            throw CommandError(
                "--column '\(text)' names no column; write it as table.column, such as orders.status")
        }
        return name
    }

    fileprivate func names(_ other: StatusColumn) -> Bool {
        table.lowercased() == other.table.lowercased() && column.lowercased() == other.column.lowercased()
            && (namespace == nil || other.namespace == nil
                || namespace?.lowercased() == other.namespace?.lowercased())
    }
}
