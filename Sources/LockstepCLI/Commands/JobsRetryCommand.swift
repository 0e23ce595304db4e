import ArgumentParser
import Lockstep

/// `lockstep jobs retry`
struct JobsRetryCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let jobs be tried again.",
        discussion: """
            Lets parked jobs, and those that wait for their next attempt, go on at once with fresh attempts; ended ones reopen where that is declared.

            Jobs are given by id, or selected by options: live ones, unless --ended is said. Selected ones are \
            only changed with --yes; --dry-run says before what would happen to how many.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var jobs: ManyJobs

    func run() async throws { try await jobs.change(.retry, verb: "retry", global) }
}
