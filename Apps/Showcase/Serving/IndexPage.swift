import Anomaly
import Content
import Expenses
import Hummingbird
import LockstepServer
import Tickets
import Video

/// The page at `/`: a visitor's datasets, videos, expenses, questions and tickets, or the way to sign in, and what the API offers.
struct IndexPage {
    /// Who is signed in, with what there is to see.
    struct Visitor {
        let user: String
        let datasets: DatasetSection
        let videos: VideoSection
        let expenses: Expenses.SessionSection
        let questions: RequestSection
        let tickets: Tickets.SessionSection
    }

    /// How the visitor reached this server, such as `127.0.0.1:8080`.
    let host: String?
    var visitor: Visitor?

    private struct Route {
        let method: String
        let path: String
        let does: String
    }

    private static let anomaly = [
        Route(
            method: "POST", path: "/api/anomaly/datasets/upload",
            does: "upload a .csv or .xlsx file (multipart, part “file”)"),
        Route(
            method: "POST", path: "/api/anomaly/datasets/{id}/analyze", does: "find the rows that do not fit"),
        Route(method: "POST", path: "/api/anomaly/datasets/{id}/triage", does: "explain the worst of them"),
        Route(method: "POST", path: "/api/anomaly/datasets/{id}/cancel", does: "stop what runs"),
        Route(method: "GET", path: "/api/anomaly/datasets", does: "your datasets"),
        Route(method: "GET", path: "/api/anomaly/datasets/{id}/status", does: "where a dataset is"),
        Route(method: "GET", path: "/api/anomaly/datasets/{id}/anomalies", does: "the worst rows"),
        Route(
            method: "GET", path: "/api/anomaly/datasets/{id}/scores", does: "the score of every row, as CSV"),
        Route(method: "GET", path: "/api/anomaly/datasets/{id}/report", does: "the same as a page"),
        Route(method: "DELETE", path: "/api/anomaly/datasets/{id}", does: "erase a dataset"),
    ]
    private static let videos = [
        Route(
            method: "POST", path: "/api/videos/upload/initiate",
            does: "announce a video; answers where to PUT it"),
        Route(method: "POST", path: "/api/videos/upload/complete", does: "say that it is there"),
        Route(method: "GET", path: "/api/videos/{id}", does: "where a video is"),
        Route(method: "GET", path: "/api/videos/{id}/events", does: "the same, as it happens"),
        Route(
            method: "GET", path: "/api/videos/{id}/result",
            does: "scenes and pictures; then motion, phases and highlights"),
        Route(method: "GET", path: "/api/videos/{id}/artefacts/{name}", does: "a picture, or reel.mp4"),
        Route(method: "GET", path: "/api/videos/{id}/page", does: "all of it as a page"),
    ]
    private static let expenses = [
        Route(
            method: "POST", path: "/api/expenses/sessions",
            does: "upload card statements and receipts (multipart, PDF)"),
        Route(method: "GET", path: "/api/expenses/sessions", does: "your sessions; ?status=… picks some"),
        Route(
            method: "GET", path: "/api/expenses/sessions/{id}",
            does: "where a session is, and how far each file"),
        Route(
            method: "GET", path: "/api/expenses/sessions/{id}/report?format=xlsx|csv|pdf",
            does: "the report, once it is completed"),
        Route(method: "GET", path: "/api/expenses/sessions/{id}/page", does: "the same as a page"),
        Route(method: "POST", path: "/api/expenses/sessions/{id}/retry", does: "run a failed one again"),
        Route(method: "PUT", path: "/api/expenses/employees", does: "the directory of employees"),
        Route(
            method: "PUT", path: "/api/expenses/employees/{id}/aliases", does: "other names of an employee"),
    ]
    private static let questions = [
        Route(
            method: "POST", path: "/api/content/requests",
            does: "ask a question; “notify” names a webhook or an email"),
        Route(method: "GET", path: "/api/content/requests", does: "your questions"),
        Route(method: "GET", path: "/api/content/requests/{id}", does: "where a question is"),
        Route(
            method: "POST", path: "/api/content/requests/{id}/clarification",
            does: "say it more exactly, when asked back"),
        Route(method: "POST", path: "/api/content/requests/{id}/cancel", does: "stop it"),
        Route(method: "GET", path: "/api/content/requests/{id}/events", does: "the same, as it happens"),
        Route(method: "GET", path: "/api/content/requests/{id}/video", does: "the video, also in parts"),
        Route(method: "GET", path: "/api/content/requests/{id}/page", does: "all of it as a page"),
        Route(method: "POST", path: "/internal/push", does: "where a push service delivers its messages"),
    ]
    private static let tickets = [
        Route(
            method: "POST", path: "/api/tickets/sessions", does: "begin a session; “site_name” says what for"),
        Route(
            method: "GET", path: "/api/tickets/sessions?incomplete=true", does: "your open sessions"),
        Route(method: "PUT", path: "/api/tickets/sessions/{id}/site", does: "describe the site"),
        Route(
            method: "POST", path: "/api/tickets/sessions/{id}/files",
            does: "upload exports of its structure (multipart, CSV and JSON)"),
        Route(method: "POST", path: "/api/tickets/sessions/{id}/process", does: "draft tickets from them"),
        Route(method: "GET", path: "/api/tickets/sessions/{id}/tickets", does: "the drafts"),
        Route(method: "PATCH", path: "/api/tickets/tickets/{id}", does: "change one, or leave it out"),
        Route(
            method: "POST", path: "/api/tickets/sessions/{id}/export",
            does: "create them in Jira; “jira_project_key” says where"),
        Route(
            method: "POST", path: "/api/tickets/sessions/{id}/recover", does: "take a session up again"),
        Route(method: "DELETE", path: "/api/tickets/sessions/{id}", does: "throw a session away"),
        Route(method: "GET", path: "/api/tickets/sessions/{id}/page", does: "all of it as a page"),
    ]
    private static let jobs = [
        Route(method: "POST", path: "/v1/jobs", does: "start a job of any lifecycle"),
        Route(method: "GET", path: "/v1/jobs/{id}", does: "a job, and what may be done with it now"),
        Route(method: "POST", path: "/v1/jobs/{id}/moves", does: "move it"),
        Route(method: "GET", path: "/v1/jobs/{id}/history", does: "every move it made, by whom and why"),
        Route(
            method: "GET", path: "/v1/jobs/{id}/events", does: "the same, as it happens (server-sent events)"),
        Route(method: "GET", path: "/openapi.json", does: "all of the API, for programs (no token needed)"),
    ]

