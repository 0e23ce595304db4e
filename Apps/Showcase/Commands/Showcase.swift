import ArgumentParser

/// The applications, served and played.
@main
struct Showcase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "showcase", abstract: "Serves Lockstep's applications, and plays a demo in them.",
        subcommands: [Serve.self, Work.self, Token.self, Diagrams.self, Demo.self, JiraStandIn.self])
}
