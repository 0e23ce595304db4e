import Lockstep
import LockstepSQL
import LockstepServer
import TicketDrafting
import TicketExport

extension SessionRepository {
    /// A session with what belongs to it.
    struct View: Sendable {
        var session: SessionRecord
        var job: Job<TicketSession>
        var files: [TicketFile]
        var task: TicketTask?
        var validation: TicketValidation?
        var isStuck: Bool
    }

    /// A session with its files, its task and its validation.
    func view(_ id: JobID, for identity: Identity) async throws -> View {
        let session = try await find(id, for: identity)
        guard let job = try await jobs.find(id) else { throw Problem.noSession }
        return try await store.read { database in
            View(
                session: try SessionTable.find(id, of: nil, in: database) ?? session, job: job,
                files: try FileTable.list(of: id, in: database),
                task: try TaskTable.task(of: id, in: database),
                validation: try TaskTable.validation(of: id, in: database),
                isStuck: job.record.isStuck(definition: self.jobs.definition, now: self.store.time.now()))
        }
    }

    /// A session's tickets.
    func tickets(of id: JobID, for identity: Identity) async throws -> [Ticket] {
        _ = try await find(id, for: identity)
        return try await store.read { try TicketTable.list(of: id, in: $0) }
    }

    /// One ticket of a session that the user may see.
    func ticket(_ id: JobID, for identity: Identity) async throws -> Ticket {
        try await store.read { try Self.ticket(id, for: identity, in: $0) }
    }

    private static func ticket(_ id: JobID, for identity: Identity, in database: any SQLReading) throws
        -> Ticket
    {
        guard let ticket = try TicketTable.find(id, in: database),
            try SessionTable.find(ticket.session, of: identity.scope, in: database) != nil
        else { throw Problem.noTicket }
        return ticket
    }

    /// What went wrong in a session, the newest first.
    func errors(of id: JobID, for identity: Identity) async throws -> [TicketError] {
        _ = try await find(id, for: identity)
        return try await store.read { try TaskTable.errors(of: id, limit: 100, in: $0) }
    }

    /// What people change in a ticket. What is `nil` stays as it is.
    struct Edit: Sendable {
        var summary: String?
        var body: String?
        var criteria: [String]?
        var isApproved: Bool?
        /// The revision that they have seen.
        var revision: Int?
    }

    /// Changes a ticket in the review, or after Jira refused it.
    /// - Throws: ``Problem`` 404 when it is nobody's or somebody else's; 422 when it could not be sent then, with the node;
    ///   409 in another stage, when somebody changed it meanwhile, or when it is in Jira or may be.
    func edit(_ id: JobID, _ edit: Edit, by identity: Identity) async throws -> Ticket {
        let now = store.time.now()
        return try await store.writePatiently { transaction in
            let session = try self.locked(
                try Self.ticket(id, for: identity, in: transaction).session, for: identity, in: transaction)
            guard
                session.currentStage == .review
                    || session.currentStage == .jiraExport && session.status == .failed
            else {
                throw self.refused(
                    session,
                    "Tickets can be changed in the review, or after an export failed, and not in the stage "
                        + "\(session.currentStage.rawValue) with the status \(session.status.rawValue)")
            }
            // Behind the lock: what was read before may be out of date.
            guard var ticket = try TicketTable.find(id, in: transaction) else { throw Problem.noTicket }
            if let seen = edit.revision, seen != ticket.revision { throw Problem.changedMeanwhile(ticket) }
            let plan = try TaskTable.task(of: ticket.session, in: transaction)?.plan
            if let begun = plan?.tickets.first(where: { $0.id == id.text }), begun.hasBegun {
                throw Problem.alreadySent(ticket, key: begun.key)
            }
            ticket.draft.summary = edit.summary ?? ticket.draft.summary
            ticket.draft.body = edit.body ?? ticket.draft.body
            ticket.draft.criteria = edit.criteria ?? ticket.draft.criteria
            ticket.isApproved = edit.isApproved ?? ticket.isApproved
            ticket.revision += 1
            ticket.refusal = nil
            let faults = ticket.draft.faults
            guard faults.isEmpty else { throw Problem.invalidTickets(faults) }
            try TicketTable.update(ticket, in: transaction)
            try TaskTable.validate(ticket.session, at: now, in: transaction)
            return ticket
        }
    }
}

extension Ticket {
    /// The issue that it becomes.
    func issue(in project: String) -> JiraIssue {
        JiraIssue(
            project: project, summary: draft.summary, description: draft.document,
            labels: ["lockstep", JiraIssue.label(ticket: id.text)])
    }
}
