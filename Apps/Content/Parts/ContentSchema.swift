import Lockstep
import LockstepSQL
import LockstepServer

/// The application's own tables, in the database of the jobs.
struct ContentSchema {
    let dialect: SQLDialect

    /// The table that shows its readers where requests are.
    static let requests = "content_requests"
    /// The type of its statuses in PostgreSQL.
    static let type = "content_request_status"
    /// All statuses, in their order.
    static let statuses = ContentRequest.allCases.map(\.rawValue)

    /// A text as a value of the column of statuses.
    func status(_ text: String) -> String {
        switch dialect {
        case .sqlite: text
        case .postgres: "CAST(\(text) AS \(Self.type))"
        }
    }

    /// Creates what is not there.
    func create(in store: any SQLStore) async throws {
        let tables = tables
        try await store.write { transaction in
            try transaction.takeTurn(making: "content", dialect)
            if dialect != .sqlite {
                let isKnown = try transaction.query("SELECT to_regtype(?1) IS NOT NULL", Self.type)
                if isKnown.first?[0].integer != 1 { try transaction.execute(Self.createType) }
            }
            for table in tables { try transaction.execute(table) }
        }
    }

    private static var createType: String {
        "CREATE TYPE \(type) AS ENUM (\(statuses.map(SQLText.literal).joined(separator: ", ")))"
    }

    private var statusColumn: String {
        switch dialect {
        case .sqlite:
            // A chain of `=` in place of a list: SQLite builds a temporary index for a list at every evaluation.
            "TEXT NOT NULL CONSTRAINT chk_content_requests_status CHECK ("
                + Self.statuses.map { "status = \(SQLText.literal($0))" }.joined(separator: " OR ") + ")"
        case .postgres: "\(Self.type) NOT NULL"
        }
    }

    private var tables: [String] {
        [
            // What is asked, and where it is: status, progress, stage and the time of change follow the job by a trigger.
            """
            CREATE TABLE IF NOT EXISTS \(Self.requests) (
                id TEXT PRIMARY KEY,
                owner TEXT NOT NULL,
                question TEXT NOT NULL,
                status \(statusColumn),
                progress_percentage BIGINT NOT NULL DEFAULT 0
                    CONSTRAINT chk_content_requests_progress CHECK (progress_percentage BETWEEN 0 AND 100),
                current_stage TEXT NOT NULL,
                request_metadata TEXT NOT NULL DEFAULT '{}',
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX IF NOT EXISTS content_requests_owner ON content_requests (owner, id)",
            // What a stage came to, as one document; written with the move that ends it.
            """
            CREATE TABLE IF NOT EXISTS content_results (
                request_id TEXT NOT NULL,
                stage TEXT NOT NULL,
                document TEXT NOT NULL,
                fence BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                PRIMARY KEY (request_id, stage)
            )
            """,
            // The articles, paragraph by paragraph; the full-text index lies beside or within it.
            """
            CREATE TABLE IF NOT EXISTS content_passages (
                id TEXT PRIMARY KEY,
                title TEXT NOT NULL,
                body TEXT NOT NULL\(searchColumn)
            )
            """,
            "CREATE TABLE IF NOT EXISTS content_corpus (name TEXT PRIMARY KEY, digest TEXT NOT NULL)",
            searchIndex,
        ] + ArtefactShelf.tables("content")
    }

    private var searchColumn: String {
        switch dialect {
        case .sqlite: ""
        case .postgres:
            """
            ,
                words tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.english', title || ' ' || body)) STORED
            """
        }
    }

    private var searchIndex: String {
        switch dialect {
        case .sqlite:
            """
            CREATE VIRTUAL TABLE IF NOT EXISTS content_passages_search
                USING fts5(id UNINDEXED, title, body, tokenize = 'porter unicode61 remove_diacritics 2')
            """
        case .postgres:
            "CREATE INDEX IF NOT EXISTS content_passages_words ON content_passages USING gin (words)"
        }
    }

    /// What makes the table of requests follow the jobs.
    var mirror: StatusMirror {
        let words = ContentRequest.allCases.map {
            "WHEN \(SQLText.literal($0.rawValue)) THEN \(SQLText.literal($0.words))"
        }
        let reached = ContentRequest.allCases.compactMap { status in
            status.progress.map {
                "WHEN new.status = \(SQLText.literal(status.rawValue)) AND new.progress < \($0) THEN \($0)"
            }
        }
        let ended = [ContentRequest.completed, .failed, .cancelled, .pending]
            .map { "new.status = \(SQLText.literal($0.rawValue))" }.joined(separator: " OR ")
        return StatusMirror(
            of: ContentRequest.name, in: Self.requests,
            columns: [
                .init("status", shows: "new.status", as: Self.type),
                .init(
                    "progress_percentage",
                    shows: "CASE \(reached.joined(separator: " ")) ELSE new.progress END"),
                .init(
                    "current_stage",
                    shows: """
                        CASE WHEN new.hold = \(SQLText.literal(ContentRequest.clarification))
                            THEN \(SQLText.literal(ContentRequest.awaiting))
                            WHEN NOT (\(ended)) AND new.progress_detail IS NOT NULL THEN new.progress_detail
                            ELSE CASE new.status \(words.joined(separator: " ")) END END
                        """),
                .init("updated_at", shows: "new.updated_at"),
            ])
    }
}
