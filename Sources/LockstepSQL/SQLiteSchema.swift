import Lockstep

/// The tables, constraints and triggers of a lifecycle, as SQLite text.
///
/// The *form* was measured: an `IN (…)` list in a CHECK or trigger makes SQLite build a temporary index at
/// every evaluation, while chains of `=` and nested `CASE` cost next to nothing; a guard after an insert is
/// cheaper than one before it.
public struct SQLiteSchema: Sendable {
    /// The lifecycle.
    public let definition: Definition
    /// The names of everything.
    public let names: TableNames

    /// Generates the schema of a definition.
    public init(_ definition: Definition) {
        self.definition = definition
        names = TableNames(definition.name)
    }

    /// The present time in microseconds, by SQLite's clock: for rows that plain SQL writes.
    static let now = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"

    /// Everything that a new lifecycle needs, in order.
    public var create: [String] { [jobsTable, historyTable] + indexes + triggers }

    /// The statements that make present triggers match this definition.
    public var replaceTriggers: [String] {
        triggerNames.map { "DROP TRIGGER IF EXISTS \($0)" } + triggers
    }

    private var triggerNames: [String] {
        [
            names.moveTrigger, names.startTrigger, names.replaceTrigger, names.recordTrigger,
            names.recordStartTrigger, names.adoptTrigger, names.forgetTrigger, names.adoptStartTrigger,
            names.identityTrigger, names.needsTrigger, names.needsStartTrigger,
        ]
    }

    // MARK: Tables

    /// The table of jobs. Generated columns come last: they take no room, so that a changed definition can
    /// change them without rewriting a row.
    public var jobsTable: String {
        let declared = definition.names.map { "status = \(SQLText.literal($0))" }.joined(separator: " OR ")
        let shown = definition.shownColumns.map { column -> String in
            let cases = definition.statuses.compactMap { rule -> String? in
                guard let value = definition.rule(for: rule.name)?.shows[column] else { return nil }
                return "WHEN \(SQLText.literal(rule.name)) THEN \(SQLText.literal(value))"
            }
            return ",\n    \(SQLText.name(column)) TEXT GENERATED ALWAYS AS "
                + "(CASE status \(cases.joined(separator: " ")) END) VIRTUAL"
        }
        return """
            CREATE TABLE \(names.jobs) (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                status TEXT NOT NULL CONSTRAINT \(names.statusCheck) CHECK (\(declared)),
                owner TEXT,
                key TEXT,
                priority INTEGER NOT NULL DEFAULT 0,
                input TEXT NOT NULL DEFAULT '{}',
                output TEXT,
                metadata TEXT NOT NULL DEFAULT '{}',
                progress INTEGER NOT NULL DEFAULT 0
                    CONSTRAINT chk_\(definition.name)_progress CHECK (progress BETWEEN 0 AND 100),
                progress_detail TEXT,
                fence INTEGER NOT NULL DEFAULT 0,
                claimed_by TEXT,
                attempt INTEGER NOT NULL DEFAULT 0,
                available_at INTEGER NOT NULL DEFAULT (\(Self.now)),
                hold TEXT,
                parked_at INTEGER,
                failure TEXT,
                deadline INTEGER,
                entered_at INTEGER NOT NULL DEFAULT (\(Self.now)),
                created_at INTEGER NOT NULL DEFAULT (\(Self.now)),
                updated_at INTEGER NOT NULL DEFAULT (\(Self.now)),
                ended_at INTEGER,
                version INTEGER NOT NULL DEFAULT 1,
                spent TEXT,
                met TEXT,
                entry_kind TEXT NOT NULL DEFAULT 'started',
                entry_actor TEXT NOT NULL DEFAULT 'operator',
                entry_actor_name TEXT DEFAULT 'sql',
                entry_reason TEXT,
                entry_failure TEXT\(shown.joined())
            ) STRICT
            """
    }

