/// Which of a workbook's cell styles show a number as a date (ECMA-376 part 1, 18.8.30).
struct CellStyles {
    private var isDate: [Bool] = []

    /// - Parameter part: the name of the styles part, if the workbook has one.
    init(parts: WorkbookParts, part: String?) throws {
        guard let part, let scanner = try parts.scanner(of: part) else { return }
        var custom: [Int: Bool] = [:]
        var isInCellFormats = false
        while true {
            switch try scanner.next() {
            case .finished: return
            case .start where scanner.isNamed("numFmt"):
                if let id = scanner.number("numFmtId"), let code = try scanner.string("formatCode"),
                    custom.count < 10_000
                {
                    custom[id] = CellStyles.isDateFormat(code)
                }
            case .start where scanner.isNamed("cellXfs"): isInCellFormats = true
            case .end where scanner.isNamed("cellXfs"): isInCellFormats = false
            case .start where isInCellFormats && scanner.isNamed("xf"):
                let id = scanner.number("numFmtId") ?? 0
                if isDate.count < 100_000 { isDate.append(custom[id] ?? CellStyles.isBuiltInDate(id)) }
            default: continue
            }
        }
    }

    /// Whether cells of this style are dates.
    func isDate(style: Int) -> Bool {
        isDate.indices.contains(style) && isDate[style]
    }

    /// The date formats that need no definition; 27 to 36 and 50 to 58 are dates in East Asian editions.
    private static func isBuiltInDate(_ id: Int) -> Bool {
        (14...17).contains(id) || id == 22 || (27...31).contains(id) || id == 36 || (50...58).contains(id)
    }

    /// Whether a format code has a day or a year outside quotes, brackets and escapes.
    static func isDateFormat(_ code: String) -> Bool {
        var isQuoted = false
        var isBracketed = false
        var isEscaped = false
        for character in code {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch character {
            case "\"": isQuoted.toggle()
            case "\\" where !isQuoted, "_" where !isQuoted, "*" where !isQuoted: isEscaped = true
            case "[" where !isQuoted: isBracketed = true
            case "]" where !isQuoted: isBracketed = false
            case "d", "D", "y", "Y": if !isQuoted, !isBracketed { return true }
            case ";" where !isQuoted: return false
            default: continue
            }
        }
        return false
    }
}
