import Foundation
import Hummingbird
import Lockstep
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import LockstepServer

/// Many streams open at once while jobs move: every client sees every line of its job once and in order, although all
/// of them leave and come back now and then.
@Suite(.serialized) struct EventLoadTests {
    private static let isTorture = ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil
    /// How many streams, and for how many seconds a hundred moves a second.
    private static let size = isTorture ? (streams: 1000, seconds: 30) : (streams: 100, seconds: 3)

    @Test func onSQLite() async throws {
        let scratch = try Scratch()
        try await Self.listen(to: try await SQLiteStore(path: scratch.database), "SQLite")
    }

    @Test func onPostgreSQL() async throws {
        let database = try await FreshDatabase()
        try await Self.listen(to: try await database.store(), "PostgreSQL")
    }

    private static func listen(to store: any Store, _ name: String) async throws {
        let parcels = try await Jobs<Parcel>(on: store)
        var limits = JobEvents.Limits()
        limits.streamsOfOne = limits.streams
        let events = JobEvents(store: store, limits: limits)
        let router = LockstepServer.router(store: store, tokens: TestServer.tokens)
        EventRoutes(events: events).add(to: router)
        let jobs = try await store.start(
            (0..<size.streams).map { _ in
                var job = NewJob(lifecycle: "parcel")
                job.status = Parcel.queued.rawValue
                return job
            }
        ).map { try $0.get().record.id }
        try await TestServer.run(router) { server in
            _ = try await EventStream(server, "/v1/events", as: "olga").read()
            let before = try Self.memory()
            let crowd = EventCrowd(
                port: server.port, paths: jobs.map { "/v1/jobs/\($0)/events" }, leavingAfter: 2)
            while !crowd.shared.withLock(\.isOpen) { try await Task.sleep(for: .milliseconds(10)) }
            while events.streams < jobs.count { try await Task.sleep(for: .milliseconds(10)) }
            let after = try Self.memory()
            try await Self.move(jobs, parcels)
            var wanted: [[Int64]] = []
            for job in jobs { wanted.append(Array(1...(try await parcels.find(job)?.record.version ?? 0))) }
            // Whoever has left may be on his way back.
            let limit = ContinuousClock.now + .seconds(60)
            while crowd.shared.withLock({ zip($0.numbers, wanted).contains { $0.count < $1.count } }),
                ContinuousClock.now < limit, crowd.shared.withLock({ $0.fault == nil })
            {
                try await Task.sleep(for: .milliseconds(20))
            }
            let (numbers, visits, fault) = crowd.shared.withLock { shared in
                shared.isOver = true
                return (shared.numbers, shared.visits, shared.fault)
            }
            #expect(fault == nil)
            let wrong = zip(numbers, wanted).filter { $0 != $1 }
            #expect(
                wrong.isEmpty,
                "\(wrong.count) of \(jobs.count) clients, such as \(wrong.first.map { "\($0)" } ?? "")")
            var result = CampaignResult("streams of events on \(name)", unit: "streams")
            result.rounds = jobs.count
            result.violations = wrong.count + (fault == nil ? 0 : 1)
            result.details =
                "\(wanted.map(\.count).reduce(0, +)) lines once and in order over \(visits) connections; "
                + "VmRSS \(before) KiB before, \(after) KiB with all open "
                + "(\((after - before) / jobs.count) KiB a stream), \(try Self.memory()) KiB at the end"
            try result.record()
        }
    }

    /// Holds and releases jobs, a hundred times a second.
    private static func move(_ jobs: [JobID], _ parcels: Jobs<Parcel>) async throws {
        let begun = ContinuousClock.now
        var held: Set<JobID> = []
        for step in 0..<(size.seconds * 20) {
            let commands = (0..<5).map { count -> Command in
                let job = jobs[(step * 5 + count) % jobs.count]
                let isHeld = held.remove(job) != nil
                if !isHeld { held.insert(job) }
                return Command(
                    isHeld ? .release : .hold("address"), job: job, of: "parcel", by: .operator("op"))
            }
            for outcome in try await parcels.store.apply(commands) { _ = try outcome.get() }
            try await Task.sleep(until: begun + .milliseconds(50 * (step + 1)), clock: .continuous)
        }
    }

    /// What the process has in memory, in KiB (proc(5): `VmRSS`).
    private static func memory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
