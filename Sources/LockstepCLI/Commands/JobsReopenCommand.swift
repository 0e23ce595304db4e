import ArgumentParser
import Lockstep

/// `lockstep jobs reopen`
struct JobsReopenCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Let an ended job run again, where its lifecycle declares it.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var job: OneJob

    @Option(help: "Why, for the history.")
    var reason: String?

    func run() async throws {
        try await job.change(global, reason: reason) { _, _ in .reopen }
    }
}
