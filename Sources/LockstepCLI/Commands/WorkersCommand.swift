import ArgumentParser
import Lockstep

/// `lockstep workers`
struct WorkersCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "List the workers and what they hold.",
        discussion: "A worker whose lease has ended counts as dead; the next sweep takes its jobs back.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let store = try await global.store()
        let workers = try await store.workers()
        let pauses = try await store.pauses()
        let definitions = try await store.lifecycles()
        /// The statuses of a worker in which it gets nothing at present.
        func paused(_ worker: WorkerRecord) -> [String: [String]] {
            definitions.reduce(into: [:]) { result, definition in
                let statuses = worker.statuses[definition.name, default: []]
                let paused = statuses.filter { pauses.isStopping($0, in: definition) }.sorted()
                if !paused.isEmpty { result[definition.name] = paused }
            }
        }
        let now = store.time.now()
        if global.json {
            try Output.json(["workers": workers.map { WorkerDocument($0, paused: paused($0), now) }])
            return
        }
        guard !workers.isEmpty else {
            Output.line("no worker is known")
            return
        }
        var table = Table("id", "lease", "holds", "up for", "last seen", "host", "works on")
        for worker in workers {
            let isAlive = worker.leaseEnds > now
            let idle = paused(worker)
            let works = worker.statuses.sorted { $0.key < $1.key }.map { lifecycle, statuses in
                let names = statuses.sorted().map { status in
                    status + (idle[lifecycle]?.contains(status) ?? false ? " (paused)" : "")
                }
                return "\(lifecycle): \(names.joined(separator: ", "))"
            }
            table.add(
                .init(worker.id.text),
                .init(isAlive ? Span.between(now, worker.leaseEnds) : "dead", isAlive ? .green : .red),
                .init(worker.holding), .init(Span.between(worker.startedAt, now)),
                .init(Span.between(worker.beatAt, now) + " ago"), .init(worker.host),
                .init(works.joined(separator: "; ")))
        }
        table.write(Terminal())
    }

    private struct WorkerDocument: Encodable {
        let id: String
        let host: String
        let alive: Bool
        let statuses: [String: [String]]
        let paused: [String: [String]]
        let startedAt: Timestamp
        let beatAt: Timestamp
        let leaseEnds: Timestamp
        let holding: Int

        init(_ worker: WorkerRecord, paused: [String: [String]], _ now: Timestamp) {
            self.paused = paused
            id = worker.id.text
            host = worker.host
            alive = worker.leaseEnds > now
            statuses = worker.statuses
            startedAt = worker.startedAt
            beatAt = worker.beatAt
            leaseEnds = worker.leaseEnds
            holding = worker.holding
        }

        enum CodingKeys: String, CodingKey {
            case id, host, alive, statuses, paused, holding
            case startedAt = "started_at"
            case beatAt = "beat_at"
            case leaseEnds = "lease_ends"
        }
    }
}
