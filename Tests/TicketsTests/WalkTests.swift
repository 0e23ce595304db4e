import AppSupport
import FakeJira
import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import NIOHTTP1
import Testing
import TicketDocument

@testable import Tickets

/// The walk through all stages over HTTP, and what is refused on the way.
@Suite struct WalkTests {
    static let root = "/api/tickets/sessions"

    /// The sample site, as a form.
    static func samples(
        _ names: [String] = [
            "content-types.csv", "fields.csv", "views.csv", "menus.csv", "integrations.json",
        ]
    )
        throws -> MultipartBody
    {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Apps/Tickets/Samples")
        var form = MultipartBody()
        for name in names {
            form.add(try Data(contentsOf: folder.appending(path: name)), named: name, as: "files")
        }
        return form
    }

    /// Begins a session, describes it and uploads the sample files.
    static func uploaded(
        _ client: AppClient, site: String = "Riverside Museum", as user: String = "anna",
        _ names: [String] = [
            "content-types.csv", "fields.csv", "views.csv", "menus.csv", "integrations.json",
        ]
    ) async throws -> JobID {
        let started = try await client.send(.POST, root, as: user, body: "{}")
        #expect(started.status == 201, "\(started.text)")
        let id = try #require(try started["id"]?.text.flatMap { JobID($0) })
        let body = try JSONValue.object(["site_name": .string(site), "site_description": "A new site."])
            .encoded()
        let described = try await client.send(.PUT, "\(root)/\(id)/site", as: user, body: body)
        #expect(described.status == 200, "\(described.text)")
        let form = try await client.send(try samples(names), to: "\(root)/\(id)/files", as: user)
        #expect(form.status == 201, "\(form.text)")
        return id
    }

    /// A session in its review.
    static func reviewed(_ desk: Desk, _ client: AppClient, site: String = "Riverside Museum") async throws
        -> JobID
    {
        let id = try await uploaded(client, site: site)
        let processed = try await client.send(.POST, "\(root)/\(id)/process", body: "{}")
        #expect(processed.status == 202, "\(processed.text)")
        try await desk.work(id)
        return id
    }

    static func tickets(_ id: JobID, _ client: AppClient) async throws -> [JSONValue] {
        let reply = try await client.send(.GET, "\(root)/\(id)/tickets")
        guard reply.status == 200, case .array(let tickets) = try reply["tickets"] else { return [] }
        return tickets
    }

    @Test(arguments: StoreKind.allCases) func fromASiteToItsTickets(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let id = try await Self.uploaded(client)
            var session = try await client.send(.GET, "\(Self.root)/\(id)").json()
            #expect(session["current_stage"]?.text == "upload" && session["status"]?.text == "active")
            #expect(
                session["jira_project_key"] == .null && session["stage_display_name"]?.text == "File upload")
            guard case .array(let files) = session["files"] else { throw Problem500() }
            #expect(files.count == 5 && files[0]["filename"]?.text == "content-types.csv")
            #expect(try desk.storedObjects().count == 5)

            let processed = try await client.send(.POST, "\(Self.root)/\(id)/process", body: "{}")
            #expect(processed.status == 202)
            #expect(try processed["current_stage"]?.text == "processing")
            try await desk.work(id)
            session = try await client.send(.GET, "\(Self.root)/\(id)").json()
            #expect(session["current_stage"]?.text == "review", "\(session)")
            #expect(session["validation"]?["is_valid"] == .bool(true))
            let tickets = try await Self.tickets(id, client)
            #expect(tickets.count > 10)
            #expect(session["total_tickets_generated"] == .integer(Int64(tickets.count)))
            #expect(session["task"]?["done"] == .integer(Int64(tickets.count)))
            // One for each thing of the site, in the site's order.
            let places = tickets.compactMap { $0["place"] }
            #expect(places == (1...tickets.count).map { .integer(Int64($0)) })

            // Two are changed, one is left out.
            let ids = tickets.compactMap { $0["id"]?.text }
            let edit = try await client.send(
                .PATCH, "/api/tickets/tickets/\(ids[0])",
                body: "{\"summary\":\"Changed title\",\"description\":\"**New** words\",\"revision\":1}")
            #expect(edit.status == 200, "\(edit.text)")
            let more = try await client.send(
                .PATCH, "/api/tickets/tickets/\(ids[1])", body: "{\"acceptance_criteria\":[\"It works.\"]}")
            #expect(more.status == 200, "\(more.text)")
            let left = try await client.send(
                .PATCH, "/api/tickets/tickets/\(ids[2])", body: "{\"approved\":false}")
            #expect(left.status == 200)
            // Somebody who has seen an older one changes nothing.
            let late = try await client.send(
                .PATCH, "/api/tickets/tickets/\(ids[0])", body: "{\"summary\":\"Late\",\"revision\":1}")
            #expect(late.status == 409, "\(late.text)")
            #expect(try late["revision"] == .integer(2))

            let unsaid = try await client.send(.POST, "\(Self.root)/\(id)/export", body: "{}")
            #expect(unsaid.status == 422, "\(unsaid.text)")
            #expect(try unsaid["code"]?.text == "no_project")
            let approved = try await client.send(
                .POST, "\(Self.root)/\(id)/export", body: "{\"jira_project_key\":\"web\"}")
            #expect(approved.status == 202, "\(approved.text)")
            try await desk.work(id)
            session = try await client.send(.GET, "\(Self.root)/\(id)").json()
            #expect(session["current_stage"]?.text == "completed" && session["status"]?.text == "completed")
            #expect(session["jira_project_key"]?.text == "WEB" && session["completed_at"] != .null)

