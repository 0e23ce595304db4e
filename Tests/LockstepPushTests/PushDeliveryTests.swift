import Foundation
import Hummingbird
import Lockstep
import LockstepPostgres
import LockstepPush
import LockstepSQLite
import LockstepTesting
import NIOCore
import PostgresSupport
import Synchronization
import Testing

/// Deliveries to a real receiver.
@Suite struct PushDeliveryTests {
    /// The stores on which the main path runs; a database goes with whoever holds its place.
    enum Place: String, CaseIterable {
        case memory, sqlite, postgres

        func store() async throws -> (store: any Store, keeper: any Sendable) {
            switch self {
            case .memory: return (MemoryStore(), 0)
            case .sqlite:
                let scratch = try Scratch()
                return (try await SQLiteStore(path: scratch.database), scratch)
            case .postgres:
                let database = try await FreshDatabase()
                return (try await database.store(), database)
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Place.allCases)
    func aJobIsPushedAndItsAnswerMovesIt(place: Place) async throws {
        let (store, keeper) = try await place.store()
        try await Receiver.run { _ in
            Receiver.answer(
                .ok, #"{"to":"done","output":"<b>&\u00e9","metadata":{"seen":12345678901234567}}"#)
        } _: { receiver in
            let errands = try await Jobs<Errand>(on: store)
            var new = try errands.new(["text": "Grüße"], owner: "anna", metadata: ["of": "the caller"])
            new.trace = TraceContext(
                traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1"
            )
            let id = try await errands.start(many: [new])[0].get().id
            let job = try await Field.delivering(try Field.options(receiver.url), on: store) {
                try await Field.job(errands, id) { !$0.isLive }
            }
            #expect(job.status == "done")
            #expect(try Job<Errand>(job).output() == "<b>&é")
            let metadata = try JSONValue(parsing: job.metadata)
            #expect(metadata["seen"] == 12_345_678_901_234_567)
            #expect(metadata["of"] == "the caller")

            #expect(receiver.deliveries.count == 1)
            let delivery = try #require(receiver.deliveries.first)
            #expect(delivery.path == "/work")
            #expect(delivery.authority == "127.0.0.1:\(receiver.port)")
            try delivery.verify([Field.secret], now: store.time.now())
            #expect(
                delivery[header: "traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            #expect(delivery[header: "tracestate"] == "vendor=1")
            #expect(delivery[header: "content-type"] == "application/json")
            let sent = try delivery.job
            #expect(sent["id"]?.text == id.text)
            #expect(sent["status"] == "running" && sent["attempt"] == 1 && sent["fence"] == 1)
            #expect(sent["input"] == ["text": "Grüße"])
            #expect(sent["metadata"]?["of"] == "the caller")
            #expect(sent["worker"]?.text?.hasPrefix("push-") == true)
            let history = try await errands.history(of: id)
            #expect(try delivery.part("messageId")?.text == "\(id).2")
            #expect(try delivery.part("attributes")?["trace_id"] == nil)
            #expect(try delivery.part("attributes")?["fence"] == "1")
            #expect(history.map(\.to) == ["queued", "running", "done"])
            // The service said goodbye: its lease has ended.
            let now = store.time.now()
            #expect(try await store.workers().allSatisfy { $0.leaseEnds <= now })
        }
        withExtendedLifetime(keeper) {}
    }

    @Test(.timeLimit(.minutes(5)), arguments: Place.allCases)
    func whoeverAcknowledgesFinishesUnderTheFenceItWasGiven(place: Place) async throws {
        let (store, keeper) = try await place.store()
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start([:])
        let isTold = Signal()
        try await Receiver.run { delivery in
            // The receiver works on after its answer.
            let job = try delivery.job
            let worker = WorkerID(job["worker"]?.text ?? "")
            var finish = Command(.move(to: "done"), job: started.id, of: "errand", by: .worker(worker.text))
            finish.claim = Claim(worker: worker, fence: Int64(job["fence"]?.double ?? 0))
            finish.output = "\"later\""
            Task { [finish] in
                try await isTold.wait()
                _ = try await store.apply([finish])
            }
            return Receiver.answer(.accepted)
        } _: { receiver in
            let job = try await Field.delivering(try Field.options(receiver.url), on: store) {
                _ = try await Field.job(errands, started.id) { $0.claimedBy != nil }
                isTold.send()
                return try await Field.job(errands, started.id) { !$0.isLive }
            }
            #expect(job.status == "done" && job.output == "\"later\"" && job.fence == 1)
            #expect(receiver.deliveries.count == 1)
        }
        withExtendedLifetime(keeper) {}
    }

    @Test(.timeLimit(.minutes(5))) func aClaimThatWasAcknowledgedIsKeptUntilTheStatussTimeIsOver()
        async throws
    {
        let time = TestTime()
        let store = MemoryStore(time: time)
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start([:])
        let isSent = Signal()
        try await Receiver.run { _ in
            isSent.send()
            return Receiver.answer(.noContent)
        } _: { receiver in
            try await Field.delivering(try Field.options(receiver.url), on: store) {
                try await isSent.wait()
                /// A third of the lease passes, which brings a sign of life.
                func pass() async throws {
                    time.advance(by: .seconds(20))
                    let now = time.now()
                    while try await store.workers().contains(where: { $0.beatAt < now }) {
                        await Task.yield()
                    }
                }
                for _ in 0..<14 {
                    try await pass()
                    let job = try await errands.find(started.id)?.record
                    #expect(job?.claimedBy != nil && job?.fence == 1)
                }
                time.advance(by: .seconds(20))
                _ = try await Field.job(errands, started.id) { !$0.isLive }
                // By the next sign of life the service learns that the claim is gone.
                try await pass()
            }
            let job = try #require(try await errands.find(started.id)?.record)
            #expect(job.status == "failed" && job.failure?.code == "deadline")
            #expect(receiver.deliveries.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(5))) func temporaryFailuresAreTriedAgainAsTheSameWork() async throws {
        let store = MemoryStore()
        let answers = Mutex([
            Receiver.answer(.serviceUnavailable), Receiver.answer(.conflict),
            Receiver.answer(.ok, #"{"to":"done"}"#),
        ])
        try await Receiver.run { _ in
            answers.withLock { $0.removeFirst() }
        } _: { receiver in
            let (job, history) = try await Field.run(try Field.options(receiver.url), on: store) {
                !$0.isLive
            }
            #expect(job.status == "done" && job.fence == 3)
            #expect(
                history.map(\.kind) == [.started, .moved, .retried, .claimed, .retried, .claimed, .moved])
            #expect(try Set(receiver.deliveries.map { try $0.part("messageId")?.text }).count == 1)
            #expect(
                try receiver.deliveries.map { try $0.part("attributes")?["attempt"]?.text } == [
                    "1", "2", "3",
                ])
        }
    }

    @Test(.timeLimit(.minutes(5))) func anAnswerThatTheServiceDidNotLiveToRecordIsAskedForAgain() async throws
    {
        let store = MemoryStore()
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start([:])
        let answers = Mutex<[String: String]>([:])
        let work = Mutex(0)
        try await Receiver.run { delivery in
            let message = try delivery.part("messageId")?.text ?? ""
            let isNew = answers.withLock { answers in
                defer { answers[message] = #"{"to":"done","output":"once"}"# }
                return answers[message] == nil
            }
            if isNew {
                work.withLock { $0 += 1 }
                // What a crash of the service comes to: its claim is taken back before its answer is written.
                let lost = Command(.lose, job: started.id, of: "errand", by: .engine)
                _ = try await store.apply([lost])
            }
            return Receiver.answer(.ok, answers.withLock { $0[message] ?? "" })
        } _: { receiver in
            let job = try await Field.delivering(try Field.options(receiver.url), on: store) {
                try await Field.job(errands, started.id) { !$0.isLive }
            }
            #expect(job.status == "done" && job.output == "\"once\"" && job.fence == 2)
            #expect(receiver.deliveries.count == 2)
            #expect(work.withLock { $0 } == 1)
        }
    }

    @Test(.timeLimit(.minutes(5))) func anOperatorsRetryIsOtherWork() async throws {
        let store = MemoryStore()
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start([:])
        let answers = Mutex([Receiver.answer(.badRequest), Receiver.answer(.ok, #"{"to":"done"}"#)])
        try await Receiver.run { _ in
            answers.withLock { $0.removeFirst() }
        } _: { receiver in
            try await Field.delivering(try Field.options(receiver.url), on: store) {
                let parked = try await Field.job(errands, started.id) { $0.parkedAt != nil }
                #expect(parked.failure?.code == "http_400")
                try await errands.retry(started.id, by: .operator("olga"))
                _ = try await Field.job(errands, started.id) { !$0.isLive }
            }
            #expect(
                try receiver.deliveries.map { try $0.part("messageId")?.text } == [
                    "\(started.id).2", "\(started.id).4",
                ])
        }
    }

    @Test(.timeLimit(.minutes(5))) func aShutdownCountsNoAttempt() async throws {
        let store = MemoryStore()
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start([:])
        let isSent = Signal()
        let never = Signal()
        try await Receiver.run { _ in
            guard !isSent.isSent else { return Receiver.answer(.ok, #"{"to":"done"}"#) }
            isSent.send()
            try await never.wait()
            return Receiver.answer(.ok, #"{"to":"done"}"#)
        } _: { receiver in
            let options = try Field.options(receiver.url) { $0.grace = .zero }
            try await Field.delivering(options, on: store) { try await isSent.wait() }
            let given = try #require(try await errands.find(started.id)?.record)
            #expect(given.status == "running" && given.attempt == 0 && given.claimedBy == nil)
            #expect(try await errands.history(of: started.id).last?.kind == .yielded)
            let job = try await Field.delivering(options, on: store) {
                try await Field.job(errands, started.id) { !$0.isLive }
            }
            #expect(job.status == "done")
            #expect(try Set(receiver.deliveries.map { try $0.part("messageId")?.text }).count == 1)
            never.send()
        }
    }

    @Test(.timeLimit(.minutes(5))) func aJobThatIsTakenAwayEndsItsDelivery() async throws {
        let store = MemoryStore()
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start([:])
        let isSent = Signal()
        let never = Signal()
        try await Receiver.run { _ in
            isSent.send()
            try await never.wait()
            return Receiver.answer(.ok, #"{"to":"done"}"#)
        } _: { receiver in
            try await Field.delivering(try Field.options(receiver.url), on: store) {
                try await isSent.wait()
                try await errands.fail(started.id, with: .userFixable("not wanted"), by: .operator("olga"))
            }
            #expect(try await errands.find(started.id)?.record.status == "failed")
            never.send()
        }
    }

    @Test func aWebhookWithoutAddressOrSecretIsRefusedAtTheStart() throws {
        let definitions = [Definition(Errand.self)]
        let unknown = #expect(throws: Failure.self) {
            _ = try PushDelivery(definitions, on: MemoryStore(), options: PushOptions())
        }
        #expect(unknown?.code == "unknown_webhook")
        for (secrets, code) in [([String](), "no_secret"), (["short"], "bad_secret")] {
            let fault = #expect(throws: Failure.self) {
                _ = try PushTarget("errands", url: "https://work.example.org", secrets: secrets)
            }
            #expect(fault?.code == code)
        }
    }
}
