import Lockstep
import LockstepSQL

/// Reads what an SQLite database says of a column. SQLite keeps a table's rules only as the text that made it, in
/// `sqlite_master`, which is called `sqlite_schema` as well since version 3.33.
struct SQLiteColumn {
    private let probe: Probe
    private let table: GuardedColumn.Table
    private let column: String
    private let statement: String
    private let columns: [SQLRow]

    /// Finds the column.
    /// - Throws: a ``Failure`` when there is none.
    init(_ probe: Probe, _ table: GuardedColumn.Table, _ column: String) throws {
        self.probe = probe
        self.table = table
        let schema = SQLText.name(table.schema ?? "main")
        let rows = try probe.query(
            "SELECT sql FROM \(schema).sqlite_master WHERE type = 'table' AND lower(name) = lower(?1)",
            table.name)
        guard let statement = rows.first?[0].text else {
            throw LiveDatabase.missing(table, "the database")
        }
        self.statement = statement
        columns = try probe.query(
            "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo(?1, ?2)", table.name,
            table.schema ?? "main")
        guard
            let row = columns.first(where: { ($0[0].text ?? "").lowercased() == column.lowercased() }),
            let name = row[0].text
        else {
            throw Failure.adminRequired(
                "there is no column '\(column)' in the table '\(table)'; name one that is there",
                code: "no_column")
        }
        self.column = name
    }

    func read() throws -> LiveColumn {
        guard let row = columns.first(where: { $0[0].text == column }) else {
            throw LiveDatabase.missing(table, "the database")
        }
        let type = row[1].text ?? ""
        var live = LiveColumn(
            table: table, name: column, type: type.isEmpty ? "no type" : type, plainType: "TEXT",
            kind: Self.isText(type) ? .text : .other, isNullable: row[2].integer == 0 && row[4].integer == 0)
        live.defaultExpression = row[3].text
        live.statement = statement
        live.siblings = columns.map {
            LiveColumn.Sibling(name: $0[0].text ?? "", type: $0[1].text ?? "")
        }
        let text = SQLiteTableText(statement, columns: live.siblings.map(\.name))
        live.checks = text.checks.filter { $0.columns.contains(column) }
        live.collation = text.collation(of: column)
        try readObjects(&live)
        live.copies += text.generated(besides: column).map {
            LiveColumn.Copy(kind: "generated column", name: $0.name, text: $0.text, isCertain: true)
        }
        return live
    }

    /// The affinities of SQLite's manual ("Datatypes In SQLite", 3.1): a status is a text.
    static func isText(_ type: String) -> Bool {
        let type = type.uppercased()
        if type.contains("INT") { return false }
        if type.isEmpty || ["CHAR", "CLOB", "TEXT", "BLOB", "ENUM", "STRING"].contains(where: type.contains) {
            return true
        }
        let numbers = ["REAL", "FLOA", "DOUB", "NUM", "DEC", "BOOL", "DATE", "TIME", "JSON"]
        return !numbers.contains(where: type.contains)
    }

    private func readObjects(_ live: inout LiveColumn) throws {
        let schema = SQLText.name(table.schema ?? "main")
        let rows = try probe.query(
            """
            SELECT type, name, tbl_name, sql FROM \(schema).sqlite_master
            WHERE sql IS NOT NULL AND type IN ('index', 'trigger', 'view') ORDER BY type, name
            """)
        for row in rows {
            guard let type = row[0].text, let name = row[1].text, let text = row[3].text else { continue }
            let isOwn = row[2].text?.lowercased() == table.name.lowercased()
            switch type {
            case "trigger" where isOwn:
                if let trigger = SQLiteTriggerText(text)?.trigger(named: name) {
                    live.triggers.append(trigger)
                }
                // Its statements may be about other tables.
                live.copies.append(.init(kind: "trigger", name: name, text: text, isCertain: false))
            case "index" where isOwn:
                live.copies.append(.init(kind: "index", name: name, text: text, isCertain: true))
            case "trigger", "view":
                let words = Set(SQLTokens(text).tokens.filter(\.isName).map { $0.text.lowercased() })
                guard words.contains(table.name.lowercased()) else { continue }
                live.copies.append(.init(kind: type, name: name, text: text, isCertain: false))
            default: break
            }
        }
    }
}