            let issues = desk.jira.change { $0.issues }
            #expect(issues.count == tickets.count - 1)
            let changed = try #require(issues.first { $0.summary == "Changed title" })
            #expect(changed.description?.plainText.hasPrefix("New words") == true)
            let exported = try await Self.tickets(id, client)
            for ticket in exported where ticket["id"]?.text != ids[2] {
                let key = try #require(ticket["jira_key"]?.text)
                #expect(ticket["jira_url"]?.text == "https://jira.example.org/browse/\(key)")
                #expect(
                    issues.contains {
                        $0.key == key && $0.labels.contains("lockstep-\(ticket["id"]?.text ?? "")")
                    })
            }
            #expect(exported[2]["jira_key"] == .null)
            // What is completed does not change any more.
            let after = try await client.send(
                .PATCH, "/api/tickets/tickets/\(ids[0])", body: "{\"summary\":\"x\"}")
            #expect(after.status == 409, "\(after.text)")
        }
    }

    private struct Problem500: Error {}

    @Test(arguments: StoreKind.allCases) func fiftyBeginOne(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let replies = try await withThrowingTaskGroup(of: AppClient.Reply.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await client.send(.POST, Self.root, body: "{\"site_name\":\"example.org\"}")
                    }
                }
                return try await group.reduce(into: [AppClient.Reply]()) { $0.append($1) }
            }
            let made = try #require(replies.first { $0.status == 201 })
            let refused = replies.filter { $0.status == 409 }
            #expect(replies.count { $0.status == 201 } == 1 && refused.count == 49)
            for reply in refused {
                #expect(try reply["detail"]?.text == "Session already exists for this context")
                #expect(try reply["session_id"] == made["id"])
            }
            #expect(try await desk.jobs.find { $0.limit = 100 }.count == 1)
        }
    }

    /// Every pair of stage and status is asked for in every status: over HTTP as anna, and as the road has it.
    @Test(arguments: StoreKind.allCases) func everyPairIsAllowedOrRefused(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let material: @Sendable (TicketSession) async throws -> JobID = { status in
                try await Self.session(in: status, desk, client)
            }
            // What a person's step can lead to from where: all else is refused.
            let allowed: [TicketSession: TicketSession] = [
                .siteInfoCollection: .upload, .upload: .processing, .processingFailed: .processing,
                .review: .jiraExport, .exportFailed: .jiraExport,
            ]
            var (taken, refused) = (0, 0)
            for status in TicketSession.allCases where status != .discarded {
                for stage in SessionStage.allCases {
                    for state in SessionStatus.allCases {
                        let id = try await material(status)
                        let before = try #require(try await desk.row(id))
                        let target = TicketSession.allCases.first {
                            $0.shown?.stage == stage && $0.shown?.status == state
                        }
                        let body =
                            "{\"current_stage\":\"\(stage.rawValue)\",\"status\":\"\(state.rawValue)\"}"
                        let reply = try await client.send(.PATCH, "\(Self.root)/\(id)", body: body)
                        let pair = "\(status.rawValue) to \(stage.rawValue)/\(state.rawValue): \(reply.text)"
                        if target == nil {
                            #expect(reply.status == 422, "\(pair)")
                            #expect(try reply["code"]?.text == "undeclared_status")
                        } else if let target, allowed[status] == target {
                            #expect(reply.status == 200, "\(pair)")
                            #expect(try reply["current_stage"]?.text == stage.rawValue)
                            taken += 1
                        } else {
                            #expect(reply.status == 409, "\(pair)")
                            #expect(try reply["audience"]?.text == "user_fixable")
                            if before.currentStage.next != stage,
                                !(before.status == .failed && before.currentStage == stage)
                            {
                                #expect(
                                    try reply["detail"]?.text
                                        == "Cannot transition from \(before.currentStage.rawValue) to \(stage.rawValue)",
                                    "\(pair)")
                            }
                            refused += 1
                        }
                        if reply.status != 200 {
                            let after = try #require(try await desk.row(id))
                            #expect(
                                after.currentStage == before.currentStage && after.status == before.status)
                        }
                        try await desk.sessions.delete(id, by: Desk.anna)
                    }
                }
            }
            #expect(taken == 5 && refused == 9 * 9 - 5)
        }
    }

    /// A session that has what its stage needs: a site, files, tickets and a project.
    private static func session(in status: TicketSession, _ desk: Desk, _ client: AppClient) async throws
        -> JobID
    {
        let site = "site-\(JobID().text)"
        guard status != .siteInfoCollection else { return try await desk.start(site).id }
        let id = try await uploaded(client, site: site, ["views.csv"])
        switch status {
        case .upload, .siteInfoCollection, .discarded: return id
        case .processing, .processingFailed:
            _ = try await desk.sessions.process(id, by: Desk.anna)
            if status == .processingFailed { try await desk.go(id, to: .processingFailed) }
            return id
        case .review, .jiraExport, .exporting, .exportFailed, .completed:
            _ = try await desk.sessions.process(id, by: Desk.anna)
            try await desk.work(id)
            try await desk.store.write { transaction in
                try transaction.execute(
                    "UPDATE ticket_sessions SET jira_project_key = 'WEB' WHERE id = ?1", id.text)
            }
            guard status != .review else { return id }
            _ = try await desk.sessions.export(id, to: "WEB", by: Desk.anna)
            if status != .jiraExport { try await desk.go(id, to: status) }
            return id
        }
    }
}
