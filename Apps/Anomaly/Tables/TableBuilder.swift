import AnomalyDetection

/// Puts a table together from cells that arrive row by row, and finds out what the first row is.
final class TableBuilder {
    /// Rows that are held back until header and date order are settled.
    private static let sampleLength = 100
    /// From this many bytes on no more rows are held back.
    private static let sampleBytes = 8 << 20
    /// As much as is taken of a text in a row that is held back; more than is ever kept of one.
    static let sampledCellBytes = 1024

    /// A cell as it arrives.
    enum Cell {
        case empty
        case text([UInt8])
        case number(Double)
        case date(seconds: Double)
    }

    let reader: CellReader
    private let reading: Reading
    private var limits: Limits { reading.limits }
    /// What the table is called in messages: "The file x.csv" or "The sheet \"Data\"".
    private let subject: String
    private let budget: TextBudget
    private var names: [String?] = []
    private var columns: [ColumnBuilder] = []
    private var sample: [(cells: [Cell], line: Int)] = []
    private var isSampling = true
    private var heldBytes = 0
    /// Where the cells lie once there are many.
    private var file: CellFile?
    private(set) var lineNumbers: [UInt32] = []
    private(set) var warnings: [String] = []

    /// - Parameter subject: what the table is called at the start of a sentence.
    init(subject: String, reader: CellReader, reading: Reading) {
        self.subject = subject
        self.reader = reader
        self.reading = reading
        budget = TextBudget(bytes: reading.limits.keptTextBytes)
    }

    /// Whether rows are still held back, and so must be given by `add(row:line:)`.
    var takesSample: Bool { isSampling }
    var hasRows: Bool { !sample.isEmpty || !lineNumbers.isEmpty }

    /// Adds one of the first rows.
    func add(row cells: [Cell], line: Int) throws {
        try check(columns: cells.count, line: line)
        sample.append((cells, line))
        for case .text(let bytes) in cells { heldBytes += bytes.count }
        if sample.count >= TableBuilder.sampleLength || heldBytes > TableBuilder.sampleBytes { try settle() }
    }

    // MARK: Later rows, cell by cell

    /// Adds a cell of the current row; `column` must not be before that of the cell added last.
    func add(_ text: UnsafeBufferPointer<UInt8>, column: Int, line: Int) throws {
        try widen(to: column + 1, line: line)
        let trimmed = CellReader.trimmed(text)
        let meaning = reader.meaning(of: trimmed, dayFirst: columns[column].dayFirst)
        try fillGap(in: column)
        try columns[column].add(meaning, text: trimmed, line: line)
    }

    /// Adds a cell that needs no reading.
    func add(_ cell: Cell, column: Int, line: Int) throws {
        switch cell {
        case .empty: return
        case .text(let bytes): try bytes.withUnsafeBufferPointer { try add($0, column: column, line: line) }
        case .number(let value):
            try widen(to: column + 1, line: line)
            try fillGap(in: column)
            try columns[column].add(
                number: value, digitCount: abs(value) < 1e6 && value == value.rounded() ? 1 : 17)
        case .date(let seconds):
            try widen(to: column + 1, line: line)
            try fillGap(in: column)
            try columns[column].add(seconds: seconds)
        }
    }

    /// Ends the current row.
    func endRow(line: Int) throws {
        lineNumbers.append(UInt32(clamping: line))
        let rows = lineNumbers.count
        if rows > limits.rows {
            throw TableError(
                .tooLarge,
                "\(subject) has more than \(limits.rows) rows, which is the most allowed; split it.")
        }
        if rows * columns.count > limits.cells {
            throw TableError(
                .tooLarge,
                "\(subject) has more than \(limits.cells) cells (at line \(line), with \(columns.count) columns), "
                    + "which is the most allowed; leave columns out or split it.")
        }
        if rows * columns.count > limits.cellsInMemory, file == nil { try leaveMemory() }
        if rows % 1024 == 0, reading.isCancelled() { throw CancellationError() }
    }

    /// Moves the cells, those to come as well, into a file.
    private func leaveMemory() throws {
        let file = try CellFile(in: reading.scratch)
        for index in columns.indices { try columns[index].move(to: file) }
        self.file = file
    }

