import Lockstep
import LockstepServer
import TicketDocument

/// A ticket's description as a part of a page, drawn from the document that Jira gets.
enum DocumentHTML {
    /// The document; everything in it is escaped. What is unknown shows what stands in it.
    static func html(_ node: ADFNode) -> String {
        let inner = (node.content ?? []).map(html).joined()
        switch node.type {
        case "text": return marked(HTML.escape(node.text ?? ""), node.marks ?? [])
        case "hardBreak": return "<br>"
        case "paragraph": return "<p>\(inner)</p>"
        case "heading":
            let level = heading(node.attrs?["level"])
            return "<h\(level)>\(inner)</h\(level)>"
        case "bulletList": return "<ul>\(inner)</ul>"
        case "orderedList": return "<ol>\(inner)</ol>"
        case "listItem": return "<li>\(inner)</li>"
        // What may be wider than a phone is reached by the keyboard too.
        case "codeBlock": return "<pre tabindex=\"0\"><code>\(inner)</code></pre>"
        case "table":
            return """
                <div class="wide" role="region" aria-label="Table" tabindex="0"><table><tbody>\(inner)</tbody></table></div>
                """
        case "tableRow": return "<tr>\(inner)</tr>"
        case "tableHeader": return "<th scope=\"col\">\(inner)</th>"
        case "tableCell": return "<td>\(inner)</td>"
        default: return inner
        }
    }

    /// Below the title of a card, which stands below the headings of the page.
    private static func heading(_ level: JSONValue?) -> Int {
        guard case .integer(let level) = level else { return 4 }
        return Int(min(5, max(3, level))) + 1
    }

    private static func marked(_ text: String, _ marks: [ADFMark]) -> String {
        marks.reduce(text) { text, mark in
            switch mark.type {
            case "strong": return "<strong>\(text)</strong>"
            case "code": return "<code>\(text)</code>"
            case "link":
                // Only what leads to a page or a letter is a link, wherever the document comes from.
                guard case .string(let address) = mark.attrs?["href"], let safe = Inline.address(address)
                else { return text }
                return
                    "<a href=\"\(HTML.escape(safe))\" rel=\"noopener noreferrer\" target=\"_blank\">\(text)</a>"
            default: return text
            }
        }
    }
}
