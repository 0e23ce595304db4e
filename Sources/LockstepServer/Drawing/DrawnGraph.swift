import Lockstep

/// Which column and row of a drawing each status stands in, and what kind of line each move is.
///
/// The happy path is the topmost row, from left to right. Statuses beside it stand in the rows below, each in
/// the first column that is right of all that leads to it. Ends that are only reached when something goes wrong
/// have rows of their own at the bottom, so that the lines to them run together on one rail.
struct DrawnGraph {
    /// A place of the grid.
    struct Cell: Hashable {
        var column: Int
        var row: Int
    }

    /// How a move is drawn.
    enum Line: Int, CaseIterable {
        /// What a job does when all goes well: a claim, a result, an event.
        case flow
        /// Somebody lets it run again.
        case reopening
        /// Time moves it on.
        case time
        /// Something went wrong.
        case failure
        /// Somebody gave it up.
        case cancellation
    }

    let definition: Definition
    /// The statuses that are drawn: all but the retired ones, which are named in their successors' boxes.
    let statuses: [StatusRule]
    /// The statuses of the happy path, in order.
    let mainPath: [String]
    private(set) var cells: [String: Cell] = [:]

    /// The moves that are drawn as lines.
    var edges: [Edge] { definition.edges.filter { isDrawn($0.from) && isDrawn($0.to) } }
    var columns: Int { (cells.values.map(\.column).max() ?? 0) + 1 }
    var rows: Int { (cells.values.map(\.row).max() ?? 0) + 1 }

    init(_ definition: Definition) {
        self.definition = definition
        statuses = definition.statuses.filter { $0.kind != .retired }
        let forward = Forward(definition)
        mainPath = forward.mainPath
        place(forward)
    }

    /// The retired names that stand for a status.
    func oldNames(of status: String) -> [String] {
        definition.statuses.filter { $0.kind == .retired && $0.retiredAs == status }.map(\.name)
    }

    private func isDrawn(_ status: String) -> Bool {
        definition.declaredRule(for: status).map { $0.kind != .retired } ?? false
    }

    /// The strongest cause decides: what is also done when all goes well is drawn as that.
    static func line(of edge: Edge) -> Line {
        func has(_ causes: Edge.Cause...) -> Bool { causes.contains { edge.causes[$0] != nil } }
        if has(.claim, .finish, .event) { return .flow }
        if has(.reopening) { return .reopening }
        if has(.failure) { return .failure }
        if has(.deadline, .retention, .renaming) { return .time }
        return .cancellation
    }

    /// Whether a move is one of two neighbours on the happy path.
    func isMain(_ edge: Edge) -> Bool {
        zip(mainPath, mainPath.dropFirst()).contains { $0 == edge.from && $1 == edge.to }
    }

    // MARK: Places

    private mutating func place(_ forward: Forward) {
        let aside = statuses.filter { !forward.columns.keys.contains($0.name) }
        for name in mainPath { cells[name] = Cell(column: forward.columns[name] ?? 0, row: 0) }
        let rest = statuses.filter { forward.columns[$0.name] != nil && cells[$0.name] == nil }
        for rule in rest.sorted(by: {
            forward.columns[$0.name, default: 0] < forward.columns[$1.name, default: 0]
        }
        ) {
            let column = forward.columns[rule.name] ?? 0
            let before = edges.filter { $0.to == rule.name && $0.from != rule.name }
                .compactMap { cells[$0.from] }.filter { $0.column < column && $0.row > 0 }.map(\.row).min()
            cells[rule.name] = free(column, from: before ?? 1)
        }
        placeAside(aside, lastColumn: max(1, forward.columns.values.max() ?? 0), firstRow: rows)
    }

    /// Ends that nothing leads to but trouble and time: those that time alone leads to stand right of where
    /// they come from.
    private mutating func placeAside(_ aside: [StatusRule], lastColumn: Int, firstRow: Int) {
        var row = firstRow
        func sources(_ rule: StatusRule) -> [Edge] {
            edges.filter { $0.to == rule.name && $0.from != rule.name }
        }
        let kept = aside.filter { rule in sources(rule).allSatisfy { Set($0.causes.keys) == [.retention] } }
        for rule in aside where !kept.contains(rule) {
            let isFollowed = kept.contains { next in sources(next).contains { $0.from == rule.name } }
            cells[rule.name] = Cell(column: isFollowed ? max(1, lastColumn - 1) : lastColumn, row: row)
            row += 1
        }
        // An end may follow upon an end that is placed later: as many rounds as there are ends are enough.
        for _ in kept {
            for rule in kept where cells[rule.name] == nil {
                guard let origin = sources(rule).compactMap({ cells[$0.from] }).first else { continue }
                cells[rule.name] = free(origin.column + 1, from: origin.row)
            }
        }
        for rule in aside where cells[rule.name] == nil {
            cells[rule.name] = free(lastColumn, from: row)
        }
    }

