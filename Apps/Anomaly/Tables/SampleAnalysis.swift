/// What the first rows of a table tell about the rest.
struct SampleAnalysis {
    /// Rows at the top that hold a title, not data.
    let titleRows: Int
    /// The first row after them names the columns.
    let hasHeader: Bool
    /// The columns in which "13/04/2024" has the day first.
    let dayFirst: Set<Int>

    private enum Kind {
        case empty, value, text
    }

    init(rows: [[TableBuilder.Cell]], reader: CellReader) {
        var dayFirst: Set<Int> = []
        let kinds = rows.map { cells in
            cells.enumerated().map { column, cell -> Kind in
                switch cell {
                case .empty: return .empty
                case .number, .date: return .value
                case .text(let bytes):
                    return bytes.withUnsafeBufferPointer { text in
                        switch reader.meaning(of: CellReader.trimmed(text), dayFirst: true) {
                        case .empty: return .empty
                        case .number: return .value
                        case .date(let date):
                            if date.order == .dayFirst { dayFirst.insert(column) }
                            return .value
                        case .text: return .text
                        }
                    }
                }
            }
        }
        self.dayFirst = dayFirst
        let filled = kinds.map { $0.count { $0 != .empty } }
        let widest = filled.max() ?? 0
        let titles = filled.prefix { $0 <= 1 }.count
        titleRows = widest > 2 && titles < rows.count && titles <= 10 ? titles : 0
        hasHeader = SampleAnalysis.isHeader(Array(kinds.dropFirst(titleRows)))
    }

    /// Whether the first row names the columns: it is all text, or has text above a column of values.
    private static func isHeader(_ kinds: [[Kind]]) -> Bool {
        guard let first = kinds.first, first.contains(.text) else { return false }
        if !first.contains(.value) { return true }
        return first.indices.contains { column in
            guard first[column] == .text else { return false }
            let below = kinds.dropFirst().compactMap { $0.count > column ? $0[column] : nil }.filter { $0 != .empty }
            return !below.isEmpty && below.allSatisfy { $0 == .value }
        }
    }

    /// The text of a header's cell, `nil` for an empty one.
    func name(_ cell: TableBuilder.Cell) -> String? {
        let text: String
        switch cell {
        case .empty: return nil
        case .number(let value): text = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .date(let seconds): text = "\(Int(seconds))"
        case .text(let bytes):
            text = bytes.withUnsafeBufferPointer { String(decoding: CellReader.trimmed($0).prefix(200), as: UTF8.self) }
        }
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? nil : line
    }
}
