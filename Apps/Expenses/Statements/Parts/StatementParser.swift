/// Reads statements and receipts from words and where they stand.
///
/// No bank is known to it. A table is found by the words of its head (``Vocabulary``), its columns by where numbers and
/// texts align with the head, the currency, the decimal mark and the order of day and month by what the whole file
/// shows, and sums by their words and by arithmetic.
public enum StatementParser {
    /// Reads a document.
    /// - Parameter pages: its pages in their order.
    /// - Throws: ``StatementError``.
    public static func parse(_ pages: [PageText]) throws -> Document {
        guard pages.contains(where: { !$0.words.isEmpty }) else {
            throw StatementError(
                .noText, "The file holds no text; upload the PDF that the bank offers, not a picture of it.")
        }
        let lines = pages.flatMap { TextLine.lines(of: $0) }
        if var statement = try StatementReader(lines: lines, pages: pages.count).read() {
            for page in pages where page.words.isEmpty {
                statement.notes.append("Page \(page.number) holds no text that could be read.")
            }
            return .statement(statement)
        }
        if let receipt = ReceiptReader(lines: lines).read() { return .receipt(receipt) }
        throw StatementError(
            .notRecognised,
            "The file is neither a card statement with dates and amounts nor a receipt with a date and a total; upload one of those."
        )
    }
}
