import Lockstep
import ServiceLifecycle

/// Runs a worker beside a server, and lets it finish what it does when the server shuts down.
public struct WorkerService: Service {
    private let worker: Worker

    /// Makes the service.
    public init(_ worker: Worker) { self.worker = worker }

    /// Works until a graceful shutdown begins; then the worker finishes within its grace time.
    /// - Throws: what ``Worker/run()`` throws.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await worker.run()
        } onGracefulShutdown: {
            worker.stop()
        }
    }
}
