import AnomalyDetection

/// A table whose cells lie in a file while it is worked on.
///
/// In memory it takes four bytes per row, the different texts, and whatever is asked for at a time.
struct StoredTable: TableSource {
    /// A column and what its cells mean.
    struct StoredColumn: Sendable {
        let name: String
        let meaning: CellMeaning
        let cells: PackedColumn
    }

    let columns: [StoredColumn]
    let sheetName: String?
    let warnings: [String]
    /// For each row its line or row number in the source.
    let lineNumbers: [UInt32]
    /// The rows of a chunk, which lie together.
    let blockLength: Int

    var columnNames: [String] { columns.map(\.name) }
    var rowCount: Int { lineNumbers.count }

    func column(at index: Int) throws -> Column { try column(columns[index], 0..<rowCount) }

    func block(_ rows: Range<Int>) throws -> Table {
        Table(
            columns: try columns.map { try column($0, rows) }, sheetName: sheetName, warnings: warnings,
            lineNumbers: Array(lineNumbers[rows]))
    }

    func picking(_ rows: [Int]) throws -> Table {
        let picked = try columns.map { column in
            let values = try column.meaning.values(count: rows.count) { body in
                for row in rows { try column.cells.read(row..<(row + 1), body) }
            }
            return Column(name: column.name, values: values)
        }
        return Table(
            columns: picked, sheetName: sheetName, warnings: warnings,
            lineNumbers: rows.map { lineNumbers[$0] })
    }

    private func column(_ column: StoredColumn, _ rows: Range<Int>) throws -> Column {
        let values = try column.meaning.values(count: rows.count) { try column.cells.read(rows, $0) }
        return Column(name: column.name, values: values)
    }
}
