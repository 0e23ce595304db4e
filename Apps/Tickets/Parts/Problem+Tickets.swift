import HTTPTypes
import Lockstep
import LockstepServer

extension Problem {
    /// 404: no such session, or somebody else's.
    static let noSession = Problem.notFound("you have no session with this id")
    /// 404: no such ticket, or somebody else's.
    static let noTicket = Problem.notFound("you have no ticket with this id")

    /// 409: there is an open session for the same user and site.
    static func sessionExists(_ id: JobID) -> Problem {
        Problem(
            .conflict, code: "session_exists", "Session already exists for this context",
            extensions: ["session_id": .string(id.text)])
    }

    /// 409: a step that cannot be made now.
    static func refusedTransition(_ session: SessionRecord, _ why: String) -> Problem {
        Problem(
            .conflict, code: "refused_transition", why,
            extensions: [
                "current_stage": .string(session.currentStage.rawValue),
                "status": .string(session.status.rawValue),
                "next_stage": session.currentStage.next.map { .string($0.rawValue) } ?? .null,
            ])
    }

    /// 422: a stage does not go with a status.
    static func noPair(_ stage: SessionStage, _ status: SessionStatus) -> Problem {
        let pairs = TicketSession.allCases.compactMap(\.shown).map {
            "\($0.stage.rawValue)/\($0.status.rawValue)"
        }
        return .unprocessable(
            "a session in the stage '\(stage.rawValue)' cannot have the status '\(status.rawValue)'",
            code: "undeclared_status", accepted: pairs)
    }

    /// 409: it is over, or was left alone for too long.
    static func notRecoverable(_ session: SessionRecord) -> Problem {
        Problem(
            .conflict, code: "not_recoverable",
            session.status == .completed
                ? "the session is completed; begin a new one"
                : "the session was not touched for seven days; begin a new one, or delete it")
    }

    // MARK: Files

    /// 422: nothing to draft from.
    static let noFiles = Problem.unprocessable(
        "the session has no files; upload the site's exports first", code: "no_files")

    /// 422: a file that tells nothing of a site.
    static func unusableFile(_ why: String) -> Problem { .unprocessable(why, code: "unusable_file") }

    /// 422: more files than a session takes.
    static func tooManyFiles(_ most: Int) -> Problem {
        .unprocessable("a session takes \(most) files at most", code: "too_many_files")
    }

    // MARK: Tickets

    /// 422: tickets that Jira would not take.
    static func invalidTickets(_ faults: [String]) -> Problem {
        var problem = Problem.unprocessable(faults.first ?? "a ticket cannot be sent", code: "invalid_ticket")
        problem.extensions["faults"] = .array(faults.prefix(100).map(JSONValue.string))
        return problem
    }

    /// 409: somebody else was faster.
    static func changedMeanwhile(_ ticket: Ticket) -> Problem {
        Problem(
            .conflict, code: "changed_meanwhile",
            "the ticket was changed meanwhile; look at it again, its revision is \(ticket.revision)",
            extensions: ["revision": .integer(Int64(ticket.revision))])
    }

    /// 409: what is in Jira is changed there.
    static func alreadySent(_ ticket: Ticket, key: String?) -> Problem {
        Problem(
            .conflict, code: "already_sent",
            key.map { "the ticket is in Jira as \($0); change it there" }
                ?? "the ticket may be in Jira already; export again, and it is found")
    }

    // MARK: Jira

    /// 422: nobody said where the tickets go.
    static let noProject = Problem.unprocessable(
        "'jira_project_key' is missing: say which project the tickets go to, such as WEB", code: "no_project")

    /// 422: no project is called like that.
    static let badProject = Problem.unprocessable(
        "'jira_project_key' must be made of letters, digits and underscores, such as WEB",
        code: "bad_project_key")

    /// 422: nothing to export.
    static let nothingApproved = Problem.unprocessable(
        "no ticket is approved; approve one at least", code: "nothing_approved")

    /// 409: an export went to another project.
    static func projectFixed(_ project: String) -> Problem {
        Problem(
            .conflict, code: "project_fixed",
            "tickets of this session are in the project \(project) already; export the rest to it as well")
    }

    /// 501: no Jira is known here.
    static let noJira = Problem(
        .notImplemented, code: "no_jira",
        "this server is not connected to a Jira; its administrator sets LOCKSTEP_JIRA_URL, LOCKSTEP_JIRA_EMAIL and LOCKSTEP_JIRA_TOKEN",
        audience: .adminRequired)
}
