import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `ticket_sessions`. Stage, status and the time of completion are the database's own doing.
struct SessionTable: Sendable {
    private static let columns = """
        id, jira_user_id, jira_display_name, site_name, site_description, jira_project_key, llm_provider_choice,
        current_stage, status, total_tickets_generated, created_at, updated_at, completed_at
        """

    /// Adds a session, behind the start of its job in the same transaction.
    static func insert(_ session: SessionRecord, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO ticket_sessions (\(columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL)
            """, session.id.text, session.jiraUserID, session.jiraDisplayName, session.siteName,
            session.siteDescription, session.jiraProjectKey, session.llmProviderChoice?.rawValue,
            session.currentStage.rawValue, session.status.rawValue, session.totalTicketsGenerated,
            session.createdAt.microseconds, session.updatedAt.microseconds)
    }

    /// A session; `nil` when there is none or it is somebody else's.
    /// - Parameter user: whose; `nil` for anybody's.
    static func find(_ id: JobID, of user: String?, in database: any SQLReading) throws -> SessionRecord? {
        try database.query("SELECT \(columns) FROM ticket_sessions WHERE id = ?1", id.text).first
            .map(SessionRecord.init).flatMap { session in
                user == nil || session.jiraUserID == user ? session : nil
            }
    }

    /// A user's sessions, newest first.
    /// - Parameter incomplete: only those that are not completed.
    static func list(
        of user: String, incomplete: Bool, limit: Int, in database: any SQLReading
    ) throws -> [SessionRecord] {
        let condition = incomplete ? "AND status <> 'completed'" : ""
        return try database.query(
            """
            SELECT \(columns) FROM ticket_sessions WHERE jira_user_id = ?1 \(condition)
            ORDER BY created_at DESC, id DESC LIMIT ?2
            """, user, limit
        ).map(SessionRecord.init)
    }

    /// The open session of a user for a site; `nil` when there is none.
    static func open(
        of user: String, site: String?, in database: any SQLReading
    ) throws -> SessionRecord? {
        try database.query(
            """
            SELECT \(columns) FROM ticket_sessions
            WHERE jira_user_id = ?1 AND coalesce(site_name, '') = ?2 AND status <> 'completed'
            """, user, site ?? ""
        ).first.map(SessionRecord.init)
    }

    /// Writes what people have said of a session, and that it was touched.
    static func update(_ session: SessionRecord, at now: Timestamp, in transaction: any SQLTransaction) throws
    {
        try transaction.execute(
            """
            UPDATE ticket_sessions SET site_name = ?1, site_description = ?2, jira_project_key = ?3,
                llm_provider_choice = ?4, total_tickets_generated = ?5, updated_at = ?6
            WHERE id = ?7
            """, session.siteName, session.siteDescription, session.jiraProjectKey,
            session.llmProviderChoice?.rawValue, session.totalTicketsGenerated, now.microseconds,
            session.id.text)
    }

    /// Notes that a session was touched.
    static func touch(_ id: JobID, at now: Timestamp, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "UPDATE ticket_sessions SET updated_at = ?1 WHERE id = ?2", now.microseconds, id.text)
    }
}

extension SessionRecord {
    init(_ row: SQLRow) throws {
        guard let id = row[0].text, let user = row[1].text, let name = row[2].text,
            let stage = row[7].text.flatMap(SessionStage.init),
            let status = row[8].text.flatMap(SessionStatus.init),
            let total = row[9].integer, let created = row[10].integer, let updated = row[11].integer
        else { throw Failure.unreadableRow(of: TicketSchema.sessions) }
        self.init(
            id: JobID(stored: id), jiraUserID: user, jiraDisplayName: name, siteName: row[3].text,
            siteDescription: row[4].text, jiraProjectKey: row[5].text,
            llmProviderChoice: row[6].text.flatMap(ProviderChoice.init), currentStage: stage, status: status,
            totalTicketsGenerated: Int(total), createdAt: Timestamp(microseconds: created),
            updatedAt: Timestamp(microseconds: updated),
            completedAt: row[12].integer.map { Timestamp(microseconds: $0) })
    }
}
