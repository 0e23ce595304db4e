import Lockstep
import Logging
import ServiceLifecycle
import Synchronization

/// Pushes by definitions that may change while it runs: what a server uses that reads its definitions again.
public final class PushService: Service {
    private struct State {
        var definitions: [Definition] = []
        var running: PushDelivery?
    }
    private let state = Mutex(State())
    private let store: any Store
    private let options: PushOptions
    private let logger: Logger
    private let deliveries: AsyncStream<PushDelivery>
    private let continuation: AsyncStream<PushDelivery>.Continuation

    /// Makes a service that pushes nothing yet.
    public init(on store: any Store, options: PushOptions, logger: Logger) {
        self.store = store
        self.options = options
        self.logger = logger
        (deliveries, continuation) = AsyncStream.makeStream()
    }

    /// Whether these definitions could be pushed by.
    /// - Throws: what ``PushDelivery/init(_:on:options:logger:)`` throws.
    public func check(_ definitions: [Definition]) throws {
        _ = try PushDelivery(definitions, on: store, options: options, logger: logger)
    }

    /// Pushes by these definitions from now on. Deliveries by the earlier ones end as at a shutdown.
    /// - Throws: see ``check(_:)``; nothing changes then.
    public func use(_ definitions: [Definition]) throws {
        let pushed = definitions.filter { !$0.pushed.isEmpty }
        let next = try PushDelivery(pushed, on: store, options: options, logger: logger)
        let last = state.withLock { state -> PushDelivery? in
            guard state.definitions != pushed else { return nil }
            state.definitions = pushed
            defer { state.running = pushed.isEmpty ? nil : next }
            if !pushed.isEmpty { continuation.yield(next) }
            return state.running
        }
        last?.stop()
    }

    /// Pushes until a graceful shutdown begins, as ``PushDelivery/run()`` does.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            await withGracefulShutdownHandler {
                for await delivery in deliveries {
                    group.addTask { [logger] in
                        do {
                            try await delivery.run()
                        } catch {
                            logger.error("nothing is pushed any more", metadata: ["why": "\(error)"])
                        }
                    }
                }
            } onGracefulShutdown: {
                self.continuation.finish()
            }
        }
    }
}
