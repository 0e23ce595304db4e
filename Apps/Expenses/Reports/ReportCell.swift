/// Texts of statements on their way into tables.
enum ReportCell {
    /// What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
    private static let beginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]

    /// The text as a cell that no spreadsheet reckons with: behind an apostrophe, where it began like a formula.
    static func neutral(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, beginnings.contains(first) else { return text }
        return "'" + text
    }

    /// The text without what is no letter, number or sign: characters that control, and those that are none.
    static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isStrange) else { return text }
        var plain = String.UnicodeScalarView()
        plain.append(contentsOf: text.unicodeScalars.map { isStrange($0) ? " " : $0 })
        return String(plain)
    }

    private static func isStrange(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar.properties.isNoncharacterCodePoint
    }
}
