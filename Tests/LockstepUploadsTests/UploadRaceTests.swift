import Lockstep
import LockstepSQL
import LockstepTesting
import LockstepUploads
import NIOCore
import Synchronization
import Testing

/// The write-up's race: workers poll without pause while uploads are announced, delayed, sent and completed.
@Suite(.timeLimit(.minutes(15))) struct UploadRaceTests {
    private static let count = isTorture ? 1000 : 60

    /// What the workers have seen.
    private final class Findings: Sendable {
        private struct State {
            var done: Set<JobID> = []
            var unverified: [JobID] = []
            var missing: [String] = []
        }
        private let state = Mutex(State())
        var done: Int { state.withLock { $0.done.count } }
        var unverified: [JobID] { state.withLock(\.unverified) }
        var missing: [String] { state.withLock(\.missing) }
        func finish(_ job: JobID) { state.withLock { _ = $0.done.insert(job) } }
        func unverified(_ job: JobID) { state.withLock { $0.unverified.append(job) } }
        func missing(_ words: String) { state.withLock { $0.missing.append(words) } }
    }

    @Test(arguments: Place.all) func nothingIsClaimedBeforeItIsVerified(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let findings = Findings()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<3 { group.addTask { try await work(stand, number, findings) } }
                for client in 0..<6 {
                    group.addTask {
                        var random = SeededGenerator(seed: UInt64(client) &* 7919 &+ 1)
                        for _ in stride(from: client, to: Self.count, by: 6) {
                            try await upload(stand, &random)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(findings.done == Self.count)
            #expect(findings.unverified == [], "claimed before they were verified")
            #expect(findings.missing == [], "objects that a worker did not find")
        }
    }

    /// One client's upload: `complete` may come too early, several times and at once with others.
    private func upload(_ stand: Stand, _ random: inout SeededGenerator) async throws {
        let bytes = someBytes(Int.random(in: 1...50_000, using: &random))
        let (job, permit) = try await stand.announce(bytes)
        await pause(&random)
        if Int.random(in: 0..<3, using: &random) == 0 { _ = try await stand.complete(job) }
        await pause(&random)
        // The object comes while others ask whether it is there.
        async let early = stand.complete(job)
        #expect(try await stand.client.put(permit, bytes) < 300)
        _ = try await early
        await pause(&random)
        let most = Int.random(in: 1...3, using: &random)
        try await withThrowingTaskGroup(of: Completion.self) { group in
            for _ in 0..<most { group.addTask { try await stand.complete(job) } }
            for try await completion in group {
                if case .refused(let failure, _) = completion { Issue.record("refused: \(failure)") }
            }
        }
    }

    /// Lets others go on, for a while that differs.
    private func pause(_ random: inout SeededGenerator) async {
        for _ in 0..<Int.random(in: 0...20, using: &random) { await Task.yield() }
    }

    /// A worker that asks for work without pause, with no guard but the store's own.
    private func work(_ stand: Stand, _ number: Int, _ findings: Findings) async throws {
        let worker = try await stand.worker("w\(number)")
        let wish = ClaimRequest(
            worker: worker, statuses: ["clip": [Clip.quickRunning.rawValue]], limit: 5)
        while findings.done < Self.count {
            for record in try await stand.store.claim(wish) {
                if try await stand.uploads.object(of: record.id, named: "video") == nil {
                    findings.unverified(record.id)
                }
                do {
                    let (upload, body) = try await stand.uploads.open("video", of: record.id)
                    var size: Int64 = 0
                    for try await part in body { size += Int64(part.readableBytes) }
                    if size != upload.size {
                        findings.missing("\(record.id): \(size) of \(upload.size) bytes")
                    }
                } catch {
                    findings.missing("\(record.id): \(error)")
                }
                try await stand.move(record, to: .quickDone)
                findings.finish(record.id)
            }
            await Task.yield()
        }
    }
}
