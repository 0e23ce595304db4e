/// One column of a table: its name and the value of every row in compact form.
public struct Column: Sendable {
    /// What the values of a column are.
    public enum Kind: String, Sendable, Codable {
        case number, date, category, text
    }

    /// The values, one per row.
    public enum Values: Sendable {
        /// Numbers of few digits; NaN is an empty cell.
        case numbers([Float])
        /// Numbers whose digits a `Float` would lose; NaN is an empty cell.
        case preciseNumbers([Double])
        /// Seconds since 1970-01-01 00:00 in the clock of the file; NaN is an empty cell.
        case dates([Double])
        /// For each row an index into `levels`, or `Column.missingCode` for an empty cell.
        case categories(codes: [UInt16], levels: [String])
        /// Free text, shown to people but not analysed.
        case text(TextCells)
    }

    /// The code of an empty cell in a category column.
    public static let missingCode = UInt16.max

    /// The name in the header, or one made up for a file that has none.
    public let name: String
    /// The values.
    public let values: Values

    /// A column named `name` holding `values`.
    public init(name: String, values: Values) {
        self.name = name
        self.values = values
    }

    /// What the values are.
    public var kind: Kind {
        switch values {
        case .numbers, .preciseNumbers: .number
        case .dates: .date
        case .categories: .category
        case .text: .text
        }
    }

    /// The number of rows.
    public var count: Int {
        switch values {
        case .numbers(let numbers): numbers.count
        case .preciseNumbers(let numbers): numbers.count
        case .dates(let dates): dates.count
        case .categories(let codes, _): codes.count
        case .text(let cells): cells.count
        }
    }

    /// The text of a row's cell, empty for an empty cell and for a row that does not exist.
    public func text(row: Int) -> String {
        guard row >= 0, row < count else { return "" }
        switch values {
        case .numbers(let numbers): return CellText.number(numbers[row])
        case .preciseNumbers(let numbers): return CellText.number(numbers[row])
        case .dates(let dates): return CellText.date(dates[row])
        case .categories(let codes, let levels):
            let code = Int(codes[row])
            return code < levels.count ? levels[code] : ""
        case .text(let cells): return cells[row]
        }
    }
}
