import Lockstep
import LockstepServer
import TicketDocument
import TicketDrafting

/// A session as the API shows it: its thirteen columns, words for its stage, and whether it can be taken up again.
struct SessionAnswer: Encodable {
    private var members: [String: JSONValue]

    /// - Parameter now: the moment that counts for whether it can be taken up again.
    init(_ session: SessionRecord, now: Timestamp) {
        members = session.dictionary
        members["stage_display_name"] = .string(session.currentStage.displayName)
        members["is_recoverable"] = .bool(session.isRecoverable(at: now))
    }

    /// With what belongs to the session: its files, its task, its validation, and why it failed.
    init(_ view: SessionRepository.View, now: Timestamp) {
        self.init(view.session, now: now)
        members["files"] = .array(view.files.map(Self.file))
        members["task"] =
            view.task.map { ["done": .integer(Int64($0.done)), "wanted": .integer(Int64($0.wanted))] }
            ?? .null
        members["validation"] =
            view.validation.map { validation in
                [
                    "is_valid": .bool(validation.faults.isEmpty),
                    "faults": .array(validation.faults.map(JSONValue.string)),
                    "checked_at": .string("\(validation.checkedAt)"),
                ]
            } ?? .null
        let record = view.job.record
        members["progress"] = .integer(Int64(record.progress))
        members["progress_detail"] = record.progressDetail.map(JSONValue.string) ?? .null
        members["is_stuck"] = .bool(view.isStuck)
        members["failure"] = view.failure.map(Self.failure) ?? .null
    }

    private static func file(_ file: TicketFile) -> JSONValue {
        [
            "place": .integer(Int64(file.place)), "filename": .string(file.filename),
            "size": .integer(file.size), "sha256": .string(file.sha256),
            "created_at": .string("\(file.createdAt)"),
        ]
    }

    private static func failure(_ failure: Failure) -> JSONValue {
        [
            "audience": .string(failure.audience.rawValue), "code": .string(failure.code),
            "message": .string(failure.message),
        ]
    }

    func encode(to encoder: any Encoder) throws { try JSONValue.object(members).encode(to: encoder) }
}

extension SessionRepository.View {
    /// Why it does not go on, while it does not: what passes by itself is nothing that a user has to know.
    var failure: Failure? {
        guard session.status == .failed || job.record.parkedAt != nil else { return nil }
        return job.failure
    }
}

/// A ticket as the API shows it.
struct TicketAnswer: Encodable {
    private let ticket: Ticket

    init(_ ticket: Ticket) { self.ticket = ticket }

    private enum Key: String, CodingKey {
        case id, place, subject, summary, description, approved, revision, refusal, document
        case session = "session_id"
        case criteria = "acceptance_criteria"
        case jiraKey = "jira_key"
        case jiraURL = "jira_url"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(ticket.id, forKey: .id)
        try container.encode(ticket.session, forKey: .session)
        try container.encode(ticket.place, forKey: .place)
        try container.encode(ticket.draft.subject.description, forKey: .subject)
        try container.encode(ticket.draft.summary, forKey: .summary)
        try container.encode(ticket.draft.body, forKey: .description)
        try container.encode(ticket.draft.criteria, forKey: .criteria)
        try container.encode(ticket.isApproved, forKey: .approved)
        try container.encode(ticket.revision, forKey: .revision)
        try container.encode(ticket.jiraKey, forKey: .jiraKey)
        try container.encode(ticket.jiraURL, forKey: .jiraURL)
        try container.encode(ticket.refusal, forKey: .refusal)
        try container.encode(ticket.draft.document.json, forKey: .document)
    }
}

/// Something that went wrong in a session, as the API shows it.
struct ErrorAnswer: Encodable {
    let at: Timestamp
    let audience: String
    let code: String
    let message: String

    init(_ error: TicketError) {
        (at, audience, code, message) = (error.at, error.audience.rawValue, error.code, error.message)
    }
}
