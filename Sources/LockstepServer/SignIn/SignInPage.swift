import HTTPTypes
import Hummingbird

/// The page with one field for a token. It needs no script.
struct SignInPage {
    /// Where to go afterwards.
    let next: LocalPath
    /// Who is signed in already.
    var identity: Identity?
    /// What was wrong with the token that was sent.
    var fault: String?

    /// The answer; 401 when there was a fault.
    func response() -> Response {
        var response = HTML.page(
            title: "Sign in", css: Self.css, body: html, status: fault == nil ? .ok : .unauthorized)
        // Its form must be able to say where it comes from; see DashboardHeaders.
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "same-origin" }
        guard fault != nil else { return response }
        // A 401 must name a challenge (RFC 9110, section 15.5.2); browsers ask for nothing on this one.
        response.headers[.wwwAuthenticate] = Problem.challenge(error: "invalid_token")
        return response
    }

    private var html: String {
        """
        <main class="sign-in">
        <h1>Sign in</h1>
        \(signedIn)
        <form class="card" method="post" action="\(SignInRoutes.signIn)">
        <input type="hidden" name="next" value="\(HTML.escape(next.text))">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" required autofocus autocomplete="current-password"
          autocapitalize="none" spellcheck="false" placeholder="lst_…" aria-describedby="fault">
        \(complaint)
        <button type="submit">Sign in</button>
        </form>
        <p class="soft">The browser keeps the token until it is closed or you sign out, and beyond this machine only when it
        came here by HTTPS.</p>
        </main>
        """
    }

    private var complaint: String {
        fault.map { "<p id=\"fault\" class=\"fault\" role=\"alert\">\(HTML.escape($0))</p>" } ?? ""
    }

    private var signedIn: String {
        guard let identity else { return "" }
        return """
            <form class="card row" method="post" action="\(SignInRoutes.signOut)">
            <p>You are signed in as <b>\(HTML.escape(identity.user))</b>.</p>
            <button class="quiet" type="submit">Sign out</button>
            </form>
            """
    }

    private static let css = """
        .sign-in { max-width: 27rem; padding-top: min(14vh, 8rem); }
        .sign-in h1 { margin-bottom: 1.2rem; }
        .sign-in .card { margin-bottom: 1rem; padding: 1.2rem; }
        .sign-in label { display: block; margin-bottom: .35rem; font-weight: 600; }
        .sign-in button[type=submit]:not(.quiet) { width: 100%; margin-top: 1rem; }
        .row { display: flex; align-items: center; justify-content: space-between; gap: 1rem; } .row p { margin: 0; }
        """
}
