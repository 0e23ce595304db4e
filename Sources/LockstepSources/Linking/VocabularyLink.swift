/// How well a vocabulary fits a column, by its name and by its values.
struct VocabularyLink {
    let vocabulary: Int
    let target: Int
    let stored: Stored
    /// A model says it.
    let isBound: Bool
    /// A model of a table says it, not just a struct.
    let isModel: Bool
    /// Only a script's type says it, named like the table: it may as well be what a page shows of it.
    let isHint: Bool
    /// Whether the column's name has several words, all of which the vocabulary's has.
    let isSpelledOut: Bool
    /// 4: the same words; 3: the type around it is named like the table; 2: a part of the words; 1: the type around it
    /// or the file is named like a part; 0: nothing is said; -1: other words.
    let table: Int
    /// 2: all the words of the column; 1: the last one, or a word of the same meaning; 0: none.
    let column: Int
    /// How many values both know.
    let shared: Int
    /// How many values the vocabulary has.
    let count: Int
    /// How many the column accepts.
    let accepted: Int

    var overlap: Double { count == 0 ? 0 : Double(shared) / Double(count) }
    var cover: Double { accepted == 0 ? 0 : Double(shared) / Double(accepted) }

    /// For choosing among columns.
    var score: Double {
        (isBound ? 10 : 0) + Double(table) + Double(column) + 2 * overlap + cover
    }

    /// How many of the shared values are not among the words that every status has.
    let distinctive: Int

    /// The code knows all that the column accepts, several values that not every status has, and little more: no two
    /// things have that in common by chance.
    var isCertainByValues: Bool {
        accepted >= 4 && shared == accepted && distinctive >= 3 && overlap >= 0.75 && table >= 0
    }

    /// How sure it is that the values are meant for the column; nil if they probably are not.
    var confidence: SourceFinding.Confidence? {
        if isBound, isModel { return shared > 0 || isNamedAlike || accepted == 0 ? .high : .medium }
        if isHint, shared < 2, overlap < 0.6 { return shared == 0 ? nil : .medium }
        if isBound { return shared == 0 ? nil : overlap >= 0.5 ? .high : .medium }
        // Nothing in common: another vocabulary of the same name where only a model declares one, else none.
        guard shared > 0 else {
            return accepted == 0 && table == 4 && column == 2 && count >= 2 ? .medium : nil
        }
        if isCertainByValues { return .high }
        if column == 2, table >= 3 {
            if shared == 1, cover < 0.5 { return .low }
            // A type around it named like the table, and a name of several words: no other column is meant.
            if overlap < 0.3 { return shared >= 2 && isSpelledOut ? .medium : .low }
            return overlap >= 0.5 || shared >= 3 ? .high : .medium
        }
        if column == 2, table == 2 {
            if overlap >= 0.6, cover >= 0.6 || shared >= 4 { return .high }
            return overlap >= 0.5 ? .medium : .low
        }
        if column == 2, table >= 0 {
            if overlap >= 0.6, shared >= 3, cover >= 0.6, distinctive >= 2 { return .medium }
            return overlap >= 0.5 && shared >= 2 ? .low : nil
        }
        if column == 1, table >= 2 { return overlap >= 0.6 && shared >= 3 ? .medium : .low }
        if shared >= 5, cover >= 0.99, overlap >= 0.6, table >= 0, distinctive >= 4 { return .medium }
        if shared >= 3, cover >= 0.8, overlap >= 0.6 { return .low }
        return nil
    }

    /// Names and values that differ from what is accepted in case or hyphens only.
    let isNamedAlike: Bool
    /// Whether the name has words beyond the table's and the column's: `EnvelopeSigningStatus` need not be the
    /// `status` of `envelopes`.
    let isNarrower: Bool
}

/// Words of names compared.
enum NameMatch {
    /// Words that say what kind of thing a name is, not what it is about.
    static let noise: Set<String> = [
        "enum", "value", "list", "all", "valid", "allowed", "option", "choice", "schema", "set", "const",
        "constant",
        "name", "db", "to", "from", "map", "mapping", "label", "color", "config", "text", "style", "meta",
        "icon",
        "model", "orm", "entity", "dto", "row", "record", "table", "e", "t", "i", "z", "by", "of", "the",
        "supported",
        "default", "data", "info", "code", "key", "string", "str", "choice", "possible", "known", "vo", "pb",
        "sql",
        "lookup", "display", "badge", "variant", "class", "request", "response", "input", "output", "param",
        "create",
        "update", "payload", "body", "filter", "query", "args", "prop", "new", "get", "base", "app", "api",
        "a", "an",
    ]

    /// Words that statuses of any kind share: that two sets have them in common says little.
    static let common: Set<String> = [
        "pending", "running", "completed", "complete", "failed", "failure", "success", "succeeded", "error",
        "active",
        "inactive", "cancelled", "canceled", "draft", "open", "closed", "queued", "processing", "done", "new",
        "approved",
        "rejected", "expired", "archived", "disabled", "enabled", "paused", "scheduled", "ready", "idle",
        "stopped",
        "started", "unknown", "none", "admin", "user", "member", "owner", "low", "medium", "high",
        "in_progress", "timeout",
        "skipped", "published", "deleted", "system", "manual", "text", "image", "file", "info", "warning",
        "critical",
    ]

    private static let alike: [Set<String>] = [
        ["status", "state"], ["type", "kind"], ["role", "roles"], ["stage", "phase"],
    ]

    static func meansSame(_ left: String, _ right: String) -> Bool {
        left == right || alike.contains { $0.contains(left) && $0.contains(right) }
    }

    /// How a name's words hold the column's, and what is left of them.
    static func column(_ name: [String], _ column: [String]) -> (score: Int, rest: [String]) {
        guard !name.isEmpty, !column.isEmpty else { return (0, name) }
        if column.count <= name.count {
            for start in stride(from: name.count - column.count, through: 0, by: -1)
            where Array(name[start..<start + column.count]) == column {
                return (2, Array(name[..<start] + name[(start + column.count)...]))
            }
        }
        // `State` for `state_current`.
        if name.count < column.count, ["status", "state", "stage", "phase"].contains(name[name.count - 1]),
            Array(column.prefix(name.count)) == name
        {
            return (1, [])
        }
        // `Status` for `payment_status`; `State` for `status`.
        if let last = column.last, let index = name.lastIndex(where: { meansSame($0, last) }) {
            var rest = name
            rest.remove(at: index)
            let isWhole = column.count == 1
            return (isWhole ? 1 : rest.isEmpty || !Set(rest).isDisjoint(with: column) ? 1 : 1, rest)
        }
        return (0, name)
    }

    /// How words hold a table's.
    static func table(_ words: [String], _ table: [String]) -> Int {
        let plain = table.filter { !["t", "tbl", "app"].contains($0) }
        let table = plain.isEmpty ? table : plain
        guard !words.isEmpty, !table.isEmpty else { return 0 }
        let (one, other) = (Set(words), Set(table))
        // A package of Go is called `contactmethod` where the table is called `contact_methods`.
        if one == other || words.joined() == table.joined() { return 4 }
        if one.isSubset(of: other) || other.isSubset(of: one) { return 2 }
        return -1
    }
}
