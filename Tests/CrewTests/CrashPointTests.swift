import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// Processes that end at each of the named crash points, in the middle of everybody's work.
@Suite(.serialized) struct CrashPointTests {
    @Test(.timeLimit(.minutes(3))) func eachPointOnceBreaksNoPromise() async throws {
        try await Self.campaign(occasions: 1)
    }

    /// Who reaches a point.
    private static func roles(at point: String) -> [String] {
        switch point.prefix(while: { $0 != "." }) {
        case "claim", "beat", "sweep", "worker": ["worker"]
        case "install": ["installer"]
        case "backup": ["backup"]
        default: ["client", "worker", "installer"]
        }
    }

    /// - Parameters:
    ///   - occasions: how often each point; a fresh database every four times.
    ///   - isServed: whether the databases are PostgreSQL's, whose store has no gate and no backups.
    static func campaign(occasions: Int, isServed: Bool = false) async throws {
        var random = SeededGenerator(seed: testSeed("crash points"))
        let place = isServed ? " on PostgreSQL" : ""
        var result = CampaignResult("processes ended at named crash points\(place)", unit: "crashes")
        let points = CrashPoint.all.map(\.name).filter { point in
            // Only a migrator reaches those: see `VersionTests`.
            !point.hasPrefix("rollout")
                && (!isServed || !(point.hasPrefix("backup") || point == "acknowledge.before"))
        }
        var (calls, unknown, occasion) = (0, 0, 0)
        while occasion < occasions {
            let field = try await Field(on: isServed ? FreshDatabase() : nil)
            for seat in ["client-cleo", "worker-anna"] { try await field.fill(seat) }
            let times = min(4, occasions - occasion)
            for point in points {
                let roles = roles(at: point)
                for time in occasion..<occasion + times {
                    // The first times are often those of the opening, later ones those of the work.
                    // What is rare (a sweep that finds something) is not waited for long.
                    let stride = roles == ["worker"] && point.hasPrefix("sweep") ? 1 : 6
                    let count = time % 4 * stride + Int.random(in: 1...3, using: &random)
                    let role = roles[time % roles.count]
                    try await crash(role, at: "\(point):\(point == "install.created" ? 1 : count)", field)
                    result.rounds += 1
                }
            }
            if !isServed {
                #expect(try await isWhole(backup: field.database + ".backup"), "a named backup is not whole")
            }
            let summary = try await field.close()
            result.take(summary)
            calls += summary.calls
            unknown += summary.unknown
            occasion += times
            if occasions > times { print("crash points: \(occasion) of \(occasions) occasions each") }
        }
        result.details =
            "\(points.count) points, \(occasions) occasions each; \(calls) calls, \(unknown) without an "
            + "answer"
        try result.record()
    }

    /// Lets a process run until it ends at the point.
    private static func crash(_ role: String, at point: String, _ field: Field) async throws {
        // The tables of a lifecycle are made once: that takes a fresh database.
        let isServed = field.server != nil
        let place =
            point.hasPrefix("install.created")
            ? try await EmptyField(on: isServed ? FreshDatabase() : nil) : nil
        let member =
            if let place {
                try Member.start(
                    role, name: "doomed", at: place.place, logs: place.logs, crashAt: point)
            } else {
                try await field.start(role, name: "doomed", lease: 500, crashAt: point)
            }
        let end = await member.ended()
        #expect(end == .killed(SIGKILL), "\(role) was to end at \(point)")
        guard let place else { return }
        let next = try Member.start(
            "client", name: "next", at: place.place, logs: place.logs)
        #expect(await next.says("ready") != nil, "nobody can go on after \(point)")
        try await next.stop()
    }

    /// Whether a backup that has its name is whole.
    private static func isWhole(backup path: String) async throws -> Bool {
        let copy = try await SQLiteStore(path: path)
        let rows = try await copy.read { try $0.query("PRAGMA integrity_check") }
        return rows.first?[0].text == "ok"
    }
}

/// Each point twenty times; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct CrashPointTortureTests {
    @Test(.timeLimit(.minutes(30))) func eachPointTwentyTimesBreaksNoPromise() async throws {
        try await CrashPointTests.campaign(occasions: 20)
    }
}
