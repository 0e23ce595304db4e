import Foundation
import Lockstep
import LockstepTesting
import Testing

@testable import LockstepPostgres

/// A pgbouncer in front of a server, which gives each transaction any of four sessions (scripts/pgbouncer).
final class Pooler: Sendable {
    let cluster: Cluster
    private let folder: String

    init() async throws {
        cluster = Cluster()
        try await cluster.start(["-c", "fsync=off"])
        folder = NSTemporaryDirectory() + "lockstep-pooler-\(UUID().uuidString.prefix(8))"
        try await Shell.run([
            "bash", "scripts/pgbouncer", "start", folder, try cluster.url(), "--pool", "4",
        ])
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("the folder of a pooler could not be removed: \(error)")
        }
    }

    /// The URL of a database through the pooler.
    func url(_ database: String) async throws -> String {
        try await Shell.run(["bash", "scripts/pgbouncer", "url", folder, database])
    }

    /// Ends both.
    func stop() async throws {
        try await Shell.run(["bash", "scripts/pgbouncer", "stop", folder])
        try await cluster.stop()
    }
}

/// The store behind a pooler that keeps nothing between two transactions.
@Suite(.serialized) struct PoolerTests {
    static let seats = ["client-cleo", "client-carl", "client-cora", "worker-anna", "worker-ben"]

    /// A store in a schema of its own.
    private static func store(_ url: String, _ schema: String, _ time: TestTime) async throws -> PostgresStore
    {
        var options = PostgresOptions(connection: url)
        options.schema = schema
        options.connections = 3
        return try await PostgresStore(options, time: time, draw: { 0.5 })
    }

    @Test(.timeLimit(.minutes(5))) func itConformsThroughThePooler() async throws {
        let pooler = try await Pooler()
        var result = CampaignResult("conformance through pgbouncer, four sessions", unit: "checks")
        let url = try await pooler.url("postgres")
        for check in Conformance.checks {
            let schema = "conforms\(result.rounds)"
            do {
                try await check.run { time in try await Self.store(url, schema, time) }
            } catch {
                result.violations += 1
                Issue.record("\(check): \(error)")
            }
            result.rounds += 1
        }
        try result.record()
        try await pooler.stop()
    }

    @Test func thePoolerIsNoticed() async throws {
        let pooler = try await Pooler()
        // Two clients share sessions, so that one of them is not given the one that was announced to it.
        let pools = try await [pooler.url("postgres"), pooler.url("postgres")].map {
            ConnectionPool(PostgresOptions(connection: $0))
        }
        for pool in pools {
            let (isPooled, isNamed) = try await pool.use { ($0.isPooled, $0.preparesStatements) }
            #expect(isPooled && !isNamed)
        }
        for pool in pools { await pool.close() }
        try await pooler.stop()
    }

    @Test(.timeLimit(.minutes(5))) func randomWalksAgreeThroughThePooler() async throws {
        try await Self.walks(5)
    }

    static func walks(_ count: Int) async throws {
        let first = testSeed("walks through pgbouncer")
        var result = CampaignResult(
            "random walks on memory and PostgreSQL through pgbouncer", unit: "sequences")
        let pooler = try await Pooler()
        let url = try await pooler.url("postgres")
        for seed in first..<first + UInt64(count) {
            let time = TestTime()
            let memory = MemoryStore(time: time, draw: { 0.5 })
            let postgres = try await Self.store(url, "walk\(seed)", time)
            do {
                try await RandomWalk(seed: seed).run(on: memory, and: postgres, time: time)
            } catch {
                result.violations += 1
                Issue.record("seed \(seed): \(error)")
            }
            await postgres.close()
            result.rounds += 1
        }
        try result.record()
        try await pooler.stop()
    }

    @Test(.timeLimit(.minutes(3))) func killedSessionsLoseNothing() async throws { try await Self.kills(10) }

    /// Ends sessions of the server, whichever, under a load through the pooler.
    static func kills(_ count: Int) async throws {
        var random = SeededGenerator(seed: testSeed("sessions killed under pgbouncer"))
        var result = CampaignResult("sessions killed under pgbouncer", unit: "kills")
        let pooler = try await Pooler()
        try await pooler.cluster.make("kills")
        let url = try await pooler.url("kills")
        let crowd = try await Crowd(at: url)
        for seat in seats { try await crowd.fill(seat, at: url) }
        try await pause(.seconds(1))
        while result.rounds < count {
            try await pause(.milliseconds(.random(in: 20...200, using: &random)))
            let killed = try await pooler.cluster.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = 'kills' AND pid <> pg_backend_pid()
                ORDER BY (state = 'active') DESC, random() LIMIT 1
                """)
            result.rounds += killed.count
        }
        let summary = try await crowd.close(allowance: .seconds(15))
        result.take(summary)
        result.details =
            "\(summary.calls.count) calls, \(summary.unknown) without an answer; \(summary.jobs) jobs"
        #expect(count < 100 || summary.unknown > 0, "no kill met a call under way")
        try result.record()
        try await pooler.stop()
    }
}

/// Longer; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct PoolerTortureTests {
    @Test(.timeLimit(.minutes(30))) func hundredKilledSessionsLoseNothing() async throws {
        try await PoolerTests.kills(100)
    }

    @Test(.timeLimit(.minutes(30))) func hundredWalksAgree() async throws { try await PoolerTests.walks(100) }

    @Test(.timeLimit(.minutes(30))) func itConforms() async throws {
        try await PoolerTests().itConformsThroughThePooler()
    }
}
