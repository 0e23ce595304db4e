import Lockstep
import LockstepSources
import LockstepSQL

/// What a running database tells of a status column beyond what it accepts: how many rows hold which status, which moves
/// its history holds, and which moves its triggers let through.
public struct ColumnFacts: Sendable {
    /// A value and how many rows hold it.
    public struct Count: Hashable, Sendable {
        /// The value.
        public let value: String
        /// How many rows.
        public let count: Int64
    }

    /// A move, and what tells of it.
    public struct Move: Hashable, Sendable {
        /// The status that is left.
        public let from: String
        /// The status that is entered.
        public let to: String
        /// How often it happened; `nil` where a trigger lets it through.
        public let count: Int64?
    }

    /// What rows hold, the most frequent first.
    public fileprivate(set) var counts: [Count] = []
    /// Whether rows were counted at all.
    public fileprivate(set) var isCounted = false
    /// Whether only some rows were looked at.
    public fileprivate(set) var isSample = false
    /// The history that was read.
    public fileprivate(set) var history: GuardedColumn.Table?
    /// The moves that it holds, the most frequent first.
    public fileprivate(set) var moves: [Move] = []
    /// The statuses that its lines begin in, the most frequent first.
    public fileprivate(set) var starts: [Count] = []
    /// The triggers that refuse moves.
    public fileprivate(set) var triggers: [String] = []
    /// The moves that they let through; empty where none of them refuses any.
    public fileprivate(set) var allowed: [Move] = []
    /// What could not be read, a sentence each.
    public fileprivate(set) var notes: [String] = []
}

extension StatusColumnSearch.Outcome {
    /// The columns of histories: of no lifecycle of their own.
    public var historyColumns: Set<String> {
        Set(
            tableColumns.flatMap { table, columns in
                HistoryShape.pair(columns).map { ["\(table).\($0.from)", "\(table).\($0.to)"] } ?? []
            })
    }

    fileprivate var tableColumns: [GuardedColumn.Table: [HistoryShape.Column]] {
        Dictionary(grouping: columns + others, by: \.table).mapValues { found in
            found.map { HistoryShape.Column(name: $0.column, holdsText: $0.kind != .other) }
        }
    }

    /// Asks the database for what it tells of a column. Nothing is written.
    /// - Parameters:
    ///   - statuses: its statuses, as far as they are known.
    ///   - history: the table that keeps its moves; without one it is looked for by names.
    /// - Throws: a ``Failure`` for a history that is not there or whose columns do not tell what was entered, `SQLError`
    ///   for a database that cannot be read.
    public func facts(
        of column: FoundColumn, statuses: [String], history: GuardedColumn.Table? = nil,
        in database: LiveDatabase
    ) async throws -> ColumnFacts {
        let tables = tableColumns
        var named: [GuardedColumn.History] = []
        if let history {
            guard
                let table = tables.keys.first(where: {
                    $0.name.lowercased() == history.name.lowercased()
                        && (history.schema == nil || history.schema == $0.schema)
                }), let columns = tables[table]
            else { throw LiveDatabase.missing(history, database.place) }
            guard let shape = HistoryShape.history(table, columns, of: column.table, column: column.column)
            else {
                throw Failure.adminRequired(
                    "the columns of '\(table)' do not tell which status was left and which was entered; a history has "
                        + "columns such as from_status and to_status, or the row's id, a status and a time",
                    code: "history_columns")
            }
            named = [shape]
        } else {
            for (table, columns) in tables.sorted(by: { "\($0.key)" < "\($1.key)" })
            where HistoryShape.belongs(table, columns, to: column.table) {
                if let shape = HistoryShape.history(table, columns, of: column.table, column: column.column) {
                    named.append(shape)
                }
            }
            // What was left is said outright before it is made out.
            named.sort { ($0.from == nil ? 1 : 0) < ($1.from == nil ? 1 : 0) }
        }
        let (candidates, isGiven) = (named, history != nil)
        return try await database.read { probe in
            var facts = ColumnFacts()
            let live = try LiveCheck.read(column.table, column.column, probe)
            try facts.count(live, probe)
            try facts.readHistory(candidates, statuses, isGiven: isGiven, probe)
            try facts.readTriggers(live, statuses, probe)
            return facts
        }
    }
}

extension ColumnFacts {
    fileprivate mutating func count(_ live: LiveColumn, _ probe: Probe) throws {
        switch try probe.attempt({ try RowCounts(live, oldest: nil, probe) }) {
        case .success(let rows):
            counts = rows.lines.compactMap { line in line.value.map { Count(value: $0, count: line.count) } }
            isSample = rows.isSample
            isCounted = true
        case .failure(let error):
            notes.append("the rows of '\(live.table)' were not counted: \(error.message)")
        }
    }

    /// The first history whose lines are about these statuses.
    fileprivate mutating func readHistory(
        _ candidates: [GuardedColumn.History], _ statuses: [String], isGiven: Bool, _ probe: Probe
    ) throws {
        for candidate in candidates {
            switch try HistoryMoves.read(candidate, probe) {
            case .failure(let error):
                notes.append("the history '\(candidate.table)' was not read: \(error.message)")
            case .success(let lines):
                let known = lines.filter { statuses.contains($0.to) }
                guard isGiven || !known.isEmpty && known.count * 2 > lines.count else { continue }
                history = candidate.table
                moves = known.compactMap { line in
                    guard let from = line.from, statuses.contains(from) else { return nil }
                    return Move(from: from, to: line.to, count: line.count)
                }
                starts = known.filter { $0.from == nil }.map { Count(value: $0.to, count: $0.count) }
                let strange = Set(lines.flatMap { [$0.from, $0.to].compactMap { $0 } }).subtracting(statuses)
                if !strange.isEmpty {
                    notes.append(
                        "the history '\(candidate.table)' also names \(LiveJudge.list(strange.sorted().prefix(10)))"
                    )
                }
                return
            }
        }
    }

    /// What the triggers let through, where all of them can be judged.
    fileprivate mutating func readTriggers(_ live: LiveColumn, _ statuses: [String], _ probe: Probe) throws {
        let found = try TriggerProbe(live, statuses: statuses, probe)
        let guards = found.guards.filter { $0.trigger.isEnabled && !$0.refusedMoves.isEmpty }
        guard !guards.isEmpty, found.unknown.isEmpty else { return }
        let refused = guards.reduce(into: Set<TriggerProbe.Pair>()) { $0.formUnion($1.refusedMoves) }
        triggers = guards.map(\.trigger.name)
        for from in statuses {
            for to in statuses where to != from && !refused.contains(TriggerProbe.Pair(from: from, to: to)) {
                allowed.append(Move(from: from, to: to, count: nil))
            }
        }
    }
}
