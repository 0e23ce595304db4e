/// How well a vocabulary fits a column, by its name and by its values.
struct VocabularyLink {
    let vocabulary: Int
    let target: Int
    let stored: Stored
    /// A model says it.
    let isBound: Bool
    /// 3: the same words; 2: a part of them, or the type around it is the table; 1: the file's name; 0: nothing is said;
    /// -1: other words.
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

    /// How sure it is that the values are meant for the column; nil if they probably are not.
    var confidence: SourceFinding.Confidence? {
        if isBound { return .high }
        guard shared > 0 else { return table == 3 && column == 2 && count >= 2 ? .medium : nil }
        if column == 2, table == 3 { return overlap >= 0.5 || shared >= 3 ? .high : .medium }
        if column == 2, table == 2 {
            if overlap >= 0.6, cover >= 0.6 || shared >= 4 { return .high }
            return overlap >= 0.5 ? .medium : .low
        }
        if column == 2, table >= 0 {
            if overlap >= 0.6, shared >= 3, cover >= 0.6 { return .medium }
            return overlap >= 0.5 && shared >= 2 ? .low : nil
        }
        if column == 1, table >= 2 { return overlap >= 0.6 && shared >= 3 ? .medium : .low }
        if shared >= 5, cover >= 0.99, overlap >= 0.6, table >= 0 { return .medium }
        if shared >= 3, cover >= 0.8, overlap >= 0.6 { return .low }
        return nil
    }
}

/// Words of names compared.
enum NameMatch {
    /// Words that say what kind of thing a name is, not what it is about.
    static let noise: Set<String> = [
        "enum", "value", "list", "all", "valid", "allowed", "option", "choice", "schema", "set", "const", "constant",
        "name", "db", "to", "from", "map", "mapping", "label", "color", "config", "text", "style", "meta", "icon",
        "model", "orm", "entity", "dto", "row", "record", "table", "e", "t", "i", "z", "by", "of", "the", "supported",
        "default", "data", "info", "code", "key", "string", "str", "choice", "possible", "known", "vo", "pb", "sql",
        "lookup", "display", "badge", "variant", "class", "request", "response", "input", "output", "param", "create",
        "update", "payload", "body", "filter", "query", "args", "prop", "new", "get", "base", "app", "api", "a", "an",
    ]

    private static let alike: [Set<String>] = [["status", "state"], ["type", "kind"], ["role", "roles"], ["stage", "phase"]]

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
        if words == table { return 3 }
        let (one, other) = (Set(words), Set(table))
        if one == other { return 3 }
        if one.isSubset(of: other) || other.isSubset(of: one) { return 2 }
        return -1
    }
}
