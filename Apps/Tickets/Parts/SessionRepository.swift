import Lockstep
import LockstepSQL
import LockstepServer
import Logging

/// What may be done with sessions. It owns the transactions; a ``SessionRecord`` opens no connection.
///
/// Every method takes the user and finds nothing that belongs to somebody else.
struct SessionRepository: Sendable {
    let store: any SQLStore
    let jobs: Jobs<TicketSession>
    let logger: Logger

    /// So many sessions of a user are looked at.
    static let most = 1000

    // MARK: Beginning

    /// What a session begins with.
    struct Wish: Sendable {
        var displayName: String
        var siteName: String?
        var siteDescription: String?
        var provider: SessionRecord.ProviderChoice?
    }

    /// Begins a session.
    /// - Throws: ``Problem`` 409 when the user has an open one for the same site; it says which.
    func start(_ wish: Wish, user: String) async throws -> SessionRecord {
        let now = store.time.now()
        let session = SessionRecord(
            id: JobID(at: now), jiraUserID: user, jiraDisplayName: wish.displayName, siteName: wish.siteName,
            siteDescription: wish.siteDescription, llmProviderChoice: wish.provider,
            currentStage: .siteInfoCollection, status: .active, totalTicketsGenerated: 0, createdAt: now,
            updatedAt: now)
        var new = try jobs.new(NoValue(), owner: user)
        new.id = session.id
        let job = new
        try await refusingDuplicates(of: session) { transaction in
            if let open = try SessionTable.open(of: user, site: session.siteName, in: transaction) {
                throw Problem.sessionExists(open.id)
            }
            _ = try transaction.start(job).get()
            try SessionTable.insert(session, in: transaction)
        }
        logger.info("Session \(session.id) created for user \(user)")
        return session
    }

    /// Writes, and tells who was faster when the database says that there is an open session for the same site already.
    private func refusingDuplicates(
        of session: SessionRecord, _ write: @escaping @Sendable (any SQLTransaction) throws -> Void
    ) async throws {
        do {
            try await store.write(write)
        } catch let error as SQLError where error.kind == .constraint {
            let open = try await store.read {
                try SessionTable.open(of: session.jiraUserID, site: session.siteName, in: $0)
            }
            guard let open, open.id != session.id else { throw error }
            throw Problem.sessionExists(open.id)
        }
    }

    // MARK: Finding

    /// One session. Operators see everybody's.
    func find(_ id: JobID, for identity: Identity) async throws -> SessionRecord {
        let user = identity.operates ? nil : identity.user
        guard let session = try await store.read({ try SessionTable.find(id, of: user, in: $0) }) else {
            throw Problem.noSession
        }
        return session
    }

    /// A user's sessions, newest first.
    func list(of user: String, limit: Int) async throws -> [SessionRecord] {
        try await store.read { try SessionTable.list(of: user, incomplete: false, limit: limit, in: $0) }
    }

    /// A user's incomplete sessions, newest first; each remembers in its history that they were asked for.
    func incomplete(of user: String, by actor: Actor) async throws -> [SessionRecord] {
        let found = try await store.read {
            try SessionTable.list(of: user, incomplete: true, limit: Self.most, in: $0)
        }
        let words = "Session recovery initiated for user \(user), found \(found.count) incomplete sessions"
        logger.notice("\(words)")
        try await note(words, in: found.map(\.id), by: actor)
        return found
    }

    /// Takes a session up again.
    /// - Throws: ``Problem`` 409 when it is completed, or was not touched for seven days.
    func recover(_ id: JobID, by identity: Identity) async throws -> SessionRecord {
        let session = try await find(id, for: identity)
        let now = store.time.now()
        guard session.isRecoverable(at: now) else { throw Problem.notRecoverable(session) }
        let days = (now - session.createdAt).components.seconds / 86_400
        let words =
            "Session \(id) recovered from stage \(session.currentStage.rawValue), created \(days) days ago"
        logger.notice("\(words)")
        try await note(words, in: [id], by: identity.actor)
        try await store.write { try SessionTable.touch(id, at: now, in: $0) }
        return try await find(id, for: identity)
    }

    private func note(_ words: String, in sessions: [JobID], by actor: Actor) async throws {
        let commands = sessions.map { id in
            var command = Command(.note, job: id, of: TicketSession.name, by: actor)
            command.reason = words
            return command
        }
        for outcome in try await store.apply(commands) { _ = try outcome.get() }
    }

    // MARK: Going on

    /// Says what the site is; a session that was waiting for that goes on to the upload.
    /// - Throws: ``Problem`` 409 when the user has another open session for this site.
    func describe(
        _ id: JobID, name: String, description: String?, provider: SessionRecord.ProviderChoice?,
        by identity: Identity
    ) async throws -> SessionRecord {
        var session = try await find(id, for: identity)
        session.siteName = name
        if let description { session.siteDescription = description }
        if let provider { session.llmProviderChoice = provider }
        let (changed, now) = (session, store.time.now())
        let move = command(.upload, of: id, by: identity)
        try await refusingDuplicates(of: session) { transaction in
            try SessionTable.update(changed, at: now, in: transaction)
            guard changed.currentStage == .siteInfoCollection else { return }
            _ = try transaction.apply(move).get()
        }
        return try await find(id, for: identity)
    }

    /// Moves a session to the next stage.
    /// - Throws: ``Problem`` 409 for any other stage, in the words of ``SessionRecord/obstacle(to:)``.
    func transition(_ id: JobID, to stage: SessionStage, by identity: Identity) async throws -> SessionRecord
    {
        let session = try await find(id, for: identity)
        logger.debug("Session \(id) may go to \(stage.rawValue): \(session.canTransition(to: stage))")
        if let obstacle = session.obstacle(to: stage) { throw refused(session, obstacle) }
        guard let status = TicketSession.allCases.first(where: { $0.shown?.stage == stage }) else {
            throw refused(
                session, "Cannot transition from \(session.currentStage.rawValue) to \(stage.rawValue)")
        }
        do {
            _ = try await store.apply([command(status, of: id, by: identity)])[0].get()
        } catch let refusal as Refusal where refusal.code == .undeclaredMove || refusal.code == .notApplicable
        {
            throw refused(session, refusal.message)
        }
        return try await find(id, for: identity)
    }

    private func refused(_ session: SessionRecord, _ why: String) -> Problem {
        logger.warning(
            "\(why)",
            metadata: [
                "session": "\(session.id)", "stage": "\(session.currentStage.rawValue)",
                "status": "\(session.status.rawValue)",
            ])
        return Problem.refusedTransition(session, why)
    }

    private func command(_ status: TicketSession, of id: JobID, by identity: Identity) -> Command {
        var command = Command(.move(to: status.rawValue), job: id, of: TicketSession.name, by: identity.actor)
        command.ownedBy = identity.operates ? nil : identity.user
        return command
    }

    // MARK: Throwing away

    /// Throws a session away: its rows and its job, in one transaction.
    func delete(_ id: JobID, by identity: Identity) async throws {
        let session = try await find(id, for: identity)
        let actor = identity.actor
        try await store.write { transaction in
            func change(_ change: Command.Change) throws {
                _ = try transaction.apply(Command(change, job: id, of: TicketSession.name, by: actor)).get()
            }
            if session.status == .completed {
                try transaction.execute("DELETE FROM ticket_sessions WHERE id = ?1", id.text)
            } else {
                try change(.cancel)
            }
            try change(.erase)
        }
    }
}
