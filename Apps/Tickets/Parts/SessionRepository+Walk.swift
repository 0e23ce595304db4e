import Lockstep
import LockstepSQL
import LockstepServer
import Logging
import TicketExport

/// The walk through the stages, as far as people take the steps. All of them go through ``step(_:to:by:_:)``.
extension SessionRepository {
    /// What a user says of a site. What is `nil` stays as it is.
    struct SiteInfo: Sendable {
        var name: String?
        var description: String?
        var provider: SessionRecord.ProviderChoice?
        /// Whether a model that was chosen before is not to draft any more.
        var isByRules = false
    }

    /// Says what the site is; a session that was waiting for that goes on to the upload.
    /// - Throws: ``Problem`` 409 when the user has another open session for this site, or tickets were drafted already.
    func describe(_ id: JobID, as site: SiteInfo, by identity: Identity) async throws -> SessionRecord {
        var wanted = try await find(id, for: identity)
        if let name = site.name { wanted.siteName = name }
        let upload = command(.upload, of: id, by: identity)
        try await refusingDuplicates(of: wanted) { transaction in
            var session = try self.locked(id, for: identity, in: transaction)
            guard Self.takesMaterial(session) else {
                throw self.refused(
                    session,
                    "The site can be described until its tickets are drafted, and not in the stage "
                        + session.currentStage.rawValue)
            }
            session.siteName = site.name ?? session.siteName
            session.siteDescription = site.description ?? session.siteDescription
            session.llmProviderChoice = site.isByRules ? nil : site.provider ?? session.llmProviderChoice
            guard session.siteName != nil else {
                throw Problem.unprocessable("'site_name' is missing: the site needs a name")
            }
            try SessionTable.update(session, at: self.store.time.now(), in: transaction)
            // What was drafted was about another site, or by another model.
            try TicketTable.clear(id, in: transaction)
            guard session.currentStage == .siteInfoCollection else { return }
            _ = try transaction.apply(upload).get()
        }
        return try await find(id, for: identity)
    }

    /// Lets tickets be drafted from the files; again, when that failed.
    /// - Throws: ``Problem`` 422 without files, 409 in another stage.
    func process(_ id: JobID, by identity: Identity) async throws -> SessionRecord {
        try await step(id, to: .processing, by: identity) { _, transaction in
            guard try !FileTable.list(of: id, in: transaction).isEmpty else { throw Problem.noFiles }
        }
    }

    /// Approves the review and lets the tickets go to Jira; again, when that failed: it goes on where it was.
    /// - Parameter project: the project's key; the one that was given before when it is `nil`.
    /// - Throws: ``Problem`` 422 when the project or an approved ticket is missing, or a ticket cannot be sent; 409 in
    ///   another stage, or when tickets are in another project already.
    func export(_ id: JobID, to project: String?, by identity: Identity) async throws -> SessionRecord {
        guard services.jira != nil else { throw Problem.noJira }
        let now = store.time.now()
        // What is wrong stays written down, so that it is seen on the page as well.
        let faults = try await store.writePatiently { transaction in
            let session = try self.locked(id, for: identity, in: transaction)
            return session.currentStage == .review || session.currentStage == .jiraExport
                ? try TaskTable.validate(id, at: now, in: transaction) : []
        }
        if !faults.isEmpty { throw Problem.invalidTickets(faults) }
        return try await step(id, to: .jiraExport, by: identity) { session, transaction in
            guard let key = project ?? session.jiraProjectKey else { throw Problem.noProject }
            guard JiraIssue.isProjectKey(key) else { throw Problem.badProject }
            var changed = session
            changed.jiraProjectKey = key.uppercased()
            try SessionTable.update(changed, at: now, in: transaction)
            try self.plan(id, for: key.uppercased(), at: now, in: transaction)
        }
    }

    /// Makes the plan of the export, or goes on with that of an earlier one.
    private func plan(
        _ id: JobID, for project: String, at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        let approved = try TicketTable.list(of: id, in: transaction).filter(\.isApproved)
        guard !approved.isEmpty else { throw Problem.nothingApproved }
        let tickets = approved.map { ExportTicket(id: $0.id.text, bytes: $0.issue(in: project).bytes) }
        var task = try TaskTable.task(of: id, in: transaction) ?? TicketTask()
        if var plan = task.plan, plan.project == project || plan.hasBegun {
            guard plan.project == project else { throw Problem.projectFixed(plan.project) }
            plan.keep(only: Set(tickets.map(\.id)))
            for ticket in tickets { plan.reconsider(ticket.id, bytes: ticket.bytes) }
            plan.add(tickets)
            task.plan = plan
        } else {
            task.plan = try ExportPlan(project: project, tickets: tickets)
        }
        task.wanted = task.plan?.tickets.count ?? 0
        task.done = task.plan?.keys.count ?? 0
        try TaskTable.set(task, of: id, at: now, in: transaction)
    }

