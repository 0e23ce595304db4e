import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// Applications' own tables beside the jobs.
@Suite struct SQLFaceTests {
    let scratch: Scratch
    let store: SQLiteStore
    let parcels: Jobs<Parcel>

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database)
        parcels = try await Jobs<Parcel>(on: store)
        try await store.write { sql in
            try sql.execute(
                "CREATE TABLE labels (job TEXT PRIMARY KEY, text TEXT NOT NULL CONSTRAINT chk_text CHECK (text <> ''))"
            )
        }
    }

    private func labels() async throws -> [SQLRow] {
        try await store.read { try $0.query("SELECT job, text FROM labels") }
    }

    /// Runs a handler that writes a label beside its move, and gives back the job once it stands still.
    private func run(label: String) async throws -> JobRecord {
        let worker = Worker(on: store) {
            Handler(Parcel.packing) { work in
                let id = work.id.text
                work.alsoSQL { try $0.execute("INSERT INTO labels VALUES (?1, ?2)", id, label) }
                return .review
            }
        }
        let running = Task { try await worker.run() }
        let started = try await parcels.start([:], in: .queued)
        var last: JobRecord?
        for try await job in parcels.watch(started.id) {
            last = job.record
            if job.status == Parcel.review || job.record.parkedAt != nil { break }
        }
        worker.stop()
        try await running.value
        return try #require(last)
    }

    @Test func rowsAndMovesCommitTogether() async throws {
        let record = try await run(label: "hello")
        #expect(record.status == "review")
        #expect(try await labels().map { $0["text"].text } == ["hello"])
    }

    @Test func aHandlerWhoseWriteViolatesAConstraintParksItsJobAtOnce() async throws {
        let record = try await run(label: "")
        #expect(record.status == "packing")
        #expect(record.failure?.audience == .adminRequired)
        #expect(record.failure?.message.contains("chk_text") ?? false)
        #expect(record.attempt == 1)
        #expect(try await parcels.history(of: record.id).map(\.kind) == [.started, .moved, .parked])
        #expect(try await labels() == [])
    }

    @Test func aHandlerThatRunsIntoAConstraintItselfParksItsJobToo() async throws {
        let worker = Worker(on: store) {
            Handler(Parcel.packing) { [store] _ in
                try await store.write { try $0.execute("INSERT INTO labels VALUES ('x', '')") }
                return .review
            }
        }
        let running = Task { try await worker.run() }
        let started = try await parcels.start([:], in: .queued)
        for try await job in parcels.watch(started.id) where job.record.parkedAt != nil {
            #expect(job.failure?.audience == .adminRequired)
            #expect(job.failure?.code == "constraint_violated")
            break
        }
        worker.stop()
        try await running.value
        #expect(try await parcels.history(of: started.id).map(\.kind) == [.started, .moved, .parked])
    }

    @Test func aConstraintCheckedAtCommitIsItsOwnCallersFault() async throws {
        try await store.write { sql in
            try sql.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
            try sql.execute(
                "CREATE TABLE children (p INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")
        }
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask { [store, parcels] in
                    do {
                        if number.isMultiple(of: 4) {
                            try await store.write { try $0.execute("INSERT INTO children VALUES (7)") }
                        } else {
                            _ = try await parcels.start([:], in: .queued)
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 30)
        #expect(try await parcels.find().count == 30)
    }

    @Test func aJobThatCannotBeDeletedHoldsNobodyUp() async throws {
        let time = TestTime()
        let scratch = try Scratch()
        let store = try await SQLiteStore(path: scratch.database, time: time)
        let parcels = try await Jobs<Parcel>(on: store)
        try await store.write { sql in
            try sql.execute("CREATE TABLE notes (job TEXT REFERENCES parcel_jobs (id))")
        }
        let kept = try await parcels.start([:], in: .labelling).id
        try await store.write { try $0.execute("INSERT INTO notes VALUES (?1)", kept.text) }
        try await parcels.cancel(kept, by: .operator("op"))
        time.advance(by: .days(8))
        let late = try await parcels.start([:], in: .announced).id
        time.advance(by: .minutes(11))
        let report = try await store.sweep(SweepRequest(retain: ["parcel"]))
        #expect(report.expired == [late] && report.retired == [] && !report.hasMore)
        #expect(try await parcels.find(kept) != nil)
        #expect(try await store.sweep(SweepRequest(retain: ["parcel"])) == SweepReport())
    }

    @Test func anUndoneTransactionUndoesTheStartAsWell() async throws {
        let job = try parcels.new([:], in: .queued)
        await #expect(throws: SQLError.self) {
            try await store.write { sql in
                _ = try sql.start(job).get()
                try sql.execute("INSERT INTO labels VALUES ('a', '')")
            }
        }
        #expect(try await parcels.find().isEmpty)
    }

    @Test func valuesComeBackAsTheyWentIn() async throws {
        try await store.write { sql in
            try sql.execute("CREATE TABLE v (a, b, c, d, e)")
            try sql.execute(
                "INSERT INTO v VALUES (?1, ?2, ?3, ?4, ?5)", 7, 2.5, "ü", [UInt8(1), 2], String?.none)
        }
        let row = try await store.read { try $0.query("SELECT *, ?1 AS again FROM v WHERE c = ?2", 9, "ü") }
            .first
        #expect(row?[0].integer == 7 && row?[1].real == 2.5 && row?["c"].text == "ü")
        #expect(row?["d"].blob == [1, 2] && row?["e"].isNull ?? false && row?["again"].integer == 9)
    }
}
