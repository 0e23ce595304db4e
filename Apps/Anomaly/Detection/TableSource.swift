/// A table as the detector reads it: one column at a time, or some rows of all columns.
///
/// A `Table` has every cell in memory; a larger one may keep them elsewhere, and hands out as much as is asked
/// for. What is read is the same either way, and so is all that is computed from it.
public protocol TableSource: Sendable {
    /// The names of the columns, left to right.
    var columnNames: [String] { get }
    /// The number of rows below the header.
    var rowCount: Int { get }
    /// The sheet that the rows came from, for a workbook.
    var sheetName: String? { get }
    /// Sentences for people about what had to be assumed or left out while reading.
    var warnings: [String] { get }
    /// How many rows are best asked for at a time; positive.
    var blockLength: Int { get }

    /// A column with all its rows, in memory.
    ///
    /// - Parameter index: its place, which must be among the names.
    /// - Throws: what the storage throws when it fails.
    func column(at index: Int) throws -> Column

    /// Rows that follow each other, all their columns in memory.
    ///
    /// - Parameter rows: places of rows from 0, all of which must exist.
    /// - Throws: what the storage throws when it fails.
    func block(_ rows: Range<Int>) throws -> Table

    /// A few rows, in the order given, all their columns in memory.
    ///
    /// - Parameter rows: places of rows from 0, all of which must exist.
    /// - Throws: what the storage throws when it fails.
    func picking(_ rows: [Int]) throws -> Table
}

extension TableSource {
    /// The whole table in memory.
    public func loaded() throws -> Table { try block(0..<rowCount) }
}

extension Table: TableSource {
    /// All rows: none is nearer than another.
    public var blockLength: Int { max(1, rowCount) }

    /// The column at a place.
    public func column(at index: Int) -> Column { columns[index] }

    /// Some rows that follow each other; all of them are the table itself.
    public func block(_ rows: Range<Int>) -> Table {
        rows == 0..<rowCount ? self : picked(rows)
    }

    /// A few rows, in the order given.
    public func picking(_ rows: [Int]) -> Table { picked(rows) }

    private func picked(_ rows: some Collection<Int>) -> Table {
        Table(
            columns: columns.map { Column(name: $0.name, values: $0.values.picking(rows)) },
            sheetName: sheetName, warnings: warnings,
            lineNumbers: rows.map { UInt32(clamping: line(ofRow: $0)) })
    }
}

extension Column.Values {
    /// The values of some rows.
    fileprivate func picking(_ rows: some Collection<Int>) -> Column.Values {
        switch self {
        case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
        case .preciseNumbers(let numbers): .preciseNumbers(rows.map { numbers[$0] })
        case .dates(let dates): .dates(rows.map { dates[$0] })
        case .categories(let codes, let levels): .categories(codes: rows.map { codes[$0] }, levels: levels)
        case .text(let cells): .text(cells.picking(rows))
        }
    }
}
