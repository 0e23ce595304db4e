import AppSupport
import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing
import TicketDocument
import TicketDrafting

@testable import Tickets

/// The page of a session and the part of the index page, as far as no browser is needed.
@Suite struct PageTests {
    private static let root = WalkTests.root
    private static let hostile = "<script>alert('x')</script>\"&"

    /// In every stage and status there is a page, which says where the session is; nobody else has it.
    @Test(arguments: StoreKind.allCases) func everyStageHasAPage(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            for status in TicketSession.allCases where status != .discarded {
                let id = try await desk.session(in: status)
                let shown = try #require(status.shown)
                let page = try await client.send(.GET, "\(Self.root)/\(id)/page")
                #expect(
                    page.status == 200
                        && page.headers.first(name: "content-type")?.hasPrefix("text/html") == true)
                #expect(page.text.contains("data-stage=\"\(shown.stage.rawValue)\""), "\(status)")
                #expect(page.text.contains("data-status=\"\(shown.status.rawValue)\""), "\(status)")
                // Who has no session of a browser only looks.
                #expect(!page.text.contains("<script") && !page.text.contains("data-token"))
                #expect(try await client.send(.GET, "\(Self.root)/\(id)/page", as: "ben").status == 404)
                #expect(try await client.send(.GET, "\(Self.root)/\(id)/page", as: "willi").status == 403)
            }
            #expect(try await client.send(.GET, "\(Self.root)/none/page").status == 404)
        }
    }

    @Test func nothingOnThePageIsAnybodysHTML() async throws {
        try await Desk.serving(.sqlite) { desk, client in
            let id = try await desk.start("\(Self.hostile) site").id
            _ = try await desk.sessions.describe(id, as: .init(description: Self.hostile), by: Desk.anna)
            let form = try WalkTests.samples()
            #expect(try await client.send(form, to: "\(Self.root)/\(id)/files").status == 201)
            _ = try await client.send(.POST, "\(Self.root)/\(id)/process", body: "{}")
            try await desk.work(id)
            let ticket = try #require(try await desk.sessions.tickets(of: id, for: Desk.anna).first)
            _ = try await desk.sessions.edit(
                ticket.id, .init(summary: Self.hostile, body: Self.hostile), by: Desk.anna)
            let page = try await client.send(.GET, "\(Self.root)/\(id)/page")
            #expect(!page.text.contains("<script>alert") && page.text.contains("&lt;script&gt;alert"))
            let section = try await desk.app.section(for: Desk.anna, formToken: "token").html
            #expect(!section.contains("<script>alert") && section.contains("&lt;script&gt;alert"))
            let preview = try await client.send(
                .POST, "/api/tickets/preview",
                body: try JSONValue.object([
                    "summary": "A", "description": .string("\(Self.hostile) [a](javascript:alert(1)) **b**"),
                    "acceptance_criteria": [.string(Self.hostile)],
                ]).encoded())
            let html = try #require(try preview["html"]?.text)
            #expect(
                !html.contains("<script") && !html.contains("href") && html.contains("<strong>b</strong>"))
        }
    }

    @Test func aPreviewShowsWhatJiraGetsAndWhatIsWrong() async throws {
        try await Desk.serving(.sqlite) { _, client in
            let body = """
                {"summary":" ","description":"## Fields\\n\\n| a | b |\\n|---|---|\\n| `c` | [d](https://example.org/?a=1&b=2) |",\
                "acceptance_criteria":["It is there."]}
                """
            let preview = try await client.send(.POST, "/api/tickets/preview", body: body)
            #expect(preview.status == 200)
            #expect(
                try preview["html"]?.text == """
                    <h4>Fields</h4><div class="wide" role="region" aria-label="Table" tabindex="0"><table><tbody>\
                    <tr><th scope="col"><p>a</p></th><th scope="col"><p>b</p></th></tr>\
                    <tr><td><p><code>c</code></p></td><td><p>\
                    <a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">d</a></p></td></tr>\
                    </tbody></table></div><h4>Acceptance criteria</h4><ul><li><p>It is there.</p></li></ul>
                    """)
            #expect(try preview["faults"] == ["The summary is empty."])
            #expect(
                try await client.send(.POST, "/api/tickets/preview", as: "willi", body: "{}").status == 403)
            #expect(try await client.send(.POST, "/api/tickets/preview", as: nil, body: "{}").status == 401)
            let wrong = try await client.send(
                .POST, "/api/tickets/preview", body: "{\"acceptance_criteria\":1}")
            #expect(wrong.status == 422)
        }
    }

    /// What stands in a document of somebody else's, and what this program does not know, is text.
    @Test func aDocumentIsDrawnFromWhatIsKnownOfIt() {
        let link = ADFMark("link", attrs: ["href": "javascript:alert(1)"])
        let node = ADFNode(
            "doc",
            content: [
                ADFNode(
                    "panel",
                    content: [ADFNode("paragraph", content: [ADFNode("text", marks: [link], text: "a<b")])]),
                ADFNode("heading", attrs: ["level": .integer(.max)], content: [ADFNode("text", text: "h")]),
                ADFNode("codeBlock", content: [ADFNode("text", text: "c"), ADFNode("hardBreak")]),
            ])
        #expect(
            DocumentHTML.html(node)
                == "<p>a&lt;b</p><h6>h</h6><pre tabindex=\"0\"><code>c<br></code></pre>")
    }

    @Test(arguments: StoreKind.allCases) func theSectionListsWhatIsOpenAndWhatIsDone(kind: StoreKind)
        async throws
    {
        let time = TestTime()
        try await kind.open(time) { store in
            let desk = try await Desk(store)
            let old = try await desk.start("Old site")
            time.advance(by: .seconds(7 * 86_400))
            let exact = try await desk.app.section(for: Desk.anna, formToken: "token").html
            #expect(!exact.contains("Left for more than seven days") && exact.contains("data-recover"))
            time.advance(by: .seconds(1))
            let working = try await desk.session(in: .processing)
            let done = try await desk.session(in: .completed)
            let section = try await desk.app.section(for: Desk.anna, formToken: "token")
            #expect(section.isMoving && section.canSend)
            let html = section.html
            let parts = html.components(separatedBy: "Last completed")
            #expect(parts.count == 2 && parts[1].contains(done.text) && !parts[0].contains(done.text))
            // Newest first; what was left for too long offers to be deleted, and nothing else does.
            let places = try [working, old.id].map { try #require(parts[0].range(of: $0.text)).lowerBound }
            #expect(places[0] < places[1])
            #expect(
                html.contains("data-delete=\"\(old.id)\"") && !html.contains("data-delete=\"\(working)\""))
            #expect(html.contains("Left for more than seven days"))
            #expect(!html.contains("data-recover"))
            // Looking on is no recovery, and without a browser's session there is nothing to press.
            let words = try await desk.jobs.history(of: old.id).compactMap(\.reason)
            #expect(!words.contains { $0.contains("recover") })
            let read = try await desk.app.section(for: Desk.anna, formToken: nil)
            #expect(!read.canSend && !read.html.contains("<form") && !read.html.contains("data-delete"))
            let page = try await desk.app.section(for: Desk.ben, formToken: "token")
            #expect(!page.isMoving && !page.html.contains("open sessions"))
            let worker = try await desk.app.section(
                for: Identity(user: "willi", role: .worker), formToken: "token")
            #expect(worker.html.isEmpty)
        }
    }

    /// Without a Jira the review says so; a session that was left for too long is only read.
    @Test func whatCannotBeDoneIsNotOffered() async throws {
        let time = TestTime()
        try await StoreKind.sqlite.open(time) { store in
            let desk = try await Desk(store)
            let id = try await desk.session(in: .review)
            let view = try await desk.sessions.view(id, for: Desk.anna)
            func page(hasJira: Bool, formToken: String? = "token") -> SessionPage {
                SessionPage(
                    view: view, tickets: [], history: [], providers: [], hasJira: hasJira,
                    identity: Desk.anna,
                    now: time.now(), formToken: formToken)
            }
            #expect(page(hasJira: true).review.contains("id=\"export\""))
            let without = page(hasJira: false).review
            #expect(!without.contains("id=\"export\"") && without.contains("not connected to a Jira"))
            #expect(!page(hasJira: true, formToken: nil).takesEdits)
            time.advance(by: .seconds(7 * 86_400))
            #expect(page(hasJira: true).takesEdits)
            time.advance(by: .seconds(1))
            let old = page(hasJira: true)
            #expect(old.isTooOld && !old.takesEdits && !old.review.contains("id=\"export\""))
        }
    }

    /// A model that was chosen is taken back by `null`; without the field it stays.
    @Test(arguments: StoreKind.allCases) func theRulesCanBeChosenAgain(kind: StoreKind) async throws {
        try await Desk.serving(kind, drafter: OfflineDrafter()) { desk, client in
            let id = try await desk.start("example.org").id
            for (sent, expected) in [
                ("\"openai\"", "openai"), ("", "openai"), ("null", nil), ("\"anthropic\"", "anthropic"),
            ] as [(String, String?)] {
                let body = sent.isEmpty ? "{}" : "{\"llm_provider_choice\":\(sent)}"
                let reply = try await client.send(.PUT, "\(Self.root)/\(id)/site", body: body)
                #expect(reply.status == 200, "\(reply.text)")
                #expect(try await desk.row(id)?.llmProviderChoice?.rawValue == expected)
            }
        }
    }
}
