import Lockstep

/// The ways of all moves on a grid.
struct Routing {
    /// A move's way.
    struct Way {
        let edge: Edge
        let line: DrawnGraph.Line
        let isMain: Bool
        let points: [RoutingGrid.Point]
        let ownPoints: Int
    }

    let grid: RoutingGrid
    let ways: [Way]

    /// Looks for ways with few lines first, then with more, and lets lines lie on each other at last: every
    /// move is drawn.
    init(_ graph: DrawnGraph, columnWidths: [Double], rowHeights: [Double]) {
        let wishes = Self.wishes(graph)
        for (tracks, ports, strictly) in [(3, 3, true), (5, 5, true), (8, 7, true), (8, 7, false)] {
            let grid = RoutingGrid(
                x: .init(sizes: columnWidths.map { Int($0) }, tracks: tracks, ports: ports),
                y: .init(sizes: rowHeights.map { Int($0) }, tracks: tracks, ports: min(ports, 5)))
            if let ways = Self.ways(wishes, on: grid, boxes: graph.cells.values, strictly: strictly) {
                self.grid = grid
                self.ways = ways
                return
            }
        }
        grid = RoutingGrid(
            x: .init(sizes: columnWidths.map { Int($0) }, tracks: 1, ports: 1),
            y: .init(sizes: rowHeights.map { Int($0) }, tracks: 1, ports: 1))
        ways = []
    }

    private typealias Wish = (edge: Edge, request: EdgeRouter.Request)

    /// The happy path first, then what else goes well, the short before the long; then what leads back; then
    /// what goes wrong, from the left.
    private static func wishes(_ graph: DrawnGraph) -> [Wish] {
        var bundles: [String: Int] = [:]
        let wishes = graph.edges.compactMap { edge -> Wish? in
            guard let from = graph.cells[edge.from], let to = graph.cells[edge.to] else { return nil }
            let line = DrawnGraph.line(of: edge)
            let key = "\(line.rawValue) \(to.column) \(to.row) \(edge.from == edge.to)"
            let bundle = bundles[key] ?? bundles.count + 1
            bundles[key] = bundle
            return (
                edge,
                EdgeRouter.Request(
                    from: from, to: to, line: line, isMain: graph.isMain(edge), bundle: bundle)
            )
        }
        return wishes.enumerated().sorted { left, right in
            let (a, b) = (order(left.element.request), order(right.element.request))
            return a == b ? left.offset < right.offset : a.lexicographicallyPrecedes(b)
        }.map(\.element)
    }

    private static func order(_ request: EdgeRouter.Request) -> [Int] {
        let span = abs(request.to.column - request.from.column) + abs(request.to.row - request.from.row)
        switch request.line {
        case .flow: return [request.isMain ? 0 : 1, span]
        case .reopening: return [3, span]
        case .time, .failure, .cancellation:
            return [2, request.line.rawValue, request.to.row, request.to.column, request.from.column]
        }
    }

    private static func ways(
        _ wishes: [Wish], on grid: RoutingGrid, boxes: some Collection<DrawnGraph.Cell>, strictly: Bool
    ) -> [Way]? {
        var router = EdgeRouter(grid: grid, boxes: boxes)
        var drawn: [Int: Set<Piece>] = [:]
        var ways: [Way] = []
        for wish in wishes {
            guard let points = router.route(wish.request, strictly: strictly) else { return nil }
            let own = ownPoints(points, drawn: drawn[wish.request.bundle, default: []])
            drawn[wish.request.bundle, default: []].formUnion(pieces(of: points))
            ways.append(
                Way(
                    edge: wish.edge, line: wish.request.line, isMain: wish.request.isMain, points: own.points,
                    ownPoints: own.count))
        }
        return ways
    }

    /// A piece between two neighbouring points of the grid.
    private struct Piece: Hashable {
        let from: RoutingGrid.Point
        let to: RoutingGrid.Point
    }

    private static func pieces(of points: [RoutingGrid.Point]) -> [Piece] {
        let path = steps(of: points)
        return zip(path, path.dropFirst()).map { Piece(from: $0, to: $1) }
    }