/// The text that made a table, taken apart.
struct SQLiteTableText {
    let tokens: SQLTokens
    private let columns: [String]
    /// The parts between the commas, as ranges of tokens.
    private let parts: [Range<Int>]

    init(_ statement: String, columns: [String]) {
        tokens = SQLTokens(statement)
        self.columns = columns
        guard let open = tokens.tokens.firstIndex(where: { $0.isSign("(") }),
            let close = tokens.closing(open)
        else {
            parts = []
            return
        }
        var parts: [Range<Int>] = []
        var start = open + 1
        var depth = 0
        for index in (open + 1)..<close {
            let token = tokens.tokens[index]
            if token.isSign("(") { depth += 1 }
            if token.isSign(")") { depth -= 1 }
            if depth == 0, token.isSign(",") {
                parts.append(start..<index)
                start = index + 1
            }
        }
        parts.append(start..<close)
        self.parts = parts
    }

    /// The columns that a piece names.
    private func named(_ range: Range<Int>) -> [String] {
        let words = Set(tokens.tokens[range].filter(\.isName).map { $0.text.lowercased() })
        return columns.filter { words.contains($0.lowercased()) }
    }

    /// Where a part says CHECK: the word, and the tokens between its parentheses.
    private func checkPlaces(_ part: Range<Int>) -> [(word: Int, inside: Range<Int>)] {
        var found: [(Int, Range<Int>)] = []
        var index = part.lowerBound
        while index < part.upperBound {
            if tokens.tokens[index].isWord("check"), index + 1 < part.upperBound,
                tokens.tokens[index + 1].isSign("("), let end = tokens.closing(index + 1)
            {
                found.append((index, (index + 2)..<end))
                index = end + 1
            } else if tokens.tokens[index].isSign("("), let end = tokens.closing(index) {
                index = end + 1
            } else {
                index += 1
            }
        }
        return found
    }

    /// Every CHECK of the table.
    var checks: [LiveColumn.Check] {
        parts.flatMap { part in
            checkPlaces(part).map { place in
                let all = tokens.tokens
                let isNamed =
                    place.word >= part.lowerBound + 2 && all[place.word - 2].isWord("constraint")
                let columns = named(place.inside)
                return LiveColumn.Check(
                    name: isNamed ? all[place.word - 1].text : "CHECK of \(columns.first ?? "the table")",
                    expression: tokens.text(
                        from: place.inside.lowerBound, through: place.inside.upperBound - 1),
                    columns: columns, isNamed: isNamed, said: isNamed ? nil : said(place.inside))
            }
        }
    }

    /// What SQLite calls a CHECK without a name: its text without the white space around it, or, where that begins with
    /// a quoted name, that name alone (`sqlite3AddCheckConstraint` in its build.c).
    private func said(_ inside: Range<Int>) -> String {
        let all = tokens.tokens
        if let first = all[inside].first, first.kind == .quotedName || first.kind == .literal,
            let sign = tokens.text(first.range).first, "'\"`[".contains(sign)
        {
            return first.text
        }
        let range = all[inside.lowerBound - 1].range.upperBound..<all[inside.upperBound].range.lowerBound
        var text = tokens.text(range)[...]
        while let last = text.unicodeScalars.last, Self.isSpace(last) { text.unicodeScalars.removeLast() }
        while let first = text.unicodeScalars.first, Self.isSpace(first) { text.unicodeScalars.removeFirst() }
        return String(text)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        " \t\n\u{B}\u{C}\r".unicodeScalars.contains(scalar)
    }

