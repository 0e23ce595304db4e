import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Testing

@testable import LockstepServer

/// A page's script posts with the session's cookie, where the router takes that, and nobody else does.
@Suite struct ScriptFormTests {
    private static func served(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        let router = LockstepServer.guarded(
            by: TestServer.tokens, open: SignInRoutes.openPaths.union(["/"]), forms: ["/api/things/"])
        router.get("/") { _, context in context.formToken ?? "none" }
        for path in ["/api/things/new", "/api/others/new"] as [RouterPath] {
            router.post(path) { request, context in
                "\(try context.requireIdentity().user): \(String(buffer: try await request.body.collect(upTo: 100)))"
            }
        }
        for method in [.put, .patch, .delete] as [HTTPRequest.Method] {
            router.on("/api/things/one", method: method) { _, context in
                "\(try context.requireIdentity().user)"
            }
        }
        try await TestServer.run(router, body)
    }

    private static func headers(_ server: TestServer, token: String?) -> [String: String] {
        var headers = [
            "Cookie": "lockstep_token=anna-token", "Origin": "http://127.0.0.1:\(server.port)",
            "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json",
        ]
        headers["X-Lockstep-Form"] = token
        return headers
    }

    @Test func aPagesScriptPostsWithTheCookie() async throws {
        try await Self.served { server in
            // Also a page that is open to everybody gives the token of a session, and none without one.
            #expect(try await server.get("/").text == "none")
            #expect(try await server.get("/", as: "anna").text == "none")
            let token = try await server.send(.GET, "/", headers: ["Cookie": "lockstep_token=anna-token"])
                .text
            #expect(token == FormGuard.token(session: "anna-token"))
            let answer = try await server.send(
                .POST, "/api/things/new", body: ByteBuffer(string: "{}"),
                headers: Self.headers(server, token: token))
            #expect(answer.status == 200 && answer.text == "anna: {}")
        }
    }

    /// A script may use the other methods as well, with the header alone; a form's field counts for none of them.
    @Test(arguments: [HTTPMethod.PUT, .PATCH, .DELETE])
    func aPagesScriptUsesTheOtherMethods(method: HTTPMethod) async throws {
        try await Self.served { server in
            let token = FormGuard.token(session: "anna-token")
            let headers = Self.headers(server, token: token)
            let answer = try await server.send(method, "/api/things/one", headers: headers)
            #expect(answer.status == 200 && answer.text == "anna")
            var form = Self.headers(server, token: nil)
            form["Content-Type"] = "application/x-www-form-urlencoded"
            let refused = try await server.send(
                method, "/api/things/one", body: ByteBuffer(string: "form_token=\(token)"), headers: form)
            #expect(refused.status == 403)
            var foreign = headers
            foreign["Sec-Fetch-Site"] = "cross-site"
            #expect(try await server.send(method, "/api/things/one", headers: foreign).status == 403)
            // Nowhere else the cookie is for more than reading.
            #expect(try await server.send(method, "/api/others/new", headers: headers).status == 401)
        }
    }

    @Test func withoutTheTokenOrFromElsewhereItIsRefused() async throws {
        try await Self.served { server in
            let token = FormGuard.token(session: "anna-token")
            for wrong in ["", "0000", FormGuard.token(session: "berta-token")] {
                let status = try await Self.post(
                    "/api/things/new", Self.headers(server, token: wrong), server)
                #expect(status == 403)
            }
            let bare = try await Self.post("/api/things/new", Self.headers(server, token: nil), server)
            #expect(bare == 415)
            for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")] {
                var headers = Self.headers(server, token: token)
                headers[name] = value
                let status = try await Self.post("/api/things/new", headers, server)
                #expect(status == 403)
            }
            // Nowhere else the cookie is for more than reading.
            let other = try await Self.post("/api/others/new", Self.headers(server, token: token), server)
            #expect(other == 401)
        }
    }

    private static func post(_ path: String, _ headers: [String: String], _ server: TestServer) async throws
        -> Int
    {
        try await server.send(.POST, path, body: ByteBuffer(string: "{}"), headers: headers).status
    }
}
