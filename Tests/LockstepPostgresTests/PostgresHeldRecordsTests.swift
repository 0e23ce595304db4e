import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// A store keeps the jobs that its workers hold as it last wrote them, while other machines write to the same table.
/// Nobody must ever notice.
@Suite struct PostgresHeldRecordsTests {
    let database: FreshDatabase
    let store: PostgresStore
    let parcels: Jobs<Parcel>

    init() async throws {
        database = try await FreshDatabase()
        store = try await database.store()
        parcels = try await Jobs<Parcel>(on: store)
    }

    private func claimed() async throws -> JobRecord {
        _ = try await parcels.start([:], in: .queued)
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        let request = ClaimRequest(worker: WorkerID("w"), statuses: heartbeat.statuses, limit: 1)
        return try #require(try await store.claim(request).first)
    }

    private func command(_ change: Command.Change, _ record: JobRecord) -> Command {
        var command = Command(change, job: record.id, of: "parcel", by: .worker("w"))
        command.claim = Claim(worker: WorkerID("w"), fence: record.fence)
        return command
    }

    private func finish(_ record: JobRecord) async throws -> JSONValue {
        var move = command(.move(to: "labelling"), record)
        move.patches = [#"{"finished":true}"#]
        let after = try await store.apply([move])[0].get()
        return try Job<Parcel>(after).metadata()
    }

    @Test func plainSQLOfTheSameStoreIsSeen() async throws {
        let record = try await claimed()
        try await store.write { sql in
            try sql.execute(
                #"UPDATE lockstep.parcel_jobs SET metadata = '{"by":"sql"}' WHERE id = ?1"#, record.id.text)
        }
        #expect(try await finish(record) == .object(["by": .string("sql"), "finished": .bool(true)]))
    }

    @Test func plainSQLBesideAMoveIsSeen() async throws {
        let record = try await claimed()
        var report = command(.report(progress: 5, detail: nil), record)
        report.also = [
            { transaction in
                try (transaction as? any SQLTransaction)?.execute(
                    #"UPDATE lockstep.parcel_jobs SET metadata = '{"by":"companion"}' WHERE id = ?1"#,
                    record.id.text)
            }
        ]
        _ = try await store.apply([report])[0].get()
        #expect(try await finish(record) == .object(["by": .string("companion"), "finished": .bool(true)]))
    }

    @Test func aChangeByAnotherProcessIsSeen() async throws {
        let record = try await claimed()
        let other = try await database.store()
        var note = Command(.annotate, job: record.id, of: "parcel", by: .operator("op"))
        note.patches = [#"{"by":"another"}"#]
        _ = try await other.apply([note])[0].get()
        #expect(try await finish(record) == .object(["by": .string("another"), "finished": .bool(true)]))
    }

    @Test func whatWasUndoneIsForgotten() async throws {
        struct Undo: Error {}
        let record = try await claimed()
        let report = command(.report(progress: 80, detail: nil), record)
        await #expect(throws: Undo.self) {
            try await store.transaction { transaction in
                _ = try transaction.apply(report).get()
                throw Undo()
            }
        }
        // Progress never falls: were the 80 remembered, this would not be 20.
        let smaller = command(.report(progress: 20, detail: nil), record)
        #expect(try await store.apply([smaller])[0].get().progress == 20)
    }

    @Test func whatWasUndoneWithinAGroupIsForgotten() async throws {
        struct Undo: Error {}
        let record = try await claimed()
        let report = command(.report(progress: 80, detail: nil), record)
        let (store, parcels) = (store, parcels)
        // Many writes at once share a transaction; this one is undone by its savepoint alone.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await #expect(throws: Never.self) { _ = try await parcels.start([:], in: .queued) }
                }
                group.addTask {
                    await #expect(throws: Undo.self) {
                        try await store.transaction { transaction in
                            _ = try transaction.apply(report).get()
                            throw Undo()
                        }
                    }
                }
            }
        }
        let smaller = command(.report(progress: 20, detail: nil), record)
        #expect(try await store.apply([smaller])[0].get().progress == 20)
        #expect(try await parcels.find().count == 21)
    }

    @Test func plainSQLOfAnotherMachineIsSeen() async throws {
        let record = try await claimed()
        let plain = try await database.plain()
        try await plain.execute(#"UPDATE parcel_jobs SET metadata = '{"by":"sql"}'"#)
        #expect(try await finish(record) == .object(["by": .string("sql"), "finished": .bool(true)]))
    }

    @Test func aClaimThatAnotherMachineTookBackIsGone() async throws {
        let record = try await claimed()
        let other = try await database.store()
        let lose = Command(.lose, job: record.id, of: "parcel", by: .engine)
        _ = try await other.apply([lose])[0].get()
        for change in [Command.Change.report(progress: 5, detail: nil), .move(to: "labelling"), .yield] {
            guard case .refused(let refusal) = try await store.apply([command(change, record)])[0] else {
                Issue.record("\(change) was accepted without a claim")
                continue
            }
            #expect(refusal.code == .staleClaim)
        }
    }

    @Test func aJobThatAnotherMachineDeletedIsGone() async throws {
        let record = try await claimed()
        try await database.plain().execute("DELETE FROM parcel_jobs")
        guard case .refused(let refusal) = try await store.apply([command(.move(to: "labelling"), record)])[0]
        else {
            Issue.record("a job that is gone was moved")
            return
        }
        #expect(refusal.code == .notFound)
    }

    /// Two stores write to one held job in turn and at once: every change is there in the end.
    @Test func changesOfTwoMachinesAreAllThere() async throws {
        let record = try await claimed()
        let other = try await database.store()
        let stores = [store, other]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    var note = Command(.annotate, job: record.id, of: "parcel", by: .operator("op"))
                    note.patches = ["{\"n\(number)\":true}"]
                    _ = try await stores[number % 2].apply([note])[0].get()
                }
            }
            try await group.waitForAll()
        }
        guard case .object(let all) = try await finish(record) else {
            Issue.record("the metadata is no object")
            return
        }
        #expect(all.count == 41)
    }

    /// The trigger writes the row once more in the transaction of the store's own write.
    @Test func aChangeByATriggerIsSeen() async throws {
        let record = try await claimed()
        let plain = try await database.plain()
        try await plain.execute(
            """
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE lockstep.parcel_jobs SET metadata = '{"by":"trigger"}' WHERE seq = new.seq;
                RETURN NULL;
            END $$
            """)
        try await plain.execute(
            """
            CREATE TRIGGER note AFTER UPDATE ON parcel_jobs FOR EACH ROW
            WHEN (new.progress <> old.progress) EXECUTE FUNCTION note()
            """)
        _ = try await store.apply([command(.report(progress: 5, detail: nil), record)])[0].get()
        #expect(try await finish(record) == .object(["by": .string("trigger"), "finished": .bool(true)]))
    }

    /// What was committed by the short way is not done again when the rest of its batch is tried again.
    @Test func aCommittedPartOfABatchIsNotRepeated() async throws {
        let (first, second) = (try await claimed(), try await claimed())
        let plain = try await database.plain()
        // The second one is not as it was kept, and its first change by the store meets a conflict.
        try await plain.execute("UPDATE parcel_jobs SET metadata = '{}' WHERE id = $1", second.id.text)
        try await plain.execute("CREATE SEQUENCE tries")
        try await plain.execute(
            """
            CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('lockstep.tries') = 1 THEN RAISE 'once' USING ERRCODE = '40001'; END IF;
                RETURN new;
            END $$
            """)
        try await plain.execute(
            """
            CREATE TRIGGER conflict BEFORE UPDATE ON parcel_jobs FOR EACH ROW
            WHEN (new.id = '\(second.id.text)') EXECUTE FUNCTION conflict()
            """)
        let outcomes = try await store.apply([first, second].map { command(.move(to: "labelling"), $0) })
        for outcome in outcomes { #expect(try outcome.get().status == "labelling") }
        #expect(try await plain.value("SELECT last_value FROM tries") == "2")
        #expect(try await parcels.history(of: first.id).map(\.to) == ["queued", "packing", "labelling"])
    }
}