    private static let css = """
        .top { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .3rem 1.5rem; }
        .top form { display: flex; align-items: center; gap: .8rem; } .lead { margin: 0; color: var(--soft); }
        .way-in { margin-top: 1.8rem; padding: 1.2rem; } .way-in p { margin: 0 0 1rem; }
        .way-in p:last-child { margin: 0; }
        details { margin-top: 2.2rem; } summary { cursor: pointer; font-size: 1.15rem; font-weight: 700; }
        h3 { margin: 1.3rem 0 .5rem; font-size: .95rem; }
        table { width: 100%; border-collapse: collapse; font-size: .9rem; }
        td { padding: .4rem .8rem .4rem 0; border-top: 1px solid var(--line); vertical-align: baseline; }
        td:first-child { color: var(--soft); font-size: .8rem; font-weight: 600; width: 4.5rem; }
        td:nth-child(2) { width: 53%; } td code { background: none; padding: 0; } td:last-child { color: var(--soft); }
        @media (max-width: 34rem) { td, td:nth-child(2) { display: block; width: auto; border: 0; padding: 0; }
          tr { display: block; border-top: 1px solid var(--line); padding: .5rem 0; } }

        """

    /// The answer; while something runs the page asks for itself again.
    func response() -> Response {
        HTML.page(
            title: "Lockstep showcase",
            css: ItemList.css + VideoSection.css + Expenses.SessionSection.css + RequestSection.css
                + Tickets.SessionSection.css + Self.css,
            // A page that sends a file must not go away meanwhile; its own script sees to that.
            refreshing: isMoving && !(visitor?.videos.canSend ?? false),
            script: visitor.map { _ in
                MovingPage.script + VideoSection.script + Expenses.SessionSection.script + RequestSection.script
                    + Tickets.SessionSection.script
            },
            body: html)
    }

