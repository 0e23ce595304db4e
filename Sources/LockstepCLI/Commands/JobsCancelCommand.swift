import ArgumentParser
import Lockstep

/// `lockstep jobs cancel`
struct JobsCancelCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel jobs.",
        discussion: """
            A job is cancelled where its lifecycle declares it; others are refused and named.

            Jobs are given by id, or selected by options: live ones, unless --ended is said. Selected ones are \
            only changed with --yes; --dry-run says before what would happen to how many.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var jobs: ManyJobs

    func run() async throws { try await jobs.change(.cancel, verb: "cancel", global) }
}
