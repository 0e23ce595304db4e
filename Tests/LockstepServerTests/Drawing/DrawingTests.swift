import Lockstep
import LockstepTesting
import Testing

@testable import LockstepServer

/// Layouts are made one after the other on a thread of their own: in a debug build they take long enough to keep the
/// servers of other tests from answering.
@Suite(.serialized) struct DrawingTests {
    /// Every lifecycle of the library's own, and one with all that is hard to draw.
    static let known = [
        Definition(Parcel.self), Definition(Footage.self), Definition(Shipment.self), Definition(Knot.self),
    ]

    @Test(arguments: known)
    func knownLifecyclesAreDrawnWell(definition: Definition) async throws {
        try check(try await Offload.run { _ in SceneCache.shared.scene(of: definition) }, isStrict: true)
        checkText(definition)
    }

    @Test(arguments: 0..<120)
    func anyLifecycleIsDrawnWell(seed: Int) async throws {
        var random = RandomLifecycle(seed: UInt64(seed))
        let definition = random.definition()
        try check(try await Offload.run { _ in SceneCache.shared.scene(of: definition) }, isStrict: true)
        checkText(definition)
    }

    @Test func theHappyPathIsStraight() {
        let scene = LifecycleScene(Definition(Parcel.self))
        let main = scene.ways.filter(\.isMain)
        #expect(
            main.map { "\($0.edge.from)>\($0.edge.to)" }.sorted() == [
                "announced>queued", "labelling>delivered", "packing>labelling", "queued>packing",
            ])
        #expect(main.allSatisfy { way in way.points.allSatisfy { $0.y == way.points[0].y } })
        #expect(Set(main.compactMap { $0.points.first?.y }).count == 1)
    }

    @Test func aStrangeDefinitionIsDrawnToo() {
        let nothing = Definition(name: "nothing", statuses: [], initial: [])
        #expect(LifecycleDrawing(nothing).svg().hasSuffix("</svg>"))
        let lonely = Definition(
            name: "lonely", statuses: [StatusRule(name: "a", kind: .work, limit: .forever)], initial: ["b"])
        #expect(LifecycleDrawing(lonely).svg().contains("data-status=\"a\""))
    }

    @Test func whatIsWrittenInItIsText() {
        var rule = StatusRule(name: "<script>alert(1)</script>", kind: .wait, limit: .forever)
        rule.event = "\"><img src=x onerror=alert(1)>"
        rule.moves = [DeclaredMove(to: "end' onload='x")]
        let end = StatusRule(name: "end' onload='x", kind: .success, limit: .forever)
        var drawing = LifecycleDrawing(
            Definition(name: "x\" onload=\"y", statuses: [rule, end], initial: [rule.name]),
            counts: [StatusCount(status: rule.name, jobs: 3, parked: 1)])
        drawing.link = { "/a?b=\($0)&c" }
        let svg = drawing.svg()
        #expect(!svg.contains("<script") && !svg.contains("<img"))
        #expect(!svg.contains("onload=\"") && !svg.contains("onload='"))
        #expect(svg.contains("&lt;script&gt;"))
    }

    @Test func countsAndParkedJobsAreShown() {
        var drawing = LifecycleDrawing(
            Definition(Parcel.self),
            counts: [
                StatusCount(status: "queued", jobs: 1234, parked: 12),
                StatusCount(status: "pending", jobs: 1, parked: 0),
                StatusCount(status: "delivered", jobs: 1_249_999, parked: 0),
            ])
        drawing.current = "packing"
        let svg = drawing.svg()
        #expect(svg.contains(">1235</text>") && svg.contains(">! 12</text>") && svg.contains(">1.2M</text>"))
        #expect(svg.contains("queued: 1234 jobs, 12 parked"))
        #expect(svg.contains("class=\"node work current\""))
    }

    @Test func aPageNeedsNoStyleInsideADrawing() {
        let drawing = LifecycleDrawing(Definition(Footage.self))
        #expect(!drawing.svg(standalone: false).contains("style"))
        #expect(drawing.svg().contains("<style>"))
    }

    @Test func numbersAreShort() {
        let texts = [0, 9999, 10_000, 999_499, 999_500, 1_949_999, 9_949_999, 9_950_000, 123_456_789].map {
            SVGDrawing.short($0)
        }
        #expect(texts == ["0", "9999", "10k", "999k", "1.0M", "1.9M", "9.9M", "10M", "123M"])
    }

    // MARK: What holds of every drawing

    private func check(_ scene: LifecycleScene, isStrict: Bool) throws {
        let definition = scene.definition
        let drawn = definition.statuses.filter { $0.kind != .retired }
        #expect(scene.nodes.map(\.rule.name) == drawn.map(\.name))
        let boxes = Dictionary(uniqueKeysWithValues: scene.nodes.map { ($0.rule.name, $0.box) })
        for (index, node) in scene.nodes.enumerated() {
            #expect(node.box.x >= 5 && node.box.y >= 5, "\(node.rule.name)")
            #expect(node.box.right <= scene.width - 5 && node.box.bottom <= scene.height - 5)
            for other in scene.nodes.dropFirst(index + 1) {
                #expect(!overlap(node.box, other.box), "\(node.rule.name) lies on \(other.rule.name)")
            }
            checkTexts(node)
        }
        let names = Set(drawn.map(\.name))
        let expected = definition.edges.filter { names.contains($0.from) && names.contains($0.to) }
        #expect(Set(scene.ways.map(\.edge)) == Set(expected) && scene.ways.count == expected.count)
        for way in scene.ways { try check(way, boxes, scene) }
        if isStrict { checkOverlaps(scene) }
    }

    private func checkTexts(_ node: LifecycleScene.Node) {
        for line in node.name {
            let width = TextWidth.of(line, size: NodeText.nameSize, isBold: true)
            #expect(NodeText.iconRoom + width + NodeText.countRoom <= node.box.width + 0.01, "\(line)")
        }
        for line in [node.caption] + node.oldNames.map(\.shown) {
            let width = TextWidth.of(line, size: NodeText.captionSize)
            #expect(NodeText.iconRoom + width + NodeText.parkedRoom <= node.box.width + 0.01, "\(line)")
        }
        let lines = 18 * node.name.count + 16 * (1 + node.oldNames.count)
        #expect(node.box.height >= Double(lines) + 16)
    }

    private func check(
        _ way: LifecycleScene.Way, _ boxes: [String: LifecycleScene.Box], _ scene: LifecycleScene
    ) throws {
        let name = "\(scene.definition.name): \(way.edge.from) → \(way.edge.to)"
        let first = try #require(way.points.first), last = try #require(way.points.last)
        #expect(isOnBorder(first, of: try #require(boxes[way.edge.from])), "\(name) begins elsewhere")
        #expect(isOnBorder(last, of: try #require(boxes[way.edge.to])), "\(name) ends elsewhere")
        for (from, to) in zip(way.points, way.points.dropFirst()) {
            #expect(from.x == to.x || from.y == to.y, "\(name) is not straight")
            #expect(max(from.x, to.x) <= scene.width && min(from.x, to.x) >= 0)
            #expect(max(from.y, to.y) <= scene.height && min(from.y, to.y) >= 0)
            for (status, box) in boxes {
                let crosses =
                    max(from.x, to.x) > box.x && min(from.x, to.x) < box.right && max(from.y, to.y) > box.y
                    && min(from.y, to.y) < box.bottom
                #expect(!crosses, "\(name) crosses \(status)")
            }
        }
    }

    /// Lines of different targets or reasons may cross, but never lie on each other.
    private func checkOverlaps(_ scene: LifecycleScene) {
        for (index, way) in scene.ways.enumerated() {
            for other in scene.ways.dropFirst(index + 1)
            where way.line != other.line || way.edge.to != other.edge.to {
                for (a, b) in zip(way.points, way.points.dropFirst()) {
                    for (c, d) in zip(other.points, other.points.dropFirst()) {
                        #expect(
                            !coincide(a, b, c, d),
                            "\(scene.definition.name): \(way.edge.from) → \(way.edge.to) lies on \(other.edge.from) → \(other.edge.to)"
                        )
                    }
                }
            }
        }
    }

    private typealias Point = LifecycleScene.Point

    private func coincide(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
        func share(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Bool {
            min(max(a, b), max(c, d)) - max(min(a, b), min(c, d)) > 0.5
        }
        if a.x == b.x, c.x == d.x, a.x == c.x { return share(a.y, b.y, c.y, d.y) }
        if a.y == b.y, c.y == d.y, a.y == c.y { return share(a.x, b.x, c.x, d.x) }
        return false
    }

    private func overlap(_ a: LifecycleScene.Box, _ b: LifecycleScene.Box) -> Bool {
        a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom
    }

    private func isOnBorder(_ point: Point, of box: LifecycleScene.Box) -> Bool {
        let isBeside = (point.x == box.x || point.x == box.right) && point.y > box.y && point.y < box.bottom
        let isAcross = (point.y == box.y || point.y == box.bottom) && point.x > box.x && point.x < box.right
        return isBeside || isAcross
    }

    private func checkText(_ definition: Definition) {
        let svg = LifecycleDrawing(
            definition, counts: definition.names.map { StatusCount(status: $0, jobs: 5, parked: 1) }
        ).svg()
        for rule in definition.statuses where rule.kind != .retired {
            #expect(svg.contains("data-status=\"\(HTML.escape(rule.name))\""))
        }
        for rule in definition.statuses where rule.kind == .retired {
            #expect(svg.contains("formerly \(HTML.escape(rule.name))"))
        }
    }
}

