import Hummingbird
import Lockstep
import LockstepServer
import NIOCore
import NIOHTTP1
import Testing

@Suite struct SignInTests {
    // MARK: The page

    @Test func thePageIsOpenAndNeedsNoScript() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.get("/sign-in?next=/v1/jobs/x%3Fa%3D%22b")
            #expect(answer.status == 200)
            #expect(answer.headers.first(name: "content-type") == "text/html; charset=utf-8")
            #expect(!answer.text.contains("<script"))
            // The quotation mark is no part of a path as browsers send it, and must not end the attribute.
            #expect(answer.text.contains("name=\"next\" value=\"/v1/jobs/x?a=&quot;b\""))
            let policy = try #require(answer.headers.first(name: "content-security-policy"))
            #expect(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"))
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test func whoIsSignedInIsToldSo() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(.GET, "/sign-in", headers: Self.anna)
            #expect(answer.text.contains("signed in as <b>anna</b>"))
            let other = try await server.get("/sign-in")
            #expect(!other.text.contains("signed in as"))
        }
    }

    // MARK: Signing in

    @Test func aKnownTokenIsPutIntoACookie() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.signIn("token=+anna-token%0D%0A&next=/v1/jobs/x%3Fa=b")
            #expect(answer.status == 303)
            #expect(answer.headers.first(name: "location") == "/v1/jobs/x?a=b")
            #expect(
                answer.headers["set-cookie"]
                    == ["lockstep_token=anna-token; Path=/; HttpOnly; SameSite=Strict"])
            #expect(answer.headers.first(name: "cache-control") == "no-store")
        }
    }

    @Test func headersDoNotMakeTheCookieSecure() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.signIn(
                "token=anna-token", headers: ["X-Forwarded-Proto": "https", "Forwarded": "proto=https"])
            #expect(answer.headers.first(name: "set-cookie")?.contains("Secure") == false)
        }
    }

    @Test(arguments: [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/%09/evil.example",
        "/%0d%0aSet-Cookie:%20a=b", "evil.example", "",
    ])
    func nobodyIsSentElsewhere(next: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.signIn("token=anna-token&next=\(next)")
            #expect(answer.status == 303)
            #expect(answer.headers["location"] == ["/"])
            #expect(answer.headers["set-cookie"].count == 1)
            let page = try await server.get("/sign-in?next=\(next)")
            #expect(page.text.contains("name=\"next\" value=\"/\""))
        }
    }

    @Test(arguments: ["wrong", "", "anna-token;%20Path=/x", "%22anna-token%22", "ä", "anna-token%00"])
    func otherTokensAreRefusedOnThePage(token: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.signIn("token=\(token)&next=/v1/jobs/x")
            #expect(answer.status == 401)
            #expect(answer.headers.first(name: "www-authenticate")?.hasPrefix("Bearer ") == true)
            #expect(answer.headers["set-cookie"].isEmpty)
            #expect(answer.text.contains("role=\"alert\""))
            #expect(answer.text.contains("value=\"/v1/jobs/x\""))
            #expect(!answer.text.contains("anna-token") && !answer.text.contains("wrong"))
        }
    }

    @Test(arguments: [
        ("token=%ff", 400), ("token=%zz", 400), ("token=a&token=b", 400),
        ("token=" + String(repeating: "a", count: 17 << 10), 413),
    ])
    func badFormsAreProblems(form: String, status: Int) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.signIn(form)
            #expect(answer.status == status)
            #expect(answer.isProblem)
        }
    }

    @Test func onlyFormsAreRead() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.post("/sign-in", as: nil, ["token": "anna-token"])
            #expect(answer.status == 415)
            #expect(answer.headers["set-cookie"].isEmpty)
        }
    }

    @Test(arguments: ["cross-site", "same-site"])
    func otherSitesSignNobodyInOrOut(site: String) async throws {
        try await TestServer.withJobs { server, _ in
            let headers = ["Sec-Fetch-Site": site]
            let answers = [
                try await server.signIn("token=anna-token", headers: headers),
                try await server.send(.POST, "/sign-out", headers: headers),
            ]
            #expect(answers.allSatisfy { $0.status == 403 && $0.headers["set-cookie"].isEmpty })
        }
    }

    // MARK: The cookie

    @Test func theCookieOpensWhatIsOnlyRead() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.send(.GET, "/v1/jobs/\(id)", headers: Self.anna)
            #expect(answer.status == 200)
            #expect(try answer["owner"] == "anna")
            let head = try await server.send(.HEAD, "/v1/jobs/\(id)", headers: Self.anna)
            #expect(head.status == 200)
            let berta = try await server.send(
                .GET, "/v1/jobs/\(id)", headers: ["Cookie": "a=b; lockstep_token=berta-token; c=d"])
            #expect(berta.status == 404)
        }
    }

    @Test(arguments: [HTTPMethod.POST, .PUT, .PATCH, .DELETE, .OPTIONS])
    func theCookieDoesNotCountWhereSomethingChanges(method: HTTPMethod) async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            var headers = Self.anna
            headers["Accept"] = "text/html"
            let body = ByteBuffer(string: #"{"to":"lost"}"#)
            let answer = try await server.send(
                method, "/v1/jobs/\(id)/moves", body: body, headers: headers)
            #expect(answer.status == 401)
            #expect(answer.isProblem)
            #expect(try answer["detail"]?.text?.contains("Authorization header") == true)
            let after = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(try after["status"] == "queued")
        }
    }

    @Test(arguments: [
        "lockstep_token=wrong", "lockstep_token=", "lockstep_token", "xlockstep_token=anna-token",
        "lockstep_token=anna-token; lockstep_token=berta-token", "lockstep_token=\"anna-token\"",
    ])
    func otherCookiesOpenNothing(cookie: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(.GET, "/nowhere", headers: ["Cookie": cookie])
            #expect(answer.status == 401)
        }
    }

    @Test func theHeaderDecidesWhereThereIsOne() async throws {
        try await TestServer.withJobs { server, _ in
            var headers = Self.anna
            headers["Authorization"] = "Bearer wrong"
            headers["Accept"] = "text/html"
            let answer = try await server.send(.GET, "/nowhere", headers: headers)
            #expect(answer.status == 401)
        }
    }

    @Test func withoutASignInPageThereIsNoCookieAndNoRedirect() async throws {
        let router = Router(context: AppContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: BearerAuth(TestServer.tokens))
        try await TestServer.run(router) { server in
            var headers = Self.anna
            headers["Accept"] = "text/html"
            let answer = try await server.send(.GET, "/nowhere", headers: headers)
            #expect(answer.status == 401)
        }
    }

    // MARK: People and programs

    @Test(arguments: ["text/html", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "a/b, TEXT/HTML;q=0.1"])
    func whoAsksForAPageIsSentToSignIn(accept: String) async throws {
        try await TestServer.withJobs { server, _ in
            for cookie in ["", "lockstep_token=revoked"] {
                let answer = try await server.send(
                    .GET, "/v1/jobs/x?after=1&b=%2F", headers: ["Accept": accept, "Cookie": cookie])
                #expect(answer.status == 303)
                #expect(
                    answer.headers.first(name: "location")
                        == "/sign-in?next=/v1/jobs/x%3Fafter%3D1%26b%3D%252F")
            }
            // Round trip: what the page is given is what was asked for.
            let page = try await server.get("/sign-in?next=/v1/jobs/x%3Fafter%3D1%26b%3D%252F")
            #expect(page.text.contains("value=\"/v1/jobs/x?after=1&amp;b=%2F\""))
        }
    }

    @Test(arguments: ["", "*/*", "application/json", "text/*", "application/json, text/htmlx"])
    func programsAreAnswered401(accept: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(.GET, "/v1/jobs/x", headers: ["Accept": accept])
            #expect(answer.status == 401)
            #expect(answer.isProblem)
        }
    }

    @Test func aPathThatLooksLikeAHostIsNotGoneBackTo() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(.GET, "//evil.example", headers: ["Accept": "text/html"])
            #expect(answer.status == 303)
            #expect(answer.headers.first(name: "location") == "/sign-in")
        }
    }

    @Test func openPathsNeedNobodyButKnowWhoAsks() async throws {
        let router = LockstepServer.router(
            store: BrokenStore(), tokens: TestServer.tokens, open: ["/", "/about"])
        router.get("/") { _, context in context.identity?.user ?? "nobody" }
        try await TestServer.run(router) { server in
            let answers = [
                try await server.get("/"), try await server.send(.GET, "/", headers: Self.anna),
                try await server.get("/", as: "berta"), try await server.get("/", as: "wrong"),
            ]
            #expect(answers.map(\.text) == ["nobody", "anna", "berta", "nobody"])
            let (about, other) = (try await server.get("/about"), try await server.get("/other"))
            #expect(about.status == 404 && other.status == 401)
        }
    }

    // MARK: Signing out

    @Test func signingOutTakesTheCookieAway() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(.POST, "/sign-out", headers: Self.anna)
            #expect(answer.status == 303)
            #expect(answer.headers.first(name: "location") == "/sign-in")
            #expect(
                answer.headers["set-cookie"]
                    == ["lockstep_token=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"])
            let page = try await server.get("/sign-out")
            #expect(page.status == 404)
        }
    }

    private static let anna = ["Cookie": "lockstep_token=anna-token"]
}

extension TestServer {
    /// Sends the form as a browser does.
    func signIn(_ form: String, headers: [String: String] = [:]) async throws -> Answer {
        var headers = headers
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return try await send(.POST, "/sign-in", body: ByteBuffer(string: form), headers: headers)
    }
}
