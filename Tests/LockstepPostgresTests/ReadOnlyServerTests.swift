import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// A server that takes no writes for a while: a standby, or a managed database whose disk is full.
@Suite struct ReadOnlyServerTests {
    let database: FreshDatabase
    let store: PostgresStore
    let parcels: Jobs<Parcel>

    init() async throws {
        database = try await FreshDatabase()
        store = try await database.store(connections: 1)
        parcels = try await Jobs<Parcel>(on: store)
    }

    @Test(.disabled(if: FreshDatabase.isPooled, "a pooler keeps its sessions"))
    func whatItRefusesIsStillToBeDone() async throws {
        let plain = try await database.plain()
        try await plain.execute("ALTER DATABASE \(database.name) SET default_transaction_read_only = on")
        // The setting is that of sessions that come now.
        try await plain.execute(
            """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        let error = await #expect(throws: SQLError.self) {
            _ = try await parcels.start([:], in: .queued)
        }
        #expect(error?.kind == .connection, "\(String(describing: error))")
        #expect(error?.failure.audience == .temporary)
        try await plain.execute("ALTER DATABASE \(database.name) RESET default_transaction_read_only")
        // The connection that leads to where nothing can be written is not used again.
        _ = try await parcels.start([:], in: .queued)
    }

    @Test func aWriteWithinAReadIsAWrongStatement() async throws {
        let error = await #expect(throws: SQLError.self) {
            _ = try await store.read { try $0.query("CREATE TABLE lockstep.never (a int)") }
        }
        #expect(error?.kind == .statement)
    }
}
