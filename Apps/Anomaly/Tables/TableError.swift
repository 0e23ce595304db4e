/// Why a file could not be read as a table.
public struct TableError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is, for programs.
    public enum Kind: String, Sendable {
        /// The file could not be opened or read.
        case unreadable
        /// The disk that a large table's cells are kept on is full or fails.
        case storage
        /// There is nothing in it, or nothing below the header.
        case empty
        /// Nothing in it is a number or date that differs between rows.
        case noNumericSignal
        /// The content is not what the name says.
        case wrongFormat
        /// The content breaks the rules of its format.
        case malformed
        /// A limit on size was reached.
        case tooLarge
        /// It unpacks to far more than its own size.
        case zipBomb
        /// It declares a document type or entities of its own.
        case forbiddenEntity
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// One sentence for the person who brought the file: what is wrong, where, and what would be right.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
