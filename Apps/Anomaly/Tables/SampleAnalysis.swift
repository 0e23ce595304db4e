/// What the first rows of a table tell about the rest.
struct SampleAnalysis {
    /// Rows at the top that hold a title, not data.
    let titleRows: Int
    /// The first row after them names the columns.
    let hasHeader: Bool
    /// The columns in which "13/04/2024" has the day first.
    let dayFirst: Set<Int>

    private enum Kind {
        case empty, value, year, text

        init(number: Double) {
            self = number == number.rounded() && (1900...2100).contains(number) ? .year : .value
        }

        var isValue: Bool { self == .value || self == .year }
    }

    init(rows: [[TableBuilder.Cell]], reader: CellReader) {
        var dayFirst: Set<Int> = []
        let kinds = rows.map { cells in
            cells.enumerated().map { column, cell -> Kind in
                switch cell {
                case .empty: return .empty
                case .number(let value): return Kind(number: value)
                case .date: return .value
                case .text(let bytes):
                    return bytes.withUnsafeBufferPointer { text in
                        switch reader.meaning(of: CellReader.trimmed(text), dayFirst: true) {
                        case .empty: return .empty
                        case .number(let number): return Kind(number: number.value)
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

    /// Whether the first row names the columns: it is all text, has text above a column of values, or has
    /// years above other numbers.
    private static func isHeader(_ kinds: [[Kind]]) -> Bool {
        guard let first = kinds.first, first.contains(.text) else { return false }
        if !first.contains(where: \.isValue) { return true }
        let isAllYears = !first.contains(.value)
        return first.indices.contains { column in
            let below = kinds.dropFirst().compactMap { $0.count > column ? $0[column] : nil }
            if first[column] == .year { return isAllYears && below.contains(.value) }
            let filled = below.filter { $0 != .empty }
            return first[column] == .text && !filled.isEmpty && filled.allSatisfy(\.isValue)
        }
    }

    /// The text of a header's cell, `nil` for an empty one.
    func name(_ cell: TableBuilder.Cell) -> String? {
        let text: String
        switch cell {
        case .empty: return nil
        case .number(let value):
            text = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .date(let seconds): text = "\(Int(seconds))"
        case .text(let bytes):
            text = bytes.withUnsafeBufferPointer {
                String(decoding: CellReader.trimmed($0).prefix(200), as: UTF8.self)
            }
        }
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? nil : line
    }
}
