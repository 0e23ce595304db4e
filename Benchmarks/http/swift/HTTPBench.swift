import Foundation
import Lockstep
import LockstepPostgres
import LockstepServer
import Logging

/// The server that is measured: all that `lockstep serve` answers, with one lifecycle, on PostgreSQL, without limits.
///
///     http-bench URL PORT CONNECTIONS      prints a client's token and serves until SIGTERM
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
        let composition = ServerComposition(store: store, limits: .none)
        try await composition.tokens.setUp()
        let token = try await composition.tokens.create(TokenGrant(user: "anna", role: .client)).token
        var logger = Logger(label: "http-bench")
        logger.logLevel = .warning
        print(token)
        fflush(nil)
        try await LockstepServer.run(router: composition.router(), port: port, logger: logger)
    }
}
