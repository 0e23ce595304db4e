import Lockstep
import LockstepPostgres
import LockstepTesting
import PostgresSupport
import Testing

/// What the database itself refuses and records, whoever writes: plain SQL over a connection of its own.
@Suite struct PostgresEnforcementTests {
    let database: FreshDatabase
    let store: PostgresStore
    let parcels: Jobs<Parcel>
    let plain: PlainConnection

    init() async throws {
        database = try await FreshDatabase()
        store = try await database.store()
        parcels = try await Jobs<Parcel>(on: store)
        plain = try await database.plain()
    }

    /// The refusal of a statement.
    private func refusal(_ sql: String, _ parameters: String?...) async throws -> PlainFault? {
        do {
            _ = try await plain.use { try $0.run(sql, parameters) }
            Issue.record("the database accepted: \(sql)")
            return nil
        } catch let fault as PlainFault {
            return fault
        }
    }

    private func moves(_ id: JobID) async throws -> [String] {
        try await parcels.history(of: id).map { "\($0.from ?? "") → \($0.to)" }
    }

    @Test func anUndeclaredStatusViolatesTheNamedCheck() async throws {
        let id = try await parcels.start([:], in: .queued).id
        for status in ["running", "in_progress", "QUEUED", "queued ", ""] {
            let fault = try await refusal("UPDATE parcel_jobs SET status = $1 WHERE id = $2", status, id.text)
            #expect(fault?.state == "23514" && fault?.constraint == "chk_parcel_status")
        }
        let fault = try await refusal("INSERT INTO parcel_jobs (id, status) VALUES ('x', 'running')")
        #expect(fault?.constraint == "chk_parcel_status")
        #expect(try await refusal("UPDATE parcel_jobs SET status = NULL")?.state == "23502")
    }

