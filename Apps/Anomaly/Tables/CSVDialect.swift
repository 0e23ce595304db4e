/// How a CSV file parts its cells and writes its numbers, as guessed from its beginning.
struct CSVDialect: Equatable {
    var separator = UInt8(ascii: ",")
    var decimalComma = false
    /// Bytes at the start that are no data: Excel's "sep=;" line.
    var skippedBytes = 0

    /// The separators that are tried, the least ambiguous first.
    private static let candidates = "\t;|,".utf8

    init() {}

    /// - Parameters:
    ///   - start: the beginning of the file in UTF-8.
    ///   - isWhole: nothing follows, so that the last line is complete.
    init(start: [UInt8], isWhole: Bool) {
        if let declared = CSVDialect.declaredSeparator(start) {
            separator = declared.separator
            skippedBytes = declared.length
        } else {
            var best = 0.0
            for candidate in CSVDialect.candidates {
                let score = CSVDialect.score(candidate, start: start, isWhole: isWhole)
                if score > best {
                    best = score
                    separator = candidate
                }
            }
        }
        if separator != UInt8(ascii: ",") {
            decimalComma = CSVDialect.usesDecimalComma(start, separator: separator)
        }
    }

    private static func declaredSeparator(_ start: [UInt8]) -> (separator: UInt8, length: Int)? {
        guard start.starts(with: "sep=".utf8), start.count > 5 else { return nil }
        var length = 5
        guard start[5] == 10 || start[5] == 13 else { return nil }
        while length < start.count, start[length] == 10 || start[length] == 13, length < 7 { length += 1 }
        return (start[4], length)
    }

    /// The share of the records that have the commonest number of separators; 0 when that number is 0.
    private static func score(_ separator: UInt8, start: [UInt8], isWhole: Bool) -> Double {
        var counts: [Int] = []
        var current = 0
        var isQuoted = false
        var isBlank = true
        for byte in start {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, byte == 10 || byte == 13 {
                if !isBlank { counts.append(current) }
                current = 0
                isBlank = true
            } else {
                isBlank = false
                if !isQuoted, byte == separator { current += 1 }
            }
        }
        if isWhole || counts.isEmpty, !isBlank { counts.append(current) }
        var frequency: [Int: Int] = [:]
        for count in counts { frequency[count, default: 0] += 1 }
        let commonest = frequency.max { ($0.value, $0.key) < ($1.value, $1.key) }
        guard let commonest, commonest.key > 0 else { return 0 }
        return Double(commonest.value) / Double(counts.count)
    }

    /// Whether cells such as "1,5" outnumber those such as "1.5".
    private static func usesDecimalComma(_ start: [UInt8], separator: UInt8) -> Bool {
        var commas = 0
        var points = 0
        for cell in start.split(whereSeparator: { $0 == separator || $0 == 10 || $0 == 13 || $0 == 34 }) {
            let marks = cell.filter { $0 &- 48 >= 10 && $0 != UInt8(ascii: "-") }
            guard let last = marks.last, cell.last.map({ $0 &- 48 < 10 }) == true else { continue }
            let isPlain = marks.allSatisfy { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }
            // Two points or more are a date or grouped digits and say nothing.
            guard isPlain, marks.filter({ $0 == last }).count == 1 else { continue }
            if last == UInt8(ascii: ",") { commas += 1 } else { points += 1 }
        }
        return commas > points
    }
}
