import Lockstep
import LockstepTesting
import Testing

/// Workers of two versions on one store: each works where what its handlers return is allowed.
@Suite struct VersionedWorkerTests {
    private static let options = WorkerOptions(poll: .milliseconds(20), sweep: .milliseconds(20))

    private static func old(_ store: MemoryStore) -> Worker {
        Worker(on: store, options: options) {
            Handler(OldLetter.writing) { _ in .stamping }
            Handler(OldLetter.stamping) { _ in .sent }
        }
    }

    private static func new(_ store: MemoryStore) -> Worker {
        Worker(on: store, options: options) {
            Handler(NewLetter.writing) { _ in .franking }
            Handler(NewLetter.franking) { _ in .sent }
        }
    }

    /// Waits for the end of a job, and says which way it went.
    private static func way(_ id: JobID, _ store: MemoryStore) async throws -> [String] {
        var wakes = store.wakes().makeAsyncIterator()
        var query = JobQuery("letter")
        query.ids = [id]
        while try await store.find(query).first?.isLive ?? false { await wakes.next() }
        return try await store.history(of: id, in: "letter", after: 0).filter { $0.kind == .moved }.map(\.to)
    }

    private static func start(_ store: MemoryStore) async throws -> JobID {
        let outcome = try await store.start([NewJob(lifecycle: "letter")])[0]
        return try outcome.get().record.id
    }

    @Test(.timeLimit(.minutes(1))) func theOldOneWorksUntilTheActivationAndTheNewOneAfterIt() async throws {
        let store = MemoryStore()
        try await store.install([Definition(OldLetter.self)])
        try await store.rollOut("letter", .expand(to: Definition(NewLetter.self)))
        let (old, new) = (Self.old(store), Self.new(store))
        async let working: Void = new.run()
        let waiting = try await Self.start(store)
        async let workingToo: Void = old.run()
        #expect(try await Self.way(waiting, store) == ["writing", "stamping", "sent"])
        old.stop()
        try await workingToo
        let next = try await Self.start(store)
        while try await store.workers().allSatisfy({ $0.knows["letter"] == nil }) { await Task.yield() }
        try await store.rollOut("letter", .activate())
        #expect(try await Self.way(next, store) == ["writing", "franking", "sent"])
        new.stop()
        try await working
    }

    @Test(.timeLimit(.minutes(1))) func aWorkerSaysWhatItsProcessKnows() async throws {
        let store = MemoryStore()
        let worker = Self.old(store)
        async let working: Void = worker.run()
        let id = try await { () in
            while true {
                do { return try await Self.start(store) } catch is Refusal { await Task.yield() }
            }
        }()
        _ = try await Self.way(id, store)
        let definition = Definition(OldLetter.self)
        let known = try await store.workers().first?.knows["letter"]
        #expect(known == KnownLifecycle(statuses: definition.names, version: try definition.fingerprint()))
        worker.stop()
        try await working
    }
}
