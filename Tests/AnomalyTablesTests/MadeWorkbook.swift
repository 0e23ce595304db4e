/// A workbook made up for the tests.
struct MadeWorkbook {
    /// Sheets by name, each the XML within `<sheetData>`.
    var sheets: [(name: String, rows: String)] = []
    var sharedTexts: String?
    var cellFormats = "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"2\"/>"
    var isFrom1904 = false
    /// Put in front of the first sheet's root element.
    var prologue = ""

    private static let relationType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    var archive: [UInt8] { writer.archive }

    /// The archive before it is closed, for tests that add more.
    var writer: ZipWriter {
        var zip = ZipWriter()
        let type = MadeWorkbook.relationType
        func relation(_ id: String, _ kind: String, _ target: String) -> String {
            "<Relationship Id=\"\(id)\" Type=\"\(type)/\(kind)\" Target=\"\(target)\"/>"
        }
        func add(_ name: String, _ xml: String) {
            zip.add(name, Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\(xml)".utf8))
        }
        let root = relation("rId1", "officeDocument", "xl/workbook.xml")
        add("_rels/.rels", "<Relationships>\(root)</Relationships>")
        var list = ""
        var relations =
            relation("st", "styles", "styles.xml") + relation("sh", "sharedStrings", "/xl/sharedStrings.xml")
        for (index, sheet) in sheets.enumerated() {
            list += "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" r:id=\"s\(index)\"/>"
            relations += relation("s\(index)", "worksheet", "worksheets/sheet\(index + 1).xml")
            let start = index == 0 ? prologue : ""
            add(
                "xl/worksheets/sheet\(index + 1).xml",
                "\(start)<worksheet><sheetData>\(sheet.rows)</sheetData></worksheet>")
        }
        let flag = isFrom1904 ? "<workbookPr date1904=\"1\"/>" : ""
        add("xl/workbook.xml", "<workbook>\(flag)<sheets>\(list)</sheets></workbook>")
        add("xl/_rels/workbook.xml.rels", "<Relationships>\(relations)</Relationships>")
        add(
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-409]yyyy\\-mm\\-dd&quot;T&quot;hh:mm\"/>"
                + "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>\(cellFormats)</cellXfs>"
                + "</styleSheet>")
        if let sharedTexts { add("xl/sharedStrings.xml", "<sst>\(sharedTexts)</sst>") }
        return zip
    }
}