    /// Brings a session to a stage and a status, where that is a person's to do.
    /// - Throws: ``Problem`` 409 for every other move, in the words of ``SessionRecord/obstacle(to:)``; 422 when something
    ///   is missing.
    func transition(
        _ id: JobID, to stage: SessionStage, _ status: SessionStatus, by identity: Identity
    ) async throws -> SessionRecord {
        guard
            let target = TicketSession.allCases.first(where: {
                $0.shown.map { $0 == (stage, status) } ?? false
            })
        else { throw Problem.noPair(stage, status) }
        switch target {
        case .upload:
            return try await step(id, to: .upload, by: identity) { session, _ in
                guard session.siteName != nil else {
                    throw Problem.unprocessable("'site_name' is missing: the site needs a name")
                }
            }
        case .processing: return try await process(id, by: identity)
        case .jiraExport: return try await export(id, to: nil, by: identity)
        default: return try await step(id, to: target, by: identity) { _, _ in }
        }
    }

    // MARK: One step

    /// The one way in which people bring a session to another status.
    /// - Parameter check: says by throwing what is missing, and writes what goes with the step.
    private func step(
        _ id: JobID, to target: TicketSession, by identity: Identity,
        _ check: @escaping @Sendable (SessionRecord, any SQLTransaction) throws -> Void
    ) async throws -> SessionRecord {
        let command = command(target, of: id, by: identity)
        guard let stage = target.shown?.stage else { throw Problem.noSession }
        try await store.writePatiently { transaction in
            let session = try self.locked(id, for: identity, in: transaction)
            // What failed is tried again in its own stage.
            let isRetry = session.status == .failed && session.currentStage == stage
            let obstacle = isRetry ? nil : session.obstacle(to: stage)
            self.logger.debug("Session \(id) may go to \(stage.rawValue): \(obstacle == nil)")
            if let obstacle { throw self.refused(session, obstacle) }
            do {
                try check(session, transaction)
                _ = try transaction.apply(command).get()
            } catch let refusal as Refusal
                where refusal.code == .undeclaredMove || refusal.code == .notApplicable
            {
                throw self.refused(session, refusal.message)
            }
        }
        return try await find(id, for: identity)
    }

    /// Holds a session's row until the transaction ends, and notes that it was touched.
    func locked(
        _ id: JobID, for identity: Identity, in transaction: any SQLTransaction
    ) throws -> SessionRecord {
        try SessionTable.touch(id, at: store.time.now(), in: transaction)
        guard let session = try SessionTable.find(id, of: identity.scope, in: transaction) else {
            throw Problem.noSession
        }
        return session
    }

    /// Whether the site and its files may still change: until tickets were drafted from them.
    static func takesMaterial(_ session: SessionRecord) -> Bool {
        switch session.currentStage {
        case .siteInfoCollection, .upload: true
        case .processing: session.status == .failed
        case .review, .jiraExport, .completed: false
        }
    }

    /// What is said of a step that cannot be made; it is logged too.
    func refused(_ session: SessionRecord, _ why: String) -> Problem {
        logger.warning(
            "\(why)",
            metadata: [
                "session": "\(session.id)", "stage": "\(session.currentStage.rawValue)",
                "status": "\(session.status.rawValue)",
            ])
        return Problem.refusedTransition(session, why)
    }

    /// Logs that a session came to another stage, whoever brought it there. One that is gone since has no user any more.
    func tell(_ entry: HistoryEntry) async throws {
        guard let from = entry.from.flatMap(TicketSession.init)?.shown?.stage,
            let to = TicketSession(rawValue: entry.to)?.shown?.stage, from != to,
            let session = try await store.read({ try SessionTable.find(entry.job, of: nil, in: $0) })
        else { return }
        logger.info(
            "Session \(session.id) transitioned from \(from.rawValue) to \(to.rawValue) for user \(session.jiraUserID)"
        )
    }

    private func command(_ status: TicketSession, of id: JobID, by identity: Identity) -> Command {
        var command = Command(.move(to: status.rawValue), job: id, of: TicketSession.name, by: identity.actor)
        command.ownedBy = identity.scope
        return command
    }
}
