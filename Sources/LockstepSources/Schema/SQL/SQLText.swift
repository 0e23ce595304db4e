/// What of an SQL file runs when a database is brought up to date.
enum SQLText {
    /// The text without what is no SQL or runs only backwards; every line keeps its number.
    ///
    /// Taken away are the sections that undo (goose, sql-migrate, dbmate, Play, MyBatis), the rows of
    /// `COPY … FROM stdin` in dumps, and psql's own commands.
    static func forward(_ text: String) -> String {
        guard
            text.utf8.contains(where: {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "#")
            })
        else { return text }
        var isBackward = false
        var isCopy = false
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if isCopy {
                isCopy = !line.hasPrefix("\\.")
                lines.append("")
                continue
            }
            let start = line.drop { $0 == " " || $0 == "\t" }
            if let turn = direction(of: start) {
                isBackward = turn == .backward
                lines.append("")
                continue
            }
            if isBackward || start.hasPrefix("\\") {
                lines.append("")
                continue
            }
            lines.append(line)
            if start.hasPrefix("COPY ") || start.hasPrefix("copy ") {
                isCopy = line.lowercased().contains("from stdin")
            }
        }
        return lines.joined(separator: "\n")
    }

    private enum Direction { case forward, backward }

    /// Which way the lines after this one run, when it is a mark that says so.
    private static func direction(of line: Substring) -> Direction? {
        guard line.hasPrefix("--") || line.hasPrefix("#") else { return nil }
        let words = line.drop { "-#/ \t".contains($0) }.prefix(40).lowercased()
            .split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { return nil }
        let second = words.count > 1 ? words[1] : ""
        switch (first, second) {
        case ("+goose", "up"), ("+migrate", "up"), ("migrate:up", _), ("!ups", _): return .forward
        case ("+goose", "down"), ("+migrate", "down"), ("migrate:down", _), ("!downs", _), ("@undo", _):
            return .backward
        default: return nil
        }
    }
}