    /// Fills a column with empty cells up to the current row.
    private func fillGap(in column: Int) throws {
        let missing = lineNumbers.count - columns[column].count
        if missing > 0 { try columns[column].addEmpty(missing) }
    }

    private func widen(to count: Int, line: Int) throws {
        guard count > columns.count else { return }
        try check(columns: count, line: line)
        while columns.count < count {
            var column = ColumnBuilder(budget: budget, chunkLength: limits.blockLength)
            if let file { try column.move(to: file) }
            columns.append(column)
            names.append(nil)
        }
    }

    /// Refuses a row of too many cells.
    func check(columns count: Int, line: Int) throws {
        guard count > limits.columns else { return }
        throw TableError(
            .tooLarge,
            "\(subject) has a cell in column \(count) on line \(line), and at most \(limits.columns) columns are "
                + "allowed; leave columns out.")
    }

    // MARK: Settling

    /// Decides about titles, header and date order, and passes the held rows on.
    private func settle() throws {
        guard isSampling else { return }
        isSampling = false
        let analysis = SampleAnalysis(rows: sample.map(\.cells), reader: reader)
        if analysis.titleRows > 0 {
            warnings.append("The first \(analysis.titleRows) rows hold a title and were left out.")
        }
        var rows = sample.dropFirst(analysis.titleRows)
        sample = []
        let width = rows.map(\.cells.count).max() ?? 0
        try widen(to: width, line: rows.first?.line ?? 1)
        for column in 0..<width { columns[column].dayFirst = analysis.dayFirst.contains(column) }
        if analysis.hasHeader, let header = rows.popFirst() {
            for (column, cell) in header.cells.enumerated() { names[column] = analysis.name(cell) }
        }
        for row in rows {
            for (column, cell) in row.cells.enumerated() { try add(cell, column: column, line: row.line) }
            try endRow(line: row.line)
        }
    }

    /// The finished table.
    ///
    /// - Throws: `TableError` when there are no rows or nothing varies.
    func finish(sheetName: String?) throws -> any TableSource {
        try settle()
        guard !lineNumbers.isEmpty else {
            throw TableError(
                .empty, "\(subject) has no rows below its header; add the rows that are to be examined.")
        }
        var taken: Set<String> = []
        var finished: [ColumnBuilder.Finished] = []
        var hasSignal = false
        for index in columns.indices {
            try fillGap(in: index)
            let filled = columns[index].numberCount + columns[index].dateCount + columns[index].textCount
            if names[index] == nil, filled == 0 { continue }
            let name = TableBuilder.unique(names[index] ?? "column \(index + 1)", among: &taken)
            let result = try columns[index].finish(name: name)
            finished.append(result)
            hasSignal = hasSignal || result.isNumericSignal
            if let warning = result.warning { warnings.append(warning) }
        }
        // Every column without a name was left out when nothing was in it.
        guard !finished.isEmpty else {
            throw TableError(
                .empty, "\(subject) holds only empty cells; it should hold a header and rows.")
        }
        guard hasSignal || lineNumbers.count > 1 else {
            throw TableError(
                .noNumericSignal,
                "\(subject) has 1 row; add rows, so that there is something to compare it with.")
        }
        guard hasSignal else {
            throw TableError(
                .noNumericSignal,
                "\(subject) has no column of numbers or dates that differ between rows, so there is nothing to "
                    + "measure; add at least one.")
        }
        guard file != nil else {
            let columns = try finished.indices.map { try finished[$0].column() }
            return Table(columns: columns, sheetName: sheetName, warnings: warnings, lineNumbers: lineNumbers)
        }
        return StoredTable(
            columns: finished.map { .init(name: $0.name, meaning: $0.meaning, cells: $0.cells) },
            sheetName: sheetName, warnings: warnings, lineNumbers: lineNumbers,
            blockLength: limits.blockLength)
    }

    private static func unique(_ name: String, among taken: inout Set<String>) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name) (\(number))"
            number += 1
        }
        return candidate
    }
}
