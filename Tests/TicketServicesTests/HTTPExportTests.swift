import FakeJira
import FakeJiraServing
import Foundation
import Lockstep
import Logging
import Synchronization
import Testing
import TicketDocument
import TicketExport
import TicketServices

/// Exports to a fake Jira over HTTP, where everything goes wrong once.
@Suite(.timeLimit(.minutes(5))) struct HTTPExportTests {
    private static func times(call: Duration) -> ExportTimes {
        ExportTimes(send: .seconds(15), call: call, settled: .seconds(60), indexed: .seconds(86_400))
    }

    private static func issue(_ id: String) -> JiraIssue {
        JiraIssue(
            project: "WEB", summary: "Ticket \(id)",
            description: .document([.paragraph("What \(id) is about.")]),
            labels: [])
    }

    /// A clock, the plan that was recorded last, and what failed on the way.
    private struct State {
        var now = Timestamp(microseconds: 1_800_000_000_000_000)
        var plan: ExportPlan
        var codes: [String] = []
    }

    /// Runs until nothing is left to do, and lets the clock go on instead of waiting.
    private static func export(
        _ count: Int, to server: FakeJiraServer, url: String, times: ExportTimes
    ) async throws -> (plan: ExportPlan, codes: [String]) {
        let credentials = try #require(JiraCredentials(email: "a@example.com", token: "secret"))
        let line = HTTPJira(try JiraSite(address: url, credentials: credentials), times: times)
        let tickets = (1...count).map { ExportTicket(id: "t-\($0)", bytes: issue("t-\($0)").bytes) }
        let state = Mutex(State(plan: try ExportPlan(project: "WEB", tickets: tickets)))
        let runner = ExportRunner(transport: line, times: times, now: { state.withLock(\.now) })
        for _ in 0..<60 {
            do {
                let plan = try await runner.run(state.withLock(\.plan), issue: issue) { plan in
                    state.withLock { $0.plan = plan }
                }
                return (plan, state.withLock(\.codes))
            } catch let failure as Failure {
                #expect(failure.audience == .temporary, "\(failure)")
                state.withLock {
                    $0.codes.append(failure.code)
                    $0.now = $0.now + .microseconds(failure.retryAfter?.microseconds ?? 5_000_000)
                }
                // Before the time in which a call is settled is over, what was put off has happened.
                server.change { $0.settle() }
            }
        }
        throw Failure.temporary("not done after 60 runs")
    }

    private static func check(_ plan: ExportPlan, _ server: FakeJiraServer, count: Int) {
        let issues = server.read { $0.issues }
        #expect(issues.count == count && plan.tickets.count == count)
        for ticket in plan.tickets {
            let mine = issues.filter { $0.labels.contains(JiraIssue.label(ticket: ticket.id)) }
            #expect(
                mine.count == 1 && mine.first?.key == ticket.key
                    && mine.first?.summary == "Ticket \(ticket.id)")
        }
    }

    @Test(
        arguments: [
            FakeJira.Trouble.Kind.status(429, retryAfter: 3), .status(503), .refuse([0: 503, 2: 429]),
            .dropRequest,
            .loseAnswer, .postpone, .garble, .slow(.seconds(3600)), .unreadable,
        ], [FakeJira.Endpoint.create, .createMany, .search, .fetch])
    func everyTicketIsThereOnce(kind: FakeJira.Trouble.Kind, endpoint: FakeJira.Endpoint) async throws {
        // Elements are refused of a bulk alone, and only a fetch tells what it could not read.
        if case .refuse = kind, endpoint != .createMany { return }
        if kind == .unreadable, endpoint != .fetch { return }
        var jira = FakeJira(email: "a@example.com", token: "secret")
        jira.troubles = [.init(kind, on: endpoint)]
        let count = endpoint == .create ? 1 : 5
        let server = FakeJiraServer(
            jira, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await server.serving { url in
            // Only what is too slow is to be given up.
            let limit = kind == .slow(.seconds(3600)) ? Duration.seconds(1) : .seconds(60)
            let (plan, codes) = try await Self.export(
                count, to: server, url: url, times: Self.times(call: limit))
            Self.check(plan, server, count: count)
            // A trouble that nobody met tells nothing.
            #expect(server.read { $0.troubles.isEmpty } && !codes.isEmpty)
        }
    }
}
