/// Turns the rows of a table into the numbers that the network sees, block by block.
///
/// Numbers and dates are standardised, small categories become one-hot slots, and a number column with empty
/// cells gets a second feature that says which cells were empty. Columns that never vary, free text and
/// running row numbers are left out.
struct Encoder: Sendable {
    /// A feature and where it lies.
    struct Placed: Sendable {
        let column: Int
        let offset: Int
        let feature: Feature
        /// The feature says whether the cell is empty, not what it holds.
        let marksEmpty: Bool
    }

    /// The features, by offset.
    let features: [Placed]
    /// The number of slots of an encoded row.
    let width: Int
    /// The columns that are not used, each with the reason for people.
    let ignored: [IgnoredColumn]

    /// The most slots of an encoded row; columns beyond it are left out.
    static let maximumWidth = 2048
    /// The most levels of a category column that is used; in a short table, half as many as it has rows.
    static let maximumLevels = 200

    /// Looks at every row of `table`, one column after the other, to decide how each is encoded.
    ///
    /// - Parameter isCancelled: asked before each column; once it says yes, looking stops.
    /// - Throws: `CancellationError` when cancelled, and what the table's storage throws.
    init(table: any TableSource, isCancelled: () -> Bool) throws {
        var features: [Placed] = []
        var ignored: [IgnoredColumn] = []
        var width = 0
        for (index, name) in table.columnNames.enumerated() {
            if isCancelled() { throw CancellationError() }
            let (found, reason) = Encoder.features(of: try table.column(at: index))
            let needed = found.reduce(0) { $0 + $1.width }
            guard reason == nil, width + needed <= Encoder.maximumWidth else {
                let text = reason ?? "the table has more columns than can be analysed at once"
                ignored.append(IgnoredColumn(index: index, name: name, reason: text))
                continue
            }
            for (position, feature) in found.enumerated() {
                features.append(
                    Placed(column: index, offset: width, feature: feature, marksEmpty: position > 0))
                width += feature.width
            }
        }
        self.features = features
        self.width = width
        self.ignored = ignored
    }

    /// The features of a column, or why it has none.
    private static func features(of column: Column) -> (features: [Feature], reason: String?) {
        switch column.values {
        case .numbers(let values): return features(numbers: values)
        case .preciseNumbers(let values), .dates(let values): return features(numbers: values)
        case .text: return ([], "it holds free text")
        case .categories(let codes, let levels):
            if levels.count > min(maximumLevels, max(3, codes.count / 2)) {
                return ([], "it holds too many different texts")
            }
            if let feature = Feature(codes: codes, levelCount: levels.count) { return ([feature], nil) }
            return ([], "it never changes")
        }
    }

    private static func features<Number: BinaryFloatingPoint>(
        numbers: [Number]
    ) -> (features: [Feature], reason: String?) {
        guard let feature = Feature(numbers: numbers) else { return ([], "it never changes") }
        if countsRows(numbers) { return ([], "it only counts the rows") }
        let empty = numbers.map { UInt16($0.isFinite ? 0 : 1) }
        guard let marker = Feature(codes: empty, levelCount: 2) else { return ([feature], nil) }
        return ([feature, marker], nil)
    }

    /// Whether each value is the one before it plus one, as in a running number.
    private static func countsRows<Number: BinaryFloatingPoint>(_ numbers: [Number]) -> Bool {
        guard numbers.count > 8 else { return false }
        return zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == 1 }
    }

    /// Encodes some rows.
    ///
    /// - Parameters:
    ///   - rows: the rows of `table`, each within it.
    ///   - table: a table with the columns that the encoder was made for.
    ///   - matrix: written from its first row on; at least as many rows as `rows`, and `width` columns.
    func encode(_ rows: Range<Int>, of table: Table, into matrix: Matrix) {
        for placed in features { encode(placed, rows, of: table.columns[placed.column], into: matrix) }
    }

    /// As the other, but has one column at a time in memory: for rows from all over a table.
    ///
    /// - Throws: what the table's storage throws.
    func encode(_ rows: [Int], of table: any TableSource, into matrix: Matrix) throws {
        var index: Int?
        var column = Column(name: "", values: .numbers([]))
        for placed in features {
            // A column's features follow each other.
            if index != placed.column { column = try table.column(at: placed.column) }
            index = placed.column
            encode(placed, rows, of: column, into: matrix)
        }
    }

    private func encode<Rows: RandomAccessCollection<Int>>(
        _ placed: Placed, _ rows: Rows, of column: Column, into matrix: Matrix
    ) {
        let target = matrix.base + placed.offset
        let stride = matrix.stride
        switch (column.values, placed.feature) {
        case (.numbers(let values), .number(let mean, let deviation)):
            let scale = Float(1 / deviation)
            for (position, row) in rows.enumerated() {
                let value = Float(Double(values[row]) - mean) * scale
                target[position * stride] = Encoder.bounded(value)
            }
        case (.preciseNumbers(let values), .number(let mean, let deviation)),
            (.dates(let values), .number(let mean, let deviation)):
            for (position, row) in rows.enumerated() {
                target[position * stride] = Encoder.bounded(Float((values[row] - mean) / deviation))
            }
        case (.categories(let codes, _), .category(let slots, let shares, let scale)):
            for (position, row) in rows.enumerated() {
                let code = min(Int(codes[row]), slots.count - 1)
                Encoder.mark(Int(slots[code]), shares, scale, target + position * stride)
            }
        case (.numbers(let values), .category(let slots, let shares, let scale)):
            for (position, row) in rows.enumerated() {
                let slot = Int(slots[values[row].isFinite ? 0 : 1])
                Encoder.mark(slot, shares, scale, target + position * stride)
            }
        case (.preciseNumbers(let values), .category(let slots, let shares, let scale)),
            (.dates(let values), .category(let slots, let shares, let scale)):
            for (position, row) in rows.enumerated() {
                let slot = Int(slots[values[row].isFinite ? 0 : 1])
                Encoder.mark(slot, shares, scale, target + position * stride)
            }
        case (.categories, .number), (.text, _):
            break
        }
    }

    @inline(__always)
    private static func bounded(_ value: Float) -> Float {
        value.isNaN ? 0 : min(max(value, -Feature.limit), Feature.limit)
    }

    @inline(__always)
    private static func mark(
        _ slot: Int, _ shares: [Float], _ scale: Float, _ target: UnsafeMutablePointer<Float>
    ) {
        for (index, share) in shares.enumerated() {
            target[index] = ((index == slot ? 1 : 0) - share) * scale
        }
    }
}
