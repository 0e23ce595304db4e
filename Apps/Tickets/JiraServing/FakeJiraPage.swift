import FakeJira
import HTTPTypes
import Hummingbird
import NIOCore
import TicketDocument

/// A page of the fake Jira. It runs no script and loads nothing from elsewhere.
struct FakeJiraPage {
    var status = HTTPResponse.Status.ok
    var type = "text/html; charset=utf-8"
    let text: String

    static let stylePath = "/style.css"

    /// The page as an answer.
    var response: Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.cacheControl] = "no-store"
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// All issues, the newest first.
    static func list(_ issues: [FakeJira.Issue]) -> FakeJiraPage {
        let rows = issues.reversed().map { issue in
            "<li><a href=\"/browse/\(HTMLText.escaped(issue.key))\">\(HTMLText.escaped(issue.key))</a> "
                + "\(HTMLText.escaped(issue.summary))</li>"
        }
        return page(
            "Issues",
            rows.isEmpty ? "<p>There are no issues yet.</p>" : "<ul>\(rows.joined(separator: "\n"))</ul>")
    }

    /// One issue.
    static func issue(_ issue: FakeJira.Issue) -> FakeJiraPage {
        let labels = issue.labels.map { "<code>\(HTMLText.escaped($0))</code>" }.joined(separator: " ")
        return page(
            "\(issue.key) \(issue.summary)",
            """
            <dl>
            <dt>Project</dt><dd>\(HTMLText.escaped(issue.project))</dd>
            <dt>Type</dt><dd>\(HTMLText.escaped(issue.type))</dd>
            <dt>Labels</dt><dd>\(labels.isEmpty ? "none" : labels)</dd>
            </dl>
            <section>\(issue.description.map { HTMLText.html($0) } ?? "<p>There is no description.</p>")</section>
            <p><a href="/">All issues</a></p>
            """)
    }

    /// Nothing is there.
    static var missing: FakeJiraPage {
        var page = page("There is no such issue", "<p><a href=\"/\">All issues</a></p>")
        page.status = .notFound
        return page
    }

    static var style: FakeJiraPage {
        FakeJiraPage(
            type: "text/css; charset=utf-8",
            text: """
                body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem;
                  color: #172b4d; background: #fff }
                header { color: #505f79 }
                h1 { font-size: 1.5rem }
                dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
                dt { font-weight: 600 }
                dd { margin: 0 }
                table { border-collapse: collapse }
                th, td { border: 1px solid #c1c7d0; padding: .25rem .5rem; text-align: left }
                code, pre { background: #f4f5f7; padding: 0 .25rem; overflow-wrap: anywhere }
                @media (prefers-color-scheme: dark) {
                  body { color: #deebff; background: #091e42 }
                  header { color: #b3bac5 }
                  a { color: #4c9aff }
                  code, pre { background: #172b4d }
                }
                """)
    }

    private static func page(_ title: String, _ body: String) -> FakeJiraPage {
        FakeJiraPage(
            text: """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>\(HTMLText.escaped(title)) · Fake Jira</title>
                <link rel="stylesheet" href="\(stylePath)">
                </head>
                <body>
                <header>Fake Jira, in memory: nothing here is kept.</header>
                <h1>\(HTMLText.escaped(title))</h1>
                \(body)
                </body>
                </html>
                """)
    }
}
