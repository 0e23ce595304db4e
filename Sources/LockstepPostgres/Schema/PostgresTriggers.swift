import Lockstep
import LockstepSQL

/// The triggers: what no writer gets past, and what records whatever anybody writes.
extension PostgresSchema {
    var triggerNames: [String] {
        [
            names.startTrigger, names.recordStartTrigger, names.adoptStartTrigger, names.identityTrigger,
            names.moveTrigger, names.needsTrigger, names.needsStartTrigger, names.recordTrigger,
            names.adoptTrigger, names.forgetTrigger, names.truncateTrigger,
        ]
    }

    var triggers: [String] {
        [startGuard, adoptStart, identity, moveGuard] + needsGuards + [adopt] + recording
    }

    /// A trigger that refuses what `condition` says, by the common function that raises its words.
    private func refusal(
        _ name: String, _ event: String, when condition: String, words: String, on place: String? = nil
    ) -> String {
        """
        CREATE TRIGGER \(name) AFTER \(event) ON \(place ?? jobs) FOR EACH ROW
            WHEN (\(condition))
            EXECUTE FUNCTION \(schema).lockstep_refuse(\(SQLText.literal(words)))
        """
    }

    /// Jobs start in an initial status, unless an import says of itself that it is one.
    private var startGuard: String {
        let initial = definition.initial.map { "new.status = \(SQLText.literal($0))" }
            .joined(separator: " OR ")
        return refusal(
            names.startTrigger, "INSERT", when: "NOT (\(initial)) AND new.entry_kind <> 'imported'",
            words: "a job of lifecycle '\(definition.name)' starts in "
                + definition.initial.map { "'\($0)'" }.joined(separator: " or "))
    }

    /// Refuses every move that no actor may make, and says from where, to where, and what is allowed.
    private var moveGuard: String {
        let allowed = definition.names.map { from in
            let targets = definition.allowed(from: from)
            let inner = targets.map { "WHEN \(SQLText.literal($0)) THEN true" }.joined(separator: " ")
            let body = targets.isEmpty ? "false" : "CASE new.status \(inner) ELSE false END"
            return "WHEN \(SQLText.literal(from)) THEN \(body)"
        }.joined(separator: "\n            ")
        let arguments = definition.names.map { from in
            let targets = definition.allowed(from: from)
            let list = targets.isEmpty ? "nothing" : targets.map { "'\($0)'" }.joined(separator: ", ")
            return "\(SQLText.literal(from)), \(SQLText.literal(list))"
        }.joined(separator: ", ")
        return """
            CREATE TRIGGER \(names.moveTrigger) AFTER UPDATE ON \(jobs) FOR EACH ROW
                WHEN (old.status <> new.status AND NOT CASE old.status
                    \(allowed) ELSE false END)
                EXECUTE FUNCTION \(schema).lockstep_refuse_move(\(SQLText.literal(definition.name)), \(arguments))
            """
    }

    /// What names a job never changes.
    private var identity: String {
        refusal(
            names.identityTrigger, "UPDATE",
            when: "old.seq <> new.seq OR old.id <> new.id OR old.key IS DISTINCT FROM new.key",
            words: "the seq, id and key of a job never change")
    }

