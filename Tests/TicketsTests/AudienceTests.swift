import AppSupport
import FakeJira
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing
import TicketDrafting
import TicketExport

@testable import Tickets

/// Every error of the three audiences, produced on purpose: what the user is told, whether it is tried again, and what
/// the figures and the dashboard say.
@Suite struct AudienceTests {
    private static func exporting(_ desk: Desk, _ client: AppClient, site: String = "Museum") async throws
        -> JobID
    {
        let id = try await WalkTests.reviewed(desk, client, site: site)
        let reply = try await client.send(
            .POST, "\(WalkTests.root)/\(id)/export", body: "{\"jira_project_key\":\"WEB\"}")
        #expect(reply.status == 202, "\(reply.text)")
        return id
    }

    private static func session(_ id: JobID, _ client: AppClient) async throws -> JSONValue {
        try await client.send(.GET, "\(WalkTests.root)/\(id)").json()
    }

    private static func errors(_ id: JobID, _ client: AppClient) async throws -> [String] {
        let reply = try await client.send(.GET, "\(WalkTests.root)/\(id)/errors")
        guard case .array(let errors) = try reply["errors"] else { return [] }
        return errors.map { "\($0["audience"]?.text ?? "") \($0["code"]?.text ?? "")" }
    }

    /// A figure of `/metrics`.
    private static func metric(_ name: String, _ client: AppClient) async throws -> String? {
        let reply = try await client.send(.GET, "/metrics", as: "ada")
        return reply.text.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { $0.split(separator: " ").last.map(String.init) }
    }

    // MARK: The user's

