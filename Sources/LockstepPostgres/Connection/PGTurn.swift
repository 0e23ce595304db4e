import CPostgres
import LockstepSQL

/// What is known of one round: something was sent, and answers are awaited.
struct PGTurn {
    /// When it takes too long.
    var deadline: ContinuousClock.Instant
    /// How long that was.
    let limit: Duration
    /// Whether what was sent may commit something.
    let mayCommit: Bool
    /// Whether a commit among the steps was confirmed.
    var hasCommitted = false
    /// Whether it has taken too long.
    var isOverdue = false
    /// The request to stop, once it was made.
    var cancellation: PGCancellation?
    /// The first error of the server.
    var fault: PGFault?
    /// Whether libpq still has something to send.
    var isSending = true

    init(limit: Duration, mayCommit: Bool) {
        deadline = .now + limit
        self.limit = limit
        self.mayCommit = mayCommit
    }

    /// The error to throw, if there was one.
    var error: SQLError? {
        guard let fault else { return nil }
        guard cancellation != nil, fault.state == "57014" else { return fault.error }
        return SQLError(
            kind: .busy,
            message: "what was sent took longer than \(limit), the limit of a statement, and was undone")
    }
}
