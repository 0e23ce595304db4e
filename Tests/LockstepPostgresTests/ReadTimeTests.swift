import Foundation
import Lockstep
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// What a dashboard asks, beside so many jobs that have ended. A million only in `make torture`.
@Suite struct ReadTimeTests {
    private static let isTorture = ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil
    private static let jobs = isTorture ? 1_000_000 : 20_000
    /// In `make test` others use the machine as well.
    private static let limit = Duration.milliseconds(isTorture ? 50 : 500)

    @Test func endedJobsAreNotInTheWay() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let plain = try await database.plain()
        try await Self.fill(plain, at: store.time.now())
        for _ in 0..<500 { _ = try await parcels.start([:], in: .queued, owner: "o1") }
        try await plain.execute("ANALYZE")
        let times = try await ReadTimes.measure(store)
        let report = ReadTimes.report(
            times, of: "PostgreSQL, \(Self.jobs) ended jobs", limit: Self.limit)
        print(report.text)
        #expect(report.late.isEmpty)
    }

    /// Ended jobs of a month with two lines of history each, past the triggers.
    private static func fill(_ plain: PlainConnection, at now: Timestamp) async throws {
        try await plain.execute("SET session_replication_role = replica")
        let step = 30 * 86_400_000_000 / Int64(jobs)
        let at = "\(now.microseconds) - (\(jobs) - g) * \(step)::bigint"
        try await plain.execute(
            """
            INSERT INTO parcel_jobs (id, status, owner, key, failure, created_at, entered_at, updated_at, ended_at,
                available_at, version, entry_kind)
            SELECT '0197a000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'),
                CASE WHEN g % 20 = 0 THEN 'lost' ELSE 'delivered' END, 'o' || g % 7,
                CASE WHEN g % 100 = 0 THEN 'k' || g % 3 END,
                CASE WHEN g % 20 = 0 THEN '{"audience":"user_fixable","code":"x","message":"x"}' END,
                \(at), \(at), \(at), \(at), \(at), 2, 'moved' FROM generate_series(1, \(jobs)) AS g
            """)
        // As many transactions as the server has had, in the order of time.
        try await plain.execute(
            """
            INSERT INTO parcel_history (job, n, kind, to_status, actor, fence, attempt, at, tx, job_id, owner)
            SELECT j.seq, n, CASE n WHEN 1 THEN 'started' ELSE 'moved' END, 'delivered', 'operator', 0, 0,
                j.created_at, 1 + j.seq::bigint * (txid_current() - 1) / \(jobs), j.id, j.owner
            FROM parcel_jobs j CROSS JOIN generate_series(1, 2) AS n ORDER BY j.seq
            """)
        try await plain.execute("SET session_replication_role = origin")
    }
}
