import Foundation
import Testing

/// A file that cannot be analysed, and what its owner is told.
struct BadFile: Sendable, CustomTestStringConvertible {
    let what: String
    let name: String
    let content: Data
    /// Words that the sentence holds: what is wrong, and what is to be done.
    let words: [String]

    var testDescription: String { what }

    init(_ what: String, named name: String = "table.csv", _ content: Data, says words: String...) {
        self.what = what
        self.name = name
        self.content = content
        self.words = words
    }

    private init(_ what: String, named name: String = "table.csv", text: String, says words: String...) {
        self.what = what
        self.name = name
        content = Data(text.utf8)
        self.words = words
    }

    /// All of them.
    static let all = texts + disguises + workbooks

    /// Text files whose content is wrong.
    private static let texts = [
        BadFile("an empty file", text: "", says: "empty", "header and rows"),
        BadFile("only white space", text: " \n\t\n  \r\n", says: "white space", "header and rows"),
        BadFile(
            "empty cells alone", text: rows(20) { _ in ",," }, says: "only empty cells", "header and rows"),
        BadFile("line ends alone", text: "\n\r\n\n", says: "empty", "header and rows"),
        BadFile("a header alone", text: "a,b,c\n", says: "no rows", "add"),
        BadFile("one row", text: "a,b\n1,2\n", says: "1 row;", "add rows"),
        BadFile("three rows", text: "a,b\n1,2\n3,4\n5,7\n", says: "3 rows;", "at least 10", "add rows"),
        BadFile(
            "no numeric signal", text: "name,town\n" + rows(20) { "n\($0),t\($0)" },
            says: "no column of numbers", "add"),
        BadFile("constant numbers", text: "a,b\n" + rows(20) { _ in "5,7" }, says: "differ", "add"),
        BadFile("ragged rows", text: "a,b,c\n1,2,3\n4,5\n6,7,8\n", says: "line 3", "give every line"),
        BadFile(
            "an unclosed quote", text: "a,b\n1,\"open\n" + rows(40) { "\($0),2" }, says: "line 2", "close it"),
        BadFile(
            "an unclosed quote before a long rest", text: "a,b\n1,\"open\n" + rows(60_000) { "\($0),2" },
            says: "line 2", "never closed"),
        BadFile("NUL bytes", text: "a,b\n" + rows(20) { "\($0),\0" }, says: "not text", "save"),
        BadFile(
            "20,000 columns",
            text: rows(3) { row in (1...20_000).map { "\($0 * row)" }.joined(separator: ",") },
            says: "column 1001", "leave columns out"),
        BadFile(
            "one endless line", Data(repeating: UInt8(ascii: "7"), count: 8 << 20), says: "line 1", "shorten"),
        BadFile(
            "one endless line of cells", Data(Array(repeating: "1,".utf8, count: 1 << 20).joined()),
            says: "column 1001", "leave columns out"),
        BadFile("random bytes", noise(64 << 10), says: "save"),
    ]

