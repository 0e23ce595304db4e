import Lockstep
import LockstepServer
import LockstepTesting
import Logging
import ServiceLifecycle
import Testing

/// A process without workers enforces what time enforces.
@Suite struct SweeperTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test func whatIsLateGoesOnAndWhatWasKeptGoesAway() async throws {
        let time = TestTime()
        let store = MemoryStore(time: time)
        let parcels = try await Jobs<Parcel>(on: store)
        let sweeper = Sweeper(store, retain: ["parcel"], logger: Self.logger)
        let task = Task { try await sweeper.run() }
        func reaches(_ status: Parcel, _ job: JobID, after limit: TimeLimit) async throws {
            time.advance(by: limit)
            // A sweep may be under way that began before; the next one comes a second later.
            while try await parcels.find(job)?.record.status != status.rawValue {
                time.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        let job = try await parcels.start([:], in: .announced).id
        try await reaches(.lost, job, after: .minutes(11))
        try await reaches(.archived, job, after: .days(8))
        // What others clean up after is not touched.
        sweeper.retain([])
        let second = try await parcels.start([:], in: .announced).id
        try await reaches(.lost, second, after: .minutes(11))
        time.advance(by: .days(8))
        let third = try await parcels.start([:], in: .announced).id
        try await reaches(.lost, third, after: .minutes(11))
        #expect(try await parcels.find(second)?.record.status == "lost")
        task.cancel()
        _ = await task.result
    }

    @Test func itStopsWhenTheServerDoes() async throws {
        let store = MemoryStore()
        let group = ServiceGroup(
            services: [Sweeper(store, retain: [], logger: Self.logger)], logger: Self.logger)
        let task = Task { try await group.run() }
        await group.triggerGracefulShutdown()
        try await task.value
    }
}