    /// All points that a way touches, not only its bends.
    private static func steps(of bends: [RoutingGrid.Point]) -> [RoutingGrid.Point] {
        guard var here = bends.first else { return [] }
        var path = [here]
        for bend in bends.dropFirst() {
            while here != bend {
                here.column += (bend.column - here.column).signum()
                here.row += (bend.row - here.row).signum()
                path.append(here)
            }
        }
        return path
    }

    /// The way with the point at which it joins its bundle as a point of its own, and how many points there are
    /// until there.
    private static func ownPoints(
        _ points: [RoutingGrid.Point], drawn: Set<Piece>
    ) -> (points: [RoutingGrid.Point], count: Int) {
        let path = steps(of: points)
        guard
            let joint = zip(path, path.dropFirst()).enumerated().first(where: {
                drawn.contains(Piece(from: $1.0, to: $1.1))
            })?.offset
        else { return (points, points.count) }
        let bends = Set(points)
        var kept: [RoutingGrid.Point] = []
        var count = 0
        for (index, point) in path.enumerated() where bends.contains(point) || index == joint {
            kept.append(point)
            if index <= joint { count = kept.count }
        }
        return (kept, count)
    }
}

/// Where the lines of a grid lie on the paper: those that nobody uses take no room.
struct Paper {
    private let xs: [Double]
    private let ys: [Double]
    private let grid: RoutingGrid
    let width: Double
    let height: Double

    init(_ routing: Routing, columnWidths: [Double], rowHeights: [Double]) {
        grid = routing.grid
        var usedX: Set<Int> = []
        var usedY: Set<Int> = []
        for way in routing.ways {
            for (from, to) in zip(way.points, way.points.dropFirst()) {
                if from.column == to.column { usedX.insert(from.column) }
                if from.row == to.row { usedY.insert(from.row) }
            }
        }
        (xs, width) = Self.places(
            routing.grid.x, sizes: columnWidths, used: usedX, between: 40, spacing: nil)
        (ys, height) = Self.places(
            routing.grid.y, sizes: rowHeights, used: usedY, between: 30, spacing: 11)
    }

    func point(_ point: RoutingGrid.Point) -> LifecycleScene.Point {
        .init(x: xs[point.column], y: ys[point.row])
    }

    func box(_ cell: DrawnGraph.Cell) -> LifecycleScene.Box {
        let left = xs[grid.x.near[cell.column]], top = ys[grid.y.near[cell.row]]
        return .init(
            x: left, y: top, width: xs[grid.x.far(cell.column)] - left,
            height: ys[grid.y.far(cell.row)] - top)
    }

    /// - Parameters:
    ///   - between: the least room between two cells.
    ///   - spacing: the distance of a cell's ports; `nil` spreads them over its length.
    private static func places(
        _ axis: RoutingGrid.Axis, sizes: [Double], used: Set<Int>, between: Double, spacing: Double?
    ) -> (places: [Double], total: Double) {
        let outside = 9.0, margin = 18.0, track = 12.0
        var places = Array(repeating: 0.0, count: axis.lines.count)
        var at = 0.0
        func gap(_ lines: Range<Int>, isOuter: Bool) {
            let count = lines.count { used.contains($0) }
            let needed =
                count == 0
                ? (isOuter ? outside : between)
                : (isOuter ? margin + outside : 2 * margin) + Double(count - 1) * track
            let room = isOuter ? needed : max(between, needed)
            // Outside, the first line lies at the rim, at whichever end that is.
            let slack = room - Double(max(0, count - 1)) * track
            var next = at + (isOuter ? (at == 0 ? outside : margin) : slack / 2)
            for line in lines {
                places[line] = next
                if used.contains(line) { next += track }
            }
            at += room
        }
        var start = 0
        for (cell, size) in sizes.enumerated() {
            gap(start..<axis.near[cell], isOuter: cell == 0)
            places[axis.near[cell]] = at
            for (index, line) in axis.portLines(cell).enumerated() {
                if let spacing {
                    places[line] = at + size / 2 + (Double(index) - Double(axis.ports - 1) / 2) * spacing
                } else {
                    places[line] = at + size * Double(index + 1) / Double(axis.ports + 1)
                }
            }
            at += size
            places[axis.far(cell)] = at
            start = axis.far(cell) + 1
        }
        gap(start..<axis.lines.count, isOuter: true)
        return (places, at)
    }
}
