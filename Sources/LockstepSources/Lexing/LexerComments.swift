extension Lexer {
    /// Steps over a comment and notes it.
    mutating func readComment() -> Bool {
        switch language {
        case .python:
            guard byte() == .hash else { return false }
            readLineComment(1)
        case .ruby:
            if isFirst, place == lineStart, starts("=begin") {
                readRubyBlock()
                return true
            }
            if isFirst, place == lineStart, starts("__END__") {
                step(to: end)
                return true
            }
            guard byte() == .hash else { return false }
            readLineComment(1)
        case .sql:
            if starts("--") {
                readLineComment(2)
            } else if starts("/*") {
                readBlockComment(nests: true)
            } else {
                return false
            }
        case .typescript, .javascript, .go, .java, .kotlin, .swift, .rust, .prisma, .json, .changelog:
            if starts("//") {
                readLineComment(2)
            } else if starts("/*") {
                readBlockComment(nests: language == .swift || language == .rust || language == .kotlin)
            } else if place == 0, starts("#!") {
                readLineComment(2)
            } else {
                return false
            }
        }
        return true
    }

    private mutating func readLineComment(_ length: Int) {
        let start = place + length
        while place < end, byte() != .newline { place += 1 }
        comments.append(TokenList.Comment(line: line, text: text(start, place)))
    }

    private mutating func readBlockComment(nests: Bool) {
        let start = place + 2
        let startLine = line
        var depth = 1
        place += 2
        while place < end, depth > 0 {
            if starts("*/") {
                depth -= 1
                place += 2
            } else if nests, starts("/*") {
                depth += 1
                place += 2
            } else if byte() == .newline {
                let wasFirst = isFirst
                stepLine()
                isFirst = wasFirst || isFirst
            } else {
                place += 1
            }
        }
        noteLines(of: text(start, max(start, place - 2)), from: startLine)
    }

    private mutating func readRubyBlock() {
        let start = place
        let startLine = line
        while place < end {
            while place < end, byte() != .newline { place += 1 }
            guard place < end else { break }
            stepLine()
            if starts("=end") {
                while place < end, byte() != .newline { place += 1 }
                break
            }
        }
        noteLines(of: text(start, place), from: startLine)
    }

    private mutating func noteLines(of text: String, from first: Int) {
        for (index, part) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            comments.append(TokenList.Comment(line: first + index, text: String(part)))
        }
    }
}
