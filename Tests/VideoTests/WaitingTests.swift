import AppSupport
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import NIOHTTP1
import LockstepUploads
import Testing

@testable import Video

/// Uploads that do not come, and jobs that were there before uploads were waited for.
@Suite struct WaitingTests {
    private static let content = Data("not really a film".utf8)

    @Test func whatIsStuckIsShownAndEnds() async throws {
        let time = TestTime()
        try await Harness.run(time: time) { harness in
            let begun = try await harness.initiate(Self.content)
            let stuck = { @Sendable in try await harness.jobs.find { $0.isStuck = true }.map(\.id) }
            time.advance(by: .minutes(4))
            #expect(try await stuck().isEmpty)
            time.advance(by: .minutes(2))
            #expect(try await stuck() == [begun.job])
            let metrics = try await harness.send(.GET, "/metrics", as: "olga").text
            let line = #"lockstep_jobs_stuck{lifecycle="video",status="awaiting_upload"} 1"#
            #expect(metrics.split(separator: "\n").contains { $0 == line }, "\(metrics)")
            let page = try await harness.send(
                .GET, "/dashboard", as: "olga", headers: ["Accept": "text/html"])
            #expect(page.status == 200 && page.text.contains(begun.job.text), "\(page.text)")

            // Half of it was sent when the connection broke off; and all of it, but never said so.
            #expect(try await harness.put(Self.content, begun) == 201)
            let held = { try FileManager.default.contentsOfDirectory(atPath: "\(harness.objects)/objects") }
            #expect(try held().count == 1)
            time.advance(by: .minutes(10))
            _ = try await harness.store.sweep(SweepRequest())
            let job = try #require(try await harness.jobs.find(begun.job))
            #expect(job.status == VideoJob.failed && job.failure?.audience == .userFixable)
            #expect(job.failure?.code == "deadline")
            #expect(try await stuck().isEmpty)
            // The cleaner finds the permit ended, and nobody waiting.
            #expect(try await harness.uploads.cleanUp() == 1)
            #expect(try held().isEmpty)
            let late = try await harness.complete(begun.job)
            #expect(late.status == 400)
            #expect(try await harness.status(begun.job) == "failed")
        }
    }

    // MARK: Before there was a wait

    /// The lifecycle as it was: jobs were queued when their upload was announced.
    private enum OldVideoJob: String, Lifecycle {
        case queued
        case quickRunning = "quick_running"
        case quickDone = "quick_done"
        case deepRunning = "deep_running"
        case done, completed, failed

        static let name = "video"
        static let initial: Set = [queued]
        static let failure = failed

        var rules: Rules<Self> {
            switch self {
            case .queued: .queues(for: .quickRunning, within: .hours(6))
            case .quickRunning:
                .works(within: .minutes(30)).retries(.exponential, attempts: 5).moves(to: .quickDone)
            case .quickDone: .queues(for: .deepRunning, within: .hours(24))
            case .deepRunning: .works(within: .hours(2)).retries(.exponential, attempts: 5).moves(to: .done)
            case .done: .succeeds(keptFor: .days(90))
            case .completed: .retired(as: .done)
            case .failed: .fails(keptFor: .days(90)).reopens(to: .queued)
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func rowsFromBeforeStayClaimable(on kind: StoreKind) async throws {
        try await kind.open { try await Self.rowsFromBeforeStayClaimable($0) }
    }

    private static func rowsFromBeforeStayClaimable(_ store: any SQLStore) async throws {
        let old = try await Jobs<OldVideoJob>(on: store)
        let first = try await old.start(NoValue(), owner: "anna").id
        let second = try await old.start(NoValue(), owner: "anna").id
        try await Harness.run(on: store) { harness in
            // The new definition is in force: nothing enters the queue without its upload.
            let fresh = try await harness.initiate(content)
            await #expect(throws: Refusal.self) { try await harness.jobs.move(fresh.job, to: .queued) }
            // Those from before are claimed, the new one is not.
            let claim = try await harness.claim(first, for: .quickRunning)
            #expect(try await harness.status(first) == "quick_running")
            #expect(try await harness.status(second) == "quick_running")
            #expect(try await harness.status(fresh.job) == "awaiting_upload")
            // And go on to their end.
            try await harness.move(first, to: .quickDone, under: claim)
            let deep = try await harness.claim(first, for: .deepRunning)
            try await harness.move(first, to: .done, under: deep)
            // By the handlers one without an upload of this kind fails with a sentence, and is no loop.
            try await harness.jobs.apply(.yield, to: second, by: .worker("hand")) {
                $0.claim = Claim(worker: WorkerID("hand"), fence: 1)
            }
            try await harness.working {
                let ended = try await harness.end(of: second)
                #expect(ended.status == VideoJob.failed && ended.failure?.audience == .userFixable)
            }
        }
    }
}
