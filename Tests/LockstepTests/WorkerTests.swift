import Lockstep
import LockstepTesting
import Synchronization
import Testing

/// The worker's shell on the in-memory store, with real tasks.
@Suite struct WorkerTests {
    /// Runs a worker while `body` runs.
    func working<Result>(
        on store: any Store, _ options: WorkerOptions = WorkerOptions(),
        @HandlerBuilder _ handlers: () -> [Handler], _ body: () async throws -> Result
    ) async throws -> Result {
        let worker = Worker(on: store, options: options, handlers: handlers)
        let running = Task { try await worker.run() }
        let result: Result
        do {
            result = try await body()
        } catch {
            worker.stop()
            try await running.value
            throw error
        }
        worker.stop()
        try await running.value
        return result
    }

    /// The job once a condition holds.
    func job(
        _ parcels: Jobs<Parcel>, _ id: JobID, when condition: (JobRecord) -> Bool
    ) async throws -> JobRecord {
        for try await job in parcels.watch(id) where condition(job.record) { return job.record }
        throw Conformance.Violation(description: "the job ended before the condition held")
    }

    @Test func aJobGoesThroughEveryStage() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        try await working(on: store) {
            Handler(Parcel.packing) { work in
                work.report(40, "packing")
                work.annotate(["packed": true])
                return .labelling
            }
            Handler(Parcel.labelling) { work in
                try work.output("to " + (work.input["to"] ?? "nobody"))
                return .delivered
            }
        } _: {
            let started = try await parcels.start(["to": "Anna"], in: .queued)
            let record = try await job(parcels, started.id) { !$0.isLive }
            #expect(record.status == "delivered")
            #expect(try Job<Parcel>(record).output() == "to Anna")
            #expect(try Job<Parcel>(record).metadata() == ["packed": true])
            let path = try await parcels.history(of: started.id).map(\.to)
            #expect(path == ["queued", "packing", "labelling", "delivered"])
        }
    }

    @Test func aHandlerThatReturnsAnUndeclaredMoveParksItsJob() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        try await working(on: store) {
            Handler(Parcel.packing) { _ in .delivered }
        } _: {
            let started = try await parcels.start([:], in: .queued)
            let record = try await job(parcels, started.id) { $0.parkedAt != nil }
            #expect(record.status == "packing")
            #expect(record.failure?.audience == .adminRequired)
            #expect(record.failure?.message.contains("cannot move from 'packing' to 'delivered'") ?? false)
            #expect(try await parcels.history(of: started.id).map(\.kind) == [.started, .moved, .parked])
        }
    }

    @Test func aStopGivesRunningJobsBackWithoutCountingTheAttempt() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        let started = try await parcels.start([:], in: .queued)
        var options = WorkerOptions()
        options.grace = .zero
        try await working(on: store, options) {
            Handler(Parcel.packing) { _ in
                // Ends only when it is cancelled.
                try await Signal().wait()
                return .labelling
            }
        } _: {
            _ = try await job(parcels, started.id) { $0.status == "packing" }
        }
        let record = try await parcels.find(started.id)?.record
        #expect(record?.status == "packing")
        #expect(record?.attempt == 0)
        #expect(record?.claimedBy == nil)
        #expect(try await parcels.history(of: started.id).last?.kind == .yielded)
        #expect(try await store.workers().allSatisfy { $0.leaseEnds <= store.time.now() })
    }

    @Test func cancellingAJobCancelsItsHandler() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        let started = try await parcels.start([:], in: .queued)
        let ended = Signal()
        try await working(on: store, WorkerOptions(lease: .milliseconds(150))) {
            Handler(Parcel.packing) { _ in
                defer { ended.send() }
                try await Signal().wait()
                return .labelling
            }
        } _: {
            _ = try await job(parcels, started.id) { $0.claimedBy != nil }
            try await parcels.cancel(started.id, by: .owner("anna"))
            try await ended.wait()
            #expect(try await parcels.find(started.id)?.record.status == "withdrawn")
        }
    }

    @Test func cleaningUpComesBeforeRetention() async throws {
        let time = TestTime()
        let store = MemoryStore(time: time)
        let parcels = try await Jobs<Parcel>(on: store)
        let started = try await parcels.start([:], in: .queued)
        try await parcels.fail(started.id, with: .userFixable("x"), by: .operator("op"))
        let cleaned = Mutex<[String]>([])
        time.advance(by: .days(8))
        try await working(on: store) {
            Handler(Parcel.packing) { _ in .labelling }
            Handler.cleaningUp(Parcel.self) { job in
                cleaned.withLock { $0.append(job.record.status) }
            }
        } _: {
            let signals = store.wakes()
            for await _ in signals where try await parcels.find(started.id)?.record.status == "archived" {
                break
            }
        }
        #expect(cleaned.withLock { $0 } == ["lost"])
    }

    @Test func aThousandJobsEndOnceEach() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        let runs = Mutex<[JobID: Int]>([:])
        try await working(on: store, WorkerOptions(concurrency: 50)) {
            Handler(Parcel.packing) { work in
                runs.withLock { $0[work.id, default: 0] += 1 }
                return .labelling
            }
            Handler(Parcel.labelling) { _ in .delivered }
        } _: {
            let jobs = try (0..<200).map { _ in try parcels.new([:], in: .queued) }
            let ids = try await parcels.start(many: jobs).map { try $0.get().id }
            for id in ids { _ = try await job(parcels, id) { !$0.isLive } }
        }
        #expect(runs.withLock { $0.values.allSatisfy { $0 == 1 } && $0.count == 200 })
    }
}
