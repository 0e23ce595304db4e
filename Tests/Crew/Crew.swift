import ArgumentParser
import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepTesting

/// One process of a campaign: a client, a worker or a reader on a shared database, made to be killed.
///
/// It writes a log of its calls, obeys lines on its standard input (`go`, `stop`), and ends when that is closed,
/// however its parent ended.
@main struct Crew: AsyncParsableCommand {
    enum Role: String, ExpressibleByArgument, CaseIterable {
        /// Starts, moves, cancels, holds, retries and erases errands.
        case client
        /// Works on errands.
        case worker
        /// Claims one errand, waits for `go`, and then writes everything that a holder may write.
        case zombie
        /// Works on one errand whose handler waits for `go`.
        case gated
        /// Holds one snapshot from one `go` to the next.
        case reader
        /// Changes a definition again and again.
        case installer
        /// Copies the database again and again; of a SQLite file.
        case backup
        /// Works on voyages as a process of the first version does.
        case voyager1
        /// The same of the second version.
        case voyager2
        /// Makes a step of the rollout from one to the other.
        case migrator
        /// Says `wake` for every hint that something changed.
        case listener
    }

    static let configuration = CommandConfiguration(
        commandName: "lockstep-crew", abstract: "One process of a campaign of the tests.")

    @Argument(help: "What it does.") var role: Role
    @Option(help: "The SQLite file.") var database: String?
    @Option(help: "The connection string of a PostgreSQL database, instead of a file.") var postgres: String?
    @Option(help: "The folder of the logs.") var logs: String
    @Option(help: "Its name in the logs and the histories.") var name: String
    @Option(help: "The lease of a worker, in milliseconds.") var lease = 1000
    @Option(help: "What a migrator does: expand, activate or contract.") var step = "expand"
    @Option(help: "The seed of what a client does.") var seed: UInt64 = 1

    func run() async throws {
        let orders = Orders()
        let plain = try await open()
        try await Rows.prepare(plain)
        let log = try CallLog(client: "\(name)-\(getpid())", folder: logs)
        let store = LoggedStore(plain, log: log, beside: Rows.beside)
        if role == .migrator {
            try await Voyagers.roll(step, on: plain)
            return
        }
        if let version = [Role.voyager1: 1, .voyager2: 2][role] {
            say("ready")
            return try await Voyagers(store: store, name: name, lease: lease)
                .work(version: version, until: orders)
        }
        let errands = try await Jobs<Errand>(on: store)
        say("ready")
        switch role {
        case .voyager1, .voyager2, .migrator: break
        case .client: await Client(errands: errands, name: log.client, seed: seed).run(until: orders)
        case .worker: try await Hands(store: store, name: name, lease: lease).work(until: orders)
        case .gated: try await Hands(store: store, name: name, lease: lease).workOnce(at: orders)
        case .zombie: try await Zombie(store: store, name: log.client, lease: lease).run(orders)
        case .reader: try await Self.read(plain, orders)
        case .installer:
            while !orders.isOver {
                try await plain.install([Depot.definition(.random(in: 1...1_000_000))])
            }
        case .backup:
            guard let file = plain as? SQLiteStore, let database else {
                throw ValidationError("Only a SQLite file is copied; name one by --database.")
            }
            while !orders.isOver { try await file.backup(to: database + ".backup") }
        case .listener:
            let hearing = Task { for await _ in plain.wakes() { say("wake") } }
            while !orders.isOver { await orders.wait() }
            hearing.cancel()
        }
    }

    private func open() async throws -> any SQLStore {
        switch (database, postgres) {
        case (let path?, nil): return try await SQLiteStore(path: path)
        case (nil, let connection?):
            var options = PostgresOptions(connection: connection)
            // What a host that is cut off leaves open keeps the others from its jobs hardly longer than its claims.
            // A reader's snapshot is held in silence on purpose.
            options.abandonTimeout = role == .reader ? .seconds(3600) : .milliseconds(2 * lease)
            return try await PostgresStore(options)
        default: throw ValidationError("Name either a file by --database or a connection by --postgres.")
        }
    }

    /// Holds a snapshot, on a thread of its own, from one `go` to the next.
    private static func read(_ store: any SQLStore, _ orders: Orders) async throws {
        while true {
            try await Offload.run { _ in orders.waitBlocking() }
            if orders.isOver { return }
            try await store.read { reading in
                // A snapshot begins with the first read.
                _ = try reading.query("SELECT count(*) FROM crew_rows")
                say("holding")
                orders.waitBlocking()
            }
            say("released")
            if orders.isOver { return }
        }
    }
}

/// Says a line to whoever started this process.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    FileHandle.standardOutput.write(Data(bytes))
}
