/// Why a row has the score that it has.
public struct RowExplanation: Sendable, Equatable {
    /// The row's place in the table, from 0.
    public let row: Int
    /// The line or sheet row that it came from, from 1.
    public let line: Int
    /// Its score: the sum of the contributions' errors.
    public let score: Float
    /// Every column that takes part, the largest error first.
    public let contributions: [ColumnContribution]
}

/// One column's part in the score of a row.
public struct ColumnContribution: Sendable, Equatable {
    /// The column's place in the table, from 0.
    public let column: Int
    /// The column's name.
    public let name: String
    /// Its part of the row's score.
    public private(set) var error: Float
    /// The same as a share of the row's score, 0 to 1.
    public private(set) var share: Float
    /// The cell as shown to people, empty for an empty cell.
    public let actual: String
    /// What the other cells of the row made the networks expect, as text; rounded for a number.
    public let expected: String
    /// Actual less expected, in standard deviations of the column; `nil` for a category or an empty cell.
    public let deviation: Float?

    /// Counts a further error in.
    mutating func add(error further: Float, of total: Float) {
        error += further
        share = total > 0 ? error / total : 0
    }
}

extension Column {
    /// Whether a row's cell is empty; the row must exist.
    func isEmpty(row: Int) -> Bool {
        switch values {
        case .numbers(let numbers): !numbers[row].isFinite
        case .preciseNumbers(let numbers), .dates(let numbers): !numbers[row].isFinite
        case .categories(let codes, let levels): Int(codes[row]) >= levels.count
        case .text(let cells): cells[row].isEmpty
        }
    }
}

extension Feature {
    /// The text of a reproduced value: a number, a date or the most likely level.
    ///
    /// - Parameters:
    ///   - slots: the network's output for this feature.
    ///   - column: the column that the feature was made from.
    func text(of slots: [Float], in column: Column) -> String {
        switch (self, column.values) {
        case (.number(let mean, let deviation), .dates):
            // A day is as fine as an estimate of a date can be read.
            let seconds = mean + deviation * Double(slots.first ?? 0)
            return CellText.date((seconds / 86_400).rounded() * 86_400)
        case (.number(let mean, let deviation), _):
            return CellText.estimate(mean + deviation * Double(slots.first ?? 0))
        case (.category(let codeSlots, let shares, let scale), .categories(_, let levels)):
            let likelihoods = zip(slots, shares).map { $0 / scale + $1 }
            guard let best = likelihoods.indices.max(by: { likelihoods[$0] < likelihoods[$1] }) else {
                return ""
            }
            let matching = levels.indices.filter { Int(codeSlots[$0]) == best }
            if matching.count > 1 { return "a rare value" }
            return matching.first.map { levels[$0] } ?? ""
        case (.category, _):
            return ""
        }
    }
}
