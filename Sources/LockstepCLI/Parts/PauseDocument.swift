import ArgumentParser
import Lockstep

/// A pause with the jobs that are where it holds.
struct PauseDocument: Encodable {
    let pause: Pause
    /// How many jobs are in the statuses that it stops, those that still run included, parked ones not.
    let jobs: Int

    private enum Key: CodingKey { case jobs }

    func encode(to encoder: any Encoder) throws {
        try pause.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(jobs, forKey: .jobs)
    }

    /// One line for people.
    func line(_ now: Timestamp) -> String {
        let since = "is paused for \(Span.between(pause.pausedAt, now)) by \(pause.actor)"
        let reason = pause.reason.map { " (\($0))" } ?? ""
        return "\(pause.place) \(since)\(reason); \(jobs) \(jobs == 1 ? "job is" : "jobs are") there"
    }
}

/// What is paused, or goes on.
struct PausePlace: ParsableArguments {
    @Argument(help: "The lifecycle.", completion: Completion.lifecycles)
    var lifecycle: String

    @Argument(
        help: "One of its queues or working statuses; otherwise the whole lifecycle.",
        completion: Completion.pausable)
    var status: String?
}

extension Pauses {
    /// Whether jobs would be claimed from this status if nothing were paused.
    func isStopping(_ status: String, in definition: Definition) -> Bool {
        let kind = definition.rule(for: status)?.kind
        return (kind == .queue || kind == .work) && onClaims(from: status, in: definition) != nil
    }
}

extension Store {
    /// The pauses of these lifecycles.
    func pauseDocuments(_ definitions: [Definition]) async throws -> [PauseDocument] {
        let pauses = try await pauses().all
        var documents: [PauseDocument] = []
        for definition in definitions where pauses.contains(where: { $0.lifecycle == definition.name }) {
            let counts = try await count(definition.name)
            documents += pauses.filter { $0.lifecycle == definition.name }.map { pause in
                let stopped = counts.filter { Pauses([pause]).isStopping($0.status, in: definition) }
                return PauseDocument(pause: pause, jobs: stopped.reduce(0) { $0 + $1.jobs - $1.parked })
            }
        }
        return documents
    }
}
