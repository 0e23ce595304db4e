/// Writes blocks as ``Markup``.
enum MarkupWriter {
    static func text(_ block: Block) -> String? {
        switch block {
        case .heading(let level, let runs):
            let words = line(runs).replacing("\n", with: " ")
            return words.isEmpty ? nil : String(repeating: "#", count: min(6, max(1, level))) + " " + words
        case .paragraph(let runs):
            let words = line(runs, isFirst: true)
            return words.isEmpty ? nil : words
        case .bullets(let items): return list(items) { _ in "- " }
        case .numbers(let items): return list(items) { "\($0 + 1). " }
        case .code(let text, let language):
            return "```\(language ?? "")\n\(text.isEmpty ? "" : fenced(text) + "\n")```"
        case .table(let header, let rows):
            let width = max(header.count, rows.map(\.count).max() ?? 0)
            guard width > 0 else { return nil }
            let rule = String(repeating: "|---", count: width) + "|"
            return ((header.isEmpty ? [] : [row(header, width), rule]) + rows.map { row($0, width) })
                .joined(separator: "\n")
        }
    }

    static func wouldJoin(_ first: Block, _ second: Block) -> Bool {
        switch (first, second) {
        case (.bullets, .bullets), (.numbers, .numbers): true
        default: false
        }
    }

    private static func list(_ items: [[Inline]], sign: (Int) -> String) -> String? {
        guard !items.isEmpty else { return nil }
        return items.enumerated().map { index, runs in
            (sign(index) + line(runs).replacing("\n", with: " ")).trimmedEnd
        }.joined(separator: "\n")
    }

    private static func row(_ cells: [[Inline]], _ width: Int) -> String {
        let full = cells + Array(repeating: [], count: max(0, width - cells.count))
        return "| " + full.map(cell).joined(separator: " | ") + " |"
    }

    /// A cell of nothing but strokes would be taken for the line below a header.
    private static func cell(_ runs: [Inline]) -> String {
        let words = line(runs).replacing("\n", with: " ")
        return words.allSatisfy { "-: ".contains($0) } && words.contains("-") ? "\\" + words : words
    }

    /// A fence in code is told from the fence around it by a backslash; so is a backslash in front of one.
    private static func fenced(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            isFence(line) ? "\\\(line)" : String(line)
        }.joined(separator: "\n")
    }

    /// Whether a line of code would end it, but for backslashes in front.
    static func isFence(_ line: Substring) -> Bool {
        line.drop { $0 == "\\" || $0 == " " || $0 == "\t" }.hasPrefix("```")
    }

    /// Runs as text of a line or, with `\n`, of several.
    /// - Parameter isFirst: a new block would begin here, so that signs of blocks must not mean one.
    static func line(_ runs: [Inline], isFirst: Bool = false) -> String {
        var text = Inline.joined(runs).map(run).joined()
        guard isFirst else { return text }
        text = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let inner = line.drop { $0 == " " || $0 == "\t" }
            // An empty line would end the paragraph.
            if inner.isEmpty { return "\\" }
            if inner.first == "-" || inner.first == "+" { return "\\" + inner }
            let digits = inner.prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty, inner.dropFirst(digits.count).hasPrefix(".") {
                return digits + "\\" + inner.dropFirst(digits.count)
            }
            return String(inner)
        }.joined(separator: "\n")
        return text
    }

    private static func run(_ run: Inline) -> String {
        let sign =
            switch run.style {
            case .plain: ""
            case .strong: "**"
            case .code: "`"
            }
        // Signs of a style do not reach over a line end.
        let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { line in
            guard !line.isEmpty else { return "" }
            let words = sign + escaped(line) + sign
            return run.link.map { "[\(words)](\($0))" } ?? words
        }.joined(separator: "\n")
    }

    private static func escaped(_ text: Substring) -> String {
        var result = ""
        for character in text {
            if "\\*`[]|#".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var end = self[...]
        while end.last == " " { end.removeLast() }
        return String(end)
    }
}
