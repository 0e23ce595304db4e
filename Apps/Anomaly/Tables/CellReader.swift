/// Decides what the text of a cell means.
struct CellReader {
    /// A comma parts the fraction of a number.
    var decimalComma = false

    /// What a cell holds.
    enum Meaning {
        case empty
        case number(NumberText)
        case date(DateText)
        case text
    }

    /// The meaning of a cell's text without spaces around it.
    func meaning(of text: UnsafeBufferPointer<UInt8>, dayFirst: Bool) -> Meaning {
        guard let first = text.first else { return .empty }
        if let number = NumberText(text, decimalComma: decimalComma) { return .number(number) }
        if text.count <= 7, CellReader.isMissing(text) { return .empty }
        // A date starts with a digit or the name of a month.
        if first &- 48 < 10 || "JFMASONDjfmasond".utf8.contains(first),
            let date = DateText(text, dayFirst: dayFirst)
        {
            return .date(date)
        }
        return .text
    }

    /// The text without the spaces and tabs around it.
    static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = text.count
        while start < end, text[start] == 32 || text[start] == 9 { start += 1 }
        while end > start, text[end - 1] == 32 || text[end - 1] == 9 { end -= 1 }
        return UnsafeBufferPointer(rebasing: text[start..<end])
    }

    private static let missing: Set<[UInt8]> = Set(
        [
            "na", "n/a", "#n/a", "nan", "null", "-", "--", "?", "inf", "-inf", "#value!", "#div/0!", "#ref!",
            "#name?",
            "#num!", "#null!",
        ].map { Array($0.utf8) })

    /// Whether a text is one of the usual ways to say that there is no value.
    private static func isMissing(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard "nN#-?iI".utf8.contains(text[0]) else { return false }
        return missing.contains(text.map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 })
    }
}
