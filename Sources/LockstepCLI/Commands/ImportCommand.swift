import ArgumentParser
import Lockstep

/// `lockstep import`
struct ImportCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make jobs of the rows of a table in the same database.",
        discussion: """
            Every row becomes a job in the status it is in, which must be declared (retired names are) or \
            mapped. The job's history begins with 'imported'; ended ones count as ended now and are kept as \
            declared from now on. The table itself is not touched.

            The import can be repeated: a row's job has an id made from the lifecycle, the table and the row's \
            id (a UUID of version 8), and rows whose jobs are there are skipped.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "The installed lifecycle that the jobs follow.", completion: Completion.lifecycles)
    var lifecycle: String

    @Option(help: "The table.")
    var table: String

    @Option(help: "The column that names a row.")
    var id: String

    @Option(help: "The column with the status.")
    var status: String

    @Option(help: "The column with the owner.")
    var owner: String?

    @Option(name: .customLong("map"), help: "What a status of the table becomes, as old=new.")
    var maps: [String] = []

    @Option(name: .customLong("met"), help: "A need that is met for every row, such as upload:video.")
    var met: [String] = []

    @Flag(help: "Only say what would become of how many, by status.")
    var dryRun = false

    func validate() throws { _ = try map() }

    private func map() throws -> [String: String] {
        var map: [String: String] = [:]
        for text in maps {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else {
                throw ValidationError("'--map \(text)' says nothing; write --map old=new")
            }
            guard map.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw ValidationError("'--map \(parts[0])=…' is said twice; say once what it becomes")
            }
        }
        return map
    }

    func run() async throws {
        let store = try await global.store()
        let definition = try await store.lifecycles(lifecycle)[0]
        let table = try await ForeignTable(named: table, id: id, status: status, owner: owner, in: store)
        let importer = Importer(
            store: store, definition: definition, table: table, map: try map(), met: Set(met),
            actor: global.actor)
        let report = try await importer.run(dryRun: dryRun)
        if global.json {
            try Output.json(ImportDocument(dryRun: dryRun, table: table.name, statuses: report.lines))
        } else {
            Self.write(report, dryRun: dryRun)
        }
        guard let first = report.refusals.first else { return }
        let others = report.refusals.count - 1
        throw CommandError(
            "row '\(first.row)' was refused: \(first.refusal.message)"
                + (others == 0 ? "" : " (and \(others) more rows)"))
    }

    private static func write(_ report: Importer.Report, dryRun: Bool) {
        var table = Table("in the table", "becomes", dryRun ? "would import" : "imported", "there", "refused")
        for line in report.lines {
            table.add(
                .init(line.status), .init(line.becomes), .init(line.imported), .init(line.skipped),
                .init(line.refused, line.refused > 0 ? .red : nil))
        }
        table.write(Terminal())
    }

    private struct ImportDocument: Encodable {
        let dryRun: Bool
        let table: String
        let statuses: [Importer.Line]

        enum CodingKeys: String, CodingKey {
            case table, statuses
            case dryRun = "dry_run"
        }
    }
}
