import ArgumentParser
import Lockstep

/// `lockstep count`
struct CountCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "count", abstract: "Count the jobs in each status.")

    @OptionGroup var global: GlobalOptions

    @Option(help: "Of this lifecycle; otherwise of all.", completion: Completion.lifecycles)
    var lifecycle: String?

    func run() async throws {
        let store = try await global.store()
        var counts: [(Definition, [StatusCount])] = []
        let pauses = try await store.pauses()
        for definition in try await store.lifecycles(lifecycle) {
            counts.append((definition, try await store.count(definition.name)))
        }
        if global.json {
            try Output.json(["lifecycles": counts.map { LifecycleDocument($0, $1, pauses) }])
            return
        }
        if counts.isEmpty { Output.line("no lifecycle is installed") }
        let terminal = Terminal()
        let most = counts.flatMap(\.1).map(\.jobs).max() ?? 0
        for (index, (definition, statuses)) in counts.enumerated() {
            if index > 0 { Output.line() }
            Output.line(terminal.paint(definition.name, .bold))
            Self.table(statuses, most, definition, pauses).write(terminal)
        }
    }

    private static func table(
        _ counts: [StatusCount], _ most: Int, _ definition: Definition, _ pauses: Pauses
    ) -> Table {
        var table = Table("status", "jobs", "parked", "")
        for count in counts {
            let style: Terminal.Style =
                switch definition.rule(for: count.status)?.kind {
                case .success: .green
                case .failure: .red
                default: .blue
                }
            let isPaused = pauses.isStopping(count.status, in: definition)
            table.add(
                .init(count.status + (isPaused ? " (paused)" : ""), isPaused ? .yellow : nil),
                .init(count.jobs), .init(count.parked, count.parked > 0 ? .red : .dim),
                .init(Bar.text(count.jobs, of: most, width: 36), style))
        }
        return table
    }

    private struct LifecycleDocument: Encodable {
        struct Status: Encodable {
            let status: String
            let jobs: Int
            let parked: Int
            /// Whether no job is claimed from it.
            let paused: Bool
        }
        let lifecycle: String
        let statuses: [Status]

        init(_ definition: Definition, _ counts: [StatusCount], _ pauses: Pauses) {
            lifecycle = definition.name
            statuses = counts.map {
                Status(
                    status: $0.status, jobs: $0.jobs, parked: $0.parked,
                    paused: pauses.isStopping($0.status, in: definition))
            }
        }
    }
}