    private func part(of column: String) -> Range<Int>? {
        parts.first { part in
            guard let first = tokens.tokens[part].first, first.isName || first.kind == .literal else {
                return false
            }
            return first.text.lowercased() == column.lowercased()
        }
    }

    func collation(of column: String) -> String? {
        guard let part = part(of: column),
            let place = tokens.tokens[part].firstIndex(where: { $0.isWord("collate") }),
            place + 1 < part.upperBound
        else { return nil }
        return tokens.tokens[place + 1].text
    }

    /// Columns that are computed.
    func generated(besides column: String) -> [(name: String, text: String)] {
        columns.filter { $0 != column }.compactMap { name in
            guard let part = part(of: name),
                let place = tokens.tokens[part].firstIndex(where: { $0.isWord("as") }),
                place + 1 < part.upperBound, let end = tokens.closing(place + 1)
            else { return nil }
            return (name, tokens.text(from: place + 1, through: end))
        }
    }

    /// The text with the CHECKs of this column alone taken out, and one put in, at the end of the column's part; named
    /// as ``GuardNames`` says.
    func replacingChecks(of column: String, by clause: String) -> String? {
        guard let own = part(of: column), !own.isEmpty else { return nil }
        var cuts: [Range<Int>] = []
        for part in parts {
            for place in checkPlaces(part) where named(place.inside) == [column] {
                let all = tokens.tokens
                let isNamed = place.word >= part.lowerBound + 2 && all[place.word - 2].isWord("constraint")
                var first = isNamed ? place.word - 2 : place.word
                // A part that is nothing but this CHECK goes with the comma before it.
                if first == part.lowerBound, place.inside.upperBound == part.upperBound - 1, part != own {
                    first -= 1
                }
                cuts.append(
                    all[first].range.lowerBound..<all[place.inside.upperBound].range.upperBound)
            }
        }
        let end = tokens.tokens[own.upperBound - 1].range.upperBound
        var text = ""
        var place = 0
        for cut in (cuts + [end..<end]).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            text += tokens.text(place..<cut.lowerBound)
            place = cut.upperBound
            // A cut that ends where the column's part ends comes first or last, both are right.
            if cut == end..<end { text += " \(clause)" }
        }
        return text + tokens.text(place..<tokens.scalars.count)
    }
}

/// The text that made a trigger, taken apart.
struct SQLiteTriggerText {
    private let tokens: SQLTokens
    private let timing: LiveColumn.Trigger.Timing
    private let event: LiveColumn.Trigger.Event
    private let columns: [String]
    private let condition: String?
    private let body: String

    /// `nil` for what is no trigger.
    init?(_ text: String) {
        tokens = SQLTokens(text)
        let all = tokens.tokens
        guard
            let eventPlace = all.firstIndex(where: {
                $0.isWord("insert") || $0.isWord("update") || $0.isWord("delete")
            }), let event = LiveColumn.Trigger.Event(rawValue: all[eventPlace].text),
            let begin = all.firstIndex(where: { $0.isWord("begin") }),
            let end = all.lastIndex(where: { $0.isWord("end") }), eventPlace < begin, begin < end,
            let on = all[eventPlace..<begin].firstIndex(where: { $0.isWord("on") })
        else { return nil }
        self.event = event
        let words = all[..<eventPlace].map(\.text)
        timing = words.contains("after") ? .after : words.contains("instead") ? .instead : .before
        columns =
            all[eventPlace + 1].isWord("of")
            ? all[(eventPlace + 2)..<on].filter(\.isName).map(\.text) : []
        if let when = all[on..<begin].firstIndex(where: { $0.isWord("when") }), when + 1 < begin {
            condition = tokens.text(from: when + 1, through: begin - 1)
        } else {
            condition = nil
        }
        body = begin + 1 < end ? tokens.text(from: begin + 1, through: end - 1) : ""
    }

    func trigger(named name: String) -> LiveColumn.Trigger {
        LiveColumn.Trigger(
            name: name, timing: timing, events: [event], columns: columns, condition: condition, body: body)
    }
}
