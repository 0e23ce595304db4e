import Foundation

/// Words of a page that stand side by side.
struct TextLine {
    /// The page, from 1.
    let page: Int
    /// Which line of the page it is, from 1.
    let row: Int
    /// The words from left to right.
    let words: [PageWord]
    /// The words in groups that stand apart from each other.
    let cells: [Range<Int>]
    /// How wide a letter is on average, in points.
    let letter: Float
    let top: Float
    let bottom: Float
    /// The dates that begin in it.
    let dates: [DateToken]
    /// The numbers in it.
    let numbers: [NumberToken]

    /// A gap that is wider than so many letters parts cells; a space is as wide as a letter at most, and most often
    /// half as wide.
    static let cellGap: Float = 1.2

    /// What has more words is no line of a table, and is not looked at.
    static let mostWords = 400

    init(page: Int, row: Int, words: [PageWord]) {
        self.page = page
        self.row = row
        self.words = words
        var (width, count) = (Float(0), 0)
        var (top, bottom) = (Float.infinity, -Float.infinity)
        for word in words {
            width += word.right - word.left
            count += word.text.unicodeScalars.count
            top = min(top, word.top)
            bottom = max(bottom, word.bottom)
        }
        letter = max(1, width / Float(max(1, count)))
        (self.top, self.bottom) = (top, bottom)
        guard words.count <= Self.mostWords else {
            (cells, dates, numbers) = ([0..<words.count], [], [])
            return
        }
        var cells: [Range<Int>] = []
        var start = 0
        for index in words.indices.dropFirst()
        where words[index].left - words[index - 1].right > Self.cellGap * letter {
            cells.append(start..<index)
            start = index
        }
        if start < words.count { cells.append(start..<words.count) }
        self.cells = cells
        dates = DateToken.all(in: words, letter: letter)
        numbers = NumberToken.all(in: words, cells: cells, letter: letter)
    }

    var middle: Float { (top + bottom) / 2 }
    var height: Float { bottom - top }

    /// Whether a number stands apart from all other words.
    func isApart(_ token: NumberToken) -> Bool {
        cells.allSatisfy { !$0.overlaps(token.words) || $0.allSatisfy(token.words.contains) }
    }

    func text(_ range: Range<Int>) -> String {
        words[range].lazy.map(\.text).joined(separator: " ")
    }
    var text: String { text(0..<words.count) }

    /// The lines of a page from top to bottom.
    static func lines(of page: PageText) -> [TextLine] {
        let words = page.words.filter { !$0.text.isEmpty }
            .sorted { ($0.top + $0.bottom, $0.left) < ($1.top + $1.bottom, $1.left) }
        var lines: [TextLine] = []
        var start = 0
        while start < words.count {
            let first = words[start]
            var end = start + 1
            while end < words.count {
                let next = words[end]
                let shift = (next.top + next.bottom - first.top - first.bottom) / 2
                guard shift < 0.4 * min(next.bottom - next.top, first.bottom - first.top) else { break }
                end += 1
            }
            let inOrder = words[start..<end].sorted { $0.left < $1.left }
            lines.append(TextLine(page: page.number, row: lines.count + 1, words: inOrder))
            start = end
        }
        return lines
    }
}

/// A date of a line.
struct DateToken {
    let date: PrintedDate
    /// The words that it takes.
    let words: Range<Int>
    let left: Float
    let right: Float

    /// Two dates in one word: `01/03/2026-31/03/2026`.
    private static func joined(_ words: [PageWord], _ index: Int) -> [DateToken] {
        let word = words[index]
        guard (17...30).contains(word.text.utf8.count) else { return [] }
        for dash in ["–", "—", "-"] {
            let halves = word.text.components(separatedBy: dash)
            guard halves.count == 2 else { continue }
            let dates = halves.compactMap {
                PrintedDate.read(
                    [PageWord($0, left: word.left, top: word.top, right: word.right, bottom: word.bottom)],
                    at: 0, space: 0)
            }
            guard dates.count == 2 else { continue }
            return dates.map {
                DateToken(date: $0.date, words: index..<(index + 1), left: word.left, right: word.right)
            }
        }
        return []
    }

    static func all(in words: [PageWord], letter: Float) -> [DateToken] {
        var tokens: [DateToken] = []
        var index = 0
        while index < words.count {
            guard let first = words[index].text.utf8.first, first &- 48 < 10 || first >= 65,
                let (date, count) = PrintedDate.read(words, at: index, space: TextLine.cellGap * letter)
            else {
                tokens += joined(words, index)
                index += 1
                continue
            }
            tokens.append(
                DateToken(
                    date: date, words: index..<(index + count), left: words[index].left,
                    right: words[index + count - 1].right))
            index += count
        }
        return tokens
    }
}
