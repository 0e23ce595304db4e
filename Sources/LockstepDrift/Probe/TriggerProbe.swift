import LockstepSQL

/// What the triggers of a table refuse, found out by having the database evaluate their conditions over all pairs of
/// statuses. Nothing is written for it.
struct TriggerProbe {
    struct Pair: Hashable, Comparable {
        let from: String
        let to: String
        static func < (left: Pair, right: Pair) -> Bool { (left.from, left.to) < (right.from, right.to) }
    }

    /// A trigger that has a say, and what it says.
    struct Guard {
        let trigger: LiveColumn.Trigger
        let refusedMoves: Set<Pair>
        let refusedStarts: Set<String>
    }

    /// Those that refuse some move or start.
    private(set) var guards: [Guard] = []
    /// Those that look as if they refused moves, and could not be judged: their condition needs other columns, or
    /// their program does more than look.
    private(set) var unknown: [LiveColumn.Trigger] = []

    private let column: LiveColumn
    private let probe: Probe
    private let statuses: [String]

    /// - Parameter statuses: those that the column accepts; a pair of others cannot come about.
    init(_ column: LiveColumn, statuses: [String], _ probe: Probe) throws {
        self.column = column
        self.probe = probe
        // No other text can be given to an ENUM at all.
        if case .labels(_, let labels) = column.kind {
            self.statuses = statuses.filter(labels.contains)
        } else {
            self.statuses = statuses
        }
        for trigger in column.triggers where trigger.isForRows && trigger.timing != .instead {
            try judge(trigger)
        }
    }

    private mutating func judge(_ trigger: LiveColumn.Trigger) throws {
        var moves: Set<Pair> = []
        var starts: Set<String> = []
        for event in [LiveColumn.Trigger.Event.update, .insert] where trigger.events.contains(event) {
            guard mentionsColumn(trigger), mayRefuse(trigger) else { continue }
            guard let refusal = refusal(trigger), !needsOthers(refusal),
                let refused = try refused(refusal, event)
            else {
                if !unknown.contains(trigger) { unknown.append(trigger) }
                continue
            }
            if event == .update { moves = refused } else { starts = Set(refused.map(\.to)) }
        }
        if !moves.isEmpty || !starts.isEmpty {
            guards.append(Guard(trigger: trigger, refusedMoves: moves, refusedStarts: starts))
        }
    }

    private func words(_ trigger: LiveColumn.Trigger) -> [SQLTokens.Token] {
        SQLTokens((trigger.condition ?? "") + " " + trigger.body).tokens
    }

    private func mentionsColumn(_ trigger: LiveColumn.Trigger) -> Bool {
        trigger.columns.contains { $0.lowercased() == column.name.lowercased() }
            || words(trigger).contains { $0.isName && $0.text.lowercased() == column.name.lowercased() }
    }

    private func mayRefuse(_ trigger: LiveColumn.Trigger) -> Bool {
        words(trigger).contains { $0.isWord("raise") }
            || trigger.timing == .before && words(trigger).contains { $0.isWord("null") }
    }

    /// Whether an expression looks at other columns of the row.
    private func needsOthers(_ refusal: String) -> Bool {
        let tokens = SQLTokens(refusal).tokens
        return tokens.indices.dropLast(2).contains { index in
            (tokens[index].isWord("old") || tokens[index].isWord("new")) && tokens[index + 1].isSign(".")
                && tokens[index + 2].isName
                && tokens[index + 2].text.lowercased() != column.name.lowercased()
        }
    }

    // MARK: Expressions

    /// True for what the trigger refuses; `nil` when its program cannot be judged.
    private func refusal(_ trigger: LiveColumn.Trigger) -> String? {
        let condition = trigger.condition.map { "(\($0)) AND " } ?? ""
        if probe.isPostgres {
            guard trigger.language == "plpgsql",
                let program = TriggerProgram(
                    trigger.body, column: column.name, skipsByNull: trigger.timing == .before)
            else { return nil }
            return condition + "(\(program.refusal))"
        }
        let raising = Self.raisingStatements(trigger.body)
        guard !raising.isEmpty else { return nil }
        return condition + "(" + raising.map { "(\($0)) IS '\(Self.mark)'" }.joined(separator: " OR ") + ")"
    }

    private static let mark = "lockstep refuses"

    /// The statements of an SQLite trigger that may raise, as questions: a mark stands where it raises.
    private static func raisingStatements(_ body: String) -> [String] {
        let tokens = SQLTokens(body)
        var found: [String] = []
        var start = 0
        for index in tokens.tokens.indices where tokens.tokens[index].isSign(";") {
            defer { start = index + 1 }
            guard start < index, tokens.tokens[start].isWord("select") else { continue }
            var text = ""
            var place = tokens.tokens[start].range.lowerBound
            for word in start..<index
            where tokens.tokens[word].isWord("raise") && tokens.tokens[word + 1].isSign("(") {
                guard let end = tokens.closing(word + 1) else { continue }
                text += tokens.text(place..<tokens.tokens[word].range.lowerBound) + "'\(mark)'"
                place = tokens.tokens[end].range.upperBound
            }
            guard !text.isEmpty else { continue }
            found.append(text + tokens.text(place..<tokens.tokens[index - 1].range.upperBound))
        }
        return found
    }

    // MARK: Asking

    /// - Returns: the refused pairs; from an empty text for starts. `nil` when the database cannot say.
    private func refused(_ refusal: String, _ event: LiveColumn.Trigger.Event) throws -> Set<Pair>? {
        guard !statuses.isEmpty else { return [] }
        let source = ValueSource(column, isPostgres: probe.isPostgres)
        let isStart = event == .insert
        let news = source.text(count: statuses.count)
        let olds =
            isStart
            ? "(SELECT '' AS \"lockstep value\", NULL AS \(column.quotedName))"
            : source.text(count: statuses.count, first: probe.isPostgres ? 1 : statuses.count + 1)
        // What a function may ask about its call ("Trigger Functions" in PostgreSQL's manual).
        let context =
            probe.isPostgres
            ? " CROSS JOIN (SELECT '\(event.rawValue.uppercased())'::text AS tg_op) AS lockstep_call" : ""
        let sql = """
            SELECT old."lockstep value", new."lockstep value"
            FROM \(olds) AS old CROSS JOIN \(news) AS new\(context) WHERE (\(refusal)) IS TRUE
            """
        let parameters =
            source.parameters(statuses)
            + (isStart || probe.isPostgres ? [] : source.parameters(statuses))
        return try withSearchPath {
            switch try probe.attempt({ try probe.query(sql, parameters: parameters) }) {
            case .failure(let error) where error.kind == .busy: throw error
            case .failure: return nil
            case .success(let rows):
                return Set(
                    rows.compactMap { row in
                        guard let from = row[0].text, let to = row[1].text, from != to else { return nil }
                        return Pair(from: from, to: to)
                    })
            }
        }
    }

    /// A function's text was written for some search path: the table's schema is in it, most likely.
    private func withSearchPath<Answer>(_ body: () throws -> Answer) throws -> Answer {
        guard probe.isPostgres else { return try body() }
        let schema = SQLText.name(column.table.schema ?? "public")
        try probe.look(in: "pg_catalog, \(schema), public")
        let answer = try body()
        try probe.look(in: probe.searchPath)
        return answer
    }
}
