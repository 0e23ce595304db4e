import HTTPTypes
import Lockstep
import LockstepServer

extension Problem {
    /// 404: no such session, or somebody else's.
    static let noSession = Problem.notFound("you have no session with this id")

    /// 409: there is an open session for the same user and site.
    static func sessionExists(_ id: JobID) -> Problem {
        Problem(
            .conflict, code: "session_exists", "Session already exists for this context",
            extensions: ["session_id": .string(id.text)])
    }

    /// 409: a stage that is not the next one.
    static func refusedTransition(_ session: SessionRecord, _ why: String) -> Problem {
        Problem(
            .conflict, code: "refused_transition", why,
            extensions: [
                "current_stage": .string(session.currentStage.rawValue),
                "status": .string(session.status.rawValue),
                "next_stage": session.currentStage.next.map { .string($0.rawValue) } ?? .null,
            ])
    }

    /// 409: it is over, or was left alone for too long.
    static func notRecoverable(_ session: SessionRecord) -> Problem {
        Problem(
            .conflict, code: "not_recoverable",
            session.status == .completed
                ? "the session is completed; begin a new one"
                : "the session was not touched for seven days; begin a new one, or delete it")
    }
}
