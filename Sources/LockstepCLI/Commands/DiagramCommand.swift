import ArgumentParser
import Lockstep

/// `lockstep diagram`
struct DiagramCommand: StoreCommand {
    /// What the picture is drawn in.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, mermaid, dot
    }

    static let configuration = CommandConfiguration(
        commandName: "diagram", abstract: "Draw a lifecycle.",
        discussion: """
            The lifecycle is one of the database's, or a definition file's. 'text' draws it in the terminal: \
            doubled frames are ends, ●▶ marks where jobs start. 'mermaid' and 'dot' are for other programs.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(
        help: "The name of a stored lifecycle, or a definition file.", completion: Completion.lifecycles)
    var lifecycle: String

    @Option(help: "text, mermaid or dot.")
    var format: Format = .text

    func run() async throws {
        let definitions = try await global.definitions(lifecycle)
        let drawings = definitions.map { definition in
            let picture =
                switch format {
                case .text: Picture(definition).lines().joined(separator: "\n") + "\n"
                case .mermaid: definition.mermaid()
                case .dot: definition.dot()
                }
            return Drawing(lifecycle: definition.name, format: format.rawValue, diagram: picture)
        }
        for drawing in drawings {
            if global.json { try Output.json(drawing) } else { Output.text(drawing.diagram) }
        }
    }

    private struct Drawing: Encodable {
        let lifecycle: String
        let format: String
        let diagram: String
    }
}
