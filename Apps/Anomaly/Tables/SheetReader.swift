/// Reads the cells of one sheet into a table builder (ECMA-376 part 1, 18.3.1).
struct SheetReader {
    private enum CellType {
        case number, shared, text, boolean, error, isoDate
    }

    let sheet: Workbook.Sheet
    let fileName: String
    let styles: CellStyles
    let texts: SharedTexts
    let isFrom1904: Bool
    let limits: Limits
    let builder: TableBuilder

    private var row = 0
    private var column = -1
    private var type = CellType.number
    private var style = 0
    private var value: [UInt8] = []
    private var isCapturing = false
    private var isInline = false
    private var isPhonetic = false
    /// The cells of a row that is held back by the builder.
    private var held: [TableBuilder.Cell] = []
    private var rowHasCells = false

    init(
        sheet: Workbook.Sheet, fileName: String, styles: CellStyles, texts: SharedTexts, isFrom1904: Bool,
        reading: Reading
    ) {
        self.sheet = sheet
        self.fileName = fileName
        self.styles = styles
        self.texts = texts
        self.isFrom1904 = isFrom1904
        limits = reading.limits
        builder = TableBuilder(
            subject: "The sheet \"\(sheet.name)\" of \(fileName)", reader: CellReader(), reading: reading)
    }

    /// Reads the whole sheet.
    mutating func read(_ scanner: XMLScanner) throws {
        while true {
            switch try scanner.next() {
            case .finished: return
            case .start: try start(scanner)
            case .text:
                guard isCapturing, !isPhonetic else { continue }
                value.append(contentsOf: scanner.text)
                if value.count > limits.cellBytes {
                    throw fault(.tooLarge, "has more than \(limits.cellBytes) bytes; shorten it")
                }
            case .end:
                if scanner.isNamed("c") {
                    try endCell()
                } else if scanner.isNamed("row") {
                    try endRow()
                } else if scanner.isNamed("v") || scanner.isNamed("t") {
                    isCapturing = false
                } else if scanner.isNamed("is") {
                    isInline = false
                } else if scanner.isNamed("rPh") {
                    isPhonetic = false
                }
            }
        }
    }

    private mutating func start(_ scanner: XMLScanner) throws {
        if scanner.isNamed("c") {
            column = try columnIndex(scanner)
            style = scanner.number("s") ?? 0
            type = try cellType(scanner)
            value.removeAll(keepingCapacity: true)
        } else if scanner.isNamed("v") {
            isCapturing = true
        } else if scanner.isNamed("t") {
            isCapturing = isInline
        } else if scanner.isNamed("is") {
            isInline = true
        } else if scanner.isNamed("rPh") {
            isPhonetic = true
        } else if scanner.isNamed("row") {
            row = scanner.number("r") ?? row + 1
            column = -1
        }
    }

    /// The column of a reference such as "AB12", from 0; the next column when there is none.
    private func columnIndex(_ scanner: XMLScanner) throws -> Int {
        var number = 0
        if let reference = scanner.attribute("r") {
            for byte in reference {
                let letter = Int(byte & ~32) - 64
                guard byte >= 65, (1...26).contains(letter) else { break }
                number = min(number * 26 + letter, 1 << 30)
            }
        } else {
            number = column + 2
        }
        guard number > column + 1 else {
            throw fault(.malformed, "does not come after the one before it; save the workbook again")
        }
        if number > limits.columns {
            throw TableError(
                .tooLarge,
                "The sheet \"\(sheet.name)\" of \(fileName) has a cell in column \(number) of row \(row), and at most "
                    + "\(limits.columns) columns are allowed; leave columns out.")
        }
        return number - 1
    }

    private func cellType(_ scanner: XMLScanner) throws -> CellType {
        guard let name = scanner.attribute("t") else { return .number }
        switch String(decoding: name, as: UTF8.self) {
        case "n": return .number
        case "s": return .shared
        case "str", "inlineStr": return .text
        case "b": return .boolean
        case "e": return .error
        case "d": return .isoDate
        default: throw fault(.malformed, "is of an unknown type; save the workbook again")
        }
    }

    private mutating func endCell() throws {
        // A row that opens within a cell, which no workbook should have, takes the cell's column away.
        guard column >= 0, !value.isEmpty, type != .error else { return }
        switch type {
        case .error: return
        case .boolean: try deliver(text: Array((value == [UInt8(ascii: "1")] ? "TRUE" : "FALSE").utf8))
        case .text, .isoDate: try deliver(text: value)
        case .shared:
            let number = value.withUnsafeBufferPointer { NumberText($0, decimalComma: false) }?.value ?? -1
            var shared: [UInt8] = []
            guard number >= 0, number < 1e9, texts.withText(Int(number), { shared.append(contentsOf: $0) })
            else {
                throw fault(.malformed, "refers to a text that the workbook does not have; save it again")
            }
            try deliver(text: shared)
        case .number:
            let parsed = value.withUnsafeBufferPointer {
                NumberText(CellReader.trimmed($0), decimalComma: false)
            }
            guard let parsed else {
                throw fault(.malformed, "should hold a number and does not; save it again")
            }
            if styles.isDate(style: style), let seconds = seconds(serial: parsed.value) {
                try deliver(.date(seconds: seconds))
            } else {
                try deliver(.number(parsed.value))
            }
        }
    }

    private mutating func deliver(text: [UInt8]) throws {
        if !text.isEmpty { try deliver(.text(Array(text.prefix(TableBuilder.sampledCellBytes)))) }
    }

    private mutating func deliver(_ cell: TableBuilder.Cell) throws {
        rowHasCells = true
        guard builder.takesSample else { return try builder.add(cell, column: column, line: row) }
        while held.count < column { held.append(.empty) }
        held.append(cell)
    }

    /// Ends a row; one without cells is left out, for blank rows mean nothing.
    private mutating func endRow() throws {
        guard rowHasCells else { return }
        rowHasCells = false
        if builder.takesSample {
            try builder.add(row: held, line: row)
            held.removeAll(keepingCapacity: true)
        } else {
            try builder.endRow(line: row)
        }
    }

    /// Seconds since 1970 of a count of days, or `nil` outside the years 1900 to 9999.
    ///
    /// Day 60 of the 1900 system is a 29th of February 1900 that never was; days before it are one further on
    /// (ECMA-376 part 1, 18.17.4).
    private func seconds(serial: Double) -> Double? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        let base: Double = isFrom1904 ? -24_107 : serial < 60 ? -25_568 : -25_569
        return ((serial + base) * 86_400).rounded()
    }

    private func fault(_ kind: TableError.Kind, _ what: String) -> TableError {
        TableError(
            kind,
            "In the sheet \"\(sheet.name)\" of \(fileName), the cell in row \(row), column \(column + 1) \(what)."
        )
    }
}
