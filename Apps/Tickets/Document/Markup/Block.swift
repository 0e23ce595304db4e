import Lockstep

/// A block of a description: what a drafter makes, a person edits as ``Markup``, and Jira gets as ``ADFNode``.
public enum Block: Hashable, Sendable {
    /// A heading of level 1 to 6.
    case heading(level: Int, [Inline])
    /// A paragraph.
    case paragraph([Inline])
    /// A list with bullets.
    case bullets([[Inline]])
    /// A list with numbers.
    case numbers([[Inline]])
    /// Code as it is, and its language.
    case code(String, language: String?)
    /// A table: its header, and its rows, which are as wide.
    case table(header: [[Inline]], rows: [[[Inline]]])

    /// A paragraph of plain text.
    public static func paragraph(_ text: String) -> Block { .paragraph([Inline(text)]) }
    /// A heading of plain text.
    public static func heading(_ level: Int, _ text: String) -> Block {
        .heading(level: level, [Inline(text)])
    }
    /// A list of plain texts.
    public static func bullets(of texts: [String]) -> Block { .bullets(texts.map { [Inline($0)] }) }
}

extension ADFNode {
    /// A document of blocks. Blocks with nothing in them are left out.
    public static func document(_ blocks: [Block]) -> ADFNode {
        ADFNode("doc", content: blocks.compactMap(\.node), others: ["version": 1])
    }

    /// A paragraph of runs.
    static func paragraph(_ runs: [Inline]) -> ADFNode {
        let line = Inline.joined(runs).flatMap(\.nodes)
        return ADFNode("paragraph", content: line.isEmpty ? nil : line)
    }

    fileprivate static func list(_ type: String, _ items: [[Inline]]) -> ADFNode {
        ADFNode(type, content: items.map { ADFNode("listItem", content: [.paragraph($0)]) })
    }

    fileprivate static func row(_ type: String, _ cells: [[Inline]], width: Int) -> ADFNode {
        let full = cells.prefix(width) + Array(repeating: [], count: max(0, width - cells.count))
        return ADFNode("tableRow", content: full.map { ADFNode(type, content: [.paragraph($0)]) })
    }
}

extension Inline {
    /// The run as text nodes, and breaks between its lines.
    fileprivate var nodes: [ADFNode] {
        var marks: [ADFMark] = []
        if let link { marks.append(ADFMark("link", attrs: ["href": .string(link)])) }
        switch style {
        case .plain: break
        case .strong: marks.append(ADFMark("strong"))
        case .code: marks.append(ADFMark("code"))
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().flatMap { index, line -> [ADFNode] in
            let text =
                line.isEmpty ? nil : ADFNode("text", marks: marks.isEmpty ? nil : marks, text: String(line))
            return (index > 0 ? [ADFNode("hardBreak")] : []) + (text.map { [$0] } ?? [])
        }
    }
}

extension Block {
    /// The block as a node, or `nil` when there is nothing in it.
    fileprivate var node: ADFNode? {
        switch self {
        case .heading(let level, let runs):
            let line = ADFNode.paragraph(runs).content
            return line.map {
                ADFNode("heading", attrs: ["level": .integer(Int64(min(6, max(1, level))))], content: $0)
            }
        case .paragraph(let runs):
            let paragraph = ADFNode.paragraph(runs)
            return paragraph.content == nil ? nil : paragraph
        case .bullets(let items): return items.isEmpty ? nil : .list("bulletList", items)
        case .numbers(let items): return items.isEmpty ? nil : .list("orderedList", items)
        case .code(let text, let language):
            return ADFNode(
                "codeBlock", attrs: language.map { ["language": .string($0)] },
                content: text.isEmpty ? nil : [ADFNode("text", text: text)])
        case .table(let header, let rows):
            let width = max(header.count, rows.map(\.count).max() ?? 0)
            guard width > 0 else { return nil }
            let head = header.isEmpty ? [] : [ADFNode.row("tableHeader", header, width: width)]
            return ADFNode("table", content: head + rows.map { .row("tableCell", $0, width: width) })
        }
    }
}
