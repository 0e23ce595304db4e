import AnomalyDetection

/// Gathers the cells of one column and settles at the end what kind of column it is.
struct ColumnBuilder {
    /// The share of the cells that must be numbers, or dates, for the column to be of that kind.
    private static let requiredShare = 0.9

    /// Reads "03/04/2024" as the third of April.
    var dayFirst = false
    private(set) var numberCount = 0
    private(set) var dateCount = 0
    private(set) var textCount = 0
    /// The first text among numbers or dates: where and what, for a warning.
    private var firstText: (line: Int, place: UInt32)?
    private var needsDouble = false
    private var lowest = Double.infinity
    private var highest = -Double.infinity
    private var cells: PackedColumn
    private let budget: TextBudget
    private var texts: TextStore

    /// - Parameters:
    ///   - budget: the bytes that the table may keep of its texts.
    ///   - chunkLength: how many cells are kept together.
    init(budget: TextBudget, chunkLength: Int) {
        self.budget = budget
        texts = TextStore(budget: budget)
        cells = PackedColumn(chunkLength: chunkLength)
    }

    /// The number of cells.
    var count: Int { cells.count }

    /// Moves the cells, those to come as well, out of memory.
    mutating func move(to file: CellFile) throws { try cells.move(to: file) }

    /// A finished column and what people should know about it.
    struct Finished {
        let name: String
        let meaning: CellMeaning
        private(set) var cells: PackedColumn
        let warning: String?
        /// Numbers or dates that differ between rows.
        let isNumericSignal: Bool

        /// The column in memory; its packed cells are freed on the way.
        mutating func column() throws -> Column {
            let count = cells.count
            return Column(name: name, values: try meaning.values(count: count) { try cells.drain($0) })
        }
    }

    mutating func add(_ meaning: CellReader.Meaning, text: UnsafeBufferPointer<UInt8>, line: Int) throws {
        switch meaning {
        case .empty: try cells.append(.empty)
        case .number(let number): try add(number: number.value, digitCount: number.digitCount)
        case .date(let date): try add(seconds: date.seconds)
        case .text:
            let place = texts.add(text)
            if firstText == nil { firstText = (line, place) }
            textCount += 1
            try cells.append(PackedCell(textAt: place))
        }
    }

    mutating func add(number: Double, digitCount: Int) throws {
        numberCount += 1
        note(number)
        // Six digits survive a `Float`, and so does every whole number below 2²⁴.
        if digitCount > 6, number != number.rounded() || abs(number) >= 16_777_216 { needsDouble = true }
        if abs(number) > 1e30 { needsDouble = true }
        try cells.append(PackedCell(number: number))
    }

    mutating func add(seconds: Double) throws {
        dateCount += 1
        note(seconds)
        try cells.append(PackedCell(seconds: seconds))
    }

    mutating func addEmpty(_ count: Int = 1) throws {
        for _ in 0..<count { try cells.append(.empty) }
    }

    private mutating func note(_ value: Double) {
        lowest = min(lowest, value)
        highest = max(highest, value)
    }

    /// Settles the kind of the column and gives its cells up.
    mutating func finish(name: String) throws -> Finished {
        let filled = Double(numberCount + dateCount + textCount)
        try cells.close()
        if Double(dateCount) >= filled * ColumnBuilder.requiredShare, dateCount > 0 {
            let warning = strayWarning(name: name, kind: "dates", count: numberCount + textCount)
            return finished(name, .dates, warning: warning, isNumericSignal: lowest < highest)
        }
        if Double(numberCount) >= filled * ColumnBuilder.requiredShare {
            let warning = strayWarning(name: name, kind: "numbers", count: dateCount + textCount)
            return finished(
                name, needsDouble ? .preciseNumbers : .numbers, warning: warning,
                isNumericSignal: lowest < highest)
        }
        return finished(name, try textMeaning(), warning: nil, isNumericSignal: false)
    }

    private mutating func finished(
        _ name: String, _ meaning: CellMeaning, warning: String?, isNumericSignal: Bool
    ) -> Finished {
        // Held once, so that draining them frees them.
        var given = PackedColumn(chunkLength: 1)
        swap(&given, &cells)
        return Finished(
            name: name, meaning: meaning, cells: given, warning: warning, isNumericSignal: isNumericSignal)
    }

    private func strayWarning(name: String, kind: String, count: Int) -> String? {
        guard count > 0 else { return nil }
        let example =
            firstText.map { ", the first on line \($0.line): \"\(texts.string(at: $0.place))\"" } ?? ""
        return
            "\(count) of the cells in column \"\(name)\" are not \(kind) and were taken as empty\(example)."
    }

    /// Makes texts of all cells, writing out the numbers and dates among them.
    private mutating func textMeaning() throws -> CellMeaning {
        if numberCount + dateCount > 0 {
            // Taken out meanwhile, so that it is not copied.
            var store = TextStore(budget: budget)
            swap(&store, &texts)
            try cells.replaceAll { cell in
                guard cell.textPlace == nil, !cell.isEmpty else { return cell }
                var text = ColumnBuilder.written(cell)
                return PackedCell(textAt: text.withUTF8 { store.add($0) })
            }
            swap(&store, &texts)
        }
        if texts.isFree { return .text(bytes: texts.bytes) }
        var codes: [UInt32: UInt16] = [:]
        for (code, place) in texts.levels.enumerated() { codes[place] = UInt16(code) }
        return .categories(codes: codes, levels: texts.levels.map { texts.string(at: $0) })
    }

    private static func written(_ cell: PackedCell) -> String {
        if let seconds = cell.seconds {
            return Column(name: "", values: .dates([seconds])).text(row: 0)
        }
        return Column(name: "", values: .preciseNumbers([cell.number ?? .nan])).text(row: 0)
    }
}
