import AnomalyDetection

/// Gathers the cells of one column and settles at the end what kind of column it is.
struct ColumnBuilder {
    /// The share of the cells that must be numbers, or dates, for the column to be of that kind.
    private static let requiredShare = 0.9
    private static let chunkLength = 8192

    /// Reads "03/04/2024" as the third of April.
    var dayFirst = false
    private(set) var count = 0
    private(set) var numberCount = 0
    private(set) var dateCount = 0
    private(set) var textCount = 0
    /// The first text among numbers or dates: where and what, for a warning.
    private var firstText: (line: Int, place: UInt32)?
    private var needsDouble = false
    private var lowest = Double.infinity
    private var highest = -Double.infinity
    private var chunks: [[UInt64]] = []
    private var texts: TextStore

    init(budget: TextBudget) {
        texts = TextStore(budget: budget)
    }

    /// A finished column and what people should know about it.
    struct Finished {
        let column: Column
        let warning: String?
        /// Numbers or dates that differ between rows.
        let isNumericSignal: Bool
    }

    mutating func add(_ meaning: CellReader.Meaning, text: UnsafeBufferPointer<UInt8>, line: Int) {
        switch meaning {
        case .empty: append(.empty)
        case .number(let number): add(number: number.value, digitCount: number.digitCount)
        case .date(let date): add(seconds: date.seconds)
        case .text:
            let place = texts.add(text)
            if firstText == nil { firstText = (line, place) }
            textCount += 1
            append(PackedCell(textAt: place))
        }
    }

    mutating func add(number: Double, digitCount: Int) {
        numberCount += 1
        note(number)
        // Six digits survive a `Float`, and so does every whole number below 2²⁴.
        if digitCount > 6, number != number.rounded() || abs(number) >= 16_777_216 { needsDouble = true }
        if abs(number) > 1e30 { needsDouble = true }
        append(PackedCell(number: number))
    }

    mutating func add(seconds: Double) {
        dateCount += 1
        note(seconds)
        append(PackedCell(seconds: seconds))
    }

    mutating func addEmpty(_ count: Int = 1) {
        for _ in 0..<count { append(.empty) }
    }

    private mutating func note(_ value: Double) {
        lowest = min(lowest, value)
        highest = max(highest, value)
    }

    private mutating func append(_ cell: PackedCell) {
        if count % ColumnBuilder.chunkLength == 0 {
            chunks.append([])
            if count > 0 { chunks[chunks.count - 1].reserveCapacity(ColumnBuilder.chunkLength) }
        }
        chunks[chunks.count - 1].append(cell.bits)
        count += 1
    }

    /// Settles the kind of the column and gives its cells up.
    mutating func finish(name: String) -> Finished {
        let filled = Double(numberCount + dateCount + textCount)
        let varies = lowest < highest
        if Double(dateCount) >= filled * ColumnBuilder.requiredShare, dateCount > 0 {
            let values = drain { $0.seconds ?? .nan }
            let warning = strayWarning(name: name, kind: "dates", count: numberCount + textCount)
            return Finished(
                column: Column(name: name, values: .dates(values)), warning: warning, isNumericSignal: varies)
        }
        if Double(numberCount) >= filled * ColumnBuilder.requiredShare {
            let warning = strayWarning(name: name, kind: "numbers", count: dateCount + textCount)
            let values: Column.Values =
                needsDouble
                ? .preciseNumbers(drain { $0.number ?? .nan })
                : .numbers(drain { Float($0.number ?? .nan) })
            return Finished(
                column: Column(name: name, values: values), warning: warning, isNumericSignal: varies)
        }
        return Finished(
            column: Column(name: name, values: textValues()), warning: nil, isNumericSignal: false)
    }

    private func strayWarning(name: String, kind: String, count: Int) -> String? {
        guard count > 0 else { return nil }
        let example =
            firstText.map { ", the first on line \($0.line): \"\(texts.string(at: $0.place))\"" } ?? ""
        return
            "\(count) of the cells in column \"\(name)\" are not \(kind) and were taken as empty\(example)."
    }

    /// The values as texts, numbers and dates among them written out.
    private mutating func textValues() -> Column.Values {
        var references: [UInt32] = []
        references.reserveCapacity(count)
        for index in chunks.indices {
            for bits in chunks[index] {
                let cell = PackedCell(bits: bits)
                if let place = cell.textPlace {
                    references.append(place)
                } else if cell.isEmpty {
                    references.append(TextCells.missing)
                } else {
                    var text = ColumnBuilder.written(cell)
                    references.append(text.withUTF8 { texts.add($0) })
                }
            }
            chunks[index] = []
        }
        if texts.isFree { return .text(TextCells(references: references, bytes: texts.bytes)) }
        var codes: [UInt32: UInt16] = [:]
        for (code, place) in texts.levels.enumerated() { codes[place] = UInt16(code) }
        return .categories(
            codes: references.map { codes[$0] ?? Column.missingCode },
            levels: texts.levels.map { texts.string(at: $0) })
    }

    private static func written(_ cell: PackedCell) -> String {
        if let seconds = cell.seconds {
            return Column(name: "", values: .dates([seconds])).text(row: 0)
        }
        return Column(name: "", values: .preciseNumbers([cell.number ?? .nan])).text(row: 0)
    }

    /// Converts every cell, freeing the packed ones on the way.
    private mutating func drain<Value>(_ convert: (PackedCell) -> Value) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in chunks.indices {
            for bits in chunks[index] { values.append(convert(PackedCell(bits: bits))) }
            chunks[index] = []
        }
        return values
    }
}
