import ArgumentParser
import Lockstep
import LockstepServer
import ServiceLifecycle
import UnixSignals

/// Works on the jobs of a data folder.
struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Works on the jobs of a data folder, beside any number of others.")

    @OptionGroup var shared: SharedOptions

    @Option(help: "The worker's name in the history of jobs.")
    var name: String

    func run() async throws {
        shared.begin()
        let house = try await shared.house()
        let worker = house.worker(named: name, lease: shared.leaseDuration)
        let group = ServiceGroup(
            services: [WorkerService(worker)], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: house.logger)
        try await group.run()
    }
}
