import LockstepSources

/// Tells by the names of a table's columns whether it keeps the moves of another one.
struct HistoryShape {
    /// A column as a history may have it.
    struct Column {
        let name: String
        let holdsText: Bool
    }

    private static let left: Set = ["from", "old", "previous", "prev", "prior", "before", "source"]
    private static let entered: Set = ["to", "new", "next", "current", "after", "target"]
    private static let times = [
        "at", "created_at", "changed_at", "occurred_at", "happened_at", "moved_at", "recorded_at",
        "inserted_at",
        "updated_at", "timestamp", "created", "changed", "time", "ts", "createdat", "changedat",
    ]
    /// What tables that keep what happened are called.
    private static let kinds: Set = [
        "history", "histories", "log", "logs", "event", "events", "transition", "transitions", "audit",
        "audits",
        "change", "changes", "move", "moves", "journal",
    ]

    /// The columns of the status that was left and of the one that was entered: `from_status` and `to_status`,
    /// `old_state` and `new_state`, `from` and `to`.
    static func pair(_ columns: [Column]) -> (from: String, to: String)? {
        let split = columns.filter(\.holdsText).map { ($0.name, StatusLikeness.words($0.name)) }
        for (from, words) in split {
            let rest = words.filter { !left.contains($0) }
            guard rest.count == words.count - 1 else { continue }
            let partner = split.first { name, others in
                name != from && others.contains(where: entered.contains)
                    && others.filter { !entered.contains($0) } == rest
            }
            if let partner { return (from, partner.0) }
        }
        return nil
    }

    /// How a history is read, `nil` where its columns do not tell.
    /// - Parameters:
    ///   - table: the table whose moves it may keep.
    ///   - column: the column of the status there.
    static func history(
        _ history: GuardedColumn.Table, _ columns: [Column], of table: GuardedColumn.Table, column: String
    ) -> GuardedColumn.History? {
        let names = columns.map(\.name)
        let at =
            times.lazy.compactMap { time in names.first { $0.lowercased() == time } }.first
            ?? names.first { $0.lowercased() == "id" || $0.lowercased() == "n" }
        let job = self.job(names, of: table)
        if let pair = pair(columns) {
            return GuardedColumn.History(history, from: pair.from, to: pair.to, job: job, at: at)
        }
        // Lines that only say what was entered: the line before it says what was left.
        guard let job, let at else { return nil }
        let texts = columns.filter(\.holdsText).map(\.name)
        let entered =
            texts.first {
                StatusLikeness.words($0).contains(where: Self.entered.contains) && StatusLikeness.isNamed($0)
            }
            ?? texts.first { $0.lowercased() == column.lowercased() }
            ?? texts.first(where: StatusLikeness.isNamed)
        return entered.map { GuardedColumn.History(history, from: nil, to: $0, job: job, at: at) }
    }

    /// Whether a table by its name, or by a column that names the other's rows, belongs to another one.
    static func belongs(
        _ history: GuardedColumn.Table, _ columns: [Column], to table: GuardedColumn.Table
    ) -> Bool {
        guard history != table, history.schema == table.schema else { return false }
        let words = StatusLikeness.words(history.name)
        guard words.contains(where: kinds.contains) else {
            return job(columns.map(\.name), of: table) != nil && pair(columns) != nil
        }
        let named = Set(words.map(singular))
        return StatusLikeness.words(table.name).map(singular).allSatisfy(named.contains)
            || job(columns.map(\.name), of: table) != nil
    }

    /// `order_id` of `orders`.
    private static func job(_ names: [String], of table: GuardedColumn.Table) -> String? {
        let words = StatusLikeness.words(table.name).map(singular)
        let wanted = [words + ["id"], words, [words.last ?? "", "id"]]
        return wanted.lazy.compactMap { want in
            names.first { StatusLikeness.words($0).map(singular) == want }
        }.first
    }

    private static func singular(_ word: String) -> String {
        if word.hasSuffix("ies"), word.count > 4 { return word.dropLast(3) + "y" }
        if word.hasSuffix("sses") || word.hasSuffix("xes") || word.hasSuffix("ches") {
            return String(word.dropLast(2))
        }
        return word.hasSuffix("s") && !word.hasSuffix("ss") && !word.hasSuffix("us") && word.count > 3
            ? String(word.dropLast()) : word
    }
}
