import ArgumentParser
import Lockstep
import LockstepServer
import Logging
import ServiceLifecycle

/// Serves the applications over HTTP, with a worker in the same process.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the applications over HTTP, with a worker in the same process.",
        discussion: """
            The tokens of the users 'client' and 'admin' are in DATA/client.token and DATA/admin.token; a browser
            asks for one at /sign-in. Started again on the same DATA, it goes on where it was.
            """)

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 8080

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @OptionGroup var shared: SharedOptions

    @Flag(help: "Serve only; workers run as processes of their own.")
    var noWorker = false

    func run() async throws {
        shared.begin()
        let house = try await shared.house()
        try await house.issueTokens()
        var services = house.companions
        if !noWorker {
            services.append(WorkerService(house.worker(named: "server", lease: shared.leaseDuration)))
        }
        let host = host
        try await LockstepServer.run(
            router: house.router(), host: host, port: port, logger: house.logger, services: services
        ) { port in
            Output.line("Listening on http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        }
    }
}
