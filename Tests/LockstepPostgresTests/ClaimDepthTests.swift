import Lockstep
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Where claims begin to look while dead entries lie at the front of their index.
@Suite struct ClaimDepthTests {
    private let place = ClaimDepth.Place(lifecycle: "parcel", status: "queued")
    private let start = ContinuousClock.now
    private let moment = Timestamp(microseconds: 10_000_000)

    private func step(_ priority: Int64, _ since: Int64) -> ClaimDepth.Step {
        ClaimDepth.Step(priority: priority, since: since)
    }

    @Test func aShallowSearchBeginsAtTheBeginning() {
        let depth = ClaimDepth()
        depth.note(place, read: 1999, found: 100, [step(0, 9_000_000)], at: moment)
        #expect(depth.steps(place) == nil)
        #expect(!depth.mayLook(place, at: start + .seconds(100)))
    }

    @Test func aDeepOneBeginsALittleBeforeWhatWasFound() {
        let depth = ClaimDepth()
        depth.note(place, read: 2001, found: 100, [step(5, 9_000_000), step(0, 8_000_000)], at: moment)
        #expect(depth.steps(place) == [step(5, 8_500_000), step(0, 7_500_000)])
        // It only goes on, and what is not known is left to a look from the beginning.
        depth.note(
            place, read: 10, found: 1, [step(7, 1), step(5, 8_900_000), step(0, 8_100_000)], at: moment)
        #expect(depth.steps(place) == [step(5, 8_500_000), step(0, 7_600_000)])
    }

    @Test func oneLooksFromTheBeginningAndNotTooOften() {
        let depth = ClaimDepth()
        depth.note(place, read: 5000, found: 1, [step(0, 8_000_000)], at: moment)
        let now = ContinuousClock.now
        #expect(depth.mayLook(place, at: now))
        #expect(!depth.mayLook(place, at: now))
        depth.looked(
            place, (5000, [step(9, 1_000_000), step(0, 8_000_000)]), at: moment, took: .seconds(1), now: now)
        #expect(depth.steps(place)?.map(\.priority) == [9, 0])
        #expect(!depth.mayLook(place, at: now + .seconds(19)))
        #expect(depth.mayLook(place, at: now + .seconds(20)))
        depth.looked(place, nil, at: moment, took: .zero, now: now)
        #expect(depth.mayLook(place, at: now + .seconds(1)))
        depth.looked(place, (900, [step(0, 8_000_000)]), at: moment, took: .zero, now: now)
        #expect(depth.steps(place) == nil)
    }

    @Test func anEmptyQueueIsNotLookedAtInVain() {
        let depth = ClaimDepth()
        // Nothing was found, and much was read: what comes next is looked for from now on.
        depth.note(place, read: 5000, found: 0, [], at: moment)
        #expect(depth.steps(place) == [step(0, 9_500_000)])
        let now = ContinuousClock.now
        #expect(depth.mayLook(place, at: now))
        depth.looked(
            place, (5000, [step(3, 1_000_000)]), at: Timestamp(microseconds: 20_000_000), took: .zero,
            now: now)
        #expect(depth.steps(place) == [step(3, 500_000), step(0, 19_500_000)])
        // A look that sees nothing forgets no priority, and claims do not wait for the next one.
        depth.looked(place, (5000, []), at: Timestamp(microseconds: 30_000_000), took: .zero, now: now)
        #expect(depth.steps(place) == [step(3, 29_500_000), step(0, 29_500_000)])
    }

    @Test func manyHeldJobsAreReadNowAndThen() {
        let pace = HeldPace()
        #expect(pace.isDue(at: start))
        pace.note(read: HeldPace.shallow, took: .seconds(1), at: start)
        #expect(pace.isDue(at: start))
        pace.note(read: HeldPace.shallow + 1, took: .seconds(1), at: start)
        #expect(!pace.isDue(at: start + .seconds(19)))
        #expect(pace.isDue(at: start + .seconds(20)))
        pace.note(read: 10, took: .zero, at: start + .seconds(20))
        #expect(pace.isDue(at: start + .seconds(20)))
    }

    /// Somebody holds a snapshot open: what was claimed stays in the index, and claims do not read past it.
    @Test(.timeLimit(.minutes(1))) func claimsGoOnPastWhatNoVacuumMayRemove() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let reader = try await database.plain()
        try await reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        _ = try await reader.rows("SELECT count(*)::text FROM parcel_jobs")
        let definition = parcels.definition
        var request = ClaimRequest(
            worker: WorkerID("w"), statuses: [definition.name: ["packing"]], limit: 500)
        var heartbeat = Heartbeat(
            worker: request.worker, lease: .seconds(60), statuses: request.statuses, host: "here")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        var job = NewJob(lifecycle: definition.name)
        job.status = "queued"
        for _ in 0..<5 {
            _ = try await store.start(Array(repeating: job, count: 500))
            #expect(try await store.claim(request).count == 500)
        }
        let queued = ClaimDepth.Place(lifecycle: definition.name, status: "queued")
        request.limit = 1
        _ = try await store.start([job])
        #expect(try await store.claim(request).count == 1)
        #expect(store.depth.steps(queued) != nil)
        // The next one is found at once, and one of a priority that nobody has seen by whoever looks now and then.
        _ = try await store.start([job])
        #expect(try await store.claim(request).count == 1)
        job.priority = 7
        _ = try await store.start([job])
        var found: [JobRecord] = []
        while found.isEmpty { found = try await store.claim(request) }
        #expect(found.first?.priority == 7)
        try await reader.execute("ROLLBACK")
    }
}
