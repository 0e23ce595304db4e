import Lockstep
import LockstepSQL

extension TicketSchema {
    /// Refuses a stage and a status that are not those of the job, whoever writes them; takes the rows of a session away
    /// that is thrown away, by whatever road, and remembers the objects of files whose rows are gone.
    func guards(in transaction: any SQLTransaction) throws -> [String] {
        switch dialect {
        case .sqlite: sqliteGuards
        case .postgres: try postgresGuards(transaction)
        }
    }

    private static let words = "stage and status of a session are those of its job; move the job in \(jobs)"
    private static let discarded = TicketSession.discarded.rawValue

    /// Whether a row of sessions is not as its job says.
    private func differs(from jobs: String) -> String {
        """
        NOT EXISTS (SELECT 1 FROM \(jobs) j WHERE j.id = new.id AND \(stage(of: "j.status")) = new.current_stage
            AND \(status(of: "j.status")) = new.status)
        """
    }

    private var sqliteGuards: [String] {
        let refusals = [("pair", "UPDATE OF current_stage, status"), ("start", "INSERT")].map { name, event in
            """
            CREATE TRIGGER IF NOT EXISTS trg_ticket_sessions_\(name) AFTER \(event) ON \(Self.sessions)
            WHEN \(differs(from: Self.jobs))
            BEGIN
                SELECT RAISE(ABORT, 'trg_ticket_sessions_\(name): \(Self.words)');
            END
            """
        }
        return refusals + [
            """
            CREATE TRIGGER IF NOT EXISTS trg_ticket_sessions_discard AFTER UPDATE OF status ON \(Self.jobs)
            WHEN new.status = '\(Self.discarded)' AND old.status <> new.status
            BEGIN
                DELETE FROM \(Self.sessions) WHERE id = new.id;
            END
            """,
            """
            CREATE TRIGGER IF NOT EXISTS trg_ticket_files_gone AFTER DELETE ON ticket_files
            BEGIN
                INSERT INTO ticket_file_drafts (storage_key, session_id, created_at)
                VALUES (old.storage_key, old.session_id, 0);
            END
            """,
        ]
    }

    private func postgresGuards(_ transaction: any SQLTransaction) throws -> [String] {
        let jobs = dialect.jobs(of: TicketSession.name)
        let sessions = try transaction.qualified(table: Self.sessions)
        let files = try transaction.qualified(table: "ticket_files")
        let drafts = try transaction.qualified(table: "ticket_file_drafts")
        let schema = sessions.prefix { $0 != "." }
        func function(_ name: String, _ body: String) -> String {
            """
            CREATE OR REPLACE FUNCTION \(schema).\(name)() RETURNS trigger LANGUAGE plpgsql AS $lockstep$
            BEGIN
                \(body)
                RETURN NULL;
            END
            $lockstep$
            """
        }
        // PostgreSQL before 14 cannot replace a trigger, and dropping one takes a lock that writers wait for.
        func trigger(
            _ name: String, on table: String, _ event: String, _ condition: String, _ function: String
        )
            throws -> [String]
        {
            let known = try transaction.query(
                "SELECT 1 FROM pg_catalog.pg_trigger WHERE tgname = ?1 AND tgrelid = to_regclass(?2)", name,
                table)
            return known.isEmpty
                ? [
                    "CREATE TRIGGER \(name) AFTER \(event) ON \(table) FOR EACH ROW \(condition) "
                        + "EXECUTE FUNCTION \(schema).\(function)()"
                ] : []
        }
        return try [
            function(
                "ticket_sessions_pair",
                "IF \(differs(from: jobs)) THEN RAISE EXCEPTION 'trg_ticket_sessions_pair: \(Self.words)'; END IF;"
            ),
            function("ticket_sessions_discard", "DELETE FROM \(sessions) WHERE id = new.id;"),
            function(
                "ticket_files_gone",
                "INSERT INTO \(drafts) (storage_key, session_id, created_at) VALUES (old.storage_key, old.session_id, 0);"
            ),
        ]
            + trigger(
                "trg_ticket_sessions_pair", on: sessions, "INSERT OR UPDATE OF current_stage, status", "",
                "ticket_sessions_pair")
            + trigger(
                "trg_ticket_sessions_discard", on: jobs, "UPDATE OF status",
                "WHEN (new.status = '\(Self.discarded)' AND old.status <> new.status)",
                "ticket_sessions_discard")
            + trigger("trg_ticket_files_gone", on: files, "DELETE", "", "ticket_files_gone")
    }
}