    /// A line's `place` says when it was written: one writer at a time, so that lines become visible in its order, and
    /// a number of a deleted line is not given again (`AUTOINCREMENT`). It is what readers of the feed go by.
    private var historyTable: String { historyTable(named: names.history) }

    private func historyTable(named name: String) -> String {
        """
        CREATE TABLE \(name) (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER NOT NULL,
            n INTEGER NOT NULL,
            kind TEXT NOT NULL,
            from_status TEXT,
            to_status TEXT NOT NULL,
            actor TEXT NOT NULL,
            actor_name TEXT,
            reason TEXT,
            failure TEXT,
            fence INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (job, n)
        ) STRICT
        """
    }

    /// As histories were before layout 3: kept by job, and in no order beyond that.
    private func oldHistoryTable(named name: String) -> String {
        """
        CREATE TABLE \(name) (
            job INTEGER NOT NULL,
            n INTEGER NOT NULL,
            kind TEXT NOT NULL,
            from_status TEXT,
            to_status TEXT NOT NULL,
            actor TEXT NOT NULL,
            actor_name TEXT,
            reason TEXT,
            failure TEXT,
            fence INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (job, n)
        ) STRICT, WITHOUT ROWID
        """
    }

    private static let historyColumns =
        "(job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at)"

    /// Copies a history, line by line in the order of writing as far as it is known, into a table with a place for
    /// every line, or back into one without.
    package func rebuildHistory(ordered: Bool) -> [String] {
        let (table, copy) = (names.history, "\(names.history)_copy")
        let columns = Self.historyColumns.dropFirst().dropLast()
        let recording = [
            (names.recordStartTrigger, recordStart), (names.recordTrigger, record),
            (names.adoptTrigger, adopt),
            (names.forgetTrigger, forget),
        ]
        // Renaming looks at every trigger and view that names the table; the old way leaves them alone.
        return ["PRAGMA legacy_alter_table = ON"]
            + recording.map { "DROP TRIGGER IF EXISTS \($0.0)" }
            + [
                ordered ? historyTable(named: copy) : oldHistoryTable(named: copy),
                "INSERT INTO \(copy) (\(columns)) SELECT \(columns) FROM \(table) "
                    + "ORDER BY \(ordered ? "at, job, n" : "job, n")",
                "DROP TABLE \(table)",
                "ALTER TABLE \(copy) RENAME TO \(table)",
            ] + recording.map(\.1) + ["PRAGMA legacy_alter_table = OFF"]
    }

    /// The indexes of the table of jobs.
    package var indexes: [String] {
        let table = names.jobs
        return [
            "CREATE UNIQUE INDEX \(table)_live_key ON \(table) (key) WHERE key IS NOT NULL AND ended_at IS NULL",
            """
            CREATE INDEX \(table)_claim ON \(table) (status, priority DESC, available_at, seq)
                WHERE claimed_by IS NULL AND parked_at IS NULL AND hold IS NULL AND ended_at IS NULL
            """,
            "CREATE INDEX \(table)_held ON \(table) (claimed_by) WHERE claimed_by IS NOT NULL",
            // Held jobs are few: the sweep looks at all of them, and a claim leaves this index alone.
            "CREATE INDEX \(table)_deadline ON \(table) (deadline) WHERE deadline IS NOT NULL AND claimed_by IS NULL",
            "CREATE INDEX \(table)_parked ON \(table) (parked_at) WHERE parked_at IS NOT NULL",
            "CREATE INDEX \(table)_owner ON \(table) (owner, id) WHERE owner IS NOT NULL",
        ] + JobIndexes(definition.name, on: table).lists.map { $0.text(concurrently: false) }
    }

    // MARK: Triggers

    private var triggers: [String] {
        [replaceGuard, startGuard, recordStart, adoptStart, identity, moveGuard] + needsGuards
            + [record, adopt, forget]
    }

