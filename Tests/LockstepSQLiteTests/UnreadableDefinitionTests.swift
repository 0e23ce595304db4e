import GRDB
import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// A newer process has installed a definition that this version cannot read: its jobs wait for the newer process, and
/// those of the other lifecycles go on.
@Suite struct UnreadableDefinitionTests {
    static let statuses = ["parcel": ["packing"], "footage": ["running"]]
    let time = TestTime()
    let scratch: Scratch
    let store: SQLiteStore
    let parcels: Jobs<Parcel>
    let footage: Jobs<Footage>
    let raw: DatabaseQueue
    let worker = WorkerID("w")

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database, time: time)
        parcels = try await Jobs<Parcel>(on: store)
        footage = try await Jobs<Footage>(on: store)
        raw = try DatabaseQueue(path: scratch.database)
    }

    private func startFootage() async throws -> JobID {
        let id = try await footage.start(NoValue()).id
        try await footage.apply(.meet("upload:video"), to: id, by: .event)
        try await footage.move(id, to: .queued)
        return id
    }

    private func beat(isFirst: Bool = false) async throws -> HeartbeatReply {
        var heartbeat = Heartbeat(worker: worker, lease: .seconds(15), statuses: Self.statuses, host: "t")
        heartbeat.isFirst = isFirst
        return try await store.beat(heartbeat)
    }

    private func claim() async throws -> [JobID] {
        try await store.claim(ClaimRequest(worker: worker, statuses: Self.statuses, limit: 10)).map(\.id)
    }

    private func define(footage json: String) async throws {
        try await raw.write { db in
            try db.execute(
                sql: """
                    UPDATE lockstep_definitions SET json = ?,
                        revision = 1 + (SELECT max(revision) FROM lockstep_definitions)
                    WHERE name = 'footage'
                    """, arguments: [json])
        }
    }

    @Test func theOtherLifecyclesGoOn() async throws {
        let shot = try await startFootage()
        #expect(try await beat(isFirst: true).isAlive)
        #expect(try await claim() == [shot])
        try await define(footage: "{}")
        let parcel = try await parcels.start([:], in: .queued).id
        #expect(try await claim() == [parcel])
        // What the worker holds it still holds, whoever can read it.
        let reply = try await beat()
        #expect(reply.isAlive && Set(reply.held.keys) == [shot, parcel])
        #expect(reply.lifecycles == [shot: "footage", parcel: "parcel"])
        #expect(try await store.workers().map(\.holding) == [2])
    }

    @Test func aDeadWorkerIsRememberedUntilItsClaimsAreTakenBack() async throws {
        let parcel = try await parcels.start([:], in: .queued).id
        let shot = try await startFootage()
        _ = try await beat(isFirst: true)
        #expect(try await Set(claim()) == [parcel, shot])
        let json = try await raw.read { db in
            try String.fetchOne(db, sql: "SELECT json FROM lockstep_definitions WHERE name = 'footage'")
        }
        try await define(footage: "{}")
        time.advance(by: .seconds(16))
        let first = try await store.sweep(SweepRequest())
        #expect(first.lost == [parcel] && first.deadWorkers == [])
        #expect(try await store.workers().map(\.id) == [worker])
        // Somebody who can read it sweeps.
        try await define(footage: try #require(json))
        let second = try await store.sweep(SweepRequest())
        #expect(second.lost == [shot] && second.deadWorkers == [worker])
        #expect(try await store.workers().isEmpty)
    }

    @Test func aWorkerWithoutSuchClaimsIsForgotten() async throws {
        try await define(footage: "{}")
        let parcel = try await parcels.start([:], in: .queued).id
        _ = try await beat(isFirst: true)
        #expect(try await claim() == [parcel])
        time.advance(by: .seconds(16))
        #expect(try await store.sweep(SweepRequest()).deadWorkers == [worker])
    }
}
