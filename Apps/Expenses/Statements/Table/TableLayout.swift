/// Where the columns of a table are, by its head and by where numbers and texts align.
struct TableLayout {
    let columns: [Column]
    /// How the numbers align with the heads.
    private var alignment = Alignment.right
    /// Where the merchants begin.
    private(set) var merchantLeft: Float?
    /// Whether all merchants begin there.
    private(set) var isStrict = false
    /// How high the letters of nearly all rows are; what is smaller or larger is no row.
    private var letterHeight: Float?
    /// Where the columns of text begin, by their place in `columns`.
    private var textLefts: [(column: Int, left: Float)] = []

    private enum Alignment: CaseIterable {
        case right, left, centre, zone
    }

    init(columns: [Column]) {
        self.columns = columns
        textLefts = columns.indices.filter { columns[$0].kind.isText }.map { ($0, columns[$0].left) }
    }

    /// Whether another head is this one again.
    func isSame(as other: [Column]) -> Bool {
        columns.count == other.count
            && zip(columns, other).allSatisfy {
                $0.kind == $1.kind && abs($0.left - $1.left) < 3 && abs($0.right - $1.right) < 3
            }
    }

    // MARK: Dates

    /// The column of dates that a date stands in.
    func dateColumn(_ date: DateToken) -> Column? {
        columns.filter { $0.kind.isDate && date.left < $0.right + 4 && $0.left - 4 < date.right }
            .min { abs($0.left - date.left) < abs($1.left - date.left) }
    }

    /// The dates of a line by their columns.
    func dates(of line: TextLine) -> (date: DateToken?, posting: DateToken?) {
        var (date, posting): (DateToken?, DateToken?)
        for token in line.dates {
            switch dateColumn(token)?.kind {
            case .date: date = date ?? token
            case .postingDate: posting = posting ?? token
            default: break
            }
        }
        return (date, posting)
    }

    // MARK: Numbers

    private static func distance(_ token: NumberToken, _ column: Column, _ alignment: Alignment, next: Float?)
        -> Float
    {
        switch alignment {
        case .right: min(abs(token.right - column.right), abs(token.fullRight - column.right))
        case .left: min(abs(token.left - column.left), abs(token.fullLeft - column.left))
        case .centre: abs(token.left + token.right - column.left - column.right) / 2
        case .zone:
            // Heads at the left of their columns, numbers at the right.
            5 + max(0, column.left - token.left) + max(0, next.map { token.right - $0 } ?? 0)
        }
    }

    private func nearest(_ token: NumberToken, _ alignment: Alignment) -> (index: Int, distance: Float)? {
        var best: (index: Int, distance: Float)?
        for index in columns.indices where columns[index].kind.isNumeric {
            let next = index + 1 < columns.count ? columns[index + 1].left : nil
            let distance = Self.distance(token, columns[index], alignment, next: next)
            if distance < best?.distance ?? .infinity { best = (index, distance) }
        }
        return best
    }

    /// The column of numbers that a number stands in.
    func column(of token: NumberToken) -> Int? {
        guard let (index, distance) = nearest(token, alignment), distance <= 12 else { return nil }
        return index
    }

    // MARK: Texts

    /// The column of text that a word stands in.
    func textColumn(_ word: PageWord) -> Column.Kind? {
        guard let first = textLefts.first else { return nil }
        let found = textLefts.last { $0.left <= word.left + 2 } ?? first
        return columns[found.column].kind
    }

    /// Whether a line begins where merchants do.
    func beginsAtMerchant(_ left: Float, indent: Float = 0) -> Bool {
        guard let merchantLeft else { return true }
        return !isStrict || (left > merchantLeft - 3 && left < merchantLeft + 3 + indent)
    }

    private static func height(_ line: TextLine) -> Float {
        line.dates.first.map { line.words[$0.words.lowerBound] }.map { $0.bottom - $0.top } ?? line.height
    }

    /// Whether a line's letters are as high as those of the rows.
    func isHighAsRows(_ line: TextLine) -> Bool {
        letterHeight.map { abs(Self.height(line) - $0) <= 0.12 * $0 } ?? true
    }

    // MARK: Learning

    /// Learns from lines that have a date in the column of dates.
    /// - Parameter isAmount: whether a number can be an amount of the statement's currency.
    mutating func learn(_ lines: [TextLine], isAmount: (NumberToken) -> Bool) {
        let dated = lines.filter { dates(of: $0).date != nil }
        var costs = [Float](repeating: 0, count: Alignment.allCases.count)
        for line in dated {
            // What stands furthest to the right is no number of a text.
            for token in line.numbers.suffix(3) where isAmount(token) {
                for (index, alignment) in Alignment.allCases.enumerated() {
                    costs[index] += min(20, nearest(token, alignment)?.distance ?? 20)
                }
            }
        }
        if let least = costs.indices.min(by: { costs[$0] < costs[$1] }) {
            alignment = Alignment.allCases[least]
        }
        learnTexts(dated)
        let heights = Dictionary(dated.map { (Int((Self.height($0) * 5).rounded()), 1) }, uniquingKeysWith: +)
        let most = heights.max { ($0.value, $1.key) < ($1.value, $0.key) }
        if let most, most.value * 10 > dated.count * 6 { letterHeight = Float(most.key) / 5 }
    }

    private mutating func learnTexts(_ dated: [TextLine]) {
        var starts: [[Int: Int]] = Array(repeating: [:], count: textLefts.count)
        for line in dated {
            let taken = takenWords(of: line)
            for cell in line.cells {
                guard let index = cell.first(where: { !taken.contains($0) }) else { continue }
                let left = line.words[index].left
                for (place, text) in textLefts.enumerated() {
                    let column = columns[text.column]
                    let before = text.column > 0 ? columns[text.column - 1].left + 1 : 0
                    if left > before, left <= column.right {
                        starts[place][Int(left.rounded()), default: 0] += 1
                    }
                }
            }
        }
        for place in textLefts.indices {
            let count = starts[place].values.reduce(0, +)
            let most = starts[place].max { ($0.value, $1.key) < ($1.value, $0.key) }
            guard let most, most.value * 2 >= count else { continue }
            textLefts[place].left = Float(most.key)
            if columns[textLefts[place].column].kind == .merchant {
                merchantLeft = Float(most.key)
                isStrict = most.value * 10 >= count * 6
            }
        }
        textLefts.sort { $0.left < $1.left }
    }

    /// The words that are dates and numbers of columns.
    func takenWords(of line: TextLine) -> Set<Int> {
        var taken: Set<Int> = []
        for date in line.dates where dateColumn(date) != nil {
            taken.formUnion(date.words)
            // A time of day belongs to its date.
            if let next = line.words.indices.first(where: { $0 == date.words.upperBound }),
                Self.isTime(line.words[next].text)
            {
                taken.insert(next)
            }
        }
        for number in line.numbers where taken.isDisjoint(with: number.words) && column(of: number) != nil {
            taken.formUnion(number.words)
        }
        return taken
    }

    static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && parts.allSatisfy { $0.utf8.count <= 2 && Int($0) != nil }
    }
}
