import AsyncHTTPClient
import FakeJira
import FakeJiraServing
import Foundation
import Lockstep
import LockstepTesting
import Logging
import NIOCore
import NIOHTTP1
import Testing
import TicketDocument
import TicketExport

@testable import TicketServices

@Suite(.timeLimit(.minutes(5))) struct FakeJiraServerTests {
    private static let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private static let issue = JiraIssue(
        project: "WEB", summary: "Build <b>it</b>",
        description: .document([
            .heading(2, "What & why"),
            .paragraph(["See ", Inline("\"there\"", style: .strong, link: "https://example.com/?a=1&b=2")]),
            .bullets(of: ["one", "two"]), .code("<x>", language: nil),
            .table(header: [["A"]], rows: [[["B"]]]),
        ]), labels: ["lockstep-1", "web"])

    private static func server(
        onRequest: @escaping @Sendable (FakeJira.Request) -> Void = { _ in },
        change: (inout FakeJira) -> Void = { _ in }
    ) -> FakeJiraServer {
        var jira = FakeJira(email: "a@example.com", token: "secret")
        change(&jira)
        return FakeJiraServer(jira, logger: silence, onRequest: onRequest)
    }

    /// - Parameter limit: returns when a call has taken too long; in most tests never.
    private static func line(
        _ url: String, token: String = "secret",
        until limit: @escaping @Sendable () async throws -> Void = Signal().wait
    ) throws -> HTTPJira {
        let credentials = try #require(JiraCredentials(email: "a@example.com", token: token))
        return HTTPJira(try JiraSite(address: url, credentials: credentials), logger: silence, limit: limit)
    }

    /// The status, the headers and the text of a page.
    private static func page(
        _ url: String
    ) async throws -> (status: UInt, headers: HTTPHeaders, text: String) {
        let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
        return (
            answer.status.code, answer.headers,
            String(buffer: try await answer.body.collect(upTo: 1 << 20))
        )
    }

    @Test func itIsTheFakeOverHTTP() async throws {
        let server = Self.server()
        #expect(server.url == nil)
        try await server.serving { url in
            #expect(server.url == url && server.read { $0.origin } == url)
            let line = try Self.line(url)
            #expect(try await line.send(.myself).status == 200)
            let refused = try await Self.line(url, token: "other").send(.myself)
            #expect(refused.status == 401)
            let answer = try await line.send(.create([Self.issue]))
            #expect(answer.status == 201)
            let json = try JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
            #expect(json["self"] == .string("\(url)/rest/api/3/issue/10001"))
            #expect(server.read { $0.issues.map(\.key) } == ["WEB-1"])
            server.change { $0.troubles = [.init(.status(429, retryAfter: 7)), .init(.garble)] }
            let busy = try await line.send(Self.search)
            #expect(busy.status == 429 && busy.headers["retry-after"] == "7")
            #expect(try await line.send(Self.search).body == Data("<html>".utf8))
            server.change { $0.mostBytes = 10 }
            #expect(try await line.send(Self.search).status == 413)
        }
    }

    private static let search = JiraRequest.search(labels: ["lockstep-1"], project: "WEB")

    @Test(arguments: [FakeJira.Trouble.Kind.dropRequest, .loseAnswer, .postpone])
    func withoutAnAnswerTheConnectionIsClosed(kind: FakeJira.Trouble.Kind) async throws {
        let server = Self.server(change: { $0.troubles = [.init(kind)] })
        try await server.serving { url in
            await #expect(throws: JiraNoAnswer.self) {
                try await Self.line(url).send(.create([Self.issue]))
            }
            #expect(server.read { $0.issues.count } == (kind == .loseAnswer ? 1 : 0))
            server.change { $0.settle() }
            #expect(server.read { $0.issues.count } == (kind == .dropRequest ? 0 : 1))
            let answer = try await Self.line(url).send(.myself)
            #expect(answer.status == 200)
        }
    }

    @Test func aSlowAnswerIsWaitedForOrNot() async throws {
        let isCreated = Signal()
        let server = Self.server(
            onRequest: { if $0.path.hasSuffix("/issue") { isCreated.send() } },
            change: {
                $0.troubles = [
                    .init(.slow(.milliseconds(50)), on: .search), .init(.slow(.seconds(3600)), on: .create),
                ]
            })
        try await server.serving { url in
            let answer = try await Self.line(url).send(Self.search)
            #expect(answer.status == 200)
            await #expect(throws: JiraNoAnswer("there was no whole answer in time")) {
                try await Self.line(url, until: isCreated.wait).send(.create([Self.issue]))
            }
            #expect(server.read { $0.issues.count } == 1)
        }
    }

    @Test func shuttingDownDoesNotWaitForSlowAnswers() async throws {
        let isAsked = Signal()
        let server = Self.server(
            onRequest: { _ in isAsked.send() }, change: { $0.troubles = [.init(.slow(.seconds(3600)))] })
        let call = try await server.serving { url -> Task<JiraAnswer, any Error> in
            let call = Task { try await Self.line(url).send(.create([Self.issue])) }
            try await isAsked.wait()
            return call
        }
        await #expect(throws: JiraNoAnswer("the connection broke")) { try await call.value }
    }

    @Test func aPortThatIsTakenIsAnError() async throws {
        try await Self.server().serving { url in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let jira = FakeJira(email: "a@example.com", token: "secret")
            let second = FakeJiraServer(jira, port: port, logger: Self.silence)
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.serving { _ in } }
            #expect(second.url == nil)
        }
    }

    @Test func linksLeadToPages() async throws {
        let server = Self.server()
        try await server.serving { url in
            #expect(try await Self.page(url + "/").text.contains("There are no issues yet."))
            let line = try Self.line(url)
            #expect(try await line.send(.create([Self.issue])).status == 201)
            let page = try await Self.page(line.site.page(of: "WEB-1"))
            #expect(page.status == 200)
            #expect(page.headers.first(name: "content-type") == "text/html; charset=utf-8")
            let policy = try #require(page.headers.first(name: "content-security-policy"))
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"))
            for part in [
                "<h1>WEB-1 Build &lt;b&gt;it&lt;/b&gt;</h1>", "<dd>WEB</dd>", "<code>lockstep-1</code>",
                "<h3>What &amp; why</h3>", "href=\"https://example.com/?a=1&amp;b=2\"",
                ">&quot;there&quot;</a></strong>", "<li><p>one</p></li>", "<pre>&lt;x&gt;</pre>",
                "<th><p>A</p></th>", "<td><p>B</p></td>",
            ] { #expect(page.text.contains(part), "\(part) in \(page.text)") }
            #expect(!page.text.contains("<b>") && !page.text.contains("<script"))
            let list = try await Self.page(url + "/").text
            #expect(list.contains("<a href=\"/browse/WEB-1\">WEB-1</a> Build &lt;b&gt;"))
            let style = try await Self.page(url + "/style.css")
            #expect(
                style.status == 200
                    && style.headers.first(name: "content-type")?.hasPrefix("text/css") == true)
            for missing in ["/browse/WEB-2", "/browse/", "/browse/WEB-1/x"] {
                #expect(try await Self.page(url + missing).status == 404)
            }
            // Everything else is the API's, and wants credentials.
            #expect(try await Self.page(url + "/favicon.ico").status == 401)
        }
    }
}
