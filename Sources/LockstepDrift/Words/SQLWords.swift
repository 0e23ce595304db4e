/// A piece of SQL as its words: space and comments do not count, nor the case of what is not quoted.
struct SQLWords: Hashable {
    private(set) var words: [String]

    /// Takes SQL apart. A literal keeps its quotes; a quoted name that needs none is the same as the name, and a name with
    /// its schema is one word.
    init(_ sql: String) {
        words = []
        var end = -1
        var isName = false
        for token in SQLTokens(sql).tokens {
            let isTight = token.range.lowerBound == end
            end = token.range.upperBound
            let text: String
            var isPart = false
            switch token.kind {
            case .literal: text = "'\(token.text)'"
            case .quotedName:
                isPart = Self.isPlain(token.text)
                text = isPart ? token.text : "\"\(token.text)\""
            case .word, .number:
                isPart = true
                text = token.text
            case .sign:
                isPart = token.text == "."
                text = token.text
            }
            if isTight, isPart, isName, let last = words.indices.last,
                token.text == "." || words[last].hasSuffix(".")
            {
                words[last] += text
            } else {
                words.append(text)
            }
            isName = isPart
        }
    }

    private static func isPlain(_ name: String) -> Bool {
        name == name.lowercased()
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_"
            }
    }

    init(words: [String]) { self.words = words }

    /// The text literals, in order.
    var literals: [String] {
        words.filter { $0.hasPrefix("'") }.map { String($0.dropFirst().dropLast()) }
    }

    /// As PostgreSQL writes it and as it is written for it come to the same: PostgreSQL adds parentheses and casts,
    /// an `ELSE NULL` where a CASE ends without one, and the default method of an index.
    var asPostgresSays: SQLWords {
        var plain: [String] = []
        var index = 0
        while index < words.count {
            switch words[index] {
            case "(", ")": break
            case "::": index += 1
            case "else" where index + 1 < words.count && words[index + 1] == "null": index += 1
            case "using" where index + 1 < words.count && words[index + 1] == "btree": index += 1
            default: plain.append(words[index])
            }
            index += 1
        }
        return SQLWords(words: plain)
    }

    /// The parts of a `CREATE TABLE`, by the name that each begins with: columns, mostly.
    var tableParts: [(name: String, words: SQLWords)] {
        guard let start = words.firstIndex(of: "(") else { return [] }
        var parts: [[String]] = [[]]
        var depth = 0
        for word in words[start...] {
            if word == ")" { depth -= 1 }
            if depth == 0, word == ")" { break }
            if depth == 1, word == "," {
                parts.append([])
            } else if depth > 0 {
                parts[parts.count - 1].append(word)
            }
            if word == "(" { depth += 1 }
        }
        return parts.compactMap { part in part.first.map { ($0, SQLWords(words: part)) } }
    }

    /// What follows a word, from the parenthesis that opens there to the one that closes it.
    func parenthesis(after word: String) -> String? {
        guard let place = words.firstIndex(of: word),
            let start = words[place...].firstIndex(of: "(")
        else { return nil }
        var depth = 0
        for index in words[start...].indices {
            if words[index] == "(" { depth += 1 }
            if words[index] == ")" { depth -= 1 }
            if depth == 0 {
                // Literals lost their doubled quotes; only they can hold one.
                return words[start...index].map(Self.written).joined(separator: " ")
            }
        }
        return nil
    }

    private static func written(_ word: String) -> String {
        guard word.hasPrefix("'"), word.count > 1 else { return word }
        return "'" + word.dropFirst().dropLast().replacing("'", with: "''") + "'"
    }

    /// Where two texts part, for people.
    func difference(to other: SQLWords) -> String? {
        let same = zip(words, other.words).prefix { $0 == $1 }.count
        func some(_ words: [String]) -> String {
            let piece = words.dropFirst(same).prefix(6).joined(separator: " ")
            return piece.isEmpty ? "nothing" : "‘\(piece.prefix(80))’"
        }
        return words == other.words ? nil : "\(some(other.words)) stands where \(some(words)) should"
    }
}
