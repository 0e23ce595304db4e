import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// A store keeps the jobs that its workers hold as it last wrote them. Nobody must ever notice.
@Suite struct ClaimedRecordsTests {
    let scratch: Scratch
    let store: SQLiteStore
    let parcels: Jobs<Parcel>

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database)
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
            try sql.execute(#"UPDATE parcel_jobs SET metadata = '{"by":"sql"}' WHERE id = ?"#, record.id.text)
        }
        #expect(try await finish(record) == .object(["by": .string("sql"), "finished": .bool(true)]))
    }

    @Test func plainSQLBesideAMoveIsSeen() async throws {
        let record = try await claimed()
        var report = command(.report(progress: 5, detail: nil), record)
        report.also = [
            { transaction in
                try (transaction as? any SQLTransaction)?.execute(
                    #"UPDATE parcel_jobs SET metadata = '{"by":"companion"}' WHERE id = ?"#, record.id.text)
            }
        ]
        _ = try await store.apply([report])[0].get()
        #expect(try await finish(record) == .object(["by": .string("companion"), "finished": .bool(true)]))
    }

    @Test func aChangeByAnotherProcessIsSeen() async throws {
        let record = try await claimed()
        let other = try await SQLiteStore(path: scratch.database)
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
}
