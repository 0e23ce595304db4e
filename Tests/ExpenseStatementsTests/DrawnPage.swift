import ExpenseStatements

/// A page that a test draws, with letters that are all half as wide as high.
struct DrawnPage {
    /// On which side of x a text stands.
    enum Align {
        case left, right, centre
    }

    var page: PageText

    init(_ number: Int = 1) { page = PageText(number: number, width: 595, height: 842) }

    /// Writes a text on the line at y; a word's space is a quarter of its height.
    mutating func text(_ x: Float, _ y: Float, _ text: String, _ align: Align = .left, size: Float = 10) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let widths = words.map { Float($0.unicodeScalars.count) * size / 2 }
        let width = widths.reduce(0, +) + Float(words.count - 1) * size / 4
        var left =
            switch align {
            case .left: x
            case .right: x - width
            case .centre: x - width / 2
            }
        for (word, width) in zip(words, widths) {
            if !word.isEmpty {
                page.words.append(
                    PageWord(String(word), left: left, top: y - size, right: left + width, bottom: y))
            }
            left += width + size / 4
        }
    }

    /// Writes texts of one line: where each begins or ends, and what it says.
    mutating func line(_ y: Float, _ texts: (Float, String, Align)...) {
        for (x, text, align) in texts { self.text(x, y, text, align) }
    }
}

/// What a statement says, in words that tests compare.
extension Statement {
    var rows: [String] {
        transactions.map { "\($0.date) \($0.merchant) \($0.amount.decimal)" }
    }
}

/// The statement that pages are read as.
func statement(_ pages: DrawnPage...) throws -> Statement {
    switch try StatementParser.parse(pages.map(\.page)) {
    case .statement(let statement): return statement
    case .receipt(let receipt): throw Unexpected(description: "a receipt was read: \(receipt)")
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
}
