/// Cuts CSV text that arrives in pieces into cells and records (RFC 4180, and what spreadsheets write).
struct CSVScanner {
    /// Where the cells go.
    protocol Sink: AnyObject {
        /// A cell of the current record, valid during the call.
        func cell(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) throws
        /// The record that started on `line` is over. Blank lines are no records.
        func endRecord(line: Int) throws
    }

    private enum State {
        case start, plain, quoted, afterQuote
    }

    private static let quote = UInt8(ascii: "\"")

    private let separator: UInt8
    private let subject: String
    private let longestCell: Int
    private var state = State.start
    private var cell: [UInt8] = []
    private var cellCount = 0
    private var hasContent = false
    private var line = 1
    private var recordLine = 1
    private var quoteLine = 1
    private var lastWasReturn = false

    /// - Parameters:
    ///   - subject: what the file is called at the start of a sentence.
    ///   - firstLine: the number of the first line that is given.
    init(separator: UInt8, subject: String, longestCell: Int, firstLine: Int) {
        self.separator = separator
        self.subject = subject
        self.longestCell = longestCell
        line = firstLine
        recordLine = firstLine
    }

    /// Reads on.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, to sink: any Sink) throws {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch state {
            case .start, .plain:
                if state == .start, byte == CSVScanner.quote {
                    state = .quoted
                    quoteLine = line
                    hasContent = true
                    lastWasReturn = false
                    index += 1
                    continue
                }
                index = try scanPlain(bytes, from: index, to: sink)
            case .quoted:
                index = try scanQuoted(bytes, from: index)
            case .afterQuote:
                if byte == CSVScanner.quote {
                    cell.append(byte)
                    state = .quoted
                    index += 1
                } else {
                    // Text after a closing quote belongs to the cell, as spreadsheets read it.
                    state = .plain
                }
            }
        }
    }

    /// Reads an unquoted stretch up to and with the byte that ends the cell.
    private mutating func scanPlain(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to sink: any Sink
    ) throws -> Int {
        var end = start
        while end < bytes.count, bytes[end] != separator, bytes[end] != 10, bytes[end] != 13 { end += 1 }
        if end > start {
            hasContent = true
            lastWasReturn = false
        }
        let stretch = UnsafeBufferPointer(rebasing: bytes[start..<end])
        guard end < bytes.count else {
            try keep(stretch)
            state = .plain
            return end
        }
        let byte = bytes[end]
        if byte == 10, lastWasReturn, end == start {
            lastWasReturn = false
            return end + 1
        }
        if byte != separator, !hasContent {
            lastWasReturn = byte == 13
            nextLine()
            return end + 1
        }
        if cell.isEmpty {
            try checkLength(stretch.count)
            try sink.cell(stretch, line: recordLine)
        } else {
            try keep(stretch)
            try cell.withUnsafeBufferPointer { try sink.cell($0, line: recordLine) }
            cell.removeAll(keepingCapacity: true)
        }
        cellCount += 1
        state = .start
        lastWasReturn = byte == 13
        if byte == separator {
            hasContent = true
        } else {
            try endRecord(to: sink)
        }
        return end + 1
    }

    private mutating func endRecord(to sink: any Sink) throws {
        try sink.endRecord(line: recordLine)
        nextLine()
    }

    private mutating func nextLine() {
        line += 1
        recordLine = line
        hasContent = false
        cellCount = 0
    }

    /// Reads a quoted stretch up to and with the next quote.
    private mutating func scanQuoted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Int {
        var end = start
        while end < bytes.count, bytes[end] != CSVScanner.quote {
            if bytes[end] == 10 { line += 1 }
            end += 1
        }
        try keep(UnsafeBufferPointer(rebasing: bytes[start..<end]))
        guard end < bytes.count else { return end }
        state = .afterQuote
        return end + 1
    }

    private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        try checkLength(cell.count + bytes.count)
        cell.append(contentsOf: bytes)
    }

    private func checkLength(_ length: Int) throws {
        guard length > longestCell else { return }
        let cause =
            state == .quoted
            ? "the quote that opens it on line \(quoteLine) is probably never closed" : "shorten it"
        throw TableError(
            .tooLarge,
            "\(subject) has a cell of more than \(longestCell) bytes on line \(recordLine), column \(cellCount + 1); "
                + "\(cause).")
    }

    /// Ends the last record, which need not end with a line break.
    mutating func finish(to sink: any Sink) throws {
        if state == .quoted {
            throw TableError(
                .malformed,
                "\(subject) has a quote on line \(quoteLine), column \(cellCount + 1), that is never closed; close it "
                    + "or remove it.")
        }
        guard hasContent else { return }
        try cell.withUnsafeBufferPointer { try sink.cell($0, line: recordLine) }
        try endRecord(to: sink)
    }
}
