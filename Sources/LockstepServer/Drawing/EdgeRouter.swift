/// Finds ways for the moves of a drawing, one after the other: around all boxes, never along another move's line,
/// with few bends and crossings. Moves of one bundle (the same target for the same reason) share a way as early
/// as they can.
///
/// It is the maze router of C. Y. Lee ("An Algorithm for Path Connections and Its Applications", IRE Transactions
/// on Electronic Computers, 1961) with costs; the cheapest way is found by A* (P. E. Hart, N. J. Nilsson, B. Raphael, "A
/// Formal Basis for the Heuristic Determination of Minimum Cost Paths", IEEE Transactions on Systems Science and
/// Cybernetics, 1968).
struct EdgeRouter {
    /// A move that wants a way.
    struct Request {
        var from: DrawnGraph.Cell
        var to: DrawnGraph.Cell
        var line: DrawnGraph.Line
        /// A move between neighbours on the happy path leaves and enters in the middle of the sides.
        var isMain: Bool
        /// Moves with the same number may share their way.
        var bundle: Int
    }

    private let grid: RoutingGrid
    private var blocked: [Bool]
    /// Which bundle uses the piece to the right of a point and the piece below it, and whether it goes that way
    /// (+) or the other way (−); 0 is free.
    private var across: [Int]
    private var along: [Int]
    /// Which bundle bends, begins or ends at a point; 0 is none.
    private var corners: [Int]
    /// The bundles that have a way already, which others of the bundle may share.
    private var drawn: Set<Int> = []

    private static let bend = 28
    private static let crossing = 22
    /// What lying on another line costs, where nothing else is left.
    private static let overlap = 20_000

    init(grid: RoutingGrid, boxes: some Sequence<DrawnGraph.Cell>) {
        self.grid = grid
        blocked = Array(repeating: false, count: grid.count)
        across = Array(repeating: 0, count: grid.count)
        along = across
        corners = across
        for box in boxes {
            for row in grid.y.near[box.row]...grid.y.far(box.row) {
                for column in grid.x.near[box.column]...grid.x.far(box.column) {
                    blocked[grid.vertex(.init(column: column, row: row))] = true
                }
            }
        }
    }

    /// The way of a move from box to box, with its bends; what it takes is taken for the moves that follow.
    /// - Parameter strictly: whether it must not lie on another line.
    /// - Returns: `nil` when there is no such way.
    mutating func route(_ request: Request, strictly: Bool) -> [RoutingGrid.Point]? {
        var search = Search(router: self, request: request, strictly: strictly)
        guard let vertices = search.run() else { return nil }
        take(vertices, bundle: request.bundle)
        return Self.bends(of: vertices.map(grid.point))
    }

    private mutating func take(_ vertices: [Int], bundle: Int) {
        drawn.insert(bundle)
        var last: RoutingGrid.Heading?
        for (from, to) in zip(vertices, vertices.dropFirst()) {
            let heading = heading(from: from, to: to)
            switch heading {
            case .right: across[from] = bundle
            case .left: across[to] = -bundle
            case .down: along[from] = bundle
            case .up: along[to] = -bundle
            }
            if last != heading { corners[from] = bundle }
            last = heading
        }
        if let end = vertices.last { corners[end] = bundle }
    }

    private func heading(from: Int, to: Int) -> RoutingGrid.Heading {
        switch to - from {
        case 1: .right
        case -1: .left
        case let step: step > 0 ? .down : .up
        }
    }

    private static func bends(of points: [RoutingGrid.Point]) -> [RoutingGrid.Point] {
        points.indices.filter { index in
            guard index > 0, index < points.count - 1 else { return true }
            let (before, here, after) = (points[index - 1], points[index], points[index + 1])
            return
                !(before.column == here.column && here.column == after.column
                || before.row == here.row && here.row == after.row)
        }.map { points[$0] }
    }