    /// `INSERT OR REPLACE` deletes a job without any trigger noticing; it is refused before it can.
    private var replaceGuard: String {
        """
        CREATE TRIGGER \(names.replaceTrigger) BEFORE INSERT ON \(names.jobs)
        WHEN EXISTS (SELECT 1 FROM \(names.jobs) WHERE id = new.id)
            OR EXISTS (SELECT 1 FROM \(names.jobs) WHERE seq = new.seq)
            OR (new.key IS NOT NULL AND EXISTS
                (SELECT 1 FROM \(names.jobs) WHERE key = new.key AND ended_at IS NULL))
        BEGIN
            SELECT RAISE(ABORT, '\(names.replaceTrigger): a job with this id or a live one with this key is there already; jobs are changed by moves, never replaced');
        END
        """
    }

    /// Jobs start in an initial status, unless an import says of itself that it is one.
    private var startGuard: String {
        let initial = definition.initial.map { "new.status = \(SQLText.literal($0))" }.joined(
            separator: " OR ")
        let words =
            "a job of lifecycle '\(definition.name)' starts in "
            + definition.initial.map { "'\($0)'" }.joined(separator: " or ")
        return """
            CREATE TRIGGER \(names.startTrigger) AFTER INSERT ON \(names.jobs)
            WHEN NOT (\(initial)) AND new.entry_kind <> 'imported'
            BEGIN
                SELECT RAISE(ABORT, \(SQLText.literal("\(names.startTrigger): \(words)")));
            END
            """
    }

    private var recordStart: String {
        """
        CREATE TRIGGER \(names.recordStartTrigger) AFTER INSERT ON \(names.jobs)
        BEGIN
            INSERT INTO \(names.history) \(Self.historyColumns)
            VALUES (new.seq, new.version, new.entry_kind, NULL, new.status,
                new.entry_actor, new.entry_actor_name, new.entry_reason, new.entry_failure, new.fence,
                new.attempt, new.created_at);
        END
        """
    }

    /// Refuses every move that no actor may make, and says from where, to where, and what is allowed.
    private var moveGuard: String {
        func cases(_ body: (String) -> String) -> String {
            definition.names.map { "WHEN \(SQLText.literal($0)) THEN \(body($0))" }.joined(
                separator: "\n        ")
        }
        let allowed = cases { from in
            let targets = definition.allowed(from: from)
            guard !targets.isEmpty else { return "0" }
            let inner = targets.map { "WHEN \(SQLText.literal($0)) THEN 1" }.joined(separator: " ")
            return "CASE new.status \(inner) ELSE 0 END"
        }
        let refusals = cases { from in
            let targets = definition.allowed(from: from)
            let list = targets.isEmpty ? "nothing" : targets.map { "'\($0)'" }.joined(separator: ", ")
            let inner = definition.names.filter { $0 != from && !targets.contains($0) }.map { to -> String in
                let words =
                    "\(names.moveTrigger): a job of lifecycle '\(definition.name)' cannot move from "
                    + "'\(from)' to '\(to)'; allowed: \(list)"
                return "WHEN \(SQLText.literal(to)) THEN RAISE(ABORT, \(SQLText.literal(words)))"
            }
            return inner.isEmpty ? "0" : "CASE new.status \(inner.joined(separator: "\n            ")) END"
        }
        return """
            CREATE TRIGGER \(names.moveTrigger) AFTER UPDATE OF status ON \(names.jobs)
            WHEN old.status <> new.status AND NOT CASE old.status
                \(allowed) ELSE 0 END
            BEGIN
                SELECT CASE old.status
                \(refusals) END;
                SELECT RAISE(ABORT, '\(names.moveTrigger): the move is not declared');
            END
            """
    }

