/// What the main part of a workbook says: its sheets and how it counts days.
struct Workbook {
    /// A sheet and the part that holds it.
    struct Sheet {
        let name: String
        let part: String
        let isHidden: Bool
    }

    private(set) var sheets: [Sheet] = []
    /// Days are counted from 1904, as old Macintosh programs did.
    private(set) var isFrom1904 = false
    let stylesPart: String?
    let sharedTextsPart: String?

    init(parts: WorkbookParts) throws {
        let main = try parts.relationships(of: "").first { $0.type.hasSuffix("/officeDocument") }?.target
        let mainPart = main ?? "xl/workbook.xml"
        guard let scanner = try parts.scanner(of: mainPart), mainPart.lowercased().hasSuffix(".xml") else {
            throw TableError(
                .wrongFormat,
                "The file \(parts.fileName) is a zip archive but no .xlsx workbook; save the table as .xlsx or CSV."
            )
        }
        let relations = try parts.relationships(of: mainPart)
        stylesPart = relations.first { $0.type.hasSuffix("/styles") }?.target
        sharedTextsPart = relations.first { $0.type.hasSuffix("/sharedStrings") }?.target
        // Charts and dialogs are listed among the sheets but have no cells.
        var targets: [String: String] = [:]
        for relation in relations where relation.type.hasSuffix("/worksheet") {
            targets[relation.id] = relation.target
        }
        while true {
            switch try scanner.next() {
            case .finished: return
            case .start where scanner.isNamed("workbookPr"):
                let flag = try scanner.string("date1904")
                isFrom1904 = flag == "1" || flag == "true"
            case .start where scanner.isNamed("sheet"):
                guard let name = try scanner.string("name"), let id = try scanner.string("r:id"),
                    let part = targets[id], sheets.count < 1000
                else { continue }
                let state = try scanner.string("state") ?? "visible"
                sheets.append(Sheet(name: name, part: part, isHidden: state != "visible"))
            default: continue
            }
        }
    }
}
