/// Why the words of a file could not be read as a statement or a receipt.
public struct StatementError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is, for programs.
    public enum Kind: String, Sendable, CaseIterable {
        /// There are no words in it.
        case noText = "no_text"
        /// It is neither a statement nor a receipt.
        case notRecognised = "not_recognised"
        /// Nothing says which currency it is about.
        case noCurrency = "no_currency"
        /// Dates lack a year, and nothing says which one it is.
        case noYear = "no_year"
        /// An amount is beyond what 64 bits hold.
        case tooMuch = "too_much"
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// One sentence for the person who brought the file: what is wrong, and what would be right.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
