import ArgumentParser
import Foundation
import Lockstep
import LockstepPostgres
import LockstepServer
import LockstepTesting
import Logging

/// Serves a dashboard for the tests in a browser, for screenshots and for measurements.
///
/// It prints `port N` on standard output when it listens. Everybody's token is their name: `ada` is an admin, `olga`
/// an operator, `anna` and `berta` are clients, `willi` is a worker.
@main
struct Stand: AsyncParsableCommand {
    /// What is in the store at first.
    enum Scene: String, ExpressibleByArgument, CaseIterable {
        /// No lifecycle at all.
        case bare
        /// Lifecycles without jobs.
        case empty
        /// An hour of work, with what usually goes wrong.
        case busy
        /// Jobs whose every text field is an attack.
        case hostile
    }

    static let configuration = CommandConfiguration(
        commandName: "lockstep-stand", abstract: "Serve a dashboard for tests.")

    @Option(help: "The port; 0 takes a free one.") var port = 0
    @Option(help: "What is there: bare, empty, busy or hostile.") var scene = Scene.busy
    @Option(help: "A PostgreSQL database instead of memory; its lifecycles are shown as they are.")
    var postgres: String?
    @Option(help: "Write the drawings of all lifecycles into this folder instead.") var draw: String?

    func run() async throws {
        if let draw { return try Self.write(to: draw) }
        let store: any Store
        if let postgres {
            let durable = try await PostgresStore(PostgresOptions(connection: postgres))
            try await durable.install(Scenes.definitions)
            store = durable
        } else {
            let time = StandTime()
            let memory = MemoryStore(time: time, draw: { 0.5 })
            try await Scenes.fill(memory, time, scene)
            store = memory
        }
        var tokens: [String: Identity] = [:]
        for (name, role) in [
            ("ada", Identity.Role.admin), ("olga", .operator), ("anna", .client), ("berta", .client),
            ("willi", .worker),
        ] {
            tokens[name] = Identity(user: name, role: role)
        }
        let router = LockstepServer.router(store: store, tokens: StaticTokens(tokens))
        EventRoutes(events: JobEvents(store: store)).add(to: router)
        var logger = Logger(label: "stand")
        logger.logLevel = .error
        let tables = try GuardedTables(StandTable.all(scene).map { GuardedTable($0) }, logger: logger)
        await tables.look()
        Dashboard(store: store, guarded: tables).add(to: router)
        APIRoutes(store: store).add(to: router)
        logger.logLevel = .warning
        try await LockstepServer.run(router: router, port: port, logger: logger, services: [tables]) { port in
            FileHandle.standardOutput.write(Data("port \(port)\n".utf8))
        }
    }

    private static func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for definition in Scenes.definitions + [Definition(Shipment.self)] {
            let counts = definition.names.enumerated().map {
                StatusCount(status: $1, jobs: [0, 7, 128, 4210][$0 % 4], parked: $0 % 5 == 1 ? 2 : 0)
            }
            let file = URL(filePath: folder).appending(path: definition.name + ".svg")
            try Data(LifecycleDrawing(definition, counts: counts).svg().utf8).write(to: file)
        }
    }
}
