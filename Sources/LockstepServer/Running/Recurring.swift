import Lockstep
import Logging
import ServiceLifecycle

/// Does something now and then beside a server, such as cleaning up.
///
/// ```swift
/// let cleaner = Recurring("cleaning up videos", every: .seconds(300), logger: logger) { try await cleanUp() }
/// ```
public struct Recurring: Service {
    private let what: String
    private let interval: Duration
    private let time: any TimeSource
    private let logger: Logger
    private let body: @Sendable () async throws -> Void

    /// Makes the service; nothing happens before it is run.
    /// - Parameters:
    ///   - what: what is done, for the log: `cleaning up videos`.
    ///   - interval: the time between the end of one turn and the beginning of the next.
    ///   - time: by which clock.
    public init(
        _ what: String, every interval: Duration, by time: any TimeSource = SystemTime(), logger: Logger,
        _ body: @escaping @Sendable () async throws -> Void
    ) {
        self.what = what
        self.interval = interval
        self.time = time
        self.logger = logger
        self.body = body
    }

    /// Goes on until a graceful shutdown begins, or the task is cancelled.
    /// - Throws: nothing; what fails is logged, and tried again.
    public func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await body()
            } catch {
                logger.warning("\(what) failed and is tried again", metadata: ["error": "\(error)"])
            }
            do {
                let (time, moment) = (time, time.now() + interval)
                try await cancelWhenGracefulShutdown { try await time.sleep(until: moment) }
            } catch {
                // The sleep was cut short because the service ends.
                return
            }
        }
    }
}