    /// Files that are not what their names say.
    private static let disguises = [
        BadFile(
            "text named .xlsx", named: "table.xlsx", text: "a,b\n1,2\n", says: "no workbook", "name it .csv"),
        BadFile(
            "a workbook named .csv", MadeWorkbook.archive(rows: 20), says: "workbook", ".xlsx"),
        BadFile(
            "a picture named .csv",
            Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D]) + Data("IHDR".utf8),
            says: "PNG", "save the table"),
        BadFile(
            "a document named .csv", text: "%PDF-1.7\n" + rows(20) { "\($0) 0 obj" }, says: "a PDF document",
            "save the table"),
        BadFile(
            "a packed table named .csv", Data([0x1F, 0x8B, 8, 0]) + noise(4096), says: "gzip",
            "save the table"),
        BadFile(
            "a page named .csv",
            text: "\u{FEFF}\n<HTML><body><table>\n" + rows(20) { "<tr><td>\($0)</td></tr>" }
                + "</table></body></html>\n",
            says: "an HTML page", "save the table"),
        BadFile(
            "objects named .csv", text: "[{\"a\": 1, \"b\": 2},\n{\"a\": 3, \"b\": 4}]\n",
            says: "a JSON document", "save the table"),
        BadFile(
            "a protected workbook", named: "table.xlsx", oldWorkbook, says: "password", "save it as plain"),
        BadFile("an old workbook", named: "table.xls", oldWorkbook, says: ".xls", "save it as plain"),
        BadFile(
            "a zip that is no workbook", named: "table.xlsx",
            MadeZip(entries: [("readme.txt", Data("hello".utf8))]).archive, says: "no .xlsx workbook", "save"),
    ]

    /// Workbooks that are damaged or dangerous.
    private static let workbooks = [
        BadFile(
            "a truncated workbook", named: "table.xlsx", MadeWorkbook.archive(rows: 200).prefix(700),
            says: "cut off", "save it again"),
        BadFile(
            "a workbook without its middle", named: "table.xlsx",
            MadeWorkbook.archive(rows: 200).prefix(400) + MadeWorkbook.archive(rows: 200).suffix(400),
            says: "damaged", "save it again"),
        BadFile(
            "a workbook with a changed digit", named: "table.xlsx", MadeWorkbook.flipped,
            says: "sheet1.xml", "damaged", "save it again"),
        BadFile(
            "a workbook with a locked part", named: "table.xlsx", MadeWorkbook.locked, says: "password",
            "remove it"),
        BadFile(
            "a workbook of too many parts", named: "table.xlsx",
            MadeZip(entries: (0...10_000).map { ("p\($0)", Data()) }).archive, says: "10001 parts",
            "save it anew"),
        BadFile(
            "a cell far to the right", named: "table.xlsx",
            MadeWorkbook.archive(cell: "<c r=\"ZZZ21\"><v>1</v></c>"), says: "column 18278",
            "leave columns out"),
        BadFile(
            "a cell without its text", named: "table.xlsx",
            MadeWorkbook.archive(cell: "<c t=\"s\"><v>5</v></c>"), says: "refers to a text", "save it again"),
        BadFile(
            "an unknown entity", named: "table.xlsx",
            MadeWorkbook.archive(cell: "<c t=\"str\"><v>&e;</v></c>"), says: "entity", "save it anew"),
        BadFile(
            "an empty workbook", named: "table.xlsx", MadeWorkbook.archive(rows: 0),
            says: "no sheet with cells", "header and rows"),
        BadFile(
            "external entities", named: "table.xlsx",
            MadeWorkbook.archive(
                rows: 20, prologue: "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"),
            says: "document type", "save"),
        BadFile(
            "entities that multiply", named: "table.xlsx",
            MadeWorkbook.archive(
                rows: 20,
                prologue: "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;\">]>"),
            says: "document type", "save"),
        BadFile(
            "a zip bomb that declares 10 GiB", named: "table.xlsx",
            MadeZip(entries: [("xl/workbook.xml", Data("<workbook/>".utf8))], declaring: 10 << 30).archive,
            says: "unpacks to far more", "CSV"),
        BadFile(
            "a zip bomb that inflates to 10 GiB", named: "table.xlsx", Bomb.workbook(bytes: 10 << 30),
            says: "unpacks to far more", "CSV"),
    ]

    private static func rows(_ count: Int, _ row: (Int) -> String) -> String {
        (1...count).map { row($0) + "\n" }.joined()
    }

    /// The head of an OLE compound file: an old workbook, or one that is encrypted ([MS-OFFCRYPTO] 2.3.1).
    private static let oldWorkbook =
        Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) + Data(repeating: 0, count: 4088)

    /// Bytes without an order, the same each time.
    private static func noise(_ count: Int) -> Data {
        var state: UInt64 = 88_172_645_463_325_252
        return Data(
            (0..<count).map { _ in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return UInt8(truncatingIfNeeded: state)
            })
    }
}