    /// Whoever moves a job into a status that needs something: it must be there.
    private var needsGuards: [String] {
        let conditions = definition.statuses.flatMap { rule in
            rule.needs.map { need in
                "(new.status = \(SQLText.literal(rule.name)) AND "
                    + "strpos(coalesce(new.met, ''), \(SQLText.literal("\"\(need.token)\""))) = 0)"
            }
        }
        guard !conditions.isEmpty else { return [] }
        let unmet = conditions.joined(separator: " OR ")
        // A claim enters nothing from outside: what the job needed was looked at before the queue.
        let claims = definition.statuses.compactMap { rule in
            rule.claimedAs.map {
                "(old.status = \(SQLText.literal(rule.name)) AND new.status = \(SQLText.literal($0)))"
            }
        }
        let isClaim = claims.isEmpty ? "false" : claims.joined(separator: " OR ")
        let words = "what a job of lifecycle '\(definition.name)' needs there is not verified"
        return [
            refusal(
                names.needsTrigger, "UPDATE",
                when: "old.status <> new.status AND NOT (\(isClaim)) AND (\(unmet))", words: words),
            refusal(names.needsStartTrigger, "INSERT", when: unmet, words: words),
        ]
    }

    /// A declared move by plain SQL is taken over: recorded, its claim void, its times set as for any move.
    private var adopt: String {
        """
        CREATE TRIGGER \(names.adoptTrigger) AFTER UPDATE ON \(jobs) FOR EACH ROW
            WHEN (old.status <> new.status AND new.version = old.version)
            EXECUTE FUNCTION \(schema).\(names.adoptTrigger)()
        """
    }

    /// A start by plain SQL gets the deadline of its status.
    private var adoptStart: String {
        """
        CREATE TRIGGER \(names.adoptStartTrigger) AFTER INSERT ON \(jobs) FOR EACH ROW
            WHEN (new.entry_actor_name = 'sql' AND new.deadline IS NULL)
            EXECUTE FUNCTION \(schema).\(names.adoptStartTrigger)()
        """
    }

    /// Every version of a job has its line of history, whoever writes it; one that is deleted takes it along.
    private var recording: [String] {
        [
            """
            CREATE TRIGGER \(names.recordStartTrigger) AFTER INSERT ON \(jobs)
                REFERENCING NEW TABLE AS written FOR EACH STATEMENT
                EXECUTE FUNCTION \(schema).\(names.recordStartTrigger)()
            """,
            """
            CREATE TRIGGER \(names.recordTrigger) AFTER UPDATE ON \(jobs)
                REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT
                EXECUTE FUNCTION \(schema).\(names.recordTrigger)()
            """,
            """
            CREATE TRIGGER \(names.forgetTrigger) AFTER DELETE ON \(jobs)
                REFERENCING OLD TABLE AS before FOR EACH STATEMENT
                EXECUTE FUNCTION \(schema).\(names.forgetTrigger)()
            """,
            """
            CREATE TRIGGER \(names.truncateTrigger) AFTER TRUNCATE ON \(jobs) FOR EACH STATEMENT
                EXECUTE FUNCTION \(schema).\(names.truncateTrigger)()
            """,
        ]
    }

    // MARK: Functions

    /// The functions of this lifecycle's triggers. `SECURITY DEFINER`: who may write jobs need not be allowed to
    /// write history, and the search path is fixed, as PostgreSQL's manual asks of such functions ("Writing
    /// SECURITY DEFINER Functions Safely").
    var functions: [String] { functions(feeding: true) }

    /// - Parameter feeding: whether a line of history says which transaction wrote it and whose job it is, as it does
    ///   since layout 4.
    func functions(feeding: Bool) -> [String] {
        let columns =
            "(job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at"
            + (feeding ? ", tx, job_id, owner)" : ")")
        func feed(_ row: String) -> String { feeding ? ", txid_current(), \(row)id, \(row)owner" : "" }
        return [
            function(
                names.recordStartTrigger,
                """
                INSERT INTO \(history) \(columns)
                SELECT seq, version, entry_kind, NULL, status, entry_actor, entry_actor_name, entry_reason,
                    entry_failure, fence, attempt, created_at\(feed("")) FROM written;
                """),
            // The join must not be planned for one row and then be used for a thousand. What is adopted has its
            // line already; whoever only says so gets one.
            function(
                names.recordTrigger,
                """
                INSERT INTO \(history) \(columns)
                SELECT w.seq, w.version, CASE w.entry_kind WHEN 'adopted' THEN 'moved' ELSE w.entry_kind END,
                    b.status, w.status, w.entry_actor, w.entry_actor_name,
                    w.entry_reason, w.entry_failure, w.fence, w.attempt, w.updated_at\(feed("w."))
                FROM written w JOIN before b ON b.seq = w.seq
                WHERE w.version <> b.version AND (w.entry_kind <> 'adopted' OR w.version <> b.version + 1
                    OR (SELECT count(*) FROM \(history) h WHERE h.job = w.seq AND h.n = w.version) = 0);
                """, settings: " SET enable_nestloop = off SET enable_hashjoin = on"),
            function(names.adoptTrigger, adoption(columns, feed("new."))),
            function(
                names.adoptStartTrigger,
                "UPDATE \(jobs) SET deadline = \(newStatus.deadline) WHERE id = new.id;"),
            function(names.forgetTrigger, "DELETE FROM \(history) h USING before b WHERE h.job = b.seq;"),
            function(names.truncateTrigger, "TRUNCATE \(history);"),
        ]
    }

    private func function(_ name: String, _ body: String, settings: String = "") -> String {
        """
        CREATE OR REPLACE FUNCTION \(schema).\(name)() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, pg_temp\(settings) AS $lockstep$
        BEGIN
            \(body)
            RETURN NULL;
        END
        $lockstep$
        """
    }

    private func adoption(_ columns: String, _ feed: String) -> String {
        let now = "\(schema).lockstep_now()"
        return """
            INSERT INTO \(history) \(columns)
            VALUES (new.seq, old.version + 1, 'moved', old.status, new.status, 'operator', 'sql',
                'moved by plain SQL', NULL, new.fence, 0, \(now)\(feed));
            UPDATE \(jobs) SET version = old.version + 1, entry_kind = 'adopted', claimed_by = NULL,
                attempt = 0, hold = NULL, parked_at = NULL, failure = NULL, progress = \(newStatus.progress),
                progress_detail = NULL, available_at = \(now), entered_at = \(now), updated_at = \(now),
                ended_at = \(newStatus.ended), deadline = \(newStatus.deadline)
            WHERE id = new.id;
            """
    }

    private var newStatus: NewStatus {
        NewStatus(definition, now: "\(schema).lockstep_now()", noDeadline: "NULL::bigint")
    }
}