    /// The search for one way.
    private struct Search {
        let router: EdgeRouter
        let grid: RoutingGrid
        let request: Request
        let strictly: Bool
        private let width: Int
        private let height: Int
        private var best: [Int]
        private var previous: [Int]
        private var isClosed: [Bool]
        /// What entering the box costs at a state; −1 where it is not entered.
        private var goals: [Int]
        private let sides: (left: Int, right: Int, top: Int, bottom: Int)
        /// A shared way costs a quarter.
        private let sharing: Int
        private var queue = CostQueue()

        init(router: EdgeRouter, request: Request, strictly: Bool) {
            self.router = router
            self.request = request
            self.strictly = strictly
            grid = router.grid
            width = grid.x.lines.count
            height = grid.y.lines.count
            best = Array(repeating: .max, count: grid.count * 4)
            previous = Array(repeating: -1, count: grid.count * 4)
            goals = previous
            isClosed = Array(repeating: false, count: grid.count * 4)
            sharing = router.drawn.contains(request.bundle) ? 4 : 1
            let (x, y, to) = (grid.x, grid.y, request.to)
            sides = (
                x.rough[x.near[to.column]], x.rough[x.far(to.column)], y.rough[y.near[to.row]],
                y.rough[y.far(to.row)]
            )
        }

        /// What the rest of the way costs at least.
        private func rest(_ vertex: Int) -> Int {
            let x = grid.x.rough[vertex % width], y = grid.y.rough[vertex / width]
            return (max(0, sides.left - x, x - sides.right) + max(0, sides.top - y, y - sides.bottom))
                / sharing
        }

        mutating func run() -> [Int]? {
            for exit in grid.exits(of: request.to) {
                guard let price = price(exit.heading, exit.isMiddle, leaving: false) else { continue }
                let vertex = grid.vertex(exit.point)
                guard router.corners[vertex] == 0 || router.corners[vertex] == request.bundle || !strictly
                else { continue }
                goals[vertex * 4 + exit.heading.opposite.rawValue] = price
            }
            for exit in grid.exits(of: request.from) {
                guard let price = price(exit.heading, exit.isMiddle, leaving: true) else { continue }
                let vertex = grid.vertex(exit.point)
                let isTaken = router.corners[vertex] != 0
                guard !isTaken || !strictly else { continue }
                offer(
                    price + (isTaken ? EdgeRouter.overlap : 0), vertex * 4 + exit.heading.rawValue, from: -1)
            }
            return search()
        }

        private mutating func search() -> [Int]? {
            var goal: (cost: Int, state: Int)?
            while let (least, state) = queue.pop() {
                if let goal, goal.cost <= least { break }
                guard !isClosed[state] else { continue }
                isClosed[state] = true
                let cost = best[state]
                if goals[state] >= 0, previous[state] >= 0 {
                    if cost + goals[state] < goal?.cost ?? .max { goal = (cost + goals[state], state) }
                    continue
                }
                expand(state, cost)
            }
            guard var state = goal?.state else { return nil }
            var vertices: [Int] = []
            while state >= 0 {
                vertices.append(state / 4)
                state = previous[state]
            }
            return vertices.reversed()
        }

        private mutating func offer(_ cost: Int, _ state: Int, from: Int) {
            guard cost < best[state] else { return }
            best[state] = cost
            previous[state] = from
            queue.push(cost + rest(state / 4), state)
        }

        private mutating func expand(_ state: Int, _ cost: Int) {
            let vertex = state / 4
            guard let heading = RoutingGrid.Heading(rawValue: state % 4) else { return }
            let isStart = previous[state] < 0
            for next in RoutingGrid.headings where next != heading.opposite {
                if isStart, next != heading { continue }
                guard let turn = turn(at: vertex, heading, next, isStart: isStart),
                    let (target, step) = step(from: vertex, next)
                else { continue }
                offer(cost + turn + step, target * 4 + next.rawValue, from: state)
            }
        }

