import ExpenseStatements
import Lockstep

/// Reads what `pdftotext -tsv` writes, as it comes: a line for each page and for each word, with its box.
///
/// Nothing in it is trusted: lines that are none of these are passed over, and what is too much ends the reading.
struct TSVReader: Sendable {
    private let mostPages: Int
    private var pages: [PageText] = []
    private var words = 0
    /// The beginning of a line whose end has not come yet.
    private var rest: [UInt8] = []

    /// Longer lines are those of no statement.
    private static let longestLine = 16 << 10
    /// Before the text stand eleven columns.
    private static let columns = 12

    init(mostPages: Int) { self.mostPages = mostPages }

    /// How many pages are read to their end.
    var pagesDone: Int { max(0, pages.count - 1) }

    /// Takes more of the output.
    /// - Throws: ``Failure`` when there is more of it than is read.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
        var start = 0
        while start < bytes.count {
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if rest.isEmpty {
                try take(piece)
            } else {
                rest += piece
                let line = rest
                rest.removeAll(keepingCapacity: true)
                try line.withUnsafeBytes { try take($0) }
            }
            start = end + 1
        }
        rest += bytes[start...]
        guard rest.count <= Self.longestLine else { throw Self.tooMuch }
    }

    /// All pages, when there is no more.
    func finished() -> [PageText] { pages }

    private static var tooMuch: Failure {
        .userFixable("The file holds more text than can be read; upload it in parts.", code: "too_much_text")
    }

    // MARK: Lines

    private mutating func take(_ line: UnsafeRawBufferPointer) throws {
        guard line.count <= Self.longestLine else { throw Self.tooMuch }
        guard let level = line.first, level == UInt8(ascii: "5") || level == UInt8(ascii: "1") else { return }
        var fields: [Range<Int>] = []
        fields.reserveCapacity(Self.columns)
        var start = 0
        while fields.count < Self.columns - 1 {
            guard let tab = line[start...].firstIndex(of: UInt8(ascii: "\t")) else { return }
            fields.append(start..<tab)
            start = tab + 1
        }
        guard fields[0].count == 1, let page = Self.number(line, fields[1]),
            let left = Self.number(line, fields[6]),
            let top = Self.number(line, fields[7]), let width = Self.number(line, fields[8]),
            let height = Self.number(line, fields[9])
        else { return }
        if level == UInt8(ascii: "1") {
            guard Int(page) == pages.count + 1, pages.count < mostPages else { return }
            pages.append(PageText(number: pages.count + 1, width: width, height: height))
            return
        }
        guard !pages.isEmpty, width > 0, height > 0 else { return }
        let text = Self.text(line, start..<line.count)
        guard !text.isEmpty else { return }
        words += 1
        guard words <= PDFText.mostWords else { throw Self.tooMuch }
        pages[pages.count - 1].words.append(
            PageWord(text, left: left, top: top, right: left + width, bottom: top + height))
    }

    /// The text without characters that control anything.
    private static func text(_ line: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        let bytes = line[range]
        guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 || $0 == 0xEF })
        else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var text = String(decoding: bytes, as: UTF8.self)
        text.unicodeScalars.removeAll {
            switch $0.properties.generalCategory {
            // A soft hyphen, marks of direction and the like are invisible and make equal words unequal.
            case .control, .format: true
            default: false
            }
        }
        return text
    }

    /// A number such as `12.345`, as `printf` writes it.
    private static func number(_ line: UnsafeRawBufferPointer, _ range: Range<Int>) -> Float? {
        var (value, scale) = (0.0, 0.0)
        var isNegative = false
        guard (1...24).contains(range.count) else { return nil }
        for (index, byte) in line[range].enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: ".") where scale == 0: scale = 1
            case 48...57:
                value = value * 10 + Double(byte - 48)
                scale *= 10
            default: return nil
            }
        }
        let number = Float(scale > 0 ? value / scale : value)
        // Beyond this no page reaches (ISO 32000-1, annex C).
        return number.isFinite && number < 100_000 ? (isNegative ? -number : number) : nil
    }
}
