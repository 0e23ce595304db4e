import Foundation
import Lockstep
import LockstepPostgres
import LockstepServer
import Logging

/// The server that is measured: the job routes of one lifecycle on PostgreSQL, as `lockstep serve` has them.
///
///     http-bench URL PORT CONNECTIONS      serves until SIGTERM; prints "listening" when it does
@main
enum HTTPBench {
    enum Errand: String, Lifecycle {
        case queued, running, done, failed

        typealias Input = [String: String]
        static let initial: Set = [queued]
        static let failure = failed

        var rules: Rules<Self> {
            switch self {
            case .queued: .queues(for: .running, within: .days(1))
            case .running: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .done)
            case .done: .succeeds(keptFor: .days(30))
            case .failed: .fails(keptFor: .days(30))
            }
        }
    }

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 4, let port = Int(words[2]), let connections = Int(words[3]) else {
            FileHandle.standardError.write(Data("usage: http-bench URL PORT CONNECTIONS\n".utf8))
            exit(2)
        }
        var options = PostgresOptions(connection: words[1])
        options.connections = connections
        let store = try await PostgresStore(options)
        try await store.install([Definition(Errand.self)])
        let tokens = StaticTokens(["bench-token": Identity(user: "anna", role: .client)])
        let router = LockstepServer.router(store: store, tokens: tokens)
        JobRoutes(store: store).add(to: router)
        var logger = Logger(label: "http-bench")
        logger.logLevel = .warning
        try await LockstepServer.run(router: router, port: port, logger: logger) { _ in
            print("listening")
            fflush(nil)
        }
    }
}
