import Hummingbird
import LockstepServer

/// The page at `/`, which says what is here.
struct IndexPage {
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
    private static let jobs = [
        Route(method: "POST", path: "/v1/jobs", does: "start a job of any lifecycle"),
        Route(method: "GET", path: "/v1/jobs/{id}", does: "a job"),
        Route(method: "POST", path: "/v1/jobs/{id}/moves", does: "move it"),
        Route(method: "GET", path: "/v1/jobs/{id}/history", does: "every move it made, by whom and why"),
        Route(
            method: "GET", path: "/health", does: "whether the server reaches its database (no token needed)"),
    ]

    private static let css = """
        :root { --paper: #f6f7f9; --ink: #1b2230; --soft: #5c6675; --line: #dfe3e9; --blue: #2f6fde;
          color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --paper: #12151b; --ink: #e6e9ef; --soft: #98a2b3;
          --line: #2b323e; --blue: #6c9ff5; } }
        body { margin: 0 auto; max-width: 54rem; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        h1 { margin: 0; } .lead, td:last-child { color: var(--soft); }
        table { width: 100%; border-collapse: collapse; font-size: .92rem; }
        td { padding: .35rem .8rem .35rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        td:first-child { color: var(--blue); font-weight: 600; width: 4.5rem; }
        code, pre { font: .92em ui-monospace, Menlo, Consolas, monospace; }
        pre { overflow-x: auto; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
        @media (max-width: 34rem) { td { display: block; border: 0; padding: 0; } tr { display: block;
          border-top: 1px solid var(--line); padding: .5rem 0; } }
        """

    func response() -> Response {
        let security = SecurityHeaders(styles: [Self.css])
        return HTML.page(html(), security: security)
    }

    private func html() -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Lockstep showcase</title>
        <style>\(Self.css)</style>
        </head>
        <body>
        <h1>Lockstep showcase</h1>
        <p class="lead">Your code, your database and your workers agree on every status.</p>
        <p>Every route needs a bearer token; one is in <code>client.token</code> in the data folder:</p>
        <pre>curl -H "Authorization: Bearer $(cat DATA/client.token)" -F file=@table.csv \\
            http://HOST:PORT/api/anomaly/datasets/upload</pre>
        <h2>Anomaly analysis</h2>
        <table>\(Self.table(Self.anomaly))</table>
        <h2>Jobs of every lifecycle</h2>
        <table>\(Self.table(Self.jobs))</table>
        </body>
        </html>

        """
    }

    private static func table(_ routes: [Route]) -> String {
        routes.map { route in
            "<tr><td>\(route.method)</td><td><code>\(HTML.escape(route.path))</code></td>"
                + "<td>\(HTML.escape(route.does))</td></tr>"
        }.joined(separator: "\n")
    }
}
