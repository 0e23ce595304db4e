import HTTPTypes
import Lockstep
import LockstepServer

extension Problem {
    /// 404: no such session, or somebody else's.
    static let noSession = Problem.notFound("you have no session with this id")

    /// 404: no such employee in the user's directory.
    static let noEmployee = Problem.notFound(
        "your directory has no employee with this id; PUT /api/expenses/employees adds one")

    /// 422: the form holds no file.
    static let noFile = Problem.unprocessable(
        "the form must hold one PDF or more, each as a file with a name", code: "no_file")

    /// 422: a status that does not exist.
    static func invalidStatus(_ text: String, isCurrent: Bool = false) -> Problem {
        Problem.unprocessable(
            "Invalid \(isCurrent ? "current status" : "status"): \(text)", code: "invalid_status",
            accepted: ExpenseSession.allCases.map(\.rawValue))
    }

    /// 409: there is no report yet, or there will be none.
    static func noReport(_ job: Job<ExpenseSession>) -> Problem {
        Problem(
            .conflict, code: "not_completed",
            "the session is '\(job.status)'; its report is there when it is 'completed'",
            extensions: ["job_status": .string(job.record.status)])
    }

    /// 410: there was a report.
    static let reportGone = Problem(
        .gone, code: "expired",
        "the session is 'expired': its files and its report were erased when they had been kept for 90 days")

    /// 410: a session whose files are gone cannot run again.
    static let filesGone = Problem(
        .gone, code: "files_gone",
        "the session's files are gone, so it cannot run again; upload them as a new session")
}
