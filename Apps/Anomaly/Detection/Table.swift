/// A table with every cell in memory, of which one takes about four to eight bytes.
public struct Table: Sendable {
    /// The columns, left to right, all of `rowCount` rows.
    public let columns: [Column]
    /// The number of rows below the header.
    public let rowCount: Int
    /// The sheet that the rows came from, for a workbook.
    public let sheetName: String?
    /// Sentences for people about what had to be assumed or left out while reading.
    public let warnings: [String]
    private let lineNumbers: [UInt32]

    /// Puts columns of equal length together; a shorter one limits the table to its rows.
    ///
    /// - Parameters:
    ///   - columns: the columns, left to right.
    ///   - sheetName: the sheet that the rows came from, for a workbook.
    ///   - warnings: sentences for people.
    ///   - lineNumbers: for each row its line or row number in the file; empty when unknown.
    public init(
        columns: [Column], sheetName: String? = nil, warnings: [String] = [], lineNumbers: [UInt32] = []
    ) {
        self.columns = columns
        rowCount = columns.map(\.count).min() ?? 0
        self.sheetName = sheetName
        self.warnings = warnings
        self.lineNumbers = lineNumbers
    }

    /// The names of the columns, left to right.
    public var columnNames: [String] { columns.map(\.name) }

    /// The text of one cell as shown to people, empty for an empty cell and outside the table.
    ///
    /// Numbers and dates are written anew from their value, so "007" reads "7".
    public func cell(_ row: Int, _ column: Int) -> String {
        columns.indices.contains(column) ? columns[column].text(row: row) : ""
    }

    /// The line of a CSV file, or the row of a sheet, that a row came from (from 1), where known.
    public func line(ofRow row: Int) -> Int {
        lineNumbers.indices.contains(row) ? Int(lineNumbers[row]) : row + 1
    }

    /// The same rows without the columns named `name`.
    public func dropping(columnNamed name: String) -> Table {
        Table(
            columns: columns.filter { $0.name != name }, sheetName: sheetName, warnings: warnings,
            lineNumbers: lineNumbers)
    }
}
