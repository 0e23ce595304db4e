import Lockstep
import LockstepSQL
import Synchronization

/// Tells other processes that something changed, as a hint: one notification for whatever happened since the last
/// one, sent by itself.
///
/// A notification within a writing transaction would let all of them commit one after the other: PostgreSQL holds
/// one lock for all notifying transactions until they are on disk. One that is sent behind them, and need not be
/// on disk, holds nobody up. Only where nothing was notified for a while does it ride with the transaction: then there
/// is nobody to hold up, and whoever waits hears of it at once.
final class Notifier: Sendable {
    private struct State {
        var isWanted = false
        var isSending = false
        var lastRide: ContinuousClock.Instant?
    }
    private let state = Mutex(State())
    private let pool: ConnectionPool
    private let statement: PGStatement
    private let riding = PGStatement("SELECT pg_notify($1, '')", [PGType.text])
    private let channel: String

    init(pool: ConnectionPool, channel: String) {
        self.pool = pool
        self.channel = channel
        statement = PGStatement(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, '')", [PGType.text])
    }

    /// The step of a notification that rides with a transaction, if one may.
    func ride() -> PGConnection.Step? {
        let now = ContinuousClock.now
        let mayRide = state.withLock { state in
            if state.isSending || state.lastRide.map({ now - $0 < Self.quiet }) ?? false { return false }
            state.lastRide = now
            return true
        }
        guard mayRide else { return nil }
        var parameters = PGParameters(reserving: channel.utf8.count)
        parameters.add(channel)
        return PGConnection.Step(riding, parameters)
    }

    /// Has a notification sent, now or with the next one.
    func announce() {
        let mustSend = state.withLock { state in
            state.isWanted = true
            defer { state.isSending = true }
            return !state.isSending
        }
        if mustSend { Task { await self.send() } }
    }

    private func send() async {
        while state.withLock({ state in
            if !state.isWanted { state.isSending = false }
            defer { state.isWanted = false }
            return state.isWanted
        }) {
            do {
                try await pool.use { [statement, channel] connection in
                    var parameters = PGParameters(reserving: 1)
                    parameters.add(channel)
                    _ = try connection.run(statement, parameters)
                }
                // Whatever comes within the next moment shares a notification.
                try await Task.sleep(for: Self.pause)
            } catch {
                // A hint that is lost is made up for by polling.
                continue
            }
        }
    }

    /// How long nothing must have been notified before one rides along.
    private static let quiet = Duration.milliseconds(5)
    /// The shortest time between two notifications.
    private static let pause = Duration.milliseconds(2)
}
