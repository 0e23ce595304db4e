import Lockstep
import LockstepSQL

/// The application's own tables, in the database of the jobs.
///
/// A session's stage and status follow its job by a trigger; another one refuses every other writer of theirs. What
/// belongs to a session goes with it, by the database's own rules.
struct TicketSchema {
    let dialect: SQLDialect

    static let sessions = "ticket_sessions"
    static let jobs = TableNames(TicketSession.name).jobs

    /// Creates what is not there.
    /// - Throws: `SQLError`.
    func create(in store: any SQLStore) async throws {
        let (tables, mirror) = (tables, mirror)
        try await store.write { transaction in
            try transaction.takeTurn(making: "tickets", dialect)
            for table in tables { try transaction.execute(table) }
            try mirror.install(in: transaction, dialect)
            for statement in try guards(in: transaction) { try transaction.execute(statement) }
        }
    }

    /// Which pairs of stage and status there are, as a condition.
    private var pairs: String {
        let pairs = TicketSession.allCases.compactMap(\.shown).map {
            "(current_stage = '\($0.stage.rawValue)' AND status = '\($0.status.rawValue)')"
        }
        return pairs.joined(separator: " OR ")
    }

    private var tables: [String] {
        [
            """
            CREATE TABLE IF NOT EXISTS \(Self.sessions) (
                id TEXT PRIMARY KEY,
                jira_user_id TEXT NOT NULL,
                jira_display_name TEXT NOT NULL,
                site_name TEXT,
                site_description TEXT,
                jira_project_key TEXT,
                llm_provider_choice TEXT CONSTRAINT chk_ticket_sessions_provider
                    CHECK (llm_provider_choice = 'openai' OR llm_provider_choice = 'anthropic'),
                current_stage TEXT NOT NULL,
                status TEXT NOT NULL,
                total_tickets_generated BIGINT NOT NULL DEFAULT 0
                    CONSTRAINT chk_ticket_sessions_total CHECK (total_tickets_generated >= 0),
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                completed_at BIGINT,
                CONSTRAINT chk_ticket_sessions_pair CHECK (\(pairs))
            )
            """,
            "CREATE INDEX IF NOT EXISTS idx_sessions_jira_user_id ON \(Self.sessions) (jira_user_id)",
            "CREATE INDEX IF NOT EXISTS idx_sessions_status ON \(Self.sessions) (status)",
            "CREATE INDEX IF NOT EXISTS idx_sessions_created_at ON \(Self.sessions) (created_at)",
            // One open session for each user and site.
            """
            CREATE UNIQUE INDEX IF NOT EXISTS idx_sessions_open_context
                ON \(Self.sessions) (jira_user_id, (coalesce(site_name, ''))) WHERE status <> 'completed'
            """,
            """
            CREATE TABLE IF NOT EXISTS ticket_files (
                session_id TEXT NOT NULL REFERENCES \(Self.sessions) (id) ON DELETE CASCADE,
                place BIGINT NOT NULL,
                filename TEXT NOT NULL,
                size BIGINT NOT NULL,
                sha256 TEXT NOT NULL,
                storage_key TEXT NOT NULL UNIQUE,
                created_at BIGINT NOT NULL,
                PRIMARY KEY (session_id, place)
            )
            """,
            // Objects of the storage that are no file of a session: not yet, when they are noted with the moment; no
            // longer, when a file's row has gone, with 0.
            """
            CREATE TABLE IF NOT EXISTS ticket_file_drafts (
                storage_key TEXT PRIMARY KEY,
                session_id TEXT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
            // Execution and validation have a row each, beside the session and not in it.
            """
            CREATE TABLE IF NOT EXISTS ticket_tasks (
                session_id TEXT PRIMARY KEY REFERENCES \(Self.sessions) (id) ON DELETE CASCADE,
                done BIGINT NOT NULL DEFAULT 0,
                wanted BIGINT NOT NULL DEFAULT 0,
                plan TEXT,
                updated_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE IF NOT EXISTS ticket_validations (
                session_id TEXT PRIMARY KEY REFERENCES \(Self.sessions) (id) ON DELETE CASCADE,
                faults TEXT NOT NULL,
                checked_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE IF NOT EXISTS tickets (
                id TEXT PRIMARY KEY,
                session_id TEXT NOT NULL REFERENCES \(Self.sessions) (id) ON DELETE CASCADE,
                place BIGINT NOT NULL,
                subject TEXT NOT NULL,
                draft TEXT NOT NULL,
                approved BIGINT NOT NULL DEFAULT 1,
                revision BIGINT NOT NULL DEFAULT 1,
                jira_key TEXT,
                jira_url TEXT,
                refusal TEXT,
                UNIQUE (session_id, place),
                UNIQUE (session_id, subject)
            )
            """,
            """
            CREATE TABLE IF NOT EXISTS ticket_errors (
                session_id TEXT NOT NULL REFERENCES \(Self.sessions) (id) ON DELETE CASCADE,
                at BIGINT NOT NULL,
                audience TEXT NOT NULL,
                code TEXT NOT NULL,
                message TEXT NOT NULL
            )
            """,
            "CREATE INDEX IF NOT EXISTS ticket_errors_session ON ticket_errors (session_id, at)",
        ]
    }

    /// An expression that is this dimension of a job's status.
    private func shown(_ dimension: (TicketSession) -> String?, of column: String) -> String {
        let cases = TicketSession.allCases.compactMap { status in
            dimension(status).map { "WHEN '\(status.rawValue)' THEN '\($0)'" }
        }
        // What is thrown away has no row any more; this is what a row could hold for the moment in between.
        return "CASE \(column) \(cases.joined(separator: " ")) ELSE 'completed' END"
    }

    func stage(of column: String) -> String { shown({ $0.shown?.stage.rawValue }, of: column) }
    func status(of column: String) -> String { shown({ $0.shown?.status.rawValue }, of: column) }

    private var mirror: StatusMirror {
        StatusMirror(
            of: TicketSession.name, in: Self.sessions,
            columns: [
                .init("current_stage", shows: stage(of: "new.status")),
                .init("status", shows: status(of: "new.status")),
                .init("updated_at", shows: "new.updated_at"),
                .init(
                    "completed_at",
                    shows:
                        "CASE WHEN new.status = '\(TicketSession.completed.rawValue)' THEN new.ended_at END"),
            ])
    }
}