    @Test func aRefusedMoveSaysWhatWouldBeAllowed() async throws {
        let id = try await parcels.start([:], in: .queued).id
        let fault = try await refusal("UPDATE parcel_jobs SET status = 'delivered' WHERE id = $1", id.text)
        #expect(fault?.state == "LS001" && fault?.constraint == "trg_parcel_move")
        let allowed = parcels.definition.allowed(from: "queued").map { "'\($0)'" }.joined(separator: ", ")
        #expect(
            fault?.description
                == "trg_parcel_move: a job of lifecycle 'parcel' cannot move from 'queued' to 'delivered'; "
                + "allowed: \(allowed)")
    }

    @Test func oneRefusedRowRefusesTheWholeStatement() async throws {
        let queued = try await parcels.start([:], in: .queued).id
        let announced = try await parcels.start([:], in: .announced).id
        // From 'queued' it is declared, from 'announced' it is not.
        #expect(
            try await refusal("UPDATE parcel_jobs SET status = 'packing'")?.constraint == "trg_parcel_move")
        #expect(try await moves(queued) == [" → queued"])
        #expect(try await plain.execute("UPDATE parcel_jobs SET status = 'lost'") == 2)
        #expect(try await moves(queued) == [" → queued", "queued → lost"])
        #expect(try await moves(announced) == [" → announced", "announced → lost"])
    }

    @Test func aTriggerThatChangesWhatIsWrittenDoesNotGetPastTheGuards() async throws {
        let id = try await parcels.start([:], in: .queued).id
        try await plain.execute(
            """
            CREATE FUNCTION smuggle() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN new.status := TG_ARGV[0]; RETURN new; END $$
            """)
        // Its name comes before and after those of the guards.
        for name in ["aaa_smuggle", "zzz_smuggle"] {
            try await plain.execute(
                """
                CREATE TRIGGER \(name) BEFORE INSERT OR UPDATE ON parcel_jobs FOR EACH ROW
                EXECUTE FUNCTION smuggle('delivered')
                """)
            #expect(
                try await refusal("UPDATE parcel_jobs SET metadata = '{}'")?.constraint == "trg_parcel_move")
            #expect(
                try await refusal("INSERT INTO parcel_jobs (id, status) VALUES ('x', 'queued')")?.constraint
                    == "trg_parcel_start")
            try await plain.execute("DROP TRIGGER \(name) ON parcel_jobs")
        }
        // A declared move that a trigger makes of another write is a move like any.
        try await plain.execute(
            """
            CREATE TRIGGER smuggle BEFORE UPDATE ON parcel_jobs FOR EACH ROW
            WHEN (new.metadata <> old.metadata) EXECUTE FUNCTION smuggle('lost')
            """)
        try await plain.execute("UPDATE parcel_jobs SET metadata = '{\"a\":1}'")
        #expect(try await moves(id) == [" → queued", "queued → lost"])
        #expect(try await parcels.find(id)?.record.endedAt != nil)
    }

    @Test func aTriggerThatWritesAgainDoesNotGetPastTheGuards() async throws {
        _ = try await parcels.start([:], in: .queued)
        try await plain.execute(
            """
            CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE lockstep.parcel_jobs SET status = 'delivered' WHERE seq = new.seq; RETURN NULL; END $$
            """)
        try await plain.execute(
            """
            CREATE TRIGGER zzz_again AFTER UPDATE ON parcel_jobs FOR EACH ROW
            WHEN (new.status = 'packing') EXECUTE FUNCTION again()
            """)
        #expect(
            try await refusal("UPDATE parcel_jobs SET status = 'packing'")?.constraint == "trg_parcel_move")
    }

    @Test func anUpsertIsAMoveLikeAny() async throws {
        let id = try await parcels.start([:], in: .queued).id
        func upsert(_ status: String) -> String {
            """
            INSERT INTO parcel_jobs (id, status) VALUES ('\(id.text)', 'queued')
            ON CONFLICT (id) DO UPDATE SET status = '\(status)'
            """
        }
        #expect(try await refusal(upsert("delivered"))?.constraint == "trg_parcel_move")
        #expect(try await refusal(upsert("running"))?.constraint == "chk_parcel_status")
        try await plain.execute(upsert("lost"))
        #expect(try await moves(id) == [" → queued", "queued → lost"])
    }

    @Test func aMergeIsAMoveLikeAny() async throws {
        guard try await plain.value("SELECT current_setting('server_version_num')::int >= 150000") == "t"
        else {
            print("MERGE: the server is older than 15")
            return
        }
        let id = try await parcels.start([:], in: .queued).id
        func merge(_ status: String, _ new: String) -> String {
            """
            MERGE INTO parcel_jobs j USING (VALUES ('\(id.text)'), ('merged')) AS v(id) ON j.id = v.id
            WHEN MATCHED THEN UPDATE SET status = '\(status)'
            WHEN NOT MATCHED THEN INSERT (id, status) VALUES (v.id, '\(new)')
            """
        }
        #expect(try await refusal(merge("delivered", "queued"))?.constraint == "trg_parcel_move")
        #expect(try await refusal(merge("lost", "delivered"))?.constraint == "trg_parcel_start")
        #expect(try await moves(id) == [" → queued"])
        try await plain.execute(merge("lost", "queued"))
        #expect(try await moves(id) == [" → queued", "queued → lost"])
        #expect(try await moves(JobID(stored: "merged")) == [" → queued"])
    }

    @Test func whatIsCopiedInIsAStartLikeAny() async throws {
        let copy = "COPY parcel_jobs (id, status) FROM STDIN"
        for (status, constraint) in [("running", "chk_parcel_status"), ("delivered", "trg_parcel_start")] {
            let lines = "a\tqueued\nb\t\(status)\n"
            do {
                try await plain.use { try $0.copy(copy, lines) }
                Issue.record("the database accepted a copy in '\(status)'")
            } catch let fault as PlainFault {
                #expect(fault.constraint == constraint)
            }
        }
        #expect(try await parcels.find().isEmpty)
        try await plain.use { try $0.copy(copy, "a\tqueued\nb\tannounced\n") }
        #expect(try await moves(JobID(stored: "a")) == [" → queued"])
        #expect(try await moves(JobID(stored: "b")) == [" → announced"])
        #expect(try await parcels.find(JobID(stored: "b"))?.record.deadline != nil)
    }

    @Test func whatNamesAJobNeverChanges() async throws {
        _ = try await parcels.start([:], in: .queued, key: "k")
        for change in [
            "seq = seq + 1000", "id = 'other'", "key = 'other'", "key = NULL",
            "id = 'other', status = 'lost'",
        ] {
            #expect(
                try await refusal("UPDATE parcel_jobs SET \(change)")?.constraint == "trg_parcel_identity",
                "\(change)")
        }
        let again = "INSERT INTO parcel_jobs (id, status, key) VALUES ('other', 'queued', 'k')"
        #expect(try await refusal(again)?.state == "23505")
    }

    @Test func whatIsDeletedTakesItsHistoryAlong() async throws {
        let (gone, kept) = (
            try await parcels.start([:], in: .queued).id, try await parcels.start([:], in: .queued).id
        )
        try await plain.execute("UPDATE parcel_jobs SET status = 'lost'")
        try await plain.execute("DELETE FROM parcel_jobs WHERE id = $1", gone.text)
        #expect(try await plain.value("SELECT count(*) FROM parcel_history") == "2")
        #expect(try await moves(kept).count == 2)
        try await plain.execute("TRUNCATE parcel_jobs")
        #expect(try await plain.value("SELECT count(*) FROM parcel_history") == "0")
        #expect(try await parcels.find().isEmpty)
    }

    @Test func nobodyWritesPastTheHistory() async throws {
        let id = try await parcels.start([:], in: .queued).id
        try await plain.execute("UPDATE parcel_jobs SET status = 'lost'")
        // Whoever counts up by hand gets a line, also when the row says that the line is there.
        try await plain.execute(
            "UPDATE parcel_jobs SET status = 'queued', version = version + 1, entry_kind = 'adopted'")
        #expect(try await moves(id).last == "lost → queued")
        #expect(try await parcels.history(of: id).map(\.number) == [1, 2, 3])
        // The number of a line that is there already.
        #expect(try await refusal("UPDATE parcel_jobs SET version = 1, status = 'lost'")?.state == "23505")
    }

    @Test func plainSQLCannotBypassANeed() async throws {
        let footage = try await Jobs<Footage>(on: store)
        let id = try await footage.start(NoValue()).id
        let sql = "UPDATE footage_jobs SET status = 'queued' WHERE id = $1"
        #expect(try await refusal(sql, id.text)?.constraint == "trg_footage_needs")
        try await footage.apply(.meet("upload:video"), to: id, by: .event)
        #expect(try await plain.execute(sql, id.text) == 1)
    }

    @Test func aMoveByPlainSQLIsTakenOver() async throws {
        let id = try await parcels.start([:], in: .queued).id
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        let request = ClaimRequest(worker: WorkerID("w"), statuses: heartbeat.statuses, limit: 1)
        let claimed = try #require(try await store.claim(request).first)
        try await plain.execute("UPDATE parcel_jobs SET status = 'lost' WHERE id = $1", id.text)

        let record = try #require(try await parcels.find(id)).record
        #expect(record.claimedBy == nil && record.endedAt != nil && record.version == 3)
        #expect(record.deadline.map { $0 > record.enteredAt } ?? false)
        let history = try await parcels.history(of: id)
        #expect(history.map(\.to) == ["queued", "packing", "lost"])
        #expect(history.last?.actor == .operator("sql"))

        var late = Command(.move(to: "labelling"), job: id, of: "parcel", by: .worker("w"))
        late.claim = Claim(worker: WorkerID("w"), fence: claimed.fence)
        guard case .refused(let refusal) = try await store.apply([late])[0] else {
            Issue.record("the worker's late result was accepted")
            return
        }
        #expect(refusal.code == .staleClaim)
        try await parcels.reopen(id, by: .operator("op"))
        #expect(try await parcels.history(of: id).map(\.number) == [1, 2, 3, 4])
    }

    @Test func shownColumnsAreFunctionsOfTheStatus() async throws {
        let id = try await parcels.start([:], in: .announced).id
        let phase = "SELECT phase FROM parcel_jobs WHERE id = $1"
        #expect(try await plain.value(phase, id.text) == "before")
        #expect(try await refusal("UPDATE parcel_jobs SET phase = 'after'")?.state == "428C9")
        try await parcels.fail(id, with: .userFixable("x"), by: .operator("op"))
        #expect(try await plain.value(phase, id.text) == nil)
    }

    /// Whoever may write jobs can neither write their history nor lift the guards.
    @Test func aRoleThatMayWriteJobsGetsPastNothing() async throws {
        let id = try await parcels.start([:], in: .queued).id
        let role = "role_\(database.name)"
        try await plain.execute("CREATE ROLE \(role)")
        try await plain.execute("GRANT USAGE ON SCHEMA lockstep TO \(role)")
        try await plain.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON parcel_jobs TO \(role)")
        try await plain.execute("SET ROLE \(role)")
        let denied = [
            "UPDATE parcel_history SET kind = 'moved'", "DELETE FROM parcel_history",
            "INSERT INTO parcel_history SELECT * FROM parcel_history",
            "ALTER TABLE parcel_jobs DISABLE TRIGGER USER", "DROP TRIGGER trg_parcel_move ON parcel_jobs",
            "ALTER TABLE parcel_jobs DROP CONSTRAINT chk_parcel_status", "TRUNCATE parcel_jobs",
            "SET session_replication_role = replica",
        ]
        for sql in denied { #expect(try await refusal(sql)?.state == "42501", "\(sql)") }
        // A table of the same name in front of the real one takes no line of history away.
        try await plain.execute("CREATE TEMPORARY TABLE parcel_history (LIKE lockstep.parcel_jobs)")
        #expect(try await refusal("UPDATE lockstep.parcel_jobs SET status = 'delivered'")?.state == "LS001")
        #expect(try await plain.execute("UPDATE lockstep.parcel_jobs SET status = 'lost'") == 1)
        try await plain.execute("INSERT INTO lockstep.parcel_jobs (id, status) VALUES ('mine', 'queued')")
        try await plain.execute("RESET ROLE")
        #expect(try await moves(id) == [" → queued", "queued → lost"])
        #expect(try await moves(JobID(stored: "mine")) == [" → queued"])
        try await plain.execute("DROP OWNED BY \(role)")
        try await plain.execute("DROP ROLE \(role)")
    }

    /// Plain SQL may write any number, and none may end a process.
    @Test func numbersAtTheirEndsAreLivedWith() async throws {
        let queued = try await parcels.start([:], in: .queued).id
        let announced = try await parcels.start([:], in: .announced).id
        let labelling = try await parcels.start([:], in: .labelling).id
        try await plain.execute(
            """
            UPDATE parcel_jobs SET priority = -9223372036854775808, fence = 9223372036854775807,
                attempt = 9223372036854775807, entered_at = 9223372036854775807
            """)
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing", "labelling"]],
            host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        let claimed = try await store.claim(
            ClaimRequest(worker: WorkerID("w"), statuses: heartbeat.statuses, limit: 2))
        #expect(Set(claimed.map(\.id)) == [queued, labelling])
        for record in claimed {
            #expect(record.fence == .max)
            var move = Command(.move(to: "review"), job: record.id, of: "parcel", by: .worker("w"))
            move.claim = Claim(worker: WorkerID("w"), fence: record.fence)
            if record.id == queued { _ = try await store.apply([move])[0].get() }
        }
        let waiting = try #require(try await parcels.find(announced)).record
        #expect(!waiting.isStuck(definition: parcels.definition, now: store.time.now()))
        _ = try await store.sweep(SweepRequest())
    }
}