    private func free(_ column: Int, from row: Int) -> Cell {
        let taken = Set(cells.values)
        var row = row
        while taken.contains(Cell(column: column, row: row)) { row += 1 }
        return Cell(column: column, row: row)
    }
}

/// The part of a lifecycle that moves on when all goes well: its happy path, and a column for each status, so
/// that every move but those that lead back goes to the right.
private struct Forward {
    private(set) var columns: [String: Int] = [:]
    private(set) var mainPath: [String] = []
    private let definition: Definition
    private var next: [String: [String]] = [:]

    init(_ definition: Definition) {
        self.definition = definition
        for rule in definition.statuses where rule.kind != .retired {
            next[rule.name] = Self.targets(of: rule, in: definition)
        }
        let back = backEdges()
        mainPath = path(avoiding: back)
        layer(avoiding: back)
    }

    /// Where a status leads by a claim, a result or an event, then by time or a failure that is not the end, in
    /// the order in which the author wrote them.
    private static func targets(of rule: StatusRule, in definition: Definition) -> [String] {
        let detours = [rule.late, rule.failure].compactMap { $0 }.filter { target in
            definition.declaredRule(for: target).map { !$0.kind.isEnd } ?? false
        }
        let all = [rule.claimedAs].compactMap { $0 } + rule.moves.map(\.to) + detours
        var seen: Set<String> = []
        return all.filter { target in
            definition.declaredRule(for: target).map { $0.kind != .retired } ?? false
                && seen.insert(target).inserted
        }
    }

    /// The moves that lead back to a status on the way here, by depth-first search in declared order.
    private func backEdges() -> Set<[String]> {
        var back: Set<[String]> = []
        var finished: Set<String> = []
        var open: Set<String> = []
        func visit(_ status: String) {
            open.insert(status)
            for target in next[status] ?? [] {
                if open.contains(target) {
                    back.insert([status, target])
                } else if !finished.contains(target) {
                    visit(target)
                }
            }
            open.remove(status)
            finished.insert(status)
        }
        for start in definition.initial where !finished.contains(start) { visit(start) }
        return back
    }

    /// The first way to a good end, trying the moves in the order of their declaration; without a good end, to
    /// any end, or as far as it goes.
    private func path(avoiding back: Set<[String]>) -> [String] {
        var dead: Set<String> = []
        func way(from status: String, to isGoal: (String) -> Bool) -> [String]? {
            if isGoal(status) { return [status] }
            guard dead.insert(status).inserted else { return nil }
            for target in next[status] ?? [] where !back.contains([status, target]) {
                if let rest = way(from: target, to: isGoal) { return [status] + rest }
            }
            return nil
        }
        let kind = { (status: String) in definition.declaredRule(for: status)?.kind }
        let goals: [(String) -> Bool] = [{ kind($0) == .success }, { kind($0)?.isEnd ?? true }]
        for goal in goals {
            for start in definition.initial {
                dead = []
                if let way = way(from: start, to: goal) { return way }
            }
        }
        return definition.initial.first.map { [$0] } ?? []
    }

    /// The longest way from a start decides the column.
    private mutating func layer(avoiding back: Set<[String]>) {
        let initial = definition.initial.filter { next[$0] != nil }
        for start in initial { columns[start] = 0 }
        // Without moves that lead back there is no cycle, so that this ends after as many rounds as statuses.
        for _ in definition.statuses {
            var changed = false
            for (status, targets) in next {
                guard let column = columns[status] else { continue }
                for target in targets where !back.contains([status, target]) && status != target {
                    guard columns[target, default: -1] < column + 1 else { continue }
                    columns[target] = column + 1
                    changed = true
                }
            }
            if !changed { break }
        }
        tighten(initial, avoiding: back)
    }

    /// A start that leads to a late column stands right before it, not far off at the left.
    private mutating func tighten(_ initial: [String], avoiding back: Set<[String]>) {
        let isEntered = Set(next.flatMap { from, targets in targets.filter { !back.contains([from, $0]) } })
        for start in initial where !isEntered.contains(start) && start != mainPath.first {
            let first = (next[start] ?? []).filter { !back.contains([start, $0]) }.compactMap { columns[$0] }
                .min()
            if let first { columns[start] = max(0, first - 1) }
        }
    }
}
