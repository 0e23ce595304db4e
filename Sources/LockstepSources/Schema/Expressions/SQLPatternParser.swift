/// Reads the text of a pattern.
struct SQLPatternParser {
    private let text: [Character]
    private let kind: SQLExpression.Pattern
    private var at = 0
    private var depth = 0

    init(_ text: String, kind: SQLExpression.Pattern) {
        self.text = Array(text)
        self.kind = kind
    }

    /// The pattern, or nil when a part of it is not understood.
    mutating func pattern() -> SQLPattern.Node? {
        guard text.count <= 2_000 else { return nil }
        switch kind {
        case .like, .glob: return wildcards()
        case .similar, .regex:
            let node = choice()
            return at == text.count ? node : nil
        }
    }

    private mutating func wildcards() -> SQLPattern.Node? {
        var parts: [SQLPattern.Node] = []
        while at < text.count {
            let character = text[at]
            at += 1
            switch (kind, character) {
            case (.like, "%"), (.glob, "*"): parts.append(.repetition(.anyCharacter, least: 0, most: nil))
            case (.like, "_"), (.glob, "?"): parts.append(.anyCharacter)
            case (.like, "\\") where at < text.count:
                parts.append(.character(text[at]))
                at += 1
            case (.glob, "["):
                guard let set = set() else { return nil }
                parts.append(set)
            default: parts.append(.character(character))
            }
        }
        return .sequence(parts)
    }

    private mutating func choice() -> SQLPattern.Node? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 50 else { return nil }
        var choices: [SQLPattern.Node] = []
        repeat {
            guard let part = sequence() else { return nil }
            choices.append(part)
        } while take("|")
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard at < text.count, text[at] == character else { return false }
        at += 1
        return true
    }

    private mutating func sequence() -> SQLPattern.Node? {
        var parts: [SQLPattern.Node] = []
        while at < text.count, text[at] != "|", text[at] != ")" {
            guard var part = atom() else { return nil }
            while at < text.count, let (least, most) = count() {
                if take("?") {}  // The lazy form matches the same texts.
                part = .repetition(part, least: least, most: most)
            }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func count() -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard text[at] == "{", let close = text[at...].firstIndex(of: "}") else { return nil }
        let parts = String(text[(at + 1)..<close]).split(separator: ",", omittingEmptySubsequences: false)
        guard let least = parts.first.flatMap({ Int($0) }), least <= 200 else { return nil }
        at = close + 1
        if parts.count == 1 { return (least, least) }
        return (least, Int(parts[1]).map { min($0, 1_000) })
    }

    private mutating func atom() -> SQLPattern.Node? {
        let character = text[at]
        at += 1
        switch character {
        case "(":
            if take("?") {
                guard take(":") else { return nil }
            }
            let inner = choice()
            return take(")") ? inner : nil
        case "[": return set()
        case "%" where kind == .similar: return .repetition(.anyCharacter, least: 0, most: nil)
        case "_" where kind == .similar: return .anyCharacter
        case "." where kind == .regex: return .anyCharacter
        case "^" where kind == .regex: return .start
        case "$" where kind == .regex: return .end
        case "\\":
            guard at < text.count else { return nil }
            defer { at += 1 }
            switch text[at] {
            case "d": return .set(["0"..."9"], isNegated: false)
            case "w": return .set(["a"..."z", "A"..."Z", "0"..."9", "_"..."_"], isNegated: false)
            case "s": return .set([" "..." ", "\t"..."\t", "\n"..."\n"], isNegated: false)
            case let letter where letter.isLetter || letter.isNumber: return nil
            case let sign: return .character(sign)
            }
        case "*", "+", "?", "{": return nil
        default: return .character(character)
        }
    }

    private mutating func set() -> SQLPattern.Node? {
        let isNegated = take("^") || (kind == .glob && take("!"))
        var ranges: [ClosedRange<Character>] = []
        var isFirst = true
        while at < text.count, isFirst || text[at] != "]" {
            isFirst = false
            // Classes as `[:alpha:]` are not understood.
            if text[at] == "[" { return nil }
            if text[at] == "\\" { at += 1 }
            guard at < text.count else { return nil }
            let low = text[at]
            at += 1
            if at + 1 < text.count, text[at] == "-", text[at + 1] != "]" {
                let high = text[at + 1]
                guard low <= high else { return nil }
                ranges.append(low...high)
                at += 2
            } else {
                ranges.append(low...low)
            }
        }
        return take("]") ? .set(ranges, isNegated: isNegated) : nil
    }
}
