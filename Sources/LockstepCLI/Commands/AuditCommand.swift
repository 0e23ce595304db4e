import ArgumentParser
import Lockstep

/// `lockstep audit`
struct AuditCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look for faults in definitions.",
        discussion: """
            Reads definition files (YAML or JSON, one lifecycle or a list of them), and the \
            definitions stored in the database where no file is given or --database is. Says every fault in one \
            sentence; of a sound definition, the longest possible time to an end and the way that takes it. The \
            exit code is 1 when anything is at fault.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Definition files.", completion: .file(extensions: FoundDefinition.extensions))
    var files: [String] = []

    func run() async throws {
        var found = try files.flatMap(FoundDefinition.read(file:))
        if files.isEmpty || global.database != nil {
            found += try await FoundDefinition.stored(in: try await global.store())
        }
        if global.json {
            try Output.json(["definitions": found.map(AuditDocument.init)])
        } else {
            let terminal = Terminal()
            for item in found { Self.show(item, terminal) }
            if found.isEmpty { Output.line("no definition is stored there") }
        }
        if found.contains(where: { !$0.faults.isEmpty }) { throw ExitCode(1) }
    }

    private static func show(_ found: FoundDefinition, _ terminal: Terminal) {
        let name = terminal.paint(Terminal.plain(found.name ?? "?"), .bold)
        let place = terminal.paint(found.place, .dim)
        guard case .success(let definition) = found.definition, found.faults.isEmpty else {
            Output.line("\(terminal.paint("✗", .red)) \(name)  \(place)")
            for fault in found.faults { Output.line("    \(Terminal.plain(fault))") }
            return
        }
        Output.line("\(terminal.paint("✓", .green)) \(name)  \(place)")
        Output.line("    \(definition.longestTime())")
    }
}

/// What an audit found, as JSON.
private struct AuditDocument: Encodable {
    struct Longest: Encodable {
        let limit: TimeLimit
        let path: [String]
        let endless: String?
        let countedMoves: Int

        enum CodingKeys: String, CodingKey {
            case limit, path, endless
            case countedMoves = "counted_moves"
        }
    }

    let place: String
    let lifecycle: String?
    let faults: [String]
    let longest: Longest?

    init(_ found: FoundDefinition) {
        place = found.place
        lifecycle = found.name
        faults = found.faults
        guard faults.isEmpty, case .success(let definition) = found.definition else {
            longest = nil
            return
        }
        let time = definition.longestTime()
        longest = Longest(
            limit: time.limit, path: time.path, endless: time.endless, countedMoves: time.countedMoves)
    }
}
