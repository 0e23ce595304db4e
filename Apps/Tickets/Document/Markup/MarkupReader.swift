/// Reads blocks from lines.
struct MarkupReader {
    private let lines: [Substring]
    private var next = 0

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    mutating func blocks() -> [Block] {
        var blocks: [Block] = []
        while next < lines.count {
            let line = lines[next].trimmed
            if line.isEmpty || line == "\\" {
                next += 1
            } else if line.hasPrefix("```") {
                blocks.append(code(after: line))
            } else if let heading = Self.heading(line) {
                next += 1
                blocks.append(heading)
            } else if Self.item(line) != nil {
                blocks.append(.bullets(items(Self.item)))
            } else if Self.numbered(line) != nil {
                blocks.append(.numbers(items(Self.numbered)))
            } else if Self.cells(line) != nil {
                blocks.append(table())
            } else {
                blocks.append(paragraph())
            }
        }
        return blocks
    }

    private mutating func paragraph() -> Block {
        var runs: [Inline] = []
        while next < lines.count {
            let line = lines[next].trimmed
            guard !line.isEmpty, runs.isEmpty || !Self.beginsBlock(line) else { break }
            if !runs.isEmpty { runs.append("\n") }
            runs += line == "\\" ? [] : LineReader.runs(line)
            next += 1
        }
        return .paragraph(Inline.joined(runs))
    }

    private static func beginsBlock(_ line: Substring) -> Bool {
        line.hasPrefix("```") || heading(line) != nil || item(line) != nil || numbered(line) != nil
            || cells(line) != nil
    }

    private mutating func code(after fence: Substring) -> Block {
        let name = fence.dropFirst(3).trimmed
        let language = name.prefix(40).filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || "+-#_.".contains($0))
        }
        var text: [Substring] = []
        next += 1
        while next < lines.count {
            let line = lines[next]
            next += 1
            if line.trimmed == "```" { break }
            text.append(line.hasPrefix("\\") && MarkupWriter.isFence(line) ? line.dropFirst() : line)
        }
        return .code(text.joined(separator: "\n"), language: language.isEmpty ? nil : language)
    }

    private mutating func items(_ read: (Substring) -> Substring?) -> [[Inline]] {
        var items: [[Inline]] = []
        while next < lines.count, let item = read(lines[next].trimmed) {
            items.append(LineReader.runs(item))
            next += 1
        }
        return items
    }

    private mutating func table() -> Block {
        var rows: [[Substring]] = []
        var hasHeader = false
        while next < lines.count, let cells = Self.cells(lines[next].trimmed) {
            let isRule = cells.allSatisfy {
                !$0.isEmpty && $0.allSatisfy { "-: ".contains($0) } && $0.contains("-")
            }
            if rows.count == 1, !hasHeader, isRule { hasHeader = true } else { rows.append(cells) }
            next += 1
        }
        let width = rows.map(\.count).max() ?? 0
        let full = rows.map { row in
            row.map(LineReader.runs) + Array(repeating: [], count: width - row.count)
        }
        return .table(header: hasHeader ? full[0] : [], rows: hasHeader ? Array(full.dropFirst()) : full)
    }

    private static func heading(_ line: Substring) -> Block? {
        let signs = line.prefix { $0 == "#" }
        guard (1...6).contains(signs.count), line.dropFirst(signs.count).first == " " else { return nil }
        let words = line.dropFirst(signs.count).trimmed
        return words.isEmpty ? nil : .heading(level: signs.count, LineReader.runs(words))
    }

    private static func item(_ line: Substring) -> Substring? {
        guard let sign = line.first, "-*+".contains(sign) else { return nil }
        if line.count == 1 { return sign == "-" ? "" : nil }
        return line.dropFirst().first == " " ? line.dropFirst().trimmed : nil
    }

    private static func numbered(_ line: Substring) -> Substring? {
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        guard (1...6).contains(digits.count) else { return nil }
        let rest = line.dropFirst(digits.count)
        if rest == "." { return "" }
        return rest.hasPrefix(". ") ? rest.dropFirst().trimmed : nil
    }

    /// The cells of a row `| a | b |`.
    private static func cells(_ line: Substring) -> [Substring]? {
        guard line.hasPrefix("|"), line.count > 1 else { return nil }
        var cells: [Substring] = []
        var (start, index, isEscaped) = (line.index(after: line.startIndex), line.startIndex, false)
        index = start
        while index < line.endIndex {
            let character = line[index]
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "|" {
                cells.append(line[start..<index].trimmed)
                start = line.index(after: index)
            }
            index = line.index(after: index)
        }
        let rest = line[start...].trimmed
        if !rest.isEmpty { cells.append(rest) }
        return cells.isEmpty ? nil : cells
    }
}

extension Substring {
    /// Without blanks around it.
    var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
