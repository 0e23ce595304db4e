import ArgumentParser
import FakeJira
import FakeJiraServing
import Logging
import ServiceLifecycle
import UnixSignals

/// Serves a Jira in memory, for the ticket application.
struct JiraStandIn: AsyncParsableCommand {
    /// Whose credentials it takes.
    static let email = "demo@example.org"
    /// The API token that goes with them; it guards nothing.
    static let token = "demo"

    static let configuration = CommandConfiguration(
        commandName: "fake-jira",
        abstract: "Serves a Jira in memory, to try the ticket application without one.",
        discussion: """
            It has the project WEB, and forgets everything when it ends. Set LOCKSTEP_JIRA_URL to what it prints, \
            LOCKSTEP_JIRA_EMAIL to \(email) and LOCKSTEP_JIRA_TOKEN to \(token). A browser sees the issues at its address.
            """)

    @Option(help: "The port of 127.0.0.1 to listen on; 0 takes a free one.")
    var port = 0

    @Flag(help: .hidden)
    var endWithInput = false

    func run() async throws {
        Output.outliveReaders()
        if endWithInput { SharedOptions.endWithStandardInput() }
        var logger = Logger(label: "fake-jira")
        logger.logLevel = .error
        let server = FakeJiraServer(
            FakeJira(email: Self.email, token: Self.token), port: port, logger: logger
        ) { url in
            Output.line("Listening on \(url)")
        }
        let group = ServiceGroup(
            services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }

    /// What a server needs in its environment to use it.
    static func environment(_ url: String) -> [String: String] {
        ["LOCKSTEP_JIRA_URL": url, "LOCKSTEP_JIRA_EMAIL": email, "LOCKSTEP_JIRA_TOKEN": token]
    }
}
