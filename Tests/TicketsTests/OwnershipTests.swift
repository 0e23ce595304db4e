import AppSupport
import Foundation
import Lockstep
import NIOHTTP1
import Testing

@testable import Tickets

/// Whose sessions they are.
@Suite struct OwnershipTests {
    /// Every route, with somebody else's session or ticket, as often as it is there: another user is told that there is
    /// none, a worker that it has none, and nobody that they must say who they are.
    @Test(arguments: StoreKind.allCases) func anotherUsersSessionIsNowhere(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let id = try await WalkTests.reviewed(desk, client)
            let tickets = try await WalkTests.tickets(id, client)
            let ticket = try #require(tickets.first?["id"]?.text)
            let session = "\(WalkTests.root)/\(id)"
            let routes: [(HTTPMethod, String, String?)] = [
                (.GET, session, nil), (.PATCH, session, "{\"current_stage\":\"jira_export\"}"),
                (.PATCH, session, "{\"current_stage\":\"nothing\"}"), (.DELETE, session, nil),
                (.POST, "\(session)/recover", "{}"), (.PUT, "\(session)/site", "{\"site_name\":\"B\"}"),
                (.PUT, "\(session)/site", "nonsense"), (.POST, "\(session)/files", "{}"),
                (.DELETE, "\(session)/files/1", nil), (.POST, "\(session)/process", "{}"),
                (.POST, "\(session)/export", "{\"jira_project_key\":\"WEB\"}"),
                (.POST, "\(session)/export", "nonsense"), (.GET, "\(session)/events", nil),
                (.GET, "\(session)/tickets", nil), (.GET, "\(session)/errors", nil),
                (.GET, "\(session)/page", nil),
                (.GET, "/api/tickets/tickets/\(ticket)", nil),
                (.PATCH, "/api/tickets/tickets/\(ticket)", "{\"approved\":false}"),
                (.PATCH, "/api/tickets/tickets/\(ticket)", "nonsense"),
            ]
            let before = try await desk.row(id)
            for (method, path, body) in routes {
                let route = "\(method) \(path)"
                let other = try await client.send(method, path, as: "ben", body: body)
                #expect(other.status == 404, "\(route): \(other.text)")
                // As if there were none.
                let nobodys = path.replacing(id.text, with: JobID().text)
                    .replacing(ticket, with: JobID().text)
                let none = try await client.send(method, nobodys, as: "ben", body: body)
                #expect(none.status == 404 && none.body == other.body, "\(route): \(none.text)")
                #expect(
                    try await client.send(method, path, as: "willi", body: body).status == 403, "\(route)")
                #expect(try await client.send(method, path, as: nil, body: body).status == 401, "\(route)")
            }
            #expect(try await desk.row(id) == before)
            #expect(try await WalkTests.tickets(id, client) == tickets)
            // Nor in a list.
            for query in ["", "?incomplete=true"] {
                let list = try await client.send(.GET, WalkTests.root + query, as: "ben")
                #expect(try list["sessions"] == .array([]))
            }
            // An operator sees it, and may take it up.
            #expect(try await client.send(.GET, session, as: "olga").status == 200)
        }
    }
}
