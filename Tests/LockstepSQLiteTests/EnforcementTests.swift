import GRDB
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// What the database itself refuses, whoever writes: plain SQL over a connection of its own.
@Suite struct EnforcementTests {
    let scratch: Scratch
    let store: SQLiteStore
    let parcels: Jobs<Parcel>
    let raw: DatabaseQueue

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database)
        parcels = try await Jobs<Parcel>(on: store)
        raw = try DatabaseQueue(path: scratch.database)
    }

    private func execute(_ sql: String, _ arguments: StatementArguments = []) async throws -> Int {
        try await raw.write { db in
            try db.execute(sql: sql, arguments: arguments)
            return db.changesCount
        }
    }

    private func refusal(_ sql: String, _ arguments: StatementArguments = []) async throws -> String {
        do {
            _ = try await execute(sql, arguments)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            return error.message ?? ""
        }
        Issue.record("the database accepted: \(sql)")
        return ""
    }

    /// A job that plain SQL put into a status, past the guards that would refuse it.
    private func force(_ id: JobID, into status: String) async throws {
        try await raw.write { db in
            let triggers = try Row.fetchAll(
                db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger[0] as String)") }
            try db.execute(
                sql: "UPDATE parcel_jobs SET status = ?, ended_at = NULL WHERE id = ?",
                arguments: [status, id.text])
            for trigger in triggers { try db.execute(sql: trigger[1]) }
        }
    }

    @Test func plainSQLMovesExactlyWhereSomeActorMay() async throws {
        let definition = parcels.definition
        for from in definition.names {
            for to in definition.names where from != to {
                let id = try await parcels.start([:], in: .queued).id
                try await force(id, into: from)
                let sql = "UPDATE parcel_jobs SET status = ? WHERE id = ?"
                if definition.edge(from: from, to: to) != nil {
                    #expect(try await execute(sql, [to, id.text]) == 1, "\(from) to \(to)")
                } else {
                    let message = try await refusal(sql, [to, id.text])
                    let allowed = definition.allowed(from: from).map { "'\($0)'" }.joined(separator: ", ")
                    #expect(
                        message
                            == "trg_parcel_move: a job of lifecycle 'parcel' cannot move from '\(from)' to "
                            + "'\(to)'; allowed: \(allowed.isEmpty ? "nothing" : allowed)")
                }
            }
        }
    }

    @Test func plainSQLStartsOnlyInInitialStatuses() async throws {
        for status in parcels.definition.names {
            let sql = "INSERT INTO parcel_jobs (id, status) VALUES (?, ?)"
            let id = JobID().text
            if parcels.definition.initial.contains(status) {
                #expect(try await execute(sql, [id, status]) >= 1)
                let history = try await store.history(of: JobID(stored: id), in: "parcel", after: 0)
                #expect(history.map(\.actor) == [.operator("sql")])
            } else {
                #expect(
                    try await refusal(sql, [id, status]).hasPrefix("trg_parcel_start: a job of lifecycle"))
            }
        }
    }

    @Test func anUndeclaredStatusViolatesTheNamedCheck() async throws {
        let id = try await parcels.start([:], in: .queued).id
        for status in ["running", "in_progress", "QUEUED", "queued ", ""] {
            #expect(
                try await refusal("UPDATE parcel_jobs SET status = ? WHERE id = ?", [status, id.text])
                    == "CHECK constraint failed: chk_parcel_status")
        }
        #expect(
            try await refusal("INSERT INTO parcel_jobs (id, status) VALUES ('x', 'running')")
                == "CHECK constraint failed: chk_parcel_status")
        // SQLite's way to look away: no error, and no change either.
        #expect(try await execute("UPDATE OR IGNORE parcel_jobs SET status = 'running'") == 0)
    }

    @Test func aMissingEdgeOrValueIsNoticed() async throws {
        // The two tests above are only worth something if they see a database that was tampered with.
        let id = try await parcels.start([:], in: .queued).id
        try await raw.write { db in try db.execute(sql: "DROP TRIGGER trg_parcel_move") }
        #expect(try await execute("UPDATE parcel_jobs SET status = 'delivered' WHERE id = ?", [id.text]) == 1)
    }

    @Test func jobsAreNeverReplaced() async throws {
        let id = try await parcels.start([:], in: .queued, key: "k").id
        let other = JobID().text
        for (sql, arguments) in [
            ("INSERT OR REPLACE INTO parcel_jobs (id, status) VALUES (?, 'queued')", [id.text]),
            ("INSERT OR REPLACE INTO parcel_jobs (id, status, key) VALUES (?, 'queued', 'k')", [other]),
            ("INSERT OR REPLACE INTO parcel_jobs (seq, id, status) VALUES (1, ?, 'queued')", [other]),
        ] {
            #expect(try await refusal(sql, StatementArguments(arguments)).hasPrefix("trg_parcel_replace: "))
        }
        #expect(try await parcels.find().map(\.id) == [id])
    }

    @Test func whatNamesAJobNeverChanges() async throws {
        let id = try await parcels.start([:], in: .queued, key: "k").id
        _ = try await parcels.start([:], in: .queued, key: "l")
        #expect(
            try await refusal("UPDATE OR REPLACE parcel_jobs SET key = 'l' WHERE id = ?", [id.text])
                .hasPrefix("trg_parcel_identity: "))
        #expect(try await parcels.find().count == 2)
    }

    @Test func plainSQLCannotBypassANeed() async throws {
        let footage = try await Jobs<Footage>(on: store)
        let id = try await footage.start(NoValue()).id
        let sql = "UPDATE footage_jobs SET status = 'queued' WHERE id = ?"
        #expect(try await refusal(sql, [id.text]).hasPrefix("trg_footage_needs: "))
        try await footage.apply(.meet("upload:video"), to: id, by: .event)
        #expect(try await execute(sql, [id.text]) == 1)
    }

    @Test func aStartByPlainSQLHasADeadline() async throws {
        _ = try await execute("INSERT INTO parcel_jobs (id, status) VALUES (?, 'announced')", [JobID().text])
        #expect(try await parcels.find().first?.record.deadline != nil)
    }

    @Test func anIndexOnAShownColumnStaysRight() async throws {
        _ = try await execute("CREATE INDEX by_phase ON parcel_jobs (phase)")
        _ = try await parcels.start([:], in: .announced)
        var statuses = parcels.definition.statuses
        for index in statuses.indices where statuses[index].name == "announced" {
            statuses[index].shows["phase"] = "early"
        }
        let initial = parcels.definition.initial
        try await store.install([Definition(name: "parcel", statuses: statuses, initial: initial)])
        #expect(try await raw.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        for index in statuses.indices { statuses[index].shows = [:] }
        await #expect(throws: SQLError.self) {
            try await store.install([Definition(name: "parcel", statuses: statuses, initial: initial)])
        }
    }

    @Test func aMoveByPlainSQLIsTakenOver() async throws {
        let id = try await parcels.start([:], in: .queued).id
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        let request = ClaimRequest(worker: WorkerID("w"), statuses: heartbeat.statuses, limit: 1)
        let claimed = try #require(try await store.claim(request).first)
        _ = try await execute("UPDATE parcel_jobs SET status = 'lost' WHERE id = ?", [id.text])

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
        func phase() async throws -> String? {
            try await raw.read {
                try String.fetchOne(
                    $0, sql: "SELECT phase FROM parcel_jobs WHERE id = ?", arguments: [id.text])
            }
        }
        #expect(try await phase() == "before")
        await #expect(throws: DatabaseError.self) {
            _ = try await execute("UPDATE parcel_jobs SET phase = 'after'")
        }
        try await parcels.fail(id, with: .userFixable("x"), by: .operator("op"))
        #expect(try await phase() == nil)
    }

    @Test func aChangedDefinitionChangesTheConstraintsWithoutTouchingARow() async throws {
        let id = try await parcels.start([:], in: .announced).id
        var statuses = parcels.definition.statuses
        statuses.append(StatusRule(name: "returned", kind: .closed, limit: .days(1)))
        for index in statuses.indices where statuses[index].name == "announced" {
            statuses[index].moves.append(DeclaredMove(to: "returned"))
            statuses[index].shows["colour"] = "blue"
        }
        let larger = Definition(name: "parcel", statuses: statuses, initial: parcels.definition.initial)
        try await store.install([larger])
        let colour = try await raw.read { try String.fetchOne($0, sql: "SELECT colour FROM parcel_jobs") }
        #expect(colour == "blue")
        #expect(try await execute("UPDATE parcel_jobs SET status = 'returned' WHERE id = ?", [id.text]) == 1)
        #expect(try await raw.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        try await store.install([parcels.definition.adding("returned", after: "announced")])
        #expect(
            try await refusal("UPDATE parcel_jobs SET status = 'elsewhere'")
                == "CHECK constraint failed: chk_parcel_status")
    }

    @Test func aColumnOfTheApplicationOutlivesAChangedDefinition() async throws {
        let id = try await parcels.start([:], in: .queued).id
        _ = try await execute("ALTER TABLE parcel_jobs ADD COLUMN depot TEXT DEFAULT 'north'")
        _ = try await execute("ALTER TABLE parcel_jobs ADD COLUMN weight INTEGER CHECK (weight > 0)")
        _ = try await execute("UPDATE parcel_jobs SET depot = 'south', weight = 7 WHERE id = ?", [id.text])
        try await store.install([parcels.definition.adding("returned", after: "announced")])
        let kept = try await raw.read { db in
            try String.fetchOne(db, sql: "SELECT id || ' ' || depot || ' ' || weight FROM parcel_jobs")
        }
        #expect(kept == "\(id.text) south 7")
        #expect(
            try await refusal("UPDATE parcel_jobs SET weight = 0").contains("CHECK constraint failed: weight")
        )
        let other = try await parcels.start([:], in: .queued).id
        #expect(try await parcels.find(other)?.record.status == "queued")
        #expect(try await raw.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    @Test func aRenamedColumnIsNoReasonToWriteOver() async throws {
        _ = try await execute("ALTER TABLE parcel_jobs ADD COLUMN depot TEXT")
        _ = try await execute("ALTER TABLE parcel_jobs RENAME COLUMN progress_detail TO detail")
        let error = await #expect(throws: SQLError.self) {
            try await store.install([parcels.definition.adding("returned", after: "announced")])
        }
        #expect(error?.description.contains("the columns of 'parcel_jobs' are others") == true)
    }

    /// Plain SQL may write any number, and none may end a process.
    @Test func numbersAtTheirEndsAreLivedWith() async throws {
        let queued = try await parcels.start([:], in: .queued).id
        let announced = try await parcels.start([:], in: .announced).id
        let labelling = try await parcels.start([:], in: .labelling).id
        _ = try await execute(
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

    /// What only a newer version has written into a history, and what nobody can read.
    @Test func oneUnreadableLineHidesNoOthers() async throws {
        let start = try await store.feed("parcel", from: nil, limit: 1).horizon
        let id = try await parcels.start([:], in: .queued).id
        try await parcels.fail(id, with: .userFixable("x"), by: .operator("op"))
        try await parcels.reopen(id, by: .operator("op"))
        try await parcels.cancel(id, by: .operator("op"))
        _ = try await execute("UPDATE parcel_history SET kind = 'newer' WHERE n = 3")
        _ = try await execute("UPDATE parcel_history SET failure = 'no JSON' WHERE n = 2")
        #expect(try await parcels.history(of: id).map(\.number) == [1, 2, 4])
        #expect(try await parcels.history(of: id)[1].failure?.code == "unreadable_failure")
        for limit in 1...5 {
            var numbers: [Int64] = []
            var page = FeedPage(entries: [], horizon: start, hasMore: true)
            while page.hasMore {
                page = try await store.feed("parcel", from: page.horizon, limit: limit)
                numbers += page.entries.map(\.entry.number)
            }
            #expect(numbers == [1, 2, 4], "by pages of \(limit)")
            #expect(try await store.feed("parcel", from: page.horizon, limit: limit).entries.isEmpty)
        }
    }
}

extension Definition {
    /// The definition with one more end.
    fileprivate func adding(_ end: String, after status: String) -> Definition {
        var statuses = statuses + [StatusRule(name: end, kind: .closed, limit: .days(2))]
        for index in statuses.indices where statuses[index].name == status {
            statuses[index].moves.append(DeclaredMove(to: end))
        }
        return Definition(name: name, statuses: statuses, initial: initial)
    }
}
