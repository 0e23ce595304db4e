import Hummingbird
import LockstepServer
import Logging
import ServiceLifecycle

/// Serves a router on a free port while a test runs.
package enum Serving {
    /// Says nothing; unlike a logger that does nothing, it keeps a request's number.
    package static let silence: Logger = {
        var logger = Logger(label: "test", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .critical
        return logger
    }()

    /// Serves a router while `body` runs, then shuts down gracefully.
    /// - Parameters:
    ///   - services: what runs beside the server.
    ///   - body: is told the port.
    package static func run(
        _ router: Router<AppContext>, services: [any Service] = [],
        _ body: @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let application = try await LockstepServer.application(
            router: router, port: 0, logger: silence, services: services,
            onListening: { listening.yield($0) })
        let server = ServiceGroup(services: [application], logger: silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run()
            }
            var result: Result<Void, any Error> = .success(())
            for await port in ports {
                do { try await body(port) } catch { result = .failure(error) }
                break
            }
            // Gracefully: one that is cancelled drops what it has just accepted, which NIO traps.
            await server.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
    }
}
