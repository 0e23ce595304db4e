/// The SQL that a program's string holds, with what the program fills in, where that is known.
struct EmbeddedText {
    private(set) var text = ""
    private(set) var lines: [SQLLexer.LineStart] = []

    /// - Parameter fill: what an expression comes out as, when that is known.
    init(_ source: CodeText, fill: (String) -> String?) {
        for piece in source.pieces {
            switch piece {
            case .name(let name, let line): append(fill(name) ?? Token.placeholder, line: line)
            case .token(let token): append(token, fill)
            }
        }
    }

    var tokens: [SQLToken] { SQLLexer.tokens(of: text, lines: lines) }

    private mutating func append(_ part: String, line: Int) {
        lines.append(SQLLexer.LineStart(offset: text.utf8.count, line: line))
        text += part
    }

    private mutating func append(_ token: Token, _ fill: (String) -> String?) {
        let bytes = Array(token.text.utf8)
        var cuts: [(offset: Int, line: Int, hole: String?)] = token.breaks.enumerated().map {
            ($0.element, token.line + $0.offset + 1, nil)
        }
        for hole in token.holes { cuts.append((hole.offset, token.line(at: hole.offset), hole.source)) }
        cuts.sort { $0.offset < $1.offset }
        var at = 0
        var line = token.line
        for cut in cuts where cut.offset >= at && cut.offset <= bytes.count {
            append(String(decoding: bytes[at..<cut.offset], as: UTF8.self), line: line)
            at = cut.offset
            line = cut.line
            guard let hole = cut.hole else { continue }
            append(fill(hole) ?? Token.placeholder, line: line)
            at = min(bytes.count, at + Token.placeholder.utf8.count)
        }
        append(String(decoding: bytes[at...], as: UTF8.self), line: line)
    }
}

/// What the expressions inside strings come out as.
struct HoleFilling {
    let index: SourceIndex
    let path: String
    /// Names that a loop gives values to, and what the code around knows.
    var known: [String: String] = [:]

    /// The text for an expression, when it is a constant, a member of an enumeration, or a list written out for SQL.
    func callAsFunction(_ source: String) -> String? {
        var source = source.filter { !$0.isWhitespace || $0 == " " }
        // Swift's interpolations may have a label: `\(raw: name)`.
        if let colon = source.firstIndex(of: ":"), source[..<colon].allSatisfy(\.isLetter) {
            source = String(source[source.index(after: colon)...].drop { $0 == " " })
        }
        if let text = known[source] { return text }
        let words = source.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }.map(String.init)
        let isPlain = source.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        if isPlain { return plain(source) }
        // `CONST.map(v => `'${v}'`).join(', ')`, `sql.join(CONST.map(…))`, `', '.join(f"'{s.value}'" for s in Status)`
        guard source.contains("join") || source.contains("map") else { return nil }
        for word in words {
            let base = word.split(separator: ".").first.map(String.init) ?? word
            guard base.first?.isLetter == true, let constant = index.constant(base, from: path) else {
                continue
            }
            if case .text = constant { continue }
            let values = source.contains(".name") ? constant.names : constant.values
            return values.map { "'" + $0.replacing("'", with: "''") + "'" }.joined(separator: ", ")
        }
        return nil
    }

    /// `Status.new`, `Status.new.rawValue`, `Status.NEW.value`, `NEW`.
    private func plain(_ source: String) -> String? {
        let parts = source.split(separator: ".").map(String.init)
        guard let first = parts.first else { return nil }
        for (offset, part) in parts.enumerated() {
            guard part.first?.isLetter == true, let constant = index.constant(part, from: path) else {
                continue
            }
            switch constant {
            case .text(let text) where offset == parts.count - 1 || offset == 0: return text
            case .members(let members) where offset + 1 < parts.count:
                guard let member = members.first(where: { $0.name == parts[offset + 1] }) else { return nil }
                return parts.last == "name" ? member.name : member.value
            default: return nil
            }
        }
        return known[first]
    }
}
