import AnomalyDetection

/// What is usual in a column, so that one cell can be compared with it.
struct ColumnProfile: Sendable {
    private enum Spread: Sendable {
        case numbers(mean: Double, deviation: Double)
        case levels(counts: [Int])
        case text
    }
    private let spread: Spread
    private let count: Int
    private let emptyCells: Int

    /// Looks at every cell of a column, and keeps none.
    init(_ column: Column) {
        count = column.count
        switch column.values {
        case .numbers(let values): (spread, emptyCells) = Self.numbers(values)
        case .preciseNumbers(let values), .dates(let values): (spread, emptyCells) = Self.numbers(values)
        case .categories(let codes, let levels):
            var counts = [Int](repeating: 0, count: levels.count)
            for code in codes where Int(code) < counts.count { counts[Int(code)] += 1 }
            spread = .levels(counts: counts)
            emptyCells = codes.count - counts.reduce(0, +)
        case .text:
            spread = .text
            emptyCells = 0
        }
    }

    private static func numbers<Number: BinaryFloatingPoint>(_ values: [Number]) -> (Spread, emptyCells: Int)
    {
        var count = 0.0
        var sum = 0.0
        for value in values where value.isFinite {
            count += 1
            sum += Double(value)
        }
        let mean = count > 0 ? sum / count : 0
        var squares = 0.0
        for value in values where value.isFinite {
            let difference = Double(value) - mean
            squares += difference * difference
        }
        let deviation = count > 0 ? (squares / count).squareRoot() : 0
        return (.numbers(mean: mean, deviation: deviation), values.count - Int(count))
    }

    /// Compares a cell with the column.
    /// - Parameters:
    ///   - row: the cell's row in `column`.
    ///   - column: the same column or some rows of it.
    ///   - share: the cell's share of its row's score.
    ///   - expected: what the network expected instead.
    func contribution(of row: Int, in column: Column, share: Double, expected: String?) -> Contribution {
        let text = column.text(row: row)
        var result = Contribution(
            column: column.name, value: text, share: share, expected: expected, deviation: nil, mean: nil,
            frequency: nil)
        let total = Double(max(1, count))
        if text.isEmpty {
            result.frequency = Double(emptyCells) / total
            return result
        }
        switch spread {
        case .numbers(let mean, let deviation):
            guard let value = Self.number(row, in: column), deviation > 0 else { break }
            result.deviation = (value - mean) / deviation
            // The mean of dates is no number that people could read.
            if column.kind == .number { result.mean = mean }
        case .levels(let counts):
            if case .categories(let codes, _) = column.values, Int(codes[row]) < counts.count {
                result.frequency = Double(counts[Int(codes[row])]) / total
            }
        case .text: break
        }
        return result
    }

    private static func number(_ row: Int, in column: Column) -> Double? {
        switch column.values {
        case .numbers(let values): values[row].isFinite ? Double(values[row]) : nil
        case .preciseNumbers(let values), .dates(let values): values[row].isFinite ? values[row] : nil
        case .categories, .text: nil
        }
    }
}
