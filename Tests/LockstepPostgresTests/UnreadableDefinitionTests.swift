import Lockstep
import LockstepPostgres
import LockstepTesting
import PostgresSupport
import Testing

/// A newer process has installed a definition that this version cannot read: its jobs wait for the newer process, and
/// those of the other lifecycles go on.
@Suite struct UnreadableDefinitionTests {
    static let statuses = ["parcel": ["packing"], "footage": ["running"]]
    let time = TestTime()
    let database: FreshDatabase
    let store: PostgresStore
    let parcels: Jobs<Parcel>
    let footage: Jobs<Footage>
    let plain: PlainConnection
    let worker = WorkerID("w")

    init() async throws {
        database = try await FreshDatabase()
        store = try await database.store(time)
        parcels = try await Jobs<Parcel>(on: store)
        footage = try await Jobs<Footage>(on: store)
        plain = try await database.plain()
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
        try await plain.execute("UPDATE lockstep_definitions SET json = $1 WHERE name = 'footage'", json)
        try await plain.execute("UPDATE lockstep_state SET revision = revision + 1")
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
        let json = try await plain.value("SELECT json FROM lockstep_definitions WHERE name = 'footage'")
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
