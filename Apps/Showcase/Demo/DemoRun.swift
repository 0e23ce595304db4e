import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import NIOCore

/// One run of the demo: the processes, then the story of each sample file.
struct DemoRun: Sendable {
    let terminal: Terminal
    let children: Children
    let data: String
    let store: StoreChoice
    let samples: String
    let port: Int
    /// Whether it stays up afterwards, for people to look around.
    let staysUp: Bool

    /// How long a dead worker's jobs stay with it, in seconds: short, so that a take-over can be watched.
    private static let lease = 2

    /// Plays everything.
    func play() async throws -> CheckReport {
        let samples = try await Sample.all(in: samples)
        let jira = try await startJira()
        let address = try await startServer()
        for name in ["worker-a", "worker-b"] { try startWorker(name) }
        terminal.line("Two workers, each a process of its own: worker-a and worker-b.")
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        let http = HTTPClient(configuration: configuration)
        do {
            let report = try await stories(samples, address, jira, http)
            try await http.shutdown()
            return report
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    private func stories(
        _ samples: [Sample], _ address: String, _ jira: String, _ http: HTTPClient
    ) async throws
        -> CheckReport
    {
        let folder = try await DataFolder(data)
        guard let token = try await folder.token(of: "client"), let key = try await folder.token(of: "admin")
        else {
            throw DemoError("The server has left no tokens in its data folder.")
        }
        let client = Client(address, token: token, http: http)
        let admin = Client(address, token: key, http: http)
        let clip = try await VideoSample.make("similar.mp4", in: "\(data)/clips")
        var report = CheckReport()
        var datasets: [String] = []
        let largest = samples.max { $0.content.count < $1.content.count }?.name
        for sample in samples {
            let story = SampleStory(
                sample: sample, terminal: terminal, children: children, client: client, admin: admin)
            terminal.line()
            let id = try await story.play(killsWorker: sample.name == largest, &report)
            datasets.append(id)
        }
        if let first = datasets.first { try await triage(first, client, &report) }
        terminal.line()
        let video = try await VideoStory(sample: clip, terminal: terminal, client: client).play(&report)
        try await dashboard(video, client, &report)
        terminal.line()
        let expenses = try await ExpenseStory(terminal: terminal, client: client).play(&report)
        terminal.line()
        let question = try await ContentStory(terminal: terminal, client: client, admin: admin).play(&report)
        terminal.line()
        let tickets = try await TicketStory(terminal: terminal, client: client, jira: jira).play(&report)
        try await refusal(client, datasets, &report)
        if staysUp {
            let pages = [
                ("The video's timeline", Self.timeline(video)),
                ("The statements' report", "/api/expenses/sessions/\(expenses)/page"),
                ("The narrated video", "/api/content/requests/\(question)/page"),
                ("The tickets' session", "/api/tickets/sessions/\(tickets)/page"),
            ]
            try await stayUp(client, admin, jira, pages)
        }
        return report
    }

    // MARK: Processes

    private func startServer() async throws -> String {
        let server = try children.start(
            "server", ["serve", "--port", "\(port)", "--no-worker"] + shared)
        guard let line = await server.firstLine(), let start = line.range(of: "http://") else {
            throw DemoError("The server has ended before it listened; what it wrote above says why.")
        }
        let address = String(line[start.lowerBound...])
        terminal.line("Server on \(terminal.paint(address, .bold)).")
        if case .postgres(let url) = store { terminal.line("Jobs are kept in \(DatabaseAddress(url)).") }
        return address
    }

    /// A Jira in memory, in a process of its own, and what the others need to find it. Nothing leaves this machine.
    private func startJira() async throws -> String {
        let stand = try children.start("fake-jira", ["fake-jira"])
        guard let line = await stand.firstLine(), let start = line.range(of: "http://") else {
            throw DemoError(
                "The Jira of the demo has ended before it listened; what it wrote above says why.")
        }
        let url = String(line[start.lowerBound...])
        children.add(toEnvironment: JiraStandIn.environment(url))
        return url
    }

    private func startWorker(_ name: String) throws {
        _ = try children.start(name, ["worker", "--name", name] + shared)
    }

    /// A killed worker is the story here, and what is logged about it would be noise.
    private var shared: [String] { ["--data", data, "--lease", "\(Self.lease)", "--log-level", "error"] }

    /// Stays until it is cancelled.
    private func stayUp(
        _ client: Client, _ admin: Client, _ jira: String, _ pages: [(name: String, path: String)]
    ) async throws {
        try startWorker("worker-c")
        terminal.line()
        terminal.line(
            "A replacement, worker-c, was started; the reports of the files, the videos and the statements are ready."
        )
        let page = terminal.paint("\(client.address)/sign-in", .bold)
        terminal.line("Open \(page) and paste: \(terminal.paint(client.token, .green))")
        terminal.line("Send a video of your own there; a bar shows how far it is.")
        for page in pages { terminal.line("\(page.name): \(client.address)\(page.path)") }
        terminal.line("What is in the demo's Jira: \(jira)")
        let dashboard = terminal.paint("\(client.address)/dashboard", .bold)
        terminal.line("All jobs: \(dashboard), with an admin's token: \(terminal.paint(admin.token, .green))")
        terminal.line(
            "API: curl -H \"Authorization: Bearer \(client.token)\" \(client.address)/api/anomaly/datasets")
        terminal.line("Ctrl-C ends everything.")
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    // MARK: Stories beside the files

    private func triage(_ dataset: String, _ client: Client, _ report: inout CheckReport) async throws {
        terminal.line()
        terminal.line(terminal.paint("Triage of the first file", .bold))
        let started = try await client.triage(dataset)
        let follower = Follower(client: client, terminal: terminal)
        let end = try await follower.wait(for: dataset, session: started.sessionID)
        let rows = try await client.anomalies(dataset, limit: 2).rows
        for row in rows {
            terminal.line(
                "  line \(row.line), score \(Figures.decimal(row.score, digits: 1)): \(row.explanation ?? "–")"
            )
        }
        let explained = rows.allSatisfy { $0.explanation != nil }
        report.note(
            "triage", found: end.status, holds: end.status == "completed" && explained && !rows.isEmpty,
            else:
                "The triage ended in '\(end.status)' instead of 'completed' with an explanation of each row.")
    }

    /// The page on which people follow a job.
    private static func timeline(_ job: String) -> String { "/dashboard/jobs/\(job)" }

    private func dashboard(_ job: String, _ client: Client, _ report: inout CheckReport) async throws {
        let reply = try await client.send("GET", Self.timeline(job))
        let page = String(decoding: reply.body, as: UTF8.self)
        let missing = ["awaiting_upload", "queued", "quick_running", "quick_done", "deep_running", "done"]
            .filter {
                !page.contains($0)
            }
        terminal.line("  Its timeline: \(client.address)\(Self.timeline(job))")
        report.note(
            "the video's timeline", found: "answered with \(reply.status)",
            holds: reply.status == 200 && missing.isEmpty,
            else: "The dashboard must show every status of the video; missing are "
                + "\(missing.joined(separator: ", ")), the answer was \(reply.status).")
    }

    private func refusal(_ client: Client, _ datasets: [String], _ report: inout CheckReport) async throws {
        let input = "{\"dataset_id\":\"\(datasets.first ?? "")\"}"
        let body = "{\"lifecycle\":\"anomaly\",\"status\":\"pending\",\"input\":\(input)}"
        let reply = try await client.send("POST", "/v1/jobs", body: Data(body.utf8))
        let accepted = reply.status == 422 ? try reply.json(Replies.Problem.self).accepted ?? [] : []
        terminal.line()
        terminal.line(
            "A start in the undeclared status 'pending' is answered with \(reply.status); accepted would be: "
                + accepted.joined(separator: ", "))
        report.note(
            "undeclared status", found: "answered with \(reply.status)",
            holds: reply.status == 422 && accepted.count == 6,
            else:
                "Starting in the status 'pending' must be answered with 422 and the six statuses, not \(reply.status)."
        )
    }
}