    @Test(arguments: StoreKind.allCases) func whatTheUserCanFix(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            // A stage that is not allowed, a rule that is violated, a session that is there.
            let begun = try await client.send(.POST, WalkTests.root, body: "{\"site_name\":\"Museum\"}")
            let id = try #require(try begun["id"]?.text)
            let leap = try await client.send(
                .PATCH, "\(WalkTests.root)/\(id)", body: "{\"current_stage\":\"review\"}")
            #expect(leap.status == 409)
            #expect(try leap["detail"]?.text == "Cannot transition from site_info_collection to review")
            let again = try await client.send(.POST, WalkTests.root, body: "{\"site_name\":\"Museum\"}")
            #expect(again.status == 409)
            #expect(try again["detail"]?.text == "Session already exists for this context")
            #expect(try again["session_id"]?.text == id)
            let rule = try await client.send(
                .PUT, "\(WalkTests.root)/\(id)/site",
                body: "{\"site_name\":\"\",\"llm_provider_choice\":\"openai\"}")
            #expect(rule.status == 422, "\(rule.text)")
            for reply in [leap, again, rule] {
                #expect(try reply["audience"]?.text == "user_fixable", "\(reply.text)")
                #expect(reply.headers["content-type"].first?.hasPrefix("application/problem+json") == true)
            }
        }
    }

    /// Jira takes some tickets and not others: the user is told why, changes them, and the rest follows.
    @Test(arguments: StoreKind.allCases) func refusedTicketsAreTheUsers(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let id = try await Self.exporting(desk, client)
            desk.jira.change { $0.troubles = [.init(.refuse([0: 400, 3: 400]), on: .createMany)] }
            let run = try await desk.work(id)
            #expect(run.job.status == .exportFailed)
            #expect(!run.history.contains { $0.kind == .retried })
            let session = try await Self.session(id, client)
            #expect(session["current_stage"]?.text == "jira_export" && session["status"]?.text == "failed")
            #expect(session["failure"]?["audience"]?.text == "user_fixable", "\(session)")
            #expect(session["failure"]?["code"]?.text == "jira_refused_tickets")
            #expect(try await Self.errors(id, client) == ["user_fixable jira_refused_tickets"])
            #expect(
                try await Self.metric(
                    "lockstep_failures_total{lifecycle=\"tickets\",status=\"export_failed\",audience=\"user_fixable\"}",
                    client) == "1")
            let tickets = try await WalkTests.tickets(id, client)
            let refused = tickets.filter { $0["refusal"] != .null }
            #expect(refused.count == 2 && refused.allSatisfy { $0["jira_key"] == .null })
            // What is in Jira is changed there.
            let sent = try #require(tickets.first { $0["jira_key"] != .null }?["id"]?.text)
            let late = try await client.send(
                .PATCH, "/api/tickets/tickets/\(sent)", body: "{\"summary\":\"x\"}")
            #expect(late.status == 409, "\(late.text)")
            #expect(try late["code"]?.text == "already_sent")
            let first = try #require(refused.first?["id"]?.text)
            let edit = try await client.send(
                .PATCH, "/api/tickets/tickets/\(first)", body: "{\"summary\":\"Fixed\"}")
            #expect(edit.status == 200 && (try? edit["refusal"]) == .null, "\(edit.text)")
            // Another project would get half of them.
            let other = try await client.send(
                .POST, "\(WalkTests.root)/\(id)/export", body: "{\"jira_project_key\":\"OTHER\"}")
            #expect(other.status == 409, "\(other.text)")
            #expect(try other["code"]?.text == "project_fixed")
            #expect(try await client.send(.POST, "\(WalkTests.root)/\(id)/export", body: "{}").status == 202)
            try await desk.work(id)
            #expect(try await Self.session(id, client)["status"]?.text == "completed")
            let issues = desk.jira.change { $0.issues }
            #expect(issues.count == tickets.count)
            #expect(issues.contains { $0.summary == "Fixed" })
        }
    }

    @Test(arguments: StoreKind.allCases) func anInvalidTicketNamesTheNode(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let id = try await WalkTests.reviewed(desk, client)
            let ticket = try #require(try await WalkTests.tickets(id, client).first?["id"]?.text)
            let link = "{\"description\":\"[here](javascript:alert)\"}"
            let long = try JSONValue.object(["description": .string(String(repeating: "word ", count: 8000))])
                .encoded()
            for body in ["{\"summary\":\"\"}", "{\"summary\":\"a\\nb\"}", long] {
                let reply = try await client.send(.PATCH, "/api/tickets/tickets/\(ticket)", body: body)
                #expect(reply.status == 422, "\(body.prefix(40)): \(reply.text)")
                #expect(try reply["code"]?.text == "invalid_ticket")
            }
            // What is no link stays words.
            #expect(try await client.send(.PATCH, "/api/tickets/tickets/\(ticket)", body: link).status == 200)
            // Somebody has written past the application: the export looks again, and names ticket and node.
            let table = (1...2000).map { _ in "| a | b |" }.joined(separator: "\n")
            try await desk.store.write { transaction in
                guard var found = try TicketTable.find(try #require(JobID(ticket)), in: transaction) else {
                    return
                }
                found.draft.body = "| a | b |\n|---|---|\n" + table
                try TicketTable.update(found, in: transaction)
            }
            let reply = try await client.send(
                .POST, "\(WalkTests.root)/\(id)/export", body: "{\"jira_project_key\":\"WEB\"}")
            #expect(reply.status == 422, "\(reply.text)")
            #expect(try reply["detail"]?.text?.contains("Ticket 1, doc") == true, "\(reply.text)")
            let session = try await Self.session(id, client)
            #expect(session["current_stage"]?.text == "review")
            #expect(session["validation"]?["is_valid"] == .bool(false))
        }
    }

    // MARK: The administrator's

    /// Refused credentials: parked at once, nothing is tried again, and the dashboard and the figures say so.
    @Test(arguments: StoreKind.allCases) func refusedCredentialsAreTheAdministrators(kind: StoreKind)
        async throws
    {
        try await Desk.serving(kind) { desk, client in
            let id = try await Self.exporting(desk, client)
            desk.jira.change { $0.troubles = [.init(.status(401))] }
            let run = try await desk.work(id)
            #expect(run.job.record.parkedAt != nil && run.job.record.attempt <= 1)
            #expect(!run.history.contains { $0.kind == .retried })
            let session = try await Self.session(id, client)
            #expect(session["status"]?.text == "exporting")
            #expect(session["failure"]?["audience"]?.text == "admin_required", "\(session)")
            #expect(session["failure"]?["code"]?.text == "jira_credentials")
            #expect(try await Self.errors(id, client) == ["admin_required jira_credentials"])
            let lifecycle = "lifecycle=\"tickets\",status=\"exporting\""
            #expect(
                try await Self.metric(
                    "lockstep_failures_total{\(lifecycle),audience=\"admin_required\"}", client)
                    == "1")
            #expect(try await Self.metric("lockstep_parked_total{\(lifecycle)}", client) == "1")
            let page = try await client.send(.GET, "/dashboard", as: "ada")
            #expect(page.status == 200 && page.text.contains("Jira refused the credentials"))
            // Its password was mended; the administrator lets it go on.
            try await desk.jobs.retry(id, by: .operator("ada"))
            try await desk.work(id)
            #expect(try await Self.session(id, client)["status"]?.text == "completed")
        }
    }

    /// A constraint that the work violates: parked, no retry; over HTTP 500 without the database's own words.
    @Test(arguments: StoreKind.allCases) func violatedConstraintsAreTheAdministrators(kind: StoreKind)
        async throws
    {
        try await Desk.serving(kind) { desk, client in
            let id = try await WalkTests.uploaded(client)
            _ = try await client.send(.POST, "\(WalkTests.root)/\(id)/process", body: "{}")
            try await desk.store.write { transaction in
                try transaction.execute("DELETE FROM ticket_tasks")
                try transaction.execute("DROP TABLE ticket_tasks")
                try transaction.execute(
                    """
                    CREATE TABLE ticket_tasks (session_id TEXT PRIMARY KEY REFERENCES ticket_sessions (id) ON DELETE CASCADE,
                        done BIGINT NOT NULL CHECK (done < 5), wanted BIGINT NOT NULL, plan TEXT,
                        updated_at BIGINT NOT NULL)
                    """)
            }
            let run = try await desk.work(id)
            #expect(run.job.record.parkedAt != nil, "\(run.job.record)")
            #expect(run.job.failure?.audience == .adminRequired)
            #expect(run.job.failure?.code == "constraint_violated")
            #expect(!run.history.contains { $0.kind == .retried })
            #expect(try await Self.session(id, client)["failure"]?["audience"]?.text == "admin_required")
            // Over HTTP: a name that the database does not take any more.
            try await desk.store.write { transaction in
                try transaction.execute(
                    "CREATE UNIQUE INDEX no_namesakes ON ticket_sessions (jira_display_name)")
            }
            let reply = try await client.send(.POST, WalkTests.root, body: "{\"site_name\":\"Other\"}")
            #expect(reply.status == 500, "\(reply.text)")
            #expect(try reply["audience"]?.text == "admin_required")
            #expect(try await desk.jobs.find { $0.limit = 10 }.count == 1)
        }
    }

    @Test func anUnreachableDatabaseIsTheAdministrators() async throws {
        try await StoreKind.sqlite.open { store in
            let faulty = FaultyStore(store)
            let desk = try await Desk(faulty)
            try await desk.serve { client in
                faulty.fail([.before])
                let reply = try await client.send(.POST, WalkTests.root, body: "{\"site_name\":\"Site\"}")
                #expect(reply.status == 503, "\(reply.text)")
                #expect(try reply["audience"]?.text == "admin_required")
                #expect(try await desk.jobs.find { $0.limit = 10 }.isEmpty)
            }
        }
    }

    /// No Jira, and no model: who asks is told what an administrator has to set, and nothing moves.
    @Test func whatIsNotSetUpIsTheAdministrators() async throws {
        try await StoreKind.sqlite.open { store in
            var desk = try await Desk(store)
            try await desk.serve { [desk] client in
                let id = try await WalkTests.reviewed(desk, client)
                let model = try await client.send(
                    .POST, WalkTests.root, body: "{\"site_name\":\"B\",\"llm_provider_choice\":\"anthropic\"}"
                )
                #expect(model.status == 422, "\(model.text)")
                #expect(try model["code"]?.text == "no_model")
                _ = id
            }
            desk = try await Desk(store, hasJira: false)
            try await desk.serve { [desk] client in
                let list = try await client.send(.GET, WalkTests.root)
                guard case .array(let sessions) = try list["sessions"] else { return }
                let id = try #require(sessions.first?["id"]?.text)
                let reply = try await client.send(
                    .POST, "\(WalkTests.root)/\(id)/export", body: "{\"jira_project_key\":\"WEB\"}")
                #expect(reply.status == 501, "\(reply.text)")
                #expect(try reply["audience"]?.text == "admin_required")
                #expect(try await desk.row(try #require(JobID(id)))?.currentStage == .review)
            }
        }
    }

    // MARK: What passes

    /// Somebody else's lock: the user's request and the worker's work go on after it, and nobody hears of it.
    @Test(arguments: StoreKind.allCases) func aLockIsInvisible(kind: StoreKind) async throws {
        let time = TestTime()
        try await kind.open(time) { store in
            let faulty = FaultyStore(store)
            let desk = try await Desk(faulty)
            try await desk.serve { client in
                faulty.fail([.busy, .busy])
                let started = try await client.send(.POST, WalkTests.root, body: "{\"site_name\":\"Locked\"}")
                #expect(started.status == 201, "\(started.text)")
                let id = try await WalkTests.uploaded(client)
                faulty.fail([.busy])
                #expect(
                    try await client.send(.POST, "\(WalkTests.root)/\(id)/process", body: "{}").status == 202)
                faulty.fail([.busy])
                // The first attempt meets the lock; while the next one is waited for, the user sees nothing of it.
                let first = try await desk.work(id)
                #expect(faulty.left.isEmpty)
                #expect(first.history.last?.kind == .retried)
                #expect(first.history.last?.failure?.code == "database_busy")
                let waiting = try await Self.session(id, client)
                #expect(waiting["status"]?.text == "active" && waiting["failure"] == .null)
                time.advance(by: .seconds(3600))
                #expect(try await desk.work(id).job.status == .review)
                #expect(try await Self.session(id, client)["failure"] == .null)
            }
        }
    }

    /// Jira asks for a pause: the next attempt comes when it said, and the user sees an export that goes on.
    @Test(arguments: StoreKind.allCases) func aRateLimitPasses(kind: StoreKind) async throws {
        let time = TestTime()
        try await Desk.serving(kind, time: time) { desk, client in
            let id = try await Self.exporting(desk, client)
            desk.jira.change {
                $0.troubles = [
                    .init(.status(429, retryAfter: 120), on: .createMany),
                    .init(.status(503), on: .createMany),
                ]
            }
            let first = try await desk.work(id)
            #expect(first.history.last?.kind == .retried)
            #expect(first.history.last?.failure?.code == "jira_rate_limit")
            #expect(first.history.last?.failure?.audience == .temporary)
            let waiting = try await Self.session(id, client)
            #expect(waiting["status"]?.text == "exporting" && waiting["failure"] == .null)
            // Not a second before.
            time.advance(by: .seconds(119))
            #expect(try await desk.work(id).history.count == first.history.count)
            time.advance(by: .seconds(1))
            let second = try await desk.work(id)
            #expect(second.history.last?.failure?.code == "jira_unavailable")
            // It is asked for what it may have created, until that is certain.
            for _ in 0..<5 where try await desk.jobs.find(id)?.status.declared != .completed {
                time.advance(by: .seconds(300))
                try await desk.work(id)
            }
            #expect(try await Self.session(id, client)["status"]?.text == "completed")
            #expect(try await Self.session(id, client)["failure"] == .null)
            let count = try await WalkTests.tickets(id, client).count
            #expect(desk.jira.change { $0.issues.count } == count)
        }
    }
}
