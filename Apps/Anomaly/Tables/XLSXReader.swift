import AnomalyDetection

/// Reads the first sheet of an XLSX workbook that has cells.
enum XLSXReader {
    static func read(_ file: InputFile, _ reading: Reading) throws -> any TableSource {
        let limits = reading.limits
        let archive = try ZipArchive(file: file, limits: limits)
        let parts = WorkbookParts(archive: archive, budget: UnpackingBudget(limits: limits))
        let workbook = try Workbook(parts: parts)
        let styles = try CellStyles(parts: parts, part: workbook.stylesPart)
        let texts = try SharedTexts(parts: parts, part: workbook.sharedTextsPart, limits: limits)
        // A hidden sheet is looked at only when no visible one has cells.
        let sheets = workbook.sheets.filter { !$0.isHidden } + workbook.sheets.filter(\.isHidden)
        for sheet in sheets {
            guard let scanner = try parts.scanner(of: sheet.part) else { continue }
            var reader = SheetReader(
                sheet: sheet, fileName: file.name, styles: styles, texts: texts,
                isFrom1904: workbook.isFrom1904,
                reading: reading)
            try reader.read(scanner)
            guard reader.builder.hasRows else { continue }
            return try reader.builder.finish(sheetName: sheet.name)
        }
        throw TableError(
            .empty,
            "The workbook \(file.name) has no sheet with cells; it should have one with a header and rows.")
    }
}
