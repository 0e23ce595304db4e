import Lockstep
import LockstepTesting
import LockstepUploads
import Testing

/// Whatever goes wrong with an upload, no job becomes claimable by it, and each says why.
@Suite(.timeLimit(.minutes(10))) struct UploadFaultTests {
    /// How many faults: every kind as often as every other, give or take one.
    private static let count = isTorture ? 200 : 24

    @Test(arguments: Place.all) func noneIsClaimable(_ place: Place) async throws {
        var random = SeededGenerator(seed: 20_261_121)
        let sizes = (0..<Self.count).map { _ in Int.random(in: 1000...300_000, using: &random) }
        let kinds = UploadFault.allCases
        try await Stand.run(place) { stand in
            let jobs = try await withThrowingTaskGroup(of: (UploadFault, JobID?).self) { group in
                var done: [(UploadFault, JobID?)] = []
                for (index, size) in sizes.enumerated() {
                    // Eight at once: they must not disturb each other either.
                    if index >= 8 { try await group.next().map { done.append($0) } }
                    let fault = kinds[index % kinds.count]
                    group.addTask { (fault, try await FaultyUpload(stand, fault, size: size).run()) }
                }
                return try await group.reduce(into: done) { $0.append($1) }
            }
            #expect(jobs.count == Self.count)
            let worker = try await stand.worker()
            #expect(try await stand.claim(worker, limit: 1000).isEmpty)
            for case (.overwritten, let job?) in jobs {
                let record = try await stand.record(job)
                #expect(record.status == "failed" && record.failure?.code == "upload_changed")
            }
            // Each says why.
            for case (_, let job?) in jobs where try await stand.record(job).status == "failed" {
                let state = try #require(try await stand.uploads.states(of: job).first)
                #expect(state.verifiedAt != nil || state.refusal != nil)
            }
        }
    }
}
