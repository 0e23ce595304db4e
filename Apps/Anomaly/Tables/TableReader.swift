import AnomalyDetection

/// Reads the tables that people bring: CSV in its many forms, and XLSX.
public enum TableReader {
    /// Reads a file into a table.
    ///
    /// - Parameters:
    ///   - path: where the file lies.
    ///   - originalName: what the person calls it, "sales.xlsx"; its extension must suit the content, and the
    ///     name is used in messages.
    ///   - limits: what the file may demand at most.
    ///   - scratch: a folder on a disk, where the cells of a table too large for the memory are kept until the
    ///     table that is given back is let go. They lie in a file without a name, eight bytes each.
    ///   - isCancelled: asked now and then; once it says yes, reading stops.
    /// - Throws: `TableError`, whose description is a sentence for that person; `CancellationError` when
    ///   cancelled.
    public static func read(
        fileAt path: String, named originalName: String, limits: Limits = Limits(), scratch: String,
        isCancelled: @escaping () -> Bool = { false }
    ) throws -> any TableSource {
        let reading = Reading(limits: limits, scratch: scratch, isCancelled: isCancelled)
        let name = originalName.filter { !$0.isNewline }.prefix(200)
        let file = try InputFile(path: path, name: String(name), limits: limits)
        guard file.size > 0 else {
            throw TableError(.empty, "The file \(name) is empty; it should hold a header and rows.")
        }
        let content = Content(start: try file.bytes(at: 0, count: 64))
        let isWorkbook = name.lowercased().hasSuffix(".xlsx") || name.lowercased().hasSuffix(".xlsm")
        switch content {
        case .archive where isWorkbook: return try XLSXReader.read(file, reading)
        case .archive:
            throw mismatch(
                file, "is a zip archive or workbook, not CSV; give it the name it should have, with .xlsx")
        case .oldWorkbook:
            throw mismatch(
                file, "is an old .xls or a password-protected workbook; save it as plain .xlsx or CSV")
        case .known(let what): throw mismatch(file, "is \(what), not a table; save the table as .xlsx or CSV")
        case .other where isWorkbook:
            throw mismatch(
                file, "is named .xlsx but is no workbook; name it .csv if it is text, or save it anew")
        case .other: return try CSVReader.read(file, reading)
        }
    }

    private static func mismatch(_ file: InputFile, _ what: String) -> TableError {
        TableError(.wrongFormat, "The file \(file.name) \(what).")
    }

    /// What the first bytes say.
    private enum Content {
        case archive, oldWorkbook, other
        case known(String)

        init(start: [UInt8]) {
            let known: [(bytes: [UInt8], what: String)] = [
                (Array("%PDF-".utf8), "a PDF document"), ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
                ([0xFF, 0xD8, 0xFF], "a JPEG picture"), (Array("GIF8".utf8), "a GIF picture"),
                ([0x1F, 0x8B], "a gzip archive"), (Array("PAR1".utf8), "a Parquet file"),
                (Array("SQLite format 3".utf8), "a database"), ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive"),
                (Array("{\\rtf".utf8), "an RTF document"), ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive"),
                (Array("BZh".utf8), "a bzip2 archive"), (Array("Rar!".utf8), "a RAR archive"),
                (Array("\u{7F}ELF".utf8), "a program"),
            ]
            // Programs save pages and data under the names of tables; they may start with a mark and blanks.
            let words: [(start: String, what: String)] = [
                ("<!doctype html", "an HTML page"), ("<html", "an HTML page"), ("<table", "an HTML page"),
                ("<?xml", "an XML document"), ("{\"", "a JSON document"), ("[{", "a JSON document"),
            ]
            let text = start.drop { [0xEF, 0xBB, 0xBF, 9, 10, 13, 32].contains($0) }
                .map { (65...90).contains($0) ? $0 | 32 : $0 }
            if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
                self = .archive
            } else if start.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
                self = .oldWorkbook
            } else if let match = known.first(where: { start.starts(with: $0.bytes) }) {
                self = .known(match.what)
            } else if let match = words.first(where: { text.starts(with: $0.start.utf8) }) {
                self = .known(match.what)
            } else {
                self = .other
            }
        }
    }
}
