import Foundation
import GRDB
import Lockstep
import LockstepTesting
import Testing

@testable import LockstepSQLite

/// What a dashboard asks, beside so many jobs that have ended. A million only in `make torture`.
@Suite struct ReadTimeTests {
    private static let isTorture = ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil
    private static let jobs = isTorture ? 1_000_000 : 20_000
    /// In `make test` others use the machine as well.
    private static let limit = Duration.milliseconds(isTorture ? 50 : 500)

    @Test func endedJobsAreNotInTheWay() async throws {
        let scratch = try Scratch()
        let store = try await SQLiteStore(path: scratch.database)
        let parcels = try await Jobs<Parcel>(on: store)
        let now = store.time.now()
        try await store.pool.write { try Self.fill($0, at: now) }
        for _ in 0..<500 { _ = try await parcels.start([:], in: .queued, owner: "o1") }
        let times = try await ReadTimes.measure(store)
        let report = ReadTimes.report(times, of: "SQLite, \(Self.jobs) ended jobs", limit: Self.limit)
        print(report.text)
        #expect(report.late.isEmpty)
    }

    /// Ended jobs of a month with two lines of history each, past the triggers.
    private static func fill(_ db: GRDB.Database, at now: Timestamp) throws {
        let triggers = try Row.fetchAll(
            db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger[0] as String)") }
        let step = 30 * 86_400_000_000 / Int64(jobs)
        let at = "\(now.microseconds) - (\(jobs) - g) * \(step)"
        try db.execute(
            sql: """
                WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < \(jobs))
                INSERT INTO parcel_jobs (id, status, owner, key, failure, created_at, entered_at, updated_at,
                    ended_at, available_at, version, entry_kind)
                SELECT '0197a000-0000-7000-8000-' || printf('%012x', g),
                    CASE WHEN g % 20 = 0 THEN 'lost' ELSE 'delivered' END, 'o' || g % 7,
                    CASE WHEN g % 100 = 0 THEN 'k' || g % 3 END,
                    CASE WHEN g % 20 = 0 THEN '{"audience":"user_fixable","code":"x","message":"x"}' END,
                    \(at), \(at), \(at), \(at), \(at), 2, 'moved' FROM s
                """)
        try db.execute(
            sql: """
                INSERT INTO parcel_history (job, n, kind, to_status, actor, fence, attempt, at)
                SELECT j.seq, n.value, 'moved', 'delivered', 'operator', 0, 0, j.created_at
                FROM parcel_jobs j CROSS JOIN json_each('[1, 2]') AS n ORDER BY j.seq
                """)
        for trigger in triggers { try db.execute(sql: trigger[1]) }
    }
}