    /// Every version of a job has its line of history, whoever writes it.
    private var record: String {
        """
        CREATE TRIGGER \(names.recordTrigger) AFTER UPDATE OF version ON \(names.jobs)
        WHEN new.version <> old.version AND new.entry_kind <> 'adopted'
        BEGIN
            INSERT INTO \(names.history) \(Self.historyColumns)
            VALUES (new.seq, new.version, new.entry_kind, old.status, new.status,
                new.entry_actor, new.entry_actor_name, new.entry_reason, new.entry_failure, new.fence,
                new.attempt, new.updated_at);
        END
        """
    }

    private var newStatus: NewStatus { NewStatus(definition, now: Self.now) }

    /// A declared move by plain SQL is taken over: recorded, its claim void, its times set as for any move.
    private var adopt: String {
        return """
            CREATE TRIGGER \(names.adoptTrigger) AFTER UPDATE OF status ON \(names.jobs)
            WHEN old.status <> new.status AND new.version = old.version
            BEGIN
                INSERT INTO \(names.history) \(Self.historyColumns)
                VALUES (new.seq, old.version + 1, 'moved', old.status, new.status,
                    'operator', 'sql', 'moved by plain SQL', NULL, new.fence, 0, \(Self.now));
                UPDATE \(names.jobs) SET version = old.version + 1, entry_kind = 'adopted', claimed_by = NULL,
                    attempt = 0, hold = NULL, parked_at = NULL, failure = NULL, progress = \(newStatus.progress),
                    progress_detail = NULL, available_at = \(Self.now), entered_at = \(Self.now),
                    updated_at = \(Self.now), ended_at = \(newStatus.ended), deadline = \(newStatus.deadline)
                WHERE seq = new.seq;
            END
            """
    }

    /// A start by plain SQL gets the deadline of its status.
    private var adoptStart: String {
        """
        CREATE TRIGGER \(names.adoptStartTrigger) AFTER INSERT ON \(names.jobs)
        WHEN new.entry_actor_name = 'sql' AND new.deadline IS NULL
        BEGIN
            UPDATE \(names.jobs) SET deadline = \(newStatus.deadline) WHERE seq = new.seq;
        END
        """
    }

    /// What names a job never changes: `UPDATE OR REPLACE` could delete another job by it.
    private var identity: String {
        """
        CREATE TRIGGER \(names.identityTrigger) BEFORE UPDATE OF seq, id, key ON \(names.jobs)
        BEGIN
            SELECT RAISE(ABORT, '\(names.identityTrigger): the seq, id and key of a job never change');
        END
        """
    }

    /// Whoever moves a job into a status that needs something: it must be there.
    private var needsGuards: [String] {
        let conditions = definition.statuses.flatMap { rule in
            rule.needs.map { need in
                let token = SQLText.literal("\"\(need.token)\"")
                return "(new.status = \(SQLText.literal(rule.name)) AND "
                    + "instr(coalesce(new.met, ''), \(token)) = 0)"
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
        let isClaim = claims.isEmpty ? "0" : claims.joined(separator: " OR ")
        func words(_ trigger: String) -> String {
            SQLText.literal(
                "\(trigger): what a job of lifecycle '\(definition.name)' needs there is not verified")
        }
        return [
            """
            CREATE TRIGGER \(names.needsTrigger) AFTER UPDATE OF status ON \(names.jobs)
            WHEN old.status <> new.status AND NOT (\(isClaim)) AND (\(unmet))
            BEGIN
                SELECT RAISE(ABORT, \(words(names.needsTrigger)));
            END
            """,
            """
            CREATE TRIGGER \(names.needsStartTrigger) AFTER INSERT ON \(names.jobs)
            WHEN \(unmet)
            BEGIN
                SELECT RAISE(ABORT, \(words(names.needsStartTrigger)));
            END
            """,
        ]
    }

    private var forget: String {
        """
        CREATE TRIGGER \(names.forgetTrigger) AFTER DELETE ON \(names.jobs)
        BEGIN
            DELETE FROM \(names.history) WHERE job = old.seq;
        END
        """
    }
}
