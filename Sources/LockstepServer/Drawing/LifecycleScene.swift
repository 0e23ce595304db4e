import Lockstep

/// Where everything in a drawing lies, in pixels: the boxes of the statuses and the lines of the moves.
struct LifecycleScene: Sendable {
    /// A point of the drawing.
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    /// A rectangle of the drawing.
    struct Box: Hashable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
        var right: Double { x + width }
        var bottom: Double { y + height }
    }

    /// A status with its texts, cut to what fits.
    struct Node: Sendable {
        let rule: StatusRule
        let isInitial: Bool
        let box: Box
        /// The name in one line or two.
        let name: [String]
        /// What a job does there, and how long.
        let caption: String
        /// Retired names that stand for it: whole, and as shown.
        let oldNames: [(name: String, shown: String)]
    }

    /// A move with its way from border to border.
    struct Way: Sendable {
        let edge: Edge
        let line: DrawnGraph.Line
        let isMain: Bool
        let points: [Point]
        /// How many of the points come before it joins a way that is drawn already; all of them when it does
        /// not join one.
        let ownPoints: Int
    }

    let definition: Definition
    let nodes: [Node]
    let ways: [Way]
    let width: Double
    let height: Double

    /// Lays out a definition.
    init(_ definition: Definition) {
        let graph = DrawnGraph(definition)
        let texts = Dictionary(
            graph.statuses.map { ($0.name, NodeText($0, graph)) }, uniquingKeysWith: { first, _ in first })
        let sizes = Self.sizes(graph, texts)
        let routing = Routing(graph, columnWidths: sizes.columns, rowHeights: sizes.rows)
        let paper = Paper(routing, columnWidths: sizes.columns, rowHeights: sizes.rows)
        self.definition = definition
        nodes = graph.statuses.compactMap { rule in
            guard let cell = graph.cells[rule.name], let text = texts[rule.name] else { return nil }
            return Node(
                rule: rule, isInitial: definition.initial.contains(rule.name), box: paper.box(cell),
                name: text.name, caption: text.caption, oldNames: text.oldNames)
        }
        ways = routing.ways.map { way in
            Way(
                edge: way.edge, line: way.line, isMain: way.isMain, points: way.points.map(paper.point),
                ownPoints: way.ownPoints)
        }
        width = paper.width
        height = paper.height
    }

    private static func sizes(
        _ graph: DrawnGraph, _ texts: [String: NodeText]
    ) -> (columns: [Double], rows: [Double]) {
        var columns = Array(repeating: 0.0, count: graph.columns)
        var rows = Array(repeating: 0.0, count: graph.rows)
        for (status, cell) in graph.cells {
            guard let text = texts[status] else { continue }
            columns[cell.column] = max(columns[cell.column], text.width)
            rows[cell.row] = max(rows[cell.row], text.height)
        }
        // A column or a row may hold nothing where ends stand aside; it is narrow then.
        return (columns.map { max($0, 40) }, rows.map { max($0, 40) })
    }
}

/// The texts of a box, and the room that they need.
struct NodeText {
    static let nameSize = 14.0
    static let captionSize = 11.5
    /// Left of the texts: the picture of the kind.
    static let iconRoom = 33.0
    /// Right of the name: the number of jobs, and some air.
    static let countRoom = 56.0
    /// Right of the other lines: the number of parked jobs, and some air.
    static let parkedRoom = 60.0
    private static let widestText = 190.0

    let name: [String]
    let caption: String
    let oldNames: [(name: String, shown: String)]
    let width: Double
    let height: Double

    init(_ rule: StatusRule, _ graph: DrawnGraph) {
        name = Self.nameLines(rule.name)
        caption = TextWidth.fitting(
            Self.caption(of: rule), within: Self.widestText, size: Self.captionSize)
        oldNames = graph.oldNames(of: rule.name).map { old in
            (old, TextWidth.fitting("formerly \(old)", within: Self.widestText, size: Self.captionSize))
        }
        let widths =
            name.map { TextWidth.of($0, size: Self.nameSize, isBold: true) + Self.countRoom }
            + ([caption] + oldNames.map(\.shown)).map {
                TextWidth.of($0, size: Self.captionSize) + Self.parkedRoom
            }
        width = (Self.iconRoom + (widths.max() ?? 0)).rounded(.up)
        height = 18 + 18 * Double(name.count) + 16 * Double(1 + oldNames.count)
    }

    /// In one line where it fits; otherwise broken at the word's end nearest to the middle, and cut.
    private static func nameLines(_ name: String) -> [String] {
        func fits(_ text: String) -> Bool { TextWidth.of(text, size: nameSize, isBold: true) <= widestText }
        func cut(_ text: String) -> String {
            TextWidth.fitting(text, within: widestText, size: nameSize, isBold: true)
        }
        guard !fits(name) else { return [name] }
        let middle = name.count / 2
        let ends = name.enumerated().filter { " _-./:".contains($1) }.map(\.offset)
        let nearest = ends.min { abs($0 - middle) < abs($1 - middle) } ?? middle
        return [cut(String(name.prefix(nearest + 1))), cut(String(name.dropFirst(nearest + 1)))]
            .filter { !$0.isEmpty }
    }

    private static func caption(of rule: StatusRule) -> String {
        switch rule.kind {
        case .queue: "queue · \(rule.limit)"
        case .work: "work · \(rule.limit)"
        case .wait: "for \(rule.event ?? "an event") · \(rule.limit)"
        case .success, .failure, .closed: rule.limit == .forever ? "end · kept" : "end · kept \(rule.limit)"
        case .retired: "retired"
        }
    }
}