        /// What it costs to go on at a point; `nil` when another move's line forbids it.
        private func turn(
            at vertex: Int, _ heading: RoutingGrid.Heading, _ next: RoutingGrid.Heading, isStart: Bool
        ) -> Int? {
            if isStart { return 0 }
            let corner = router.corners[vertex]
            var price = next == heading ? 0 : EdgeRouter.bend
            if corner != 0, corner != request.bundle {
                if strictly { return nil }
                price += EdgeRouter.overlap
            }
            let left = vertex % width > 0 ? router.across[vertex - 1] : 0
            let up = vertex >= width ? router.along[vertex - width] : 0
            let horizontal = isForeign(left) || isForeign(router.across[vertex])
            let vertical = isForeign(up) || isForeign(router.along[vertex])
            if next != heading, horizontal || vertical {
                if strictly { return nil }
                return price + EdgeRouter.overlap
            }
            if heading.isHorizontal ? vertical : horizontal { price += EdgeRouter.crossing }
            return price
        }

        private func isForeign(_ use: Int) -> Bool { use != 0 && abs(use) != request.bundle }

        /// The next point in a direction, and what the piece to it costs; `nil` when there is none to take.
        private func step(from vertex: Int, _ heading: RoutingGrid.Heading) -> (Int, Int)? {
            let point = grid.point(vertex)
            let target: Int
            let use: Int
            let length: Int
            switch heading {
            case .right:
                guard point.column + 1 < width, !grid.y.isSide(point.row) else { return nil }
                target = vertex + 1
                use = router.across[vertex]
                length = grid.x.rough[point.column + 1] - grid.x.rough[point.column]
            case .left:
                guard point.column > 0, !grid.y.isSide(point.row) else { return nil }
                target = vertex - 1
                use = -router.across[target]
                length = grid.x.rough[point.column] - grid.x.rough[point.column - 1]
            case .down:
                guard point.row + 1 < height, !grid.x.isSide(point.column) else { return nil }
                target = vertex + width
                use = router.along[vertex]
                length = grid.y.rough[point.row + 1] - grid.y.rough[point.row]
            case .up:
                guard point.row > 0, !grid.x.isSide(point.column) else { return nil }
                target = vertex - width
                use = -router.along[target]
                length = grid.y.rough[point.row] - grid.y.rough[point.row - 1]
            }
            if router.blocked[target], goals[target * 4 + heading.rawValue] < 0 { return nil }
            if use == request.bundle { return (target, length / sharing) }
            if use == 0 { return (target, length) }
            return strictly ? nil : (target, length + EdgeRouter.overlap)
        }

        /// What a side of a box costs; `nil` when the move must not use it.
        private func price(
            _ heading: RoutingGrid.Heading, _ isMiddle: Bool, leaving: Bool
        ) -> Int? {
            if request.isMain {
                return isMiddle && heading == (leaving ? .right : .left) ? 0 : nil
            }
            let isBack = request.to.column <= request.from.column
            let (right, vertical, left) =
                switch request.line {
                case .flow where !isBack: leaving ? (0, 30, 120) : (120, 30, 0)
                case .flow: leaving ? (25, 0, 25) : (60, 0, 40)
                case .reopening: leaving ? (40, 0, 10) : (60, 0, 25)
                case .time, .failure, .cancellation: leaving ? (12, 0, 60) : (60, 14, 0)
                }
            let side =
                switch heading {
                case .right: right
                case .left: left
                case .up: vertical + (request.line == .flow && isBack ? 0 : 8)
                case .down: vertical
                }
            return side + (isMiddle ? 0 : 3)
        }
    }
}

/// A binary heap of states by cost.
private struct CostQueue {
    private var items: [(cost: Int, state: Int)] = []

    mutating func push(_ cost: Int, _ state: Int) {
        items.append((cost, state))
        var index = items.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard items[index].cost < items[parent].cost else { break }
            items.swapAt(index, parent)
            index = parent
        }
    }

    mutating func pop() -> (cost: Int, state: Int)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < items.count && items[child].cost < items[smallest].cost { smallest = child }
            guard smallest != index else { break }
            items.swapAt(index, smallest)
            index = smallest
        }
        return first
    }
}
