/// A table for people: columns as wide as they need, the last one cut at the end of a terminal's line.
struct Table {
    /// One cell.
    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        var style: Terminal.Style?
        var isNumber = false

        init(_ text: String, _ style: Terminal.Style? = nil) {
            self.text = Terminal.plain(text)
            self.style = style
        }
        init(_ number: some BinaryInteger, _ style: Terminal.Style? = nil) {
            self.init("\(number)", style)
            isNumber = true
        }
        init(stringLiteral value: String) { self.init(value) }
    }

    private let headings: [String]
    private var rows: [[Cell]] = []

    /// A table with headings.
    init(_ headings: String...) { self.headings = headings }

    /// Adds a row.
    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// The table as lines.
    func lines(_ terminal: Terminal) -> [String] {
        let widths = headings.indices.map { column in
            ([headings[column].count] + rows.map { $0[column].text.count }).max() ?? 0
        }
        let head = headings.indices.map { column in
            var cell = Cell(headings[column].uppercased(), .dim)
            cell.isNumber = rows.first?[column].isNumber ?? false
            return cell
        }
        return ([head] + rows).map { line($0, widths, terminal) }
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
        var parts: [String] = []
        var used = 0
        for (column, cell) in cells.enumerated() {
            let isLast = column == cells.count - 1
            let text =
                isLast ? Terminal.cut(cell.text, to: max(8, (terminal.width ?? .max) - used)) : cell.text
            let space = String(repeating: " ", count: max(0, widths[column] - text.count))
            let painted = terminal.paint(text, cell.style)
            parts.append(cell.isNumber ? space + painted : painted + (isLast ? "" : space))
            used += widths[column] + 2
        }
        let line = parts.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// Writes the table.
    func write(_ terminal: Terminal) {
        for line in lines(terminal) { Output.line(line) }
    }
}
