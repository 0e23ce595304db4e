import HTTPTypes
import Hummingbird
import Lockstep
import NIOCore

/// A problem as a page, for people who use the dashboard with a browser.
struct ProblemPage {
    let problem: Problem

    /// Whether a page is the better answer: a browser asks for something of the dashboard.
    static func suits(_ request: Request) -> Bool {
        let path = request.uri.path
        return (path == "/dashboard" || path.hasPrefix("/dashboard/")) && request.isFromPerson
    }

    func response(from request: Request) -> Response {
        let text: Markup = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(problem.title) · Lockstep</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="\(DashboardAssets.style.path)">
            </head>
            <body><main id="main"><section class="card problem">
            <p class="soft num">\(problem.status.code)</p><h1>\(problem.title)</h1>
            <p class="spaced">\(sentence)</p>\(number)
            <p class="spaced"><a class="button" href="/dashboard">To the dashboard</a> <a class="button" href="/sign-in">Sign in as somebody else</a></p>
            </section></main></body>
            </html>

            """
        var headers = DashboardHeaders.page
        for field in problem.headers { headers[field.name] = field.value }
        headers[.contentType] = "text/html; charset=utf-8"
        let response = Response(
            status: problem.status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.html)))
        return request.method == .head ? response.createHeadResponse() : response
    }

    private var sentence: String { problem.detail.prefix(1).uppercased() + problem.detail.dropFirst() + "." }

    /// What the log calls the request.
    private var number: Markup {
        problem.extensions["request_id"]?.text.map { "<p class=\"soft small\">Request \($0)</p>" } ?? .empty
    }
}

extension Request {
    /// Whether a browser asks for a page, as it does when somebody follows a link or sends a form: scripts and
    /// programs that do not name HTML are told the truth in JSON.
    var isFromPerson: Bool {
        guard headers[.authorization] == nil else { return false }
        let accepted = headers[values: .accept].flatMap { $0.split(separator: ",") }
        return accepted.contains { range in
            range.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() == "text/html"
        }
    }
}
