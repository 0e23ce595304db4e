import Lockstep
import TicketDocument

/// Documents as HTML, those nodes that have a counterpart there; of all others their text is kept.
enum HTMLText {
    private static let elements = [
        "paragraph": "p", "bulletList": "ul", "orderedList": "ol", "listItem": "li", "table": "table",
        "tableRow": "tr", "tableHeader": "th", "tableCell": "td", "blockquote": "blockquote",
    ]
    private static let marks = [
        "strong": "strong", "em": "em", "code": "code", "strike": "s", "underline": "u",
    ]

    /// The HTML of a node.
    static func html(_ node: ADFNode) -> String {
        let inner = (node.content ?? []).map { html($0) }.joined()
        switch node.type {
        case "text": return text(node)
        case "hardBreak": return "<br>"
        case "rule": return "<hr>"
        case "codeBlock": return "<pre>\(inner)</pre>"
        case "heading":
            // The page's own heading is the first one.
            let level = min(6, max(2, 1 + Int(node.attrs?["level"]?.double ?? 1)))
            return "<h\(level)>\(inner)</h\(level)>"
        default:
            if let element = elements[node.type] { return "<\(element)>\(inner)</\(element)>" }
            return inner.isEmpty ? escaped(node.plainText) : inner
        }
    }

    /// A text that means nothing in HTML.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    private static func text(_ node: ADFNode) -> String {
        (node.marks ?? []).reduce(escaped(node.text ?? "")) { inner, mark in
            if mark.type == "link", let address = mark.attrs?["href"]?.text.flatMap(Inline.address) {
                return "<a rel=\"noreferrer noopener\" href=\"\(escaped(address))\">\(inner)</a>"
            }
            return marks[mark.type].map { "<\($0)>\(inner)</\($0)>" } ?? inner
        }
    }
}
