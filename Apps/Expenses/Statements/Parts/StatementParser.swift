/// Reads statements and receipts from words and where they stand.
public enum StatementParser {
    /// Reads a document.
    /// - Parameter pages: its pages in their order.
    /// - Throws: ``StatementError``.
    public static func parse(_ pages: [PageText]) throws -> Document {
        guard pages.contains(where: { !$0.words.isEmpty }) else {
            throw StatementError(
                .noText, "The file holds no text; upload the PDF that the bank offers, not a picture of it.")
        }
        throw StatementError(
            .notRecognised, "The file is neither a card statement nor a receipt; upload one of those.")
    }
}
