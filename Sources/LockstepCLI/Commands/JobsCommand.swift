import ArgumentParser

/// `lockstep jobs`
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List, show, watch and change jobs.",
        subcommands: [
            JobsListCommand.self, JobsShowCommand.self, JobsHistoryCommand.self, JobsWatchCommand.self,
            JobsMoveCommand.self, JobsRetryCommand.self, JobsCancelCommand.self, JobsReopenCommand.self,
            JobsHoldCommand.self, JobsReleaseCommand.self,
        ])
}