    private var isMoving: Bool {
        visitor.map {
            $0.datasets.isMoving || $0.videos.isMoving || $0.expenses.isMoving || $0.questions.isMoving
                || $0.tickets.isMoving
        } ?? false
    }

    private var html: String {
        """
        <main\(isMoving ? " data-moving" : "")>
        <header class="top">
        <div><h1>Lockstep showcase</h1>
        <p class="lead">Your code, your database and your workers agree on every status.</p></div>
        \(visitor.map(Self.signOut) ?? "")
        </header>
        \(visitor.map {
            videos($0.videos) + expenses($0.expenses) + questions($0.questions) + tickets($0.tickets)
                + datasets($0.datasets)
        } ?? Self.wayIn)
        \(reference)
        </main>
        """
    }

    // MARK: Sections

    private static func signOut(_ visitor: Visitor) -> String {
        """
        <form method="post" action="/sign-out"><a href="/dashboard">Dashboard</a>
        <span class="soft">\(HTML.escape(visitor.user))</span>
        <button class="quiet" type="submit">Sign out</button></form>
        """
    }

    private static let wayIn = """
        <section class="card way-in">
        <p>Sign in to send a video or card statements, to ask a question or to turn a site into tickets, and to see what was found in them and in your datasets.</p>
        <p><a class="button" href="/sign-in">Sign in</a></p>
        <p class="soft">The token of the user <code>client</code> is in the file <code>client.token</code> in the
        server’s data folder.</p>
        </section>
        """

    private func videos(_ section: VideoSection) -> String {
        "<section><h2>Your videos</h2>\(section.html)</section>\n"
    }

    private func expenses(_ section: Expenses.SessionSection) -> String {
        "<section><h2>Your expenses</h2>\(section.html)</section>\n"
    }

    private func questions(_ section: RequestSection) -> String {
        "<section><h2>Your questions</h2>\(section.html)</section>\n"
    }

    private func tickets(_ section: Tickets.SessionSection) -> String {
        "<section><h2>Your tickets</h2>\(section.html)</section>\n"
    }

    private func datasets(_ section: DatasetSection) -> String {
        guard section.isEmpty else { return "<section><h2>Your datasets</h2>\(section.html)</section>" }
        return """
            <section>
            <h2>Your datasets</h2>
            <p>There are none yet. Send a table (.csv or .xlsx) and have it analysed; its report then is here:</p>
            \(commands)
            </section>
            """
    }

    private var commands: String {
        let address = HTML.escape("http://\(host ?? "HOST:PORT")/api/anomaly/datasets")
        return """
            <pre><code>TOKEN=lst_…   # what you signed in with
            curl -H "Authorization: Bearer $TOKEN" \\
              -F file=@Apps/Anomaly/Samples/breast-tumours.csv \\
              \(address)/upload
            # answers {"id":"…"}
            curl -H "Authorization: Bearer $TOKEN" -X POST \\
              \(address)/ID/analyze</code></pre>
            """
    }

    private var reference: String {
        """
        <details\(visitor == nil ? " open" : "")>
        <summary>The API</summary>
        <p class="soft">Every route needs the header <code>Authorization: Bearer TOKEN</code>. Where it is GET, a browser
        that has signed in may also just open it.</p>
        <h3>Anomaly analysis</h3>
        <table>\(Self.table(Self.anomaly))</table>
        <h3>Video analysis</h3>
        <table>\(Self.table(Self.videos))</table>
        <h3>Expenses</h3>
        <table>\(Self.table(Self.expenses))</table>
        <h3>Narrated videos</h3>
        <table>\(Self.table(Self.questions))</table>
        <h3>Jira tickets</h3>
        <table>\(Self.table(Self.tickets))</table>
        <h3>Jobs of every lifecycle</h3>
        <table>\(Self.table(Self.jobs))</table>
        </details>
        """
    }

    private static func table(_ routes: [Route]) -> String {
        routes.map { route in
            "<tr><td>\(route.method)</td><td><code>\(HTML.escape(route.path))</code></td>"
                + "<td>\(HTML.escape(route.does))</td></tr>"
        }.joined(separator: "\n")
    }
}