/// What is hard to draw: a wait that leads to itself, ways back over several columns, a good end that expires,
/// failures that are no ends, retired names of everything.
private enum Knot: String, Lifecycle {
    case draft, queued, running, checked, done, dropped, failed, expired
    case oldDraft = "old_draft", oldQueue = "old_queue", oldRunning = "old_running", oldDone = "old_done"

    static let initial: Set = [draft]
    static let failure = failed
    static let cancellation = dropped

    var rules: Rules<Self> {
        switch self {
        case .draft:
            .waits(for: "the author", by: .person, within: .days(30)).moves(to: .draft, .queued)
                .else(.dropped)
        case .queued: .queues(for: .running, within: .hours(1)).holds("budget", by: .anyone, within: .days(1))
        case .running:
            .works(within: .hours(1)).moves(to: .checked, .done).moves(to: .queued, atMost: 3).fails(
                to: .draft
            )
            .notCancellable()
        case .checked:
            .waits(for: "the editor", by: .person, within: .days(3)).moves(to: .done, .draft, .queued)
        case .done: .succeeds(keptFor: .days(1), then: .expired).reopens(to: .running)
        case .dropped: .closes(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1)).reopens(to: .draft)
        case .expired: .closes(keptFor: .forever)
        case .oldDraft: .retired(as: .draft)
        case .oldQueue: .retired(as: .queued)
        case .oldRunning: .retired(as: .running)
        case .oldDone: .retired(as: .done)
        }
    }
}
