/// A source file as its tokens; comments are apart.
struct TokenList: Sendable {
    struct Comment: Sendable, Hashable {
        let line: Int
        let text: String
    }

    let language: SourceLanguage
    private(set) var tokens: [Token]
    let comments: [Comment]
    /// For each bracket the index of the one that closes or opens it, else -1.
    private(set) var partners: [Int]

    init(language: SourceLanguage, tokens: [Token], comments: [Comment]) {
        self.language = language
        self.tokens = tokens
        self.comments = comments
        partners = Self.partners(of: tokens)
        if language == .python { markDocuments() }
    }

    var count: Int { tokens.count }
    subscript(_ index: Int) -> Token { tokens[index] }

    /// The token at an index, if there is one.
    func at(_ index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index] : nil }
    func isWord(_ word: String, at index: Int) -> Bool { at(index)?.isWord(word) ?? false }
    func isMark(_ mark: String, at index: Int) -> Bool { at(index)?.isMark(mark) ?? false }

    /// The index of the bracket that closes the one at `index`; the end of the tokens if nothing does.
    func close(of index: Int) -> Int {
        guard partners.indices.contains(index), partners[index] > index else { return tokens.count }
        return partners[index]
    }

    /// The same, but within reach where nothing closes it: a file of nothing else must not cost the square of its
    /// length to whoever reads what each of them holds.
    func nearClose(of index: Int) -> Int {
        isClosed(index) ? partners[index] : min(tokens.count, max(index, 0) + Self.reach)
    }

    /// Whether something closes the bracket at `index`.
    func isClosed(_ index: Int) -> Bool { partners.indices.contains(index) && partners[index] > index }

    private static let reach = 2_048
    /// Brackets nested deeper are no program's.
    private static let depth = 200

    /// The parts between the commas of what the bracket at `index` holds, as ranges of tokens. Brackets inside are
    /// stepped over; an empty part (a comma at the end) is left out.
    func parts(in index: Int, between separator: String = ",") -> [Range<Int>] {
        let end = close(of: index)
        return parts(of: min(index + 1, end)..<end, between: separator)
    }

    /// The same of a range that no bracket need enclose.
    func parts(of range: Range<Int>, between separator: String = ",") -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        var place = start
        while place < range.upperBound {
            if tokens[place].kind == .mark, tokens[place].text == separator {
                if start < place { parts.append(start..<place) }
                start = place + 1
            }
            place = partners[place] > place ? min(partners[place], range.upperBound - 1) + 1 : place + 1
        }
        if start < range.upperBound { parts.append(start..<range.upperBound) }
        return parts
    }

    /// One pass with a stack: a closing bracket without its opening one closes nothing, and one that closes another
    /// kind ends the brackets between, so that a fault stays local.
    private static func partners(of tokens: [Token]) -> [Int] {
        var partners = [Int](repeating: -1, count: tokens.count)
        var open: [Int] = []
        for (index, token) in tokens.enumerated() where token.kind == .mark {
            switch token.text {
            case "(", "[", "{":
                open.append(index)
                // Forgotten ones at the bottom: what stands on them is read as if they were not there.
                if open.count > 2 * Self.depth { open.removeFirst(Self.depth) }
            case ")", "]", "}":
                let opening = token.text == ")" ? "(" : token.text == "]" ? "[" : "{"
                // A look far back would cost the square of the file's length on hostile input.
                guard let place = open.suffix(16).lastIndex(where: { tokens[$0].text == opening }) else {
                    continue
                }
                partners[open[place]] = index
                partners[index] = open[place]
                open.removeSubrange(place...)
            default: break
            }
        }
        return partners
    }

    /// A string that begins a line outside all brackets, with nothing behind it, is documentation.
    private mutating func markDocuments() {
        var depth = 0
        for index in tokens.indices {
            let token = tokens[index]
            if token.kind == .mark, partners[index] >= 0 {
                depth += partners[index] > index ? 1 : -1
            }
            guard token.kind == .string, token.isFirst, depth == 0 else { continue }
            if index + 1 == tokens.count || tokens[index + 1].isFirst { tokens[index].isDocument = true }
        }
    }
}
