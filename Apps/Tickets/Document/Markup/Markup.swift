/// Descriptions as text that people edit: a small part of Markdown.
///
/// `# ` to `###### ` begin headings, `- ` items, `1. ` numbered items, three backquotes fence code in, `| a | b |`
/// are rows of a table, whose header stands above `|---|---|`; a blank line ends a paragraph, and a line end in it
/// breaks the line. In a line stand `**bold**`, `` `code` `` and `[words](https://…)`. A backslash takes the meaning
/// of the punctuation after it away, in code as well. Any text is valid: what has no meaning stands for itself.
public enum Markup {
    /// The longest text that is read, in Unicode scalars.
    public static let longest = 30_000

    /// The blocks that a text stands for.
    public static func blocks(_ text: String) -> [Block] {
        var reader = MarkupReader(String(cleaned(text).unicodeScalars.prefix(longest)))
        return reader.blocks()
    }

    /// The text that stands for blocks: reading it gives the same blocks, but for empty ones.
    public static func text(_ blocks: [Block]) -> String {
        var parts: [String] = []
        var last: Block?
        for block in blocks {
            guard let part = MarkupWriter.text(block) else { continue }
            // Two lists of a kind would become one list.
            if let last, MarkupWriter.wouldJoin(last, block) { parts.append("\\") }
            parts.append(part)
            last = block
        }
        return parts.joined(separator: "\n\n")
    }

    /// A plain text as markup that stands for it, on one line.
    public static func escaped(_ text: String) -> String {
        MarkupWriter.line([Inline(text.replacing("\n", with: " "))], isFirst: true)
    }

    /// Without what nobody can see, and with `\n` as the only line end.
    private static func cleaned(_ text: String) -> String {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        var kept = String.UnicodeScalarView()
        for scalar in lines.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control: if scalar == "\n" || scalar == "\t" { kept.append(scalar) }
            case .surrogate, .privateUse, .unassigned: break
            case .format:
                // Joiners make letters and pictures; marks of direction only hide what a line says.
                if scalar.value == 0x200D || scalar.value == 0x200C { kept.append(scalar) }
            case .lineSeparator, .paragraphSeparator: kept.append("\n")
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }
}
