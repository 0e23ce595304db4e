import AnomalyDetection
import AnomalyTables
import Testing

@Suite struct XLSXTests {
    /// A row of cells whose XML is given, with no reference of their own.
    private func row(_ cells: String...) -> String {
        "<row>\(cells.joined())</row>"
    }

    private func text(_ text: String) -> String {
        "<c t=\"inlineStr\"><is><t>\(text)</t></is></c>"
    }

    private func number(_ value: String, style: Int = 0) -> String {
        "<c s=\"\(style)\"><v>\(value)</v></c>"
    }

    @Test func readsEveryTypeOfCell() throws {
        let rows =
            row(text("a &amp; &#x42;"), text("shared"), text("flag"), text("sum"), text("bad"))
            + row(
                number("1.5"), "<c t=\"s\"><v>0</v></c>", "<c t=\"b\"><v>1</v></c>",
                "<c><f>A2*2</f><v>3</v></c>",
                "<c t=\"e\"><v>#N/A</v></c>")
            + row(
                number("2.5E1"), "<c t=\"s\"><v>1</v></c>", "<c t=\"b\"><v>0</v></c>",
                "<c><f>A3*2</f><v>5</v></c>", number("7"))
        let shared =
            "<si><t>one</t></si><si><r><t>t</t></r><r><t xml:space=\"preserve\">wo</t></r><rPh><t>x</t></rPh></si>"
        let book = MadeWorkbook(sheets: [("Data", rows)], sharedTexts: shared)
        let table = try MadeFiles.read(book.archive, named: "t.xlsx")
        #expect(table.sheetName == "Data")
        #expect(table.columnNames == ["a & B", "shared", "flag", "sum", "bad"])
        #expect(
            MadeFiles.cells(table) == [["1.5", "one", "TRUE", "3", ""], ["25", "two", "FALSE", "5", "7"]])
    }

    @Test func readsDatesByTheirFormat() throws {
        let rows =
            row(text("day"), text("time"), text("plain"))
            + row(number("45351", style: 1), number("45351.5", style: 2), number("45351", style: 3))
            + row(number("1", style: 1), number("61", style: 2), number("2", style: 3))
        var book = MadeWorkbook(sheets: [("s", rows)])
        var table = try MadeFiles.read(book.archive, named: "t.xlsx")
        #expect(table.columns.map(\.kind) == [.date, .date, .number])
        #expect(
            MadeFiles.cells(table) == [
                ["2024-02-29", "2024-02-29 12:00", "45351"], ["1900-01-01", "1900-03-01", "2"],
            ])
        book.isFrom1904 = true
        table = try MadeFiles.read(book.archive, named: "t.xlsx")
        #expect(table.cell(1, 0) == "1904-01-02")
    }

    @Test func usesTheFirstSheetWithCells() throws {
        let rows = row(text("a")) + row(number("1")) + row(number("2"))
        let book = MadeWorkbook(sheets: [
            ("Empty", "<row r=\"1\"/>"), ("Numbers &lt;1&gt;", rows), ("More", rows),
        ])
        #expect(try MadeFiles.read(book.archive, named: "t.xlsx").sheetName == "Numbers <1>")
        let empty = MadeWorkbook(sheets: [("Empty", "")]).archive
        #expect(MadeFiles.fault { try MadeFiles.read(empty, named: "t.xlsx") }?.kind == .empty)
    }

    @Test func copesWithGapsAndTitles() throws {
        let rows = """
            <row r="1"><c r="A1" t="str"><v>Report</v></c></row>
            <row r="3"><c r="B3" t="str"><v>x</v></c><c r="D3" t="str"><v>y</v></c><c r="E3" t="str"><v>z</v></c></row>
            <row r="4"><c r="B4"><v>1</v></c><c r="E4"><v>5</v></c></row>
            <row r="9"><c r="D9"><v>2</v></c><c r="E9"><v>6</v></c></row>
            """
        let table = try MadeFiles.read(MadeWorkbook(sheets: [("s", rows)]).archive, named: "t.xlsx")
        #expect(table.columnNames == ["x", "y", "z"])
        #expect(MadeFiles.cells(table) == [["1", "", "5"], ["", "2", "6"]])
        #expect((0..<2).map { table.line(ofRow: $0) } == [4, 9])
        #expect(table.warnings.count == 1)
    }

    @Test func readsLongSheetsWithGaps() throws {
        let body = (2...500).map { row in
            "<row r=\"\(row)\"><c r=\"A\(row)\"><v>\(row)</v></c>"
                + (row % 5 == 0 ? "<c r=\"C\(row)\"><v>\(row).5</v></c>" : "") + "</row>"
        }
        let header = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row>"
        let table = try MadeFiles.read(
            MadeWorkbook(sheets: [("s", header + body.joined())]).archive, named: "t.xlsx")
        #expect(table.rowCount == 499 && table.columnNames == ["a", "column 3"])
        #expect(table.cell(498, 0) == "500" && table.cell(498, 1) == "500.5" && table.cell(497, 1).isEmpty)
    }

    @Test(arguments: [
        "<row><c r=\"ZZZZZZZ1\"><v>1</v></c></row>", "<row><c t=\"s\"><v>9</v></c></row>",
        "<row><c><v>abc</v></c></row>", "<row><c t=\"what\"><v>1</v></c></row>",
        "<row><c r=\"1\"><v>1</v></c></row>", "<row><c r=\"\"><v>1</v></c></row>",
        "<row><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>",
    ])
    func namesTheCellThatIsWrong(_ rows: String) throws {
        let error = try #require(
            MadeFiles.fault {
                try MadeFiles.read(MadeWorkbook(sheets: [("s", rows)]).archive, named: "t.xlsx")
            })
        #expect(error.description.contains("\"s\"") && error.description.contains("row 1"))
    }

    @Test func survivesARowWithinACell() {
        let rows = "<row><c><v>1</v></c></row><row><c><v>2</v><row></row></c></row>"
        let table = MadeFiles.fault {
            try MadeFiles.read(MadeWorkbook(sheets: [("s", rows)]).archive, named: "t.xlsx")
        }
        #expect(table?.kind == .noNumericSignal)
    }
}
