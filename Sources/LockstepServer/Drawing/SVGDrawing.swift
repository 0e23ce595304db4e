import Lockstep

/// Writes a scene as SVG.
struct SVGDrawing {
    private typealias Point = LifecycleScene.Point

    private let drawing: LifecycleDrawing
    private let scene: LifecycleScene
    private let counts: [String: StatusCount]

    init(_ drawing: LifecycleDrawing, scene: LifecycleScene) {
        self.drawing = drawing
        self.scene = scene
        counts = Dictionary(drawing.counts.map { ($0.status, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func text(standalone: Bool) -> String {
        let name = HTML.escape(scene.definition.name)
        let size = "\(Self.number(scene.width)) \(Self.number(scene.height))"
        // Ids must be distinct in a page with several drawings; names of lifecycles are.
        let id =
            "drawing-" + scene.definition.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            + drawing.id
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="drawing w\(Int(scene.width / 100))" role="group" viewBox="0 0 \(size)" \
            width="\(Self.number(scene.width))" height="\(Self.number(scene.height))" \
            aria-labelledby="\(id)-title \(id)-desc">
            <title id="\(id)-title">Lifecycle \(name)</title>
            <desc id="\(id)-desc">\(HTML.escape(description))</desc>
            \(standalone ? "<style>\(DrawingStyle.standalone)</style>\n" : "")<g aria-hidden="true">
            \(quietFirst.map(line).joined(separator: "\n"))
            </g>
            \(scene.nodes.map(node).joined(separator: "\n"))
            </svg>
            """
    }

    /// What the picture says, in words.
    private var description: String {
        let main = DrawnGraph(scene.definition).mainPath.joined(separator: ", ")
        let initial = scene.definition.initial.joined(separator: ", ")
        return "A job starts in \(initial). When all goes well it passes \(main). "
            + "\(scene.nodes.count) statuses and \(scene.ways.count) moves are drawn."
    }

    // MARK: Moves

    /// Strong lines lie above quiet ones.
    private var quietFirst: [LifecycleScene.Way] {
        scene.ways.filter { $0.line != .flow } + scene.ways.filter { $0.line == .flow && !$0.isMain }
            + scene.ways.filter(\.isMain)
    }

    private func line(_ way: LifecycleScene.Way) -> String {
        let kind = "\(way.line)" + (way.isMain ? " main" : "")
        let joins = way.ownPoints < way.points.count
        let title = "<title>\(HTML.escape(words(of: way.edge)))</title>"
        let tip = joins ? "" : "<path class=\"tip\" d=\"\(Self.tip(way.points))\"/>"
        return "<g class=\"way \(kind)\" data-from=\"\(HTML.escape(way.edge.from))\" "
            + "data-to=\"\(HTML.escape(way.edge.to))\">\(title)"
            + "<path class=\"hit\" d=\"\(Self.path(way.points, cut: 0))\"/>"
            + "<path class=\"stroke\" d=\"\(Self.visible(way))\"/>\(tip)</g>"
    }

    /// `queued → running: claim (by the worker)`
    private func words(of edge: Edge) -> String {
        let causes = edge.causes.keys.sorted { $0.rawValue < $1.rawValue }.map { cause in
            let actors = edge.causes[cause, default: []].map(\.rawValue).sorted().joined(separator: ", ")
            return "\(cause.rawValue) (by \(actors))"
        }
        return "\(edge.from) → \(edge.to): \(causes.joined(separator: "; "))"
    }

    /// A line that joins another one ends a little behind the joint, so that it bends into it.
    private static func visible(_ way: LifecycleScene.Way) -> String {
        guard way.ownPoints < way.points.count else { return path(way.points, cut: 7) }
        var points = Array(way.points.prefix(way.ownPoints))
        let joint = points[points.count - 1], next = way.points[way.ownPoints]
        let length = max(abs(next.x - joint.x), abs(next.y - joint.y))
        let share = min(1, radius / max(length, 1))
        points.append(
            Point(x: joint.x + (next.x - joint.x) * share, y: joint.y + (next.y - joint.y) * share))
        return path(points, cut: 0)
    }

    private static let radius = 12.0

    /// A line through points with round corners, so much shorter at its end.
    private static func path(_ points: [Point], cut: Double) -> String {
        guard let first = points.first, var last = points.last, points.count > 1 else { return "" }
        let before = points[points.count - 2]
        last.x -= cut * sign(last.x - before.x)
        last.y -= cut * sign(last.y - before.y)
        var text = "M\(place(first))"
        for index in 1..<(points.count - 1) {
            let (from, corner, to) = (points[index - 1], points[index], points[index + 1])
            let room = min(radius, distance(from, corner) / 2, distance(corner, to) / 2)
            text +=
                "L\(place(toward(corner, from, room)))Q\(place(corner)) \(place(toward(corner, to, room)))"
        }
        return text + "L\(place(last))"
    }

    private static func tip(_ points: [Point]) -> String {
        guard let end = points.last, points.count > 1 else { return "" }
        let before = points[points.count - 2]
        let (dx, dy) = (sign(end.x - before.x), sign(end.y - before.y))
        let base = Point(x: end.x - 9 * dx, y: end.y - 9 * dy)
        let left = Point(x: base.x - 4.5 * dy, y: base.y + 4.5 * dx)
        let right = Point(x: base.x + 4.5 * dy, y: base.y - 4.5 * dx)
        return "M\(place(end))L\(place(left))L\(place(right))Z"
    }

    private static func toward(_ from: Point, _ to: Point, _ length: Double) -> Point {
        Point(x: from.x + length * sign(to.x - from.x), y: from.y + length * sign(to.y - from.y))
    }

    private static func distance(_ a: Point, _ b: Point) -> Double { abs(a.x - b.x) + abs(a.y - b.y) }
    private static func sign(_ value: Double) -> Double { value > 0 ? 1 : value < 0 ? -1 : 0 }
    private static func place(_ point: Point) -> String { "\(number(point.x)) \(number(point.y))" }

    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }

    // MARK: Statuses

    private func node(_ node: LifecycleScene.Node) -> String {
        let name = node.rule.name
        let classes =
            ["node", node.rule.kind.rawValue] + (drawing.current == name ? ["current"] : [])
            + ((counts[name]?.jobs ?? 0) > 0 ? ["busy"] : [])
        let group = """
            <g class="\(classes.joined(separator: " "))" data-status="\(HTML.escape(name))">\
            <title>\(HTML.escape(words(of: node)))</title>\(shape(node))\(icon(node))\(texts(node))\
            \(badges(node))\(marks(node))</g>
            """
        guard let target = drawing.link?(name) else { return group }
        return
            "<a href=\"\(HTML.escape(target))\" aria-label=\"\(HTML.escape(words(of: node)))\">\(group)</a>"
    }

    private func words(of node: LifecycleScene.Node) -> String {
        let (all, marked) = drawing.counted == .jobs ? ("jobs", "parked") : ("rows", "stuck")
        var words = [node.rule.name + (counts[node.rule.name].map { ": \($0.jobs) \(all)" } ?? "")]
        if let parked = counts[node.rule.name]?.parked, parked > 0 { words.append("\(parked) \(marked)") }
        words.append(RuleWords.kind(of: node.rule))
        if node.isInitial { words.append("a job may start here") }
        if drawing.paused.contains(node.rule.name) { words.append("paused") }
        words += node.oldNames.map { old in
            "formerly \(old.name)" + (counts[old.name].map { " (\($0.jobs) \(all))" } ?? "")
        }
        return words.joined(separator: ", ")
    }

    private func rect(_ box: LifecycleScene.Box, _ kind: String, inset: Double, radius: Double) -> String {
        "<rect class=\"\(kind)\" x=\"\(Self.number(box.x + inset))\" y=\"\(Self.number(box.y + inset))\" "
            + "width=\"\(Self.number(box.width - 2 * inset))\" height=\"\(Self.number(box.height - 2 * inset))\" "
            + "rx=\"\(Self.number(radius))\"/>"
    }

    /// Waits are round, work is square, ends have a double line.
    private func shape(_ node: LifecycleScene.Node) -> String {
        switch node.rule.kind {
        case .wait: rect(node.box, "box", inset: 0, radius: 15)
        case .queue: rect(node.box, "box", inset: 0, radius: 8)
        case .work, .retired: rect(node.box, "box", inset: 0, radius: 3)
        case .success, .failure, .closed:
            rect(node.box, "box", inset: 0, radius: 8) + rect(node.box, "inner", inset: 3, radius: 5)
        }
    }

    private func icon(_ node: LifecycleScene.Node) -> String {
        let (x, y) = (node.box.x + 11, node.box.y + 9)
        return "<path class=\"icon\" transform=\"translate(\(Self.number(x)) \(Self.number(y)))\" "
            + "d=\"\(DrawingStyle.icon(node.rule.kind))\"/>"
    }

    private func texts(_ node: LifecycleScene.Node) -> String {
        let x = Self.number(node.box.x + NodeText.iconRoom)
        var y = node.box.y + 22
        var lines: [String] = []
        for line in node.name {
            lines.append(
                "<text class=\"name\" x=\"\(x)\" y=\"\(Self.number(y))\">\(HTML.escape(line))</text>")
            y += 18
        }
        y -= 1
        for caption in [node.caption] + node.oldNames.map(\.shown) {
            lines.append(
                "<text class=\"caption\" x=\"\(x)\" y=\"\(Self.number(y))\">\(HTML.escape(caption))</text>")
            y += 16
        }
        return lines.joined()
    }

    private func badges(_ node: LifecycleScene.Node) -> String {
        guard let count = counts[node.rule.name] else { return "" }
        let right = node.box.right - 9
        let old = node.oldNames.reduce(0) { $0 + (counts[$1.name]?.jobs ?? 0) }
        let oldParked = node.oldNames.reduce(0) { $0 + (counts[$1.name]?.parked ?? 0) }
        var text = badge("count", Self.short(count.jobs + old), right: right, y: node.box.y + 7)
        if count.parked + oldParked > 0 {
            text += badge(
                "parked", "! " + Self.short(count.parked + oldParked, most: 999), right: right,
                y: node.box.y + node.box.height - 24)
        }
        return text
    }

    private func badge(_ kind: String, _ text: String, right: Double, y: Double) -> String {
        let width = max(22, (TextWidth.of(text, size: 11.5, isBold: true) + 9).rounded(.up))
        let x = right - width
        return "<g class=\"badge \(kind)\"><rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
            + "width=\"\(Self.number(width))\" height=\"17\" rx=\"8.5\"/>"
            + "<text x=\"\(Self.number(x + width / 2))\" y=\"\(Self.number(y + 12.5))\">\(text)</text></g>"
    }

    /// A number in at most four characters; whole up to `most`.
    static func short(_ count: Int, most: Int = 9999) -> String {
        switch count {
        case ...most: "\(count)"
        case ..<999_500: "\((count + 500) / 1000)k"
        case ..<9_950_000: "\((count + 50_000) / 1_000_000).\((count + 50_000) / 100_000 % 10)M"
        default: "\((count + 500_000) / 1_000_000)M"
        }
    }

    /// The dot of a status in which jobs start, on the box's corner; the sign of a pause.
    private func marks(_ node: LifecycleScene.Node) -> String {
        var text = ""
        if node.isInitial {
            text +=
                "<circle class=\"start\" cx=\"\(Self.number(node.box.x + 1))\" "
                + "cy=\"\(Self.number(node.box.y + 1))\" r=\"5\"/>"
        }
        if drawing.paused.contains(node.rule.name) {
            let (x, y) = (Self.number(node.box.right - 1), Self.number(node.box.y + 1))
            text +=
                "<g class=\"paused\" transform=\"translate(\(x) \(y))\"><circle r=\"8\"/>"
                + "<path d=\"M-2.5-3.5V3.5M2.5-3.5V3.5\"/></g>"
        }
        return text
    }
}
