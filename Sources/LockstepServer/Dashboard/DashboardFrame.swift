import HTTPTypes
import Hummingbird
import Lockstep
import NIOCore

/// What all pages of the dashboard share: the document, the way around, the headers.
struct DashboardFrame {
    /// The parts of the dashboard that the bar leads to.
    enum Part: String {
        case overview, jobs, workers, tables
    }

    /// Who looks at the page.
    let identity: Identity
    /// The token for the forms; `nil` when the sender brought a bearer token and needs none.
    let formToken: String?
    /// The store's time.
    let now: Timestamp
    /// Whether tables of others are watched.
    var watchesTables = false

    /// The answer that is a page.
    /// - Parameters:
    ///   - title: the page's title, as plain text.
    ///   - part: the part of the dashboard that it belongs to.
    ///   - body: what stands in `main`.
    func page(
        _ title: String, part: Part?, status: HTTPResponse.Status = .ok, isLive: Bool = true, body: Markup
    ) -> Response {
        let text: Markup = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · Lockstep</title>
            <link rel="icon" href="\(Self.icon)">
            <link rel="stylesheet" href="\(DashboardAssets.style.path)">
            <script src="\(DashboardAssets.script.path)" defer></script>
            </head>
            <body\(isLive ? " data-live" : "")>
            <a class="skip" href="#main">Skip to the content</a>
            \(bar(part))
            <main id="main" tabindex="-1">
            \(body)
            </main>
            <footer class="foot"><p id="as-of" data-swap>As of \(TimeWords.time(now, TimeWords.exact(now))).
            <span class="live-state" data-live-state></span></p></footer>
            <div id="announcer" class="hidden" role="status" aria-live="polite"></div>
            </body>
            </html>

            """
        var headers = DashboardHeaders.page
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text.html)))
    }

    /// The hidden field that every form carries.
    var formField: Markup {
        formToken.map { "<input type=\"hidden\" name=\"\(FormGuard.field)\" value=\"\($0)\">" } ?? .empty
    }

    private func bar(_ part: Part?) -> Markup {
        var links: [(Part, String, String)] = [(.jobs, "/dashboard/jobs", "Jobs")]
        if identity.operates {
            links.insert((.overview, "/dashboard", "Overview"), at: 0)
            links.append((.workers, "/dashboard/workers", "Workers"))
            if watchesTables { links.append((.tables, "/dashboard/tables", "Tables")) }
        }
        let items = links.map { target, path, words -> Markup in
            "<li><a href=\"\(path)\"\(target == part ? " aria-current=\"page\"" : "" as Markup)>\(words)</a></li>"
        }
        return """
            <header class="bar"><div class="bar-in">
            <a class="brand" href="/dashboard">\(Self.logo)<span>Lockstep</span></a>
            <nav aria-label="Dashboard"><ul>\(items)</ul></nav>
            <form class="search" role="search" action="/dashboard/search">
            <label class="hidden" for="search">Find a job by its id, key or owner</label>
            <input id="search" name="q" type="search" placeholder="Job id, key or owner" autocomplete="off"
              spellcheck="false" maxlength="255" aria-keyshortcuts="/"><kbd aria-hidden="true">/</kbd></form>
            <form class="who" method="post" action="/sign-out"><span title="\(identity.role.rawValue)">\
            \(identity.user)</span><button class="plain" type="submit">Sign out</button></form>
            </div></header>
            """
    }

    /// Two steps, one after the other.
    private static let logo = Markup(
        trusted: #"<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><rect x="2" y="12" "#
            + #"width="9" height="9" rx="2.5" class="logo-a"/><rect x="13" y="3" width="9" height="9" rx="2.5" "#
            + #"class="logo-b"/></svg>"#)

    private static let icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect x='2' y='12' "
        + "width='9' height='9' rx='2.5' fill='%237a8aa8'/%3E%3Crect x='13' y='3' width='9' height='9' rx='2.5' "
        + "fill='%232563c9'/%3E%3C/svg%3E"
}

/// The headers of the dashboard.
enum DashboardHeaders {
    /// Scripts and styles come from files of this server alone (CSP Level 3); nothing inline ever runs or applies.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ].joined(separator: "; ")

    /// With `no-referrer` browsers would send `Origin: null` with the forms (Fetch Standard, "append a request
    /// `Origin` header"), and ``FormGuard`` could not tell where they come from.
    static let page: HTTPFields = {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = policy
        fields[.xContentTypeOptions] = "nosniff"
        fields[.cacheControl] = "no-store"
        for (name, value) in [
            "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()
}
