import Lockstep
import LockstepServer
import Logging

/// The one way by which statuses that somebody hands in as texts reach sessions. Whether a move is made is decided by the
/// road, as for every job.
struct SessionRepository: Sendable {
    let jobs: Jobs<ExpenseSession>
    let counters: SessionCounters
    let logger: Logger

    /// The status of a text.
    /// - Throws: ``Problem`` 422 for a status that does not exist.
    static func status(_ text: String, isCurrent: Bool = false) throws -> ExpenseSession {
        guard let status = ExpenseSession(rawValue: text) else {
            throw Problem.invalidStatus(text, isCurrent: isCurrent)
        }
        return status
    }

    /// Moves a session.
    /// - Parameters:
    ///   - status: where to.
    ///   - current: refuses when the session is in another status.
    /// - Throws: ``Problem`` 422 for a status that does not exist; `Refusal` when the move is not made.
    func update(
        _ session: JobID, to status: String, from current: String? = nil, by identity: Identity
    ) async throws -> Job<ExpenseSession> {
        let target = try Self.status(status)
        let expected = try current.map { try Self.status($0, isCurrent: true) }
        do {
            return try await jobs.move(
                session, to: target, by: identity.actor, expecting: expected,
                ownedBy: identity.operates ? nil : identity.user)
        } catch let refusal as Refusal {
            if let from = refusal.from, [.undeclaredMove, .notApplicable].contains(refusal.code) {
                logger.warning(
                    "Unusual status transition: \(from) -> \(target.rawValue)",
                    metadata: ["session": "\(session)"])
                counters.refused.count(from, target.rawValue)
            }
            throw refusal
        }
    }
}
