import Lockstep
import LockstepTesting
import Testing

private struct Article: Codable, Sendable {
    var title: String
}

private enum Export: String, Lifecycle {
    case queued, rendering, done, failed
    typealias Input = Article
    typealias Output = String
    static let initial: Set = [queued]
    static let failure = failed
    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .rendering, within: .hours(1))
        case .rendering: .works(within: .minutes(5)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30)).reopens(to: .queued)
        }
    }
}

@Suite struct WorkerUnderTestTests {
    @Test func theExampleOfItsDocumentation() async throws {
        let worker = WorkerUnderTest {
            Handler(Export.rendering) { work in
                try work.output("<h1>\(work.input.title)</h1>")
                return .done
            }
        }
        let run = try await worker.run(Article(title: "Hello"), from: Export.queued)
        #expect(run.statuses == [.queued, .rendering, .done])
        #expect(try run.output == "<h1>Hello</h1>")
        #expect(run.failure == nil)
        #expect(!run.job.isLive)
    }

    @Test func everythingThatHandlersSayIsSeen() async throws {
        let worker = WorkerUnderTest {
            Handler(Parcel.packing) { work in
                work.report(40, "folding")
                work.report(80)
                work.annotate(["packed": true])
                return .labelling
            }
            Handler(Parcel.labelling) { _ in .delivered }
        }
        let run = try await worker.run(
            ["to": "Anna"], from: Parcel.queued, owner: "ben", metadata: ["red": 1])
        #expect(run.statuses == [.queued, .packing, .labelling, .delivered])
        #expect(run.status == .delivered)
        #expect(run.reports.map(\.progress) == [40, 80])
        #expect(run.reports.map(\.detail) == ["folding", nil])
        #expect(try run.metadata == ["red": 1, "packed": true])
        #expect(run.job.owner == "ben")
        // Finishing one stage and claiming the next is one move.
        #expect(run.history.map(\.kind) == [.started, .moved, .moved, .moved])
    }

    @Test func anUndeclaredReturnFailsTheTestWithASentence() async throws {
        let worker = WorkerUnderTest { Handler(Parcel.packing) { _ in .delivered } }
        let error = await #expect(throws: UndeclaredReturn.self) {
            try await worker.run([:], from: Parcel.queued)
        }
        #expect(error?.from == "packing")
        #expect(error?.to == "delivered")
        #expect(error?.refusal.allowed == ["queued", "labelling", "review", "lost"])
        #expect(
            error?.description.hasPrefix(
                "the handler of 'packing' returned 'delivered': a job of lifecycle 'parcel' cannot move from "
                    + "'packing' to 'delivered'; allowed for the worker: ") ?? false,
            "\(error?.description ?? "")")
    }

    @Test func aTemporaryFailureRestsUntilItsNextAttempt() async throws {
        let time = TestTime()
        let store = MemoryStore(time: time, draw: { 0.5 })
        let worker = WorkerUnderTest(on: store) {
            Handler(Parcel.packing) { work in
                if work.attempt < 3 { throw Failure.temporary("no tape", code: "tape") }
                return .review
            }
        }
        let first = try await worker.run([:], from: Parcel.queued)
        #expect(first.status == .packing)
        #expect(first.failure?.code == "tape")
        #expect(first.job.isLive && !first.isParked)
        let early = try await worker.run(first.job.id, of: Parcel.self)
        #expect(early.job == first.job)
        time.advance(by: .seconds(10))
        #expect(try await worker.run(first.job.id, of: Parcel.self).failure?.code == "tape")
        time.advance(by: .seconds(10))
        let last = try await worker.run(first.job.id, of: Parcel.self)
        #expect(last.statuses == [.queued, .packing, .review])
    }

    @Test func itRestsWhereNobodyMayOrCanGoOn() async throws {
        let worker = WorkerUnderTest {
            Handler(Parcel.packing) { work in
                if work.input["to"] == nil { throw Failure.adminRequired("no scales", code: "scales") }
                return .labelling
            }
        }
        let parked = try await worker.run([:], from: Parcel.queued)
        #expect(parked.isParked)
        #expect(parked.failure?.code == "scales")
        #expect(try await worker.run(["to": "A"], from: Parcel.queued).status == .labelling)
        #expect(try await worker.run([:], from: Parcel.announced).statuses == [.announced])
        try await Jobs<Parcel>(on: worker.store).pause(.queued, by: .operator("op"))
        #expect(try await worker.run(["to": "A"], from: Parcel.queued).statuses == [.queued])
        let refusal = await #expect(throws: Refusal.self) {
            try await worker.run([:], from: Parcel.review)
        }
        #expect(refusal?.code == .notInitial)
    }

    @Test func aCancellationOfTheHandlersOwnIsAFailureLikeAny() async throws {
        let worker = WorkerUnderTest { Handler(Parcel.packing) { _ in throw CancellationError() } }
        let run = try await worker.run([:], from: Parcel.queued)
        #expect(run.failure?.code == "cancelled")
        #expect(run.job.record.attempt == 1)
    }
}

@Suite struct SignalTests {
    @Test func itIsRememberedAndReachesEverybody() async throws {
        let signal = Signal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await signal.wait() } }
            #expect(!signal.isSent)
            signal.send()
            signal.send()
            try await group.waitForAll()
        }
        try await signal.wait()
        #expect(signal.isSent)
    }

    @Test func aCancelledWaiterLeaves() async throws {
        let signal = Signal()
        let waiting = Task { try await signal.wait() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        let late = Task {
            signal.send()
            withUnsafeCurrentTask { $0?.cancel() }
            try await signal.wait()
        }
        try await late.value
    }
}
