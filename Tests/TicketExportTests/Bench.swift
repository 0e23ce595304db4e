import FakeJira
import Foundation
import Lockstep
import Synchronization
import TicketDocument
import TicketExport

/// The program was killed.
struct Killed: Error {}

/// A fake Jira, a clock, and a place where plans are kept: what outlives the program that is killed.
final class Bench: Sendable {
    struct State {
        var jira = FakeJira(email: "a@example.com", token: "secret")
        var now = Timestamp(microseconds: 1_800_000_000_000_000)
        /// The plan that was recorded last, as text.
        var recorded: String?
        /// How many places there were at which the program could be killed.
        var places = 0
        /// At which of them it is.
        var kills: Set<Int> = []
        /// When postponed creations happen.
        var settleAt: Timestamp?
        var sent: [JiraRequest] = []
        /// How long recording takes.
        var recording: Duration = .zero
        /// What goes wrong with a request that is about to be handled.
        var trouble: @Sendable (JiraRequest) -> FakeJira.Trouble.Kind? = { _ in nil }
        /// After how long a postponed creation happens.
        var lateness: Duration = .seconds(100)
    }

    let state = Mutex(State())
    let times: ExportTimes

    init(times: ExportTimes = .standard, _ change: (inout State) -> Void = { _ in }) {
        self.times = times
        state.withLock { change(&$0) }
    }

    var jira: FakeJira { state.withLock { $0.jira } }
    var sent: [JiraRequest] { state.withLock { $0.sent } }
    var now: Timestamp { state.withLock { $0.now } }

    func change<Value>(_ body: (inout sending State) -> sending Value) -> Value { state.withLock(body) }

    /// A place at which the program can be killed.
    func place() throws {
        try state.withLock { state in
            state.places += 1
            if state.kills.contains(state.places) { throw Killed() }
        }
    }

    func pass(_ duration: Duration) {
        state.withLock { state in
            state.now = state.now + duration
            if let settleAt = state.settleAt, state.now >= settleAt {
                state.jira.settle()
                state.settleAt = nil
            }
        }
    }

    func record(_ plan: ExportPlan) throws {
        let text = try JSONText.encode(plan)
        try place()
        pass(state.withLock { $0.recording })
        state.withLock { $0.recorded = text }
        try place()
    }

    /// The plan that was recorded last.
    func plan() throws -> ExportPlan? {
        try state.withLock { $0.recorded }.map { try JSONText.decode(ExportPlan.self, from: $0) }
    }

    static func issue(_ id: String) -> JiraIssue {
        JiraIssue(
            project: "WEB", summary: "Ticket \(id)",
            description: .document([.paragraph("What \(id) is about."), .bullets(of: ["one", "two"])]),
            labels: ["website"])
    }

    static func tickets(_ count: Int) -> [ExportTicket] {
        (1...count).map { ExportTicket(id: "t-\($0)", bytes: issue("t-\($0)").bytes) }
    }

    /// One life of the program: from what was recorded last to the end, a failure or its death.
    func run(_ first: ExportPlan) async throws -> ExportPlan {
        let runner = ExportRunner(transport: Line(bench: self), times: times, now: { self.now })
        return try await runner.run(try plan() ?? first, issue: Bench.issue, record: record)
    }

    /// Lives, failures and waits until the export is done.
    /// - Parameter failures: told of every failure.
    func finish(
        _ first: ExportPlan, lives: Int = 400, rest: () -> Duration = { .zero },
        failures: (Failure) throws -> Void = { _ in }
    ) async throws -> ExportPlan {
        for _ in 0..<lives {
            do {
                return try await run(first)
            } catch is Killed {
                pass(rest())
            } catch let failure as Failure {
                try failures(failure)
                pass(.microseconds(failure.retryAfter?.microseconds ?? 5_000_000))
            }
        }
        throw Failure.temporary("not done after \(lives) lives")
    }

    /// Tickets that are not in Jira exactly once, or of which the plan does not know the key, one sentence each.
    func wrongs(_ plan: ExportPlan) -> [String] {
        let issues = jira.issues
        return plan.tickets.compactMap { ticket in
            let label = JiraIssue.label(ticket: ticket.id)
            let mine = issues.filter { $0.labels.contains(label) }
            if ticket.refusal != nil { return mine.isEmpty ? nil : "\(ticket.id) is refused, and is there" }
            guard mine.count == 1 else { return "\(ticket.id) is there \(mine.count) times" }
            guard mine[0].key == ticket.key else {
                return "\(ticket.id) is \(mine[0].key), not \(ticket.key ?? "none")"
            }
            return mine[0].summary == "Ticket \(ticket.id)" ? nil : "\(ticket.id) is another ticket"
        }
    }
}

/// The line to the fake Jira.
struct Line: JiraTransport {
    let bench: Bench

    func send(_ request: JiraRequest) async throws -> JiraAnswer {
        try bench.place()
        bench.pass(.seconds(1))
        let body = try request.body.map { Data(try $0.encoded().utf8) } ?? Data()
        let credentials = JiraCredentials(email: "a@example.com", token: "secret")
        let answer = bench.change { state -> FakeJira.Answer? in
            state.sent.append(request)
            if let kind = state.trouble(request) {
                state.jira.troubles.append(.init(kind))
                if kind == .postpone {
                    state.settleAt = min(
                        state.settleAt ?? state.now + state.lateness, state.now + state.lateness)
                }
            }
            return state.jira.handle(
                .init(
                    request.method, request.path,
                    headers: [
                        "Authorization": credentials?.authorization ?? "", "Content-Type": "application/json",
                    ], body: body))
        }
        bench.pass(.seconds(1))
        try bench.place()
        guard let answer else { throw LineDown() }
        return JiraAnswer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}

/// The connection broke.
struct LineDown: Error {}
