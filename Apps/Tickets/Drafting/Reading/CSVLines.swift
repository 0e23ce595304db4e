/// The rows of a CSV file (RFC 4180), with commas, semicolons or tabs between its cells, whichever its header has.
struct CSVLines {
    /// A row and the line that it begins in.
    struct Row {
        var line: Int
        var cells: [String]
    }

    /// The names of the columns, in lower case.
    let header: [String]
    let rows: [Row]

    /// Reads a text.
    /// - Throws: ``SiteFault`` for a cell whose quote is not closed, a row with more or fewer cells than the header,
    ///   and a column that stands there twice.
    init(_ text: String, file: String, mostRows: Int) throws(SiteFault) {
        let bytes = Array(text.utf8)
        let separator = Self.separator(bytes)
        var (rows, cells, cell, line, start) = ([Row](), [String](), [UInt8](), 1, 1)
        var (index, inQuotes, wasQuoted) = (0, false, false)
        func end(_ cell: inout [UInt8]) -> String {
            defer { cell.removeAll(keepingCapacity: true) }
            return String(decoding: cell, as: UTF8.self)
        }
        func endRow() throws(SiteFault) {
            cells.append(end(&cell))
            if cells != [""] || wasQuoted { rows.append(Row(line: start, cells: cells)) }
            guard rows.count <= mostRows + 1 else {
                throw SiteFault("there are more than \(mostRows) rows", place: file)
            }
            cells = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 10 { line += 1 }
            if inQuotes {
                if byte != 34 {
                    cell.append(byte)
                } else if index < bytes.count, bytes[index] == 34 {
                    cell.append(34)
                    index += 1
                } else {
                    inQuotes = false
                }
                continue
            }
            switch byte {
            case 34 where cell.isEmpty && !wasQuoted:
                inQuotes = true
                wasQuoted = true
            case separator:
                cells.append(end(&cell))
                wasQuoted = false
            case 10, 13:
                if byte == 13, index < bytes.count, bytes[index] == 10 {
                    index += 1
                    line += 1
                } else if byte == 13 {
                    line += 1
                }
                try endRow()
                wasQuoted = false
                start = line
            default: cell.append(byte)
            }
        }
        guard !inQuotes else {
            throw SiteFault("a quoted cell is not closed", place: "line \(start) of \(file)")
        }
        try endRow()
        guard let first = rows.first else { throw SiteFault("there is nothing to read", place: file) }
        header = first.cells.map { $0.trimmingBlanks.lowercased() }
        self.rows = Array(rows.dropFirst())
        for (index, name) in header.enumerated() where header[..<index].contains(name) {
            throw SiteFault(
                "the column “\(name.prefix(60))” stands there twice", place: "line \(first.line) of \(file)")
        }
        for row in self.rows where row.cells.count != header.count {
            throw SiteFault(
                "there are \(row.cells.count) cells, and the header has \(header.count)",
                place: "line \(row.line) of \(file)")
        }
    }

    /// What stands most often between the names of the header.
    private static func separator(_ bytes: [UInt8]) -> UInt8 {
        let header = bytes.prefix { $0 != 10 && $0 != 13 }
        let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), 9].map { sign in
            (sign, header.count { $0 == sign })
        }
        return counts.max { $0.1 < $1.1 }.map { $0.1 > 0 ? $0.0 : UInt8(ascii: ",") } ?? UInt8(ascii: ",")
    }
}

extension StringProtocol {
    /// Without blanks and line ends around it.
    var trimmingBlanks: String {
        var text = Substring(self).drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
