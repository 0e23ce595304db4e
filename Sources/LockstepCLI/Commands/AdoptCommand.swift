import ArgumentParser
import Foundation
import LockstepChecking
import LockstepFiles
import LockstepSQL
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
                lockstep adopt --database postgres://… --history order_events src

            With --database the running one is asked: its columns are found without being named, the statuses are \
            those that it accepts, its triggers say which moves there are, or else a table with the history of moves \
            says which ones happened, and the rows of each status are counted. It is only read.

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
            "A running database to ask: a file, or a URL as postgres://…. It is only read.",
            valueName: "path|url"), completion: .file())
    var database: String?

    @Option(
        help: ArgumentHelp(
            "The table that keeps the moves of the column; without it, it is looked for by the names of its columns.",
            valueName: "table"))
    var history: String?

    @Option(
        name: .customLong("schema-name"),
        help: ArgumentHelp(
            "A schema of a PostgreSQL database to look at; all without it. May be said several times.",
            valueName: "name"))
    var schemaNames: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write into this file, which must not be there, instead of standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func validate() throws {
        if database == nil, history != nil || !schemaNames.isEmpty {
            throw ValidationError(
                "\(history == nil ? "--schema-name" : "--history") is about a running database; name it with --database"
            )
        }
    }

    func run() async throws {
        do {
            if let output, FileManager.default.fileExists(atPath: output) {
                throw CommandError(
                    "'\(output)' is there already, perhaps corrected by somebody; name another file")
            }
            let text = try await text()
            guard let output else { return Output.text(text) }
            try FileText.write(text, to: output)
        } catch {
            Output.complain(Sentence.of(error))
            throw ExitCode(2)
        }
    }

    private func text() async throws -> String {
        guard let database else {
            let found = Self.found(try schema.files(sources), live: [])
            return Self.text(try taken(found, leaving: []).map { ($0, AdoptionFacts()) })
        }
        let files = schema.reading(sources)
        return try await CheckedDatabase.with(DatabaseAddress(database), schemas: schemaNames) { live in
            let found = Self.found(try await files.value, live: live.live)
            let columns = try taken(found, leaving: live.historyColumns)
            guard history == nil || columns.count == 1 else {
                throw CommandError(
                    "--history is about one column, and \(columns.count) are adopted; name it with --column")
            }
            var adopted: [(StatusColumn, AdoptionFacts)] = []
            for column in columns {
                adopted.append((column, try await live.facts(of: column, history: history)))
            }
            for note in live.notes { Output.complain(note) }
            return Self.text(adopted)
        }
    }

    private static func text(_ adopted: [(StatusColumn, AdoptionFacts)]) -> String {
        var used: Set<String> = []
        return adopted.map { column, facts in
            let adoption = Adoption(of: column, facts: facts, taken: used)
            used.insert(adoption.name)
            return adoption.text
        }.joined(separator: "---\n")
    }

    /// Every column with statuses, of files and of a running database.
    private static func found(_ files: CheckedFiles, live: [SchemaColumn]) -> [StatusColumn] {
        SourceCheck(files.tree, schema: files.schema, live: live, schemaFiles: files.schemaFiles).statuses
    }

    /// Those that are adopted.
    /// - Parameter histories: columns that keep moves, and are no lifecycles unless somebody names them.
    private func taken(_ found: [StatusColumn], leaving histories: Set<String>) throws -> [StatusColumn] {
        let names = try columns.map(GuardedName.parse)
        let taken =
            try names.isEmpty
            ? found.filter { column in
                let place = (column.namespace.map { $0 + "." } ?? "") + "\(column.table).\(column.column)"
                return (column.isStatusLike || !column.moves.isEmpty) && !histories.contains(place)
            }
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
                "no column with statuses was found; name the schema with --schema, a running one with --database, or a column with --column"
            )
        }
        return taken
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
