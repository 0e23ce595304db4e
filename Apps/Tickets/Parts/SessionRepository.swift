import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads
import Logging

/// What may be done with sessions. It owns the transactions; a ``SessionRecord`` opens no connection.
///
/// Every method takes the user and finds nothing that belongs to somebody else.
struct SessionRepository: Sendable {
    let store: any SQLStore
    let jobs: Jobs<TicketSession>
    let storage: any ObjectStorage
    let services: SessionServices
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
    func refusingDuplicates(
        of session: SessionRecord, _ write: @escaping @Sendable (any SQLTransaction) throws -> Void
    ) async throws {
        do {
            try await store.writePatiently(write)
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
        guard
            let session = try await store.read({
                try SessionTable.find(id, of: identity.scope, in: $0)
            })
        else { throw Problem.noSession }
        return session
    }

    /// A user's sessions, newest first.
    func list(of user: String, limit: Int) async throws -> [SessionRecord] {
        try await store.read { try SessionTable.list(of: user, incomplete: false, limit: limit, in: $0) }
    }

    // MARK: Taking up again

    /// A user's incomplete sessions, newest first; each remembers in its history that they were asked for.
    func incomplete(of user: String, by actor: Actor) async throws -> [SessionRecord] {
        let found = try await store.read {
            try SessionTable.list(of: user, incomplete: true, limit: Self.most, in: $0)
        }
        let words = "Session recovery initiated for user \(user), found \(found.count) incomplete sessions"
        logger.notice("\(words)")
        let commands = found.map { Self.note(words, in: $0.id, by: actor) }
        for outcome in try await store.apply(commands) { _ = try outcome.get() }
        return found
    }

    /// Takes a session up again.
    /// - Throws: ``Problem`` 409 when it is completed, or was not touched for seven days.
    func recover(_ id: JobID, by identity: Identity) async throws -> SessionRecord {
        let now = store.time.now()
        let words = try await store.writePatiently { transaction in
            guard let session = try SessionTable.find(id, of: identity.scope, in: transaction) else {
                throw Problem.noSession
            }
            guard session.isRecoverable(at: now) else { throw Problem.notRecoverable(session) }
            let days = (now - session.createdAt).components.seconds / 86_400
            let words =
                "Session \(id) recovered from stage \(session.currentStage.rawValue), created \(days) days ago"
            _ = try transaction.apply(Self.note(words, in: id, by: identity.actor)).get()
            try SessionTable.touch(id, at: now, in: transaction)
            return words
        }
        logger.notice("\(words)")
        return try await find(id, for: identity)
    }

    private static func note(_ words: String, in session: JobID, by actor: Actor) -> Command {
        var command = Command(.note, job: session, of: TicketSession.name, by: actor)
        command.reason = words
        return command
    }

    // MARK: Throwing away

    /// Throws a session away: its rows and its job in one transaction, then its files.
    func delete(_ id: JobID, by identity: Identity) async throws {
        try await store.writePatiently { transaction in
            guard let session = try SessionTable.find(id, of: identity.scope, in: transaction) else {
                throw Problem.noSession
            }
            func change(_ change: Command.Change) throws {
                _ = try transaction.apply(
                    Command(change, job: id, of: TicketSession.name, by: identity.actor)
                ).get()
            }
            if session.status == .completed {
                try transaction.execute("DELETE FROM ticket_sessions WHERE id = ?1", id.text)
            } else {
                try change(.cancel)
            }
            try change(.erase)
        }
        logger.info("Session \(id) deleted for user \(identity.user)")
        try await eraseFiles(of: id, before: Timestamp(microseconds: 0))
    }
}

extension Identity {
    /// Whose sessions somebody sees: their own; operators everybody's.
    var scope: String? { operates ? nil : user }
}
