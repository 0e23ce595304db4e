import AppSupport
import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import Synchronization
import Testing

@testable import Expenses

/// The statuses of live sessions become six, and four again, while sessions are started and workers move them: nothing
/// is refused, nothing is lost, and nobody waits long.
@Suite(.serialized) struct MigrationTests {
    @Test(.timeLimit(.minutes(5)), arguments: StoreKind.allCases)
    func fourToSixAndBack(on kind: StoreKind) async throws {
        try await Self.campaign(on: kind, rows: 3000, phase: .milliseconds(500))
    }

    /// - Parameters:
    ///   - rows: how many sessions have ended before.
    ///   - phase: how long each phase is, at 200 writes a second.
    static func campaign(on kind: StoreKind, rows: Int, phase: Duration) async throws {
        try await kind.withDatabase { open in
            var result = CampaignResult(
                "sessions from four statuses to six and back on \(kind.rawValue)", unit: "writes")
            let (store, deployment) = (try await open(), try await open())
            let meter = WriteMeter()
            let timed = TimedStore(base: store, meter: meter)
            let sessions = try await Jobs<FourSession>(on: timed)
            try await fill(store, rows)
            #expect(try await values(store, kind) == FourSession.allCases.map(\.rawValue))

            let started = Noted<[JobID]>([])
            let pace = Pace()
            meter.begin("four:")
            async let load: Void = pace.run(100) { _ in
                let id = try await sessions.start(NoValue(), owner: "load").id
                started.change { $0.append(id) }
            }
            do {
                try await migrate(
                    store, deployment, timed, meter, phase: phase,
                    expecting: { try await values(store, kind) })
            } catch {
                pace.stop()
                await load
                throw error
            }
            pace.stop()
            await load

            // Whatever is left ends by the version that knows four.
            let all = started.value
            try await fourWorker(timed).working {
                while try await live(store) > 0 { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(meter.faults == [])
            let lost = try await lost(of: all, in: store)
            #expect(lost.isEmpty, "\(lost.count) of \(all.count), such as \(lost.first?.text ?? "")")
            // One more than those is the session that was held back.
            let count = try await store.count("sessions").map(\.jobs).reduce(0, +)
            #expect(count == rows + all.count + 1)
            result.rounds = meter.writes
            result.violations = meter.faults.count + lost.count + abs(count - rows - all.count - 1)
            result.details =
                "\(rows) rows before; median / longest wait of a write: \(meter.description)"
            try result.record()
        }
    }

    // MARK: The two changes

    private static func migrate(
        _ store: any SQLStore, _ deployment: any SQLStore, _ timed: TimedStore, _ meter: WriteMeter,
        phase: Duration, expecting values: @escaping @Sendable () async throws -> [String]
    ) async throws {
        let six = SixSession.allCases.map(\.rawValue)
        let gate = Gate()
        // Expand: the version that knows four goes on beside the new definition.
        try await fourWorker(timed).working {
            try await Task.sleep(for: phase)
            meter.begin("to six:")
            guard case .compatible = try await deployment.install([Definition(SixSession.self)]).first else {
                throw Conformance.Violation(description: "six statuses are no compatible change of four")
            }
            #expect(try await values() == six)
            try await Task.sleep(for: phase)
            meter.begin("both versions:")
            try await sixWorker(timed, gate, of: .processing, .extracting, .matching).working {
                try await Task.sleep(for: phase)
            }
        }
        // Deployed: the new version alone, and one session that stays in a new status.
        let jobs = try await Jobs<SixSession>(on: store)
        let held = try await jobs.start(NoValue(), owner: Gate.owner).id
        let draining = sixWorker(timed, gate, of: .extracting, .matching)
        try await draining.working {
            try await sixWorker(timed, gate, of: .processing).working {
                meter.begin("six:")
                try await jobs.wait(for: held, in: .matching)
                try await Task.sleep(for: phase)
                // Contract: not while a session is in what would go; everything stays as it is.
                await #expect(throws: InstallRefusal.self) {
                    try await deployment.install([FourSession.later])
                }
                #expect(try await values() == six)
                #expect(try await deployment.install([Definition(SixSession.self)]) == [.equal])
            }
            // The old version takes over; what is in a new status goes on to its end.
            meter.begin("draining:")
            try await fourWorker(timed).working {
                gate.open()
                while try await count(store, in: ["extracting", "matching"]) > 0 {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }
        try await fourWorker(timed).working {
            meter.begin("back to four:")
            let change = try await deployment.install([FourSession.later])
            #expect(change == [.removes(statuses: ["extracting", "matching"])])
            #expect(try await values() == FourSession.allCases.map(\.rawValue))
            try await Task.sleep(for: phase)
        }
    }

    /// Holds sessions of one owner back in `matching` until it is opened.
    private struct Gate: Sendable {
        static let owner = "held"
        private let passing: AsyncStream<Void>
        private let opening: AsyncStream<Void>.Continuation

        init() { (passing, opening) = AsyncStream.makeStream(of: Void.self) }

        func open() { opening.finish() }
        func pass(_ owner: String?) async { if owner == Self.owner { for await _ in passing {} } }
    }

    private static func fourWorker(_ store: any Store) -> Worker {
        Worker(on: store, options: WorkerOptions(name: "four")) {
            Handler(FourSession.processing) { _ in .completed }
        }
    }

    private static func sixWorker(_ store: any Store, _ gate: Gate, of statuses: SixSession...) -> Worker {
        Worker(on: store, options: WorkerOptions(name: "six")) {
            if statuses.contains(.processing) { Handler(SixSession.processing) { _ in .extracting } }
            if statuses.contains(.extracting) { Handler(SixSession.extracting) { _ in .matching } }
            if statuses.contains(.matching) {
                Handler(SixSession.matching) { work in
                    await gate.pass(work.job.owner)
                    return .completed
                }
            }
        }
    }

    // MARK: Looking

    /// Sessions that have ended before.
    private static func fill(_ store: any SQLStore, _ rows: Int) async throws {
        for first in stride(from: 0, to: rows, by: 1000) {
            let jobs = (first..<min(first + 1000, rows)).map { number in
                var job = NewJob(lifecycle: FourSession.name)
                job.status = (number.isMultiple(of: 7) ? FourSession.failed : .completed).rawValue
                job.owner = "before"
                return job
            }
            for outcome in try await store.importing(jobs) { _ = try outcome.get() }
        }
    }

    private static func live(_ store: any SQLStore) async throws -> Int {
        try await store.liveCount(FourSession.name).map(\.jobs).reduce(0, +)
    }

    private static func count(_ store: any SQLStore, in statuses: Set<String>) async throws -> Int {
        try await store.liveCount(FourSession.name).filter { statuses.contains($0.status) }
            .map(\.jobs).reduce(0, +)
    }

    /// Those that were acknowledged and have not ended well.
    private static func lost(of sessions: [JobID], in store: any SQLStore) async throws -> [JobID] {
        var lost: [JobID] = []
        for first in stride(from: 0, to: sessions.count, by: 500) {
            let part = Array(sessions[first..<min(first + 500, sessions.count)])
            var query = JobQuery(FourSession.name)
            query.ids = part
            query.limit = part.count
            let found = Set(try await store.find(query).filter { $0.status == "completed" }.map(\.id))
            lost += part.filter { !found.contains($0) }
        }
        return lost
    }

    /// The values that the database's CHECK allows.
    private static func values(_ store: any SQLStore, _ kind: StoreKind) async throws -> [String] {
        let table = "\(FourSession.name)_jobs"
        return try await store.read { database in
            switch kind {
            case .sqlite:
                let text = try database.query("SELECT sql FROM sqlite_schema WHERE name = ?1", table).first?[
                    0
                ].text
                return try CheckClause(named: SessionConstraint.name, in: text ?? "")?.values ?? []
            case .postgres:
                let text = try database.query(
                    """
                    SELECT pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conname = ?1 AND conrelid = to_regclass(?2)
                    """, SessionConstraint.name, "lockstep.\(table)"
                ).first?[0].text
                return CheckClause.literals(text ?? "")
            }
        }
    }
}

/// 100,000 rows; only `make torture` has the time.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct MigrationTortureTests {
    @Test(.timeLimit(.minutes(10)), arguments: StoreKind.allCases)
    func oneHundredThousandSessions(on kind: StoreKind) async throws {
        try await MigrationTests.campaign(on: kind, rows: 100_000, phase: .seconds(5))
    }

    @Test(.timeLimit(.minutes(10)), arguments: StoreKind.allCases)
    func oneHundredThousandOldSessions(on kind: StoreKind) async throws {
        try await MigrationOldTableTests.campaign(on: kind, rows: 100_000, phase: .seconds(5))
    }
}
