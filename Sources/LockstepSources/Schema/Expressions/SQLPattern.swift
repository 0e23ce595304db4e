/// A pattern of LIKE, GLOB, SIMILAR TO or a regular expression, as far as it is understood.
///
/// Matching takes a bounded number of steps, whatever the pattern.
struct SQLPattern {
    indirect enum Node: Hashable {
        case character(Character)
        case anyCharacter
        case set([ClosedRange<Character>], isNegated: Bool)
        case sequence([Node])
        case choice([Node])
        case repetition(Node, least: Int, most: Int?)
        case start
        case end
    }

    let root: Node
    private let ignoringCase: Bool

    /// Reads a pattern; nil when a part of it is not understood.
    init?(_ text: String, kind: SQLExpression.Pattern, ignoringCase: Bool) {
        self.ignoringCase = ignoringCase
        var parser = SQLPatternParser(ignoringCase ? text.lowercased() : text, kind: kind)
        guard let node = parser.pattern() else { return nil }
        switch kind {
        case .regex: root = .sequence([.repetition(.anyCharacter, least: 0, most: nil), node])
        case .like, .glob, .similar: root = .sequence([.start, node, .end])
        }
    }

    /// Whether a text matches; nil when finding out would take too long.
    func matches(_ text: String) -> Bool? {
        var matcher = Matcher(text: Array(ignoringCase ? text.lowercased() : text))
        let result = matcher.match([root][...], at: 0)
        return matcher.steps > Matcher.mostSteps ? nil : result
    }

    /// Every text that matches, when these are few and known: `^(a|b)$` has two, `^a` has no end of them.
    static func values(of text: String, kind: SQLExpression.Pattern) -> [String]? {
        var parser = SQLPatternParser(text, kind: kind)
        guard let node = parser.pattern() else { return nil }
        if kind == .regex {
            guard let (inner, isClosed) = anchored(node), isClosed else { return nil }
            return expand(inner)
        }
        return expand(node)
    }

    private static func anchored(_ node: Node) -> (Node, Bool)? {
        switch node {
        case .sequence(let parts):
            guard parts.first == .start, parts.last == .end, parts.count >= 2 else { return nil }
            return (.sequence(Array(parts.dropFirst().dropLast())), true)
        case .choice(let choices):
            let inner = choices.compactMap { anchored($0)?.0 }
            return inner.count == choices.count ? (.choice(inner), true) : nil
        default: return nil
        }
    }

    private static let mostValues = 500

    private static func expand(_ node: Node) -> [String]? {
        switch node {
        case .character(let character): return [String(character)]
        case .set(let ranges, false):
            let singles = ranges.filter { $0.lowerBound == $0.upperBound }
            return singles.count == ranges.count ? singles.map { String($0.lowerBound) } : nil
        case .repetition(let inner, 0, 1): return expand(inner).map { [""] + $0 }
        case .sequence(let parts):
            var texts = [""]
            for part in parts {
                guard let ends = expand(part), texts.count * ends.count <= mostValues else { return nil }
                texts = texts.flatMap { text in ends.map { text + $0 } }
            }
            return texts
        case .choice(let choices):
            var texts: [String] = []
            for choice in choices {
                guard let more = expand(choice), texts.count + more.count <= mostValues else { return nil }
                texts += more
            }
            return texts
        default: return nil
        }
    }

    private struct Matcher {
        static let mostSteps = 20_000
        let text: [Character]
        var steps = 0
        var depth = 0

        mutating func match(_ nodes: ArraySlice<Node>, at place: Int) -> Bool {
            steps += 1
            depth += 1
            defer { depth -= 1 }
            guard steps <= Self.mostSteps, depth < 500 else {
                steps = Self.mostSteps + 1
                return false
            }
            guard let node = nodes.first else { return true }
            let rest = nodes.dropFirst()
            switch node {
            case .character(let character):
                return place < text.count && text[place] == character && match(rest, at: place + 1)
            case .anyCharacter: return place < text.count && match(rest, at: place + 1)
            case .set(let ranges, let isNegated):
                guard place < text.count else { return false }
                return ranges.contains { $0.contains(text[place]) } != isNegated && match(rest, at: place + 1)
            case .sequence(let parts): return match(ArraySlice(parts + rest), at: place)
            case .choice(let choices):
                return choices.contains { match(ArraySlice([$0] + rest), at: place) }
            case .repetition(let inner, let least, let most):
                if least > 0 {
                    let fewer = Node.repetition(inner, least: least - 1, most: most.map { $0 - 1 })
                    return match(ArraySlice([inner, fewer] + rest), at: place)
                }
                if most == 0 { return match(rest, at: place) }
                // The shortest way first; a repetition that takes nothing is not repeated.
                if match(rest, at: place) { return true }
                guard place < text.count else { return false }
                let more = Node.repetition(inner, least: 0, most: most.map { $0 - 1 })
                return match(ArraySlice([inner, more] + rest), at: place)
            case .start: return place == 0 && match(rest, at: place)
            case .end: return place == text.count && match(rest, at: place)
            }
        }
    }
}
