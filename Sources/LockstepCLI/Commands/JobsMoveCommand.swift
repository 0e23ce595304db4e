import ArgumentParser
import Lockstep

/// `lockstep jobs move`
struct JobsMoveCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move a job, as an operator.",
        discussion: "A move that is not declared for operators is refused, and those that are get named.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var job: OneJob

    @Argument(help: "The status to move it to.", completion: Completion.statuses)
    var status: String

    @Option(help: "Why, for the history.")
    var reason: String?

    func run() async throws {
        try await job.change(global, reason: reason) { _, _ in .move(to: status) }
    }
}
