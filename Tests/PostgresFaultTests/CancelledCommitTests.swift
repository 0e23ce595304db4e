import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import Testing

/// A commit that waits for its synchronous standby, and whose waiting is cancelled: the server calls it a success, and
/// what was committed may be lost with the server.
@Suite(.serialized) struct CancelledCommitTests {
    private static let waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query"

    /// Waits until a commit waits for a standby, by the last words that were said before it; cancels others until then.
    private static func wait(for query: String, of cluster: Cluster) async throws {
        try await cluster.sql(
            """
            DO $$ BEGIN
                FOR i IN 1..6000 LOOP
                    IF EXISTS (SELECT 1 \(waiting) LIKE '\(query)') THEN RETURN; END IF;
                    PERFORM pg_cancel_backend(pid) \(waiting) NOT LIKE '\(query)';
                    PERFORM pg_sleep(0.01);
                    PERFORM pg_stat_clear_snapshot();
                END LOOP;
                RAISE 'no commit of this kind waits for a standby: %', '\(query)';
            END $$
            """)
    }

    private static func cancel(_ query: String, of cluster: Cluster) async throws {
        try await cluster.sql("SELECT pg_cancel_backend(pid) \(waiting) LIKE '\(query)'")
    }

    /// From now on every commit waits for a standby that there is not.
    private static func demandStandby(of cluster: Cluster) async throws {
        try await cluster.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try await cluster.sql("SELECT pg_reload_conf()")
        // The server reads it some time later: its checkpointer does, when it is not in the middle of a checkpoint.
        let commits = Task {
            while !Task.isCancelled {
                try await cluster.sql("SELECT pg_logical_emit_message(true, 'test', '')::text")
            }
        }
        try await wait(for: "%''test''%", of: cluster)
        commits.cancel()
        try await cancel("%''test''%", of: cluster)
        _ = await commits.result
    }

    @Test(.timeLimit(.minutes(3))) func itIsNotAcknowledged() async throws {
        let cluster = Cluster()
        try await cluster.start()
        try await cluster.make("waiting")
        let store = try await PostgresStore(PostgresOptions(connection: try cluster.socket("waiting")))
        let parcels = try await Jobs<Parcel>(on: store)
        let known = try await parcels.start([:], in: .queued).id
        try await Self.demandStandby(of: cluster)

        let change = Task { try await parcels.cancel(known, by: .operator("op")) }
        try await Self.wait(for: "COMMIT%", of: cluster)
        try await Self.cancel("COMMIT%", of: cluster)
        let error = await #expect(throws: SQLError.self) { _ = try await change.value }
        #expect(error?.kind == .unknown, "\(String(describing: error))")

        // A start is repeated by itself, and its repetition finds the job: it waits for the standby all the same.
        let start = Task { try await parcels.start([:], in: .queued) }
        try await Self.wait(for: "%''lockstep'', '''')%", of: cluster)
        try await cluster.sql("ALTER SYSTEM RESET synchronous_standby_names")
        try await cluster.sql("SELECT pg_reload_conf()")
        let id = try await start.value.id
        #expect(try await parcels.history(of: id).count == 1)
        await store.close()
        try await cluster.stop()
    }
}
