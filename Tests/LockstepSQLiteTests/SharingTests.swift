import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// Several stores on one file, as several processes have them.
@Suite struct SharingTests {
    @Test func oneStoreWakesTheOther() async throws {
        let scratch = try Scratch()
        let server = try await SQLiteStore(path: scratch.database)
        let client = try await SQLiteStore(path: scratch.database)
        let parcels = try await Jobs<Parcel>(on: client)
        let worker = Worker(on: server, options: WorkerOptions(poll: .seconds(3600))) {
            Handler(Parcel.packing) { _ in .labelling }
            Handler(Parcel.labelling) { _ in .delivered }
        }
        let running = Task { try await worker.run() }
        // With an hour between polls only hints between the stores can bring these to their end.
        for _ in 0..<20 {
            let started = try await parcels.start([:], in: .queued)
            for try await _ in parcels.watch(started.id, interval: .seconds(3600)) {}
        }
        worker.stop()
        try await running.value
        #expect(try await parcels.find { $0.statuses = ["delivered"] }.count == 20)
    }

    @Test func aPauseHoldsForEveryStoreAndItsEndWakesThem() async throws {
        let scratch = try Scratch()
        let server = try await SQLiteStore(path: scratch.database)
        let client = try await SQLiteStore(path: scratch.database)
        let parcels = try await Jobs<Parcel>(on: client)
        try await parcels.pause(.packing, by: .operator("op"))
        let worker = Worker(on: server, options: WorkerOptions(poll: .seconds(3600))) {
            Handler(Parcel.packing) { _ in .labelling }
            Handler(Parcel.labelling) { _ in .delivered }
        }
        let running = Task { try await worker.run() }
        for _ in 0..<5 {
            let paused = try await parcels.start([:], in: .queued).id
            // What comes later and is not paused is worked on: the worker looked, and left the other one.
            let other = try await parcels.start([:], in: .labelling).id
            for try await _ in parcels.watch(other, interval: .seconds(3600)) {}
            #expect(try await parcels.find(paused)?.record.status == "queued")
            // With an hour between polls only the end of the pause can bring this one to its end.
            try await parcels.resume(.packing)
            for try await _ in parcels.watch(paused, interval: .seconds(3600)) {}
            try await parcels.pause(.packing, by: .operator("op"))
        }
        worker.stop()
        try await running.value
        #expect(try await parcels.find { $0.statuses = ["delivered"] }.count == 10)
    }

    @Test func aPauseSurvivesReopeningTheFile() async throws {
        let scratch = try Scratch()
        var store: SQLiteStore? = try await SQLiteStore(path: scratch.database)
        var pause: Pause?
        if let store {
            pause = try await Jobs<Parcel>(on: store).pause(
                .queued, by: Actor(.owner, name: "anna"), reason: "stocktaking")
        }
        store = nil
        let again = try await SQLiteStore(path: scratch.database)
        #expect(try await again.pauses().all == [try #require(pause)])
        let started = try await Jobs<Parcel>(on: again).start([:], in: .queued).id
        var beat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        beat.isFirst = true
        _ = try await again.beat(beat)
        let request = ClaimRequest(worker: beat.worker, statuses: beat.statuses, limit: 1)
        #expect(try await again.claim(request).isEmpty)
        try await again.resume("parcel", status: "queued")
        #expect(try await again.claim(request).map(\.id) == [started])
    }

    @Test func concurrentWritesShareCommitsAndLoseNothing() async throws {
        let scratch = try Scratch()
        let stores = try await [0, 1, 2].asyncMap { _ in try await SQLiteStore(path: scratch.database) }
        let parcels = try await stores.asyncMap { try await Jobs<Parcel>(on: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    _ = try await parcels[number % 3].start([:], in: .queued, key: "k\(number % 100)")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await parcels[0].find { $0.limit = 1000 }.count == 100)
    }

    @Test func aLifecycleInstalledElsewhereIsKnownHere() async throws {
        let scratch = try Scratch()
        let here = try await SQLiteStore(path: scratch.database)
        let there = try await SQLiteStore(path: scratch.database)
        _ = try await Jobs<Footage>(on: there)
        var query = JobQuery("footage")
        query.limit = 1
        #expect(try await here.find(query) == [])
        #expect(try await here.definitions().map(\.name) == ["footage"])
    }

    @Test func aSweepTakesBackClaimsOfLifecyclesItDidNotKnow() async throws {
        let scratch = try Scratch()
        let time = TestTime()
        let early = try await SQLiteStore(path: scratch.database, time: time)
        let late = try await SQLiteStore(path: scratch.database, time: time)
        let parcels = try await Jobs<Parcel>(on: late)
        let id = try await parcels.start([:], in: .queued).id
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        _ = try await late.beat(heartbeat)
        _ = try await late.claim(
            ClaimRequest(worker: heartbeat.worker, statuses: heartbeat.statuses, limit: 1))
        time.advance(by: .seconds(20))
        #expect(try await early.sweep(SweepRequest()).lost == [id])
    }

    @Test func oneDatabaseHasOneGate() async throws {
        let scratch = try Scratch()
        _ = try await SQLiteStore(path: scratch.database)
        let alias = scratch.folder + "/alias.sqlite"
        try FileManager.default.createSymbolicLink(atPath: alias, withDestinationPath: scratch.database)
        _ = try await SQLiteStore(path: alias)
        #expect(!FileManager.default.fileExists(atPath: alias + "-lockstep"))
    }

    @Test func whatIsNoDatabaseIsRefusedInOneSentence() async throws {
        let scratch = try Scratch()
        await #expect(throws: (any Error).self) {
            _ = try await SQLiteStore(path: scratch.folder + "/missing/lockstep.sqlite")
        }
    }
}
