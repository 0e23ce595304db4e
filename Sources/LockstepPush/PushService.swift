import Lockstep
import Logging
import ServiceLifecycle
import Synchronization

/// Pushes by definitions that may change while it runs: what a server uses that reads its definitions again.
public final class PushService: Service {
    private struct State {
        var definitions: [Definition] = []
        var running: PushDelivery?
        /// Counts the deliveries that were begun.
        var turn = 0
    }
    private let state = Mutex(State())
    private let store: any Store
    private let options: PushOptions
    private let logger: Logger
    private let deliveries: AsyncStream<(PushDelivery, turn: Int)>
    private let continuation: AsyncStream<(PushDelivery, turn: Int)>.Continuation

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
            state.turn += 1
            defer { state.running = pushed.isEmpty ? nil : next }
            if !pushed.isEmpty { continuation.yield((next, state.turn)) }
            return state.running
        }
        last?.stop()
    }

    /// Pushes until a graceful shutdown begins, as ``PushDelivery/run()`` does.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            await withGracefulShutdownHandler {
                for await (delivery, turn) in deliveries {
                    group.addTask { await self.run(delivery, turn) }
                }
            } onGracefulShutdown: {
                self.continuation.finish()
            }
        }
    }

    /// Runs a delivery, and another one when it broke off: a database that is away for a moment must not be the end.
    private func run(_ first: PushDelivery, _ turn: Int) async {
        var delivery = first
        var pause = Duration.seconds(1)
        while true {
            do {
                return try await delivery.run()
            } catch {
                logger.error("pushing broke off and begins again", metadata: ["why": "\(error)"])
            }
            do {
                let (time, moment) = (store.time, store.time.now() + pause)
                try await cancelWhenGracefulShutdown { try await time.sleep(until: moment) }
                pause = min(pause * 2, .seconds(30))
                let pushed = state.withLock { $0.turn == turn ? $0.definitions : [] }
                if pushed.isEmpty { return }
                let next = try PushDelivery(pushed, on: store, options: options, logger: logger)
                let isCurrent = state.withLock { state in
                    guard state.turn == turn else { return false }
                    state.running = next
                    return true
                }
                guard isCurrent else { return }
                delivery = next
            } catch {
                // The service ends; definitions that could be pushed by once can be pushed by again.
                return
            }
        }
    }
}
