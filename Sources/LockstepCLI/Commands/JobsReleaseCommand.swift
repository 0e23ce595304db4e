import ArgumentParser
import Lockstep

/// `lockstep jobs release`
struct JobsReleaseCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Lift the hold that is on a job.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var job: OneJob

    @Option(help: "Why, for the history.")
    var reason: String?

    func run() async throws {
        try await job.change(global, reason: reason) { _, _ in .release }
    }
}
