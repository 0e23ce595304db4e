import Foundation
import LockstepSQL
import Synchronization

/// Listens for the notifications of one channel, on a thread and a connection of its own.
///
/// A notification is a hint that something changed, no more: after every connecting one is given for those that may
/// have been lost. A connection that has gone silent is found out by asking.
final class Listener: Sendable {
    /// What it is doing.
    enum Condition: Hashable, Sendable {
        /// It connects; after a failure, for this reason.
        case connecting(after: String?)
        case listening
        /// It has ended, for this reason.
        case ended(String)
    }

    private struct State {
        var condition = Condition.connecting(after: nil)
        var isStopped = false
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let options: PostgresOptions
    private let channel: String
    private let heartbeat: Duration
    private let answer: Duration
    private let onCondition: @Sendable (Condition) -> Void
    private let onNotify: @Sendable () -> Void
    private let wake: WakePipe
    private let mailbox = ThreadMailbox<Void>()
    private let state = Mutex(State())

    /// Makes a listener, which does nothing before ``start()``.
    /// - Parameters:
    ///   - heartbeat: how long the connection may be silent before the server is asked whether it is there.
    ///   - answer: how long the answer may take before the connection is given up.
    ///   - onCondition: hears, on the listener's thread, what it is doing.
    ///   - onNotify: is called on the listener's thread; several notifications may be one call.
    /// - Throws: ``SQLError`` when there are no descriptors left.
    init(
        _ options: PostgresOptions, channel: String, heartbeat: Duration = .seconds(5),
        answer: Duration = .seconds(5), onCondition: @escaping @Sendable (Condition) -> Void = { _ in },
        onNotify: @escaping @Sendable () -> Void
    ) throws {
        self.options = options
        self.channel = channel
        self.heartbeat = heartbeat
        self.answer = answer
        self.onCondition = onCondition
        self.onNotify = onNotify
        wake = try WakePipe()
    }

    /// What it is doing.
    var condition: Condition { state.withLock(\.condition) }

    /// Begins; call it once. The thread keeps the listener until ``stop()``.
    func start() {
        let thread = Thread { [self] in live() }
        thread.name = "lockstep-pg-hear"
        thread.start()
    }

    /// Ends it without waiting.
    func beginStopping() {
        state.withLock { $0.isStopped = true }
        wake.wake()
        mailbox.post(())
    }

    /// Ends it, and returns when its thread will call nobody any more.
    func stop() async {
        beginStopping()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: The thread

    private var isStopped: Bool { state.withLock(\.isStopped) }

    private func become(_ condition: Condition) {
        let isNew = state.withLock { state in
            defer { state.condition = condition }
            return state.condition != condition
        }
        if isNew { onCondition(condition) }
    }

    private func live() {
        become(.ended(work()))
        let waiting = state.withLock { state in
            state.hasEnded = true
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// Connects and listens, again and again.
    /// - Returns: why it ended.
    private func work() -> String {
        var backoff = options.backoff
        while !isStopped {
            do {
                let connection = try PGConnection.connect(options, to: options.listenConnection)
                guard !connection.isPooled else {
                    return "the connection to \(connection.place) goes through a pooler, which keeps no "
                        + "listener; give a direct one as listenConnection"
                }
                connection.statementTimeout = answer
                connection.cancelTimeout = .zero
                try connection.execute("LISTEN \"\(channel.replacing("\"", with: "\"\""))\"")
                backoff.reset()
                become(.listening)
                // What was said while nobody listened is lost.
                onNotify()
                try listen(connection)
            } catch {
                // It is not there, or no longer: that is what the next attempt is for.
                become(.connecting(after: "\(error)"))
                if mailbox.take(until: .now + backoff.pause()) != nil { break }
            }
        }
        return "it was stopped"
    }

    /// Listens until it is stopped.
    /// - Throws: ``SQLError`` when the connection is lost.
    private func listen(_ connection: PGConnection) throws {
        let question = PGStatement("SELECT 1")
        while !isStopped {
            switch try connection.awaitNotification(waker: wake.readEnd, until: .now + heartbeat) {
            case .yes: if connection.takeNotifications() > 0 { onNotify() }
            case .overdue:
                try connection.run(question)
                if connection.takeNotifications() > 0 { onNotify() }
            case .woken: return
            }
        }
    }
}
