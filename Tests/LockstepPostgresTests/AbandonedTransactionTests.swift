import Dispatch
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// A process that is stopped in the middle of a transaction holds the locks of its rows. The server lets the others
/// go on after a while, and what was left open is undone.
@Suite struct AbandonedTransactionTests {
    let database: FreshDatabase
    let other: PostgresStore
    let parcels: Jobs<Parcel>

    init() async throws {
        database = try await FreshDatabase()
        other = try await database.store()
        parcels = try await Jobs<Parcel>(on: other)
    }

    private func store(abandoning: Duration, statements: Duration = .seconds(30)) async throws
        -> PostgresStore
    {
        var options = PostgresOptions(connection: database.url)
        options.abandonTimeout = abandoning
        options.statementTimeout = statements
        return try await PostgresStore(options)
    }

    /// Lets `stopped` do something in a transaction and then nothing more, while `meanwhile` runs.
    /// - Returns: what the transaction threw when it went on.
    private func abandon(
        _ stopped: PostgresStore, after work: @escaping @Sendable (any SQLTransaction) throws -> Void,
        meanwhile: () async throws -> Void
    ) async throws -> (any Error)? {
        let (begun, end) = (Signal(), DispatchSemaphore(value: 0))
        let open = Task {
            // The thread that waits is the connection's own.
            try await stopped.write { sql in
                try work(sql)
                begun.send()
                end.wait()
            }
        }
        try await begun.wait()
        do {
            try await meanwhile()
        } catch {
            end.signal()
            _ = await open.result
            throw error
        }
        end.signal()
        switch await open.result {
        case .success: return nil
        case .failure(let error): return error
        }
    }

    @Test(.timeLimit(.minutes(2))) func itsJobsAreFreeAgainAfterAWhile() async throws {
        let id = try await parcels.start([:], in: .queued).id
        let stopped = try await store(abandoning: .milliseconds(500))
        let mark = Command(.fail(.userFixable("abandoned")), job: id, of: "parcel", by: .operator("stopped"))
        let error = try await abandon(stopped) { sql in
            _ = try sql.apply(mark).get()
        } meanwhile: {
            let start = ContinuousClock.now
            try await parcels.cancel(id, by: .operator("op"))
            let waited = ContinuousClock.now - start
            print("a job in an abandoned transaction (500 ms) was free again after \(waited)")
            #expect(waited < .seconds(20))
        }
        let kind = (error as? SQLError)?.kind
        #expect(kind == .connection || kind == .unknown)
        #expect(try await parcels.history(of: id).map(\.to) == ["queued", "withdrawn"])
        // The store that was stopped goes on, on another connection.
        #expect(try await Jobs<Parcel>(on: stopped).find(id)?.record.status == "withdrawn")
    }

    @Test(.timeLimit(.minutes(2))) func theSweepGoesOnAfterAWhile() async throws {
        let id = try await parcels.start([:], in: .queued).id
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .milliseconds(1), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        let claim = Command(.claim(WorkerID("w")), job: id, of: "parcel", by: .worker("w"))
        _ = try await other.apply([claim])[0].get()
        _ = try await other.beat(heartbeat)
        let stopped = try await store(abandoning: .milliseconds(500))
        let error = try await abandon(stopped) { sql in
            // What every claim does first, so that the sweep does not forget its worker under it.
            _ = try sql.query("SELECT 1 FROM lockstep.lockstep_workers WHERE id = 'w' FOR KEY SHARE")
        } meanwhile: {
            let report = try await other.sweep(SweepRequest())
            #expect(report.lost == [id])
        }
        #expect(error != nil)
    }

    /// Without the limit the others wait as long as their own statements may take: the test above is one that can fail.
    @Test(.timeLimit(.minutes(2))) func withoutTheLimitTheOthersWait() async throws {
        let id = try await parcels.start([:], in: .queued).id
        let stopped = try await store(abandoning: .seconds(3600))
        let waiting = try await store(abandoning: .seconds(3600), statements: .milliseconds(300))
        let note = Command(.annotate, job: id, of: "parcel", by: .operator("stopped"))
        let error = try await abandon(stopped) { sql in
            _ = try sql.apply(note).get()
        } meanwhile: {
            let error = await #expect(throws: SQLError.self) {
                try await Jobs<Parcel>(on: waiting).cancel(id, by: .operator("op"))
            }
            #expect(error?.kind == .busy)
        }
        #expect(error == nil)
    }

    @Test func aLimitOfTheServersOwnIsKept() async throws {
        let plain = try await database.plain()
        try await plain.execute(
            "ALTER DATABASE \(database.name) SET idle_in_transaction_session_timeout = '7s'")
        let store = try await store(abandoning: .seconds(11))
        let shown = try await store.read { try $0.query("SHOW idle_in_transaction_session_timeout") }
        #expect(shown.first?[0].text == "7s")
    }
}
