import Lockstep
import LockstepSQL
import Synchronization

/// Tells other processes that something changed, as a hint: one notification for whatever happened since the last
/// one, sent by itself.
///
/// A notification within a writing transaction would let all of them commit one after the other: PostgreSQL holds
/// one lock for all notifying transactions until they are on disk. One that is sent behind them, and need not be
/// on disk, holds nobody up.
final class Notifier: Sendable {
    private struct State {
        var isWanted = false
        var isSending = false
    }
    private let state = Mutex(State())
    private let pool: ConnectionPool
    private let statement: PGStatement
    private let channel: String

    init(pool: ConnectionPool, channel: String) {
        self.pool = pool
        self.channel = channel
        statement = PGStatement(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, '')", [PGType.text])
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

    /// The shortest time between two notifications.
    private static let pause = Duration.milliseconds(2)
}
