import Lockstep
import LockstepTesting
import Synchronization

/// A store that keeps a worker's move to one status back until it is let go, and that can be out of reach for a while, as
/// for a worker that is cut off.
final class KeptStore: WrappingStore {
    let base: any Store
    private let status: String
    /// Sent when the move has come.
    let reached = Signal()
    /// What became of the move once it was let go.
    let answered = Signal()
    /// Sent when the worker has heard that it was taken for dead, and begins anew: what it had is dropped.
    let begunAnew = Signal()
    private let gate = Signal()
    private struct State {
        var isAway = false
        var isForgotten = false
        var outcome: Outcome?
    }
    private let state = Mutex(State())

    struct Away: Error, CustomStringConvertible {
        let description = "the store is out of reach"
    }

    /// - Parameter status: where the move leads that is kept back.
    init(_ store: any Store, keepingMovesTo status: String) {
        base = store
        self.status = status
    }

    /// Lets the move go on.
    func letGo() { gate.send() }

    /// Whether it cannot be reached.
    var isAway: Bool {
        get { state.withLock(\.isAway) }
        set { state.withLock { $0.isAway = newValue } }
    }

    /// What the move came to.
    var outcome: Outcome? { state.withLock(\.outcome) }

    private func check() throws { if isAway { throw Away() } }

    func apply(_ commands: [Command]) async throws -> [Outcome] {
        let place = commands.firstIndex { $0.change == .move(to: status) }
        if place != nil, !gate.isSent {
            reached.send()
            try await gate.wait()
        }
        try check()
        let outcomes = try await base.apply(commands)
        if let place {
            state.withLock { $0.outcome = outcomes[place] }
            answered.send()
        }
        return outcomes
    }

    func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        try check()
        return try await base.claim(request)
    }

    func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        try check()
        if state.withLock(\.isForgotten) { begunAnew.send() }
        let reply = try await base.beat(heartbeat)
        state.withLock { $0.isForgotten = !reply.isAlive }
        return reply
    }

    func sweep(_ request: SweepRequest) async throws -> SweepReport {
        try check()
        return try await base.sweep(request)
    }
}
