import Lockstep
import Logging
import ServiceLifecycle
import Synchronization

/// Enforces what time enforces – deadlines, dead workers, retention – in a process that has no worker of its own.
///
/// Any number of processes may sweep one database at once, workers in Swift among them.
public final class Sweeper: Service {
    private let store: any Store
    private let interval: Duration
    private let logger: Logger
    private let retained: Mutex<[String]>

    /// Makes a sweeper.
    /// - Parameters:
    ///   - retain: the lifecycles whose ended jobs are deleted, or moved on, when they were kept long enough. Only
    ///     name those after which nothing has to be cleaned up; see ``SweepRequest/retain``.
    ///   - interval: how often it sweeps.
    public init(
        _ store: any Store, retain: [String], every interval: Duration = .seconds(1), logger: Logger
    ) {
        self.store = store
        self.interval = interval
        self.logger = logger
        retained = Mutex(retain)
    }

    /// Other lifecycles from now on.
    public func retain(_ lifecycles: [String]) { retained.withLock { $0 = lifecycles } }

    /// Sweeps until a graceful shutdown begins, or the task is cancelled. A sweep that has begun is finished.
    /// - Throws: nothing; a sweep that fails is logged, and the next one comes.
    public func run() async throws {
        var isFailing = false
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var hasMore = false
            do {
                hasMore = try await store.sweep(SweepRequest(retain: retained.withLock { $0 })).hasMore
                if isFailing { logger.notice("sweeps succeed again") }
                isFailing = false
            } catch {
                // Once, not every second: the cause will be said often enough elsewhere.
                if !isFailing {
                    logger.warning("a sweep failed and is tried again", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
            guard !hasMore else { continue }
            do {
                let (store, moment) = (store, store.time.now() + interval)
                try await cancelWhenGracefulShutdown { try await store.time.sleep(until: moment) }
            } catch {
                return
            }
        }
    }
}
