import ArgumentParser
import Lockstep

/// `lockstep jobs hold`
struct JobsHoldCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Put a declared hold on a queued job.",
        discussion: "The hold's name may be left out where the job's status declares only one.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var job: OneJob

    @Argument(help: "The hold's name.")
    var hold: String?

    @Option(help: "Why, for the history.")
    var reason: String?

    func run() async throws {
        try await job.change(global, reason: reason) { record, definition in
            if let hold { return .hold(hold) }
            let holds = definition.rule(for: record.status)?.holds.map(\.name) ?? []
            guard holds.count == 1 else {
                throw CommandError(
                    holds.isEmpty
                        ? "job \(record.id) in '\(record.status)': this status declares no hold"
                        : "job \(record.id) in '\(record.status)' may be held by \(Sentence.list(holds)); name one"
                )
            }
            return .hold(holds[0])
        }
    }
}
