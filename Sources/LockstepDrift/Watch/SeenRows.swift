import Lockstep
import LockstepSQL

/// Which status rows were in when they were last seen, and the moves between two looks that nobody declared.
struct SeenRows: Sendable {
    /// So many rows are remembered.
    static let most = 100_000

    private struct Seen {
        var status: String?
        var turn: Int
    }
    private struct Pair: Hashable {
        let from: String
        let to: String
    }

    private let definition: Definition
    /// Where each status may lead, over any number of declared moves.
    private let reachable: [String: Set<String>]
    private var rows: [String: Seen] = [:]
    private var turn = 0
    private var moves: [Pair: (times: Int64, last: Timestamp)] = [:]

    init(_ definition: Definition) {
        self.definition = definition
        var reachable: [String: Set<String>] = [:]
        for name in definition.names {
            var found: Set<String> = []
            var open = [name]
            while let next = open.popLast() {
                for to in definition.allowed(from: next) where found.insert(to).inserted { open.append(to) }
            }
            reachable[name] = found
        }
        self.reachable = reachable
    }

    /// How many rows are remembered.
    var count: Int { rows.count }

    /// Takes in what a look saw of rows.
    /// - Parameter now: the database's time.
    mutating func take(_ looked: [(key: String, status: String?)], at now: Timestamp) {
        turn += 1
        for (key, status) in looked {
            if let before = rows[key]?.status, let status, before != status { judge(before, status, now) }
            rows[key] = Seen(status: status, turn: turn)
        }
        forget()
    }

    /// A move out of what nobody declared repairs a row. Several declared moves may lie between two looks.
    private mutating func judge(_ from: String, _ to: String, _ now: Timestamp) {
        guard let targets = reachable[from], !targets.contains(to) else { return }
        let times = moves[Pair(from: from, to: to)]?.times ?? 0
        moves[Pair(from: from, to: to)] = (times + 1, now)
    }

    /// Rows that were seen longest ago are forgotten first.
    private mutating func forget() {
        guard rows.count > Self.most else { return }
        let oldestFirst = rows.map { (turn: $0.value.turn, key: $0.key) }.sorted { $0.turn < $1.turn }
        for (_, key) in oldestFirst.prefix(rows.count - Self.most) { rows[key] = nil }
    }

    /// The moves that nobody declared, since watching began.
    var undeclared: [TableLook.Move] {
        moves.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.map { pair, seen in
            TableLook.Move(
                from: pair.from, to: pair.to, times: seen.times, witness: .watching, last: "\(seen.last)")
        }
    }
}
