import ArgumentParser

/// The command line of Lockstep.
@main
struct LockstepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstep", abstract: "Looks after lifecycles and their jobs.")
}
