import AnomalyDetection

/// Reads a CSV file into a table.
enum CSVReader {
    /// How much of a file is looked at to guess its dialect.
    private static let sniffedBytes = 1 << 16

    static func read(_ file: InputFile, _ reading: Reading) throws -> any TableSource {
        let subject = "The file \(file.name)"
        let (encoding, markLength) = try TextEncoding.detect(in: file)
        let stream = TextStream(file: file, encoding: encoding, markLength: markLength)
        var piece = try stream.next()
        let isWhole = piece.count <= sniffedBytes
        // A longer one is told by its empty cells.
        if isWhole, !piece.isEmpty, piece.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }) {
            throw TableError(
                .empty, "\(subject) is empty but for white space; it should hold a header and rows.")
        }
        let dialect = CSVDialect(start: Array(piece.prefix(sniffedBytes)), isWhole: isWhole)
        piece.removeFirst(dialect.skippedBytes)
        let builder = TableBuilder(
            subject: subject, reader: CellReader(decimalComma: dialect.decimalComma), reading: reading)
        let sink = RecordSink(builder: builder, subject: subject, separator: dialect.separator)
        var scanner = CSVScanner(
            separator: dialect.separator, subject: subject, longestCell: reading.limits.cellBytes,
            firstLine: dialect.skippedBytes > 0 ? 2 : 1)
        while !piece.isEmpty {
            try piece.withUnsafeBufferPointer { try scanner.feed($0, to: sink) }
            piece = try stream.next()
        }
        try scanner.finish(to: sink)
        guard builder.hasRows else {
            throw TableError(.empty, "\(subject) is empty; it should hold a header and rows.")
        }
        return try builder.finish(sheetName: nil)
    }
}

/// Passes the cells of a CSV file on and sees to it that all records are of one length.
private final class RecordSink: CSVScanner.Sink {
    private let builder: TableBuilder
    private let subject: String
    private let separator: UInt8
    private var held: [TableBuilder.Cell] = []
    private var count = 0
    private var expected: (count: Int, line: Int)?

    init(builder: TableBuilder, subject: String, separator: UInt8) {
        self.builder = builder
        self.subject = subject
        self.separator = separator
    }

    func cell(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) throws {
        if builder.takesSample {
            try builder.check(columns: count + 1, line: line)
            held.append(bytes.isEmpty ? .empty : .text(Array(bytes.prefix(TableBuilder.sampledCellBytes))))
        } else if count < expected?.count ?? 0 {
            try builder.add(bytes, column: count, line: line)
        }
        count += 1
    }

    func endRecord(line: Int) throws {
        defer {
            held.removeAll(keepingCapacity: true)
            count = 0
        }
        if let expected, expected.count != count {
            let mark = separator == 9 ? "tab" : "\"\(Character(UnicodeScalar(separator)))\""
            throw TableError(
                .malformed,
                "\(subject) has \(count) cells on line \(line) but \(expected.count) on line \(expected.line) "
                    + "(parted by \(mark)); give every line as many.")
        }
        if expected == nil { expected = (count, line) }
        if builder.takesSample {
            try builder.add(row: held, line: line)
        } else {
            try builder.endRow(line: line)
        }
    }
}
