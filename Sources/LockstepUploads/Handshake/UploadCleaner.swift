import Lockstep
import Logging
import ServiceLifecycle

/// Erases, now and then, what was uploaded and is nobody's: see ``Uploads/cleanUp()``.
///
/// Any number of processes may clean up at once.
public struct UploadCleaner: Service {
    private let uploads: Uploads
    private let interval: Duration
    private let logger: Logger

    /// Makes the service.
    /// - Parameter interval: how often it cleans up.
    public init(_ uploads: Uploads, every interval: Duration = .seconds(60), logger: Logger) {
        self.uploads = uploads
        self.interval = interval
        self.logger = logger
    }

    /// Cleans up until a graceful shutdown begins, or the task is cancelled.
    /// - Throws: nothing; what fails is logged, and tried again.
    public func run() async throws {
        var isFailing = false
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                let count = try await uploads.cleanUp()
                if count > 0 {
                    logger.info("uploads that nobody needs were erased", metadata: ["count": "\(count)"])
                }
                isFailing = false
            } catch {
                if !isFailing {
                    logger.warning(
                        "cleaning up uploads failed and is tried again", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
            do {
                let (time, moment) = (uploads.store.time, uploads.store.time.now() + interval)
                try await cancelWhenGracefulShutdown { try await time.sleep(until: moment) }
            } catch {
                // The sleep was cut short because the service ends.
                return
            }
        }
    }
}
