import AnomalyDetection
import Foundation
import Lockstep
import LockstepServer

/// The story of one sample file: upload, analysis, and for one of them the death of a worker.
struct SampleStory: Sendable {
    /// What every analysis must go through.
    private static let way = ["initializing", "parsing", "detecting", "completed"]
    /// How many callers press the button at once.
    private static let callers = 50
    /// How often an analysis that was too quick for the kill is done again.
    private static let tries = 4

    let sample: Sample
    let terminal: Terminal
    let children: Children
    let client: Client
    let admin: Client

    /// Plays it and gives back the dataset.
    func play(killsWorker: Bool, _ report: inout CheckReport) async throws -> String {
        let size = Figures.decimal(Double(sample.content.count) / 1024, digits: 0)
        terminal.line("\(terminal.paint(sample.name, .bold)), \(sample.labels.count) rows, \(size) KiB")
        let id = try await client.upload(sample.content, named: sample.name)
        var session: String
        if killsWorker {
            session = try await startByMany(id, &report)
            session = try await finishKilling(id, session, &report)
        } else {
            session = try await client.analyze(id).sessionID
            try await finish(id, session)
        }
        try await tell(id, session, &report)
        return id
    }

    /// Many callers start the analysis at the same moment.
    private func startByMany(_ id: String, _ report: inout CheckReport) async throws -> String {
        let client = client
        let answers = try await withThrowingTaskGroup(of: Replies.Start.self) { group in
            for _ in 0..<Self.callers { group.addTask { try await client.analyze(id) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let sessions = Set(answers.map(\.sessionID))
        let reused = answers.count { $0.reused }
        let found = "\(sessions.count) session, \(reused) reused"
        terminal.line("  \(Self.callers) callers pressed analyze at once: \(found)")
        report.note(
            "\(Self.callers) simultaneous analyze", found: found,
            holds: sessions.count == 1 && reused == Self.callers - 1,
            else:
                "\(Self.callers) simultaneous analyze calls must give 1 session and \(Self.callers - 1) reused, "
                + "not \(sessions.count) and \(reused).")
        guard let session = answers.first?.sessionID else { throw DemoError("Nobody was answered.") }
        return session
    }

    private func finish(_ id: String, _ session: String) async throws {
        let end = try await Follower(client: client, terminal: terminal).wait(for: id, session: session)
        guard end.status == "completed" else {
            throw DemoError("The analysis of \(sample.name) ended in '\(end.status)': \(end.reason ?? "–")")
        }
    }

    // MARK: The result

    private func tell(_ id: String, _ session: String, _ report: inout CheckReport) async throws {
        let path = Path(try await client.history(session))
        let anomalies = try await client.anomalies(id, limit: 1)
        let scores = try await client.scores(id)
        let area = rocAUC(scores: scores, labels: sample.labels) ?? 0
        let areaText = Figures.decimal(area, digits: 3)
        terminal.line("  \(path.description)")
        terminal.line(
            "  \(anomalies.count) anomalies among \(scores.count) rows, ROC-AUC \(terminal.paint(areaText, .green)), "
                + Seconds.text(path.seconds))
        report.note(
            "\(sample.name): path", found: path.statuses.joined(separator: " → "),
            holds: path.statuses == Self.way,
            else: "The path of \(sample.name) must be \(Self.way.joined(separator: " → ")), not "
                + path.statuses.joined(separator: " → ") + ".")
        let floor = Figures.decimal(sample.floor, digits: 2)
        report.note(
            "\(sample.name): ROC-AUC", found: "\(areaText) (at least \(floor))", holds: area >= sample.floor,
            else: "The ROC-AUC of \(sample.name) is \(areaText); at least \(floor) is expected.")
    }

    // MARK: The death of a worker

    private struct Death: Sendable {
        let worker: String
        let at: Timestamp
    }

    /// Finishes the analysis, killing the worker that holds it while it is detecting.
    /// - Returns: the session in which it happened.
    private func finishKilling(_ id: String, _ first: String, _ report: inout CheckReport) async throws
        -> String
    {
        var session = first
        for attempt in 1...Self.tries {
            var death: Death?
            let follower = Follower(client: client, terminal: terminal)
            let end = try await follower.wait(for: id, session: session) { current in
                if death == nil, current.status == "detecting" { death = try await kill(session) }
            }
            guard end.status == "completed" else {
                throw DemoError(
                    "The analysis of \(sample.name) ended in '\(end.status)': \(end.reason ?? "–")")
            }
            if let death, let words = takeOver(after: death, try await admin.history(session)) {
                terminal.line("  " + terminal.paint(words, .bold))
                report.note("take-over", found: words, holds: true, else: "")
                return session
            }
            guard attempt < Self.tries else { break }
            terminal.line("  The analysis was done before a worker could be killed; it is done again.")
            if let death { try replace(death.worker) }
            session = try await client.analyze(id).sessionID
        }
        report.note(
            "take-over", found: "none", holds: false,
            else:
                "No worker could be killed while detecting in \(Self.tries) analyses, so no take-over was seen."
        )
        return session
    }

    /// Kills the process whose worker holds the session.
    private func kill(_ session: String) async throws -> Death? {
        let entries = try await admin.history(session)
        guard let last = entries.last, last.to == "detecting", last.actor.kind == "worker",
            let worker = last.actor.name, let child = children.owner(ofWorker: worker)
        else { return nil }
        child.kill()
        return Death(worker: child.name, at: SystemTime().now())
    }

    /// The take-over in words; `nil` when the session did not need one.
    private func takeOver(after death: Death, _ entries: [Replies.Entry]) -> String? {
        guard entries.contains(where: { $0.kind == "lost" }),
            let claim = entries.last(where: { $0.kind == "claimed" }), let name = claim.actor.name,
            let heir = children.owner(ofWorker: name)
        else { return nil }
        let time = Seconds.text(Seconds.between(death.at, claim.at))
        return "\(death.worker) was killed (SIGKILL) while detecting; \(heir.name) took over after \(time), "
            + "attempt \(claim.attempt); nothing was lost"
    }

    /// A process in the place of one that was killed in vain.
    private func replace(_ worker: String) throws {
        _ = try children.startAgain(worker)
    }
}
