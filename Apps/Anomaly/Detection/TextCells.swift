/// The cells of a text column, kept as bytes in one block so that a million of them stay small.
public struct TextCells: Sendable {
    /// The reference that stands for an empty cell.
    public static let missing = UInt32.max
    /// The reference that stands for a cell whose text was not kept.
    public static let notKept = UInt32.max - 1
    /// The most UTF-8 bytes kept of one cell.
    public static let maximumLength = 120

    private let references: [UInt32]
    private let bytes: [UInt8]

    /// - Parameters:
    ///   - references: for each row, the place in `bytes` of its text, `missing` or `notKept`.
    ///   - bytes: texts in UTF-8, each after one byte that holds its length.
    public init(references: [UInt32], bytes: [UInt8]) {
        self.references = references
        self.bytes = bytes
    }

    /// The number of rows.
    public var count: Int { references.count }

    /// The cells of some rows.
    func picking(_ rows: some Collection<Int>) -> TextCells {
        TextCells(references: rows.map { references[$0] }, bytes: bytes)
    }

    /// The text of a row, empty for an empty cell and "…" for text that was not kept.
    public subscript(row: Int) -> String {
        let reference = references[row]
        if reference == TextCells.missing { return "" }
        let start = Int(reference)
        guard start < bytes.count else { return "…" }
        let end = min(bytes.count, start + 1 + Int(bytes[start]))
        return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    }
}
