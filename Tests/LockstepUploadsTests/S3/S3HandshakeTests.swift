import Crypto
import Foundation
import Lockstep
import LockstepTesting
import LockstepUploads
import Testing

/// The handshake for objects that come to S3 in parts. All else about S3 is in the suites that run on every storage.
@Suite(.timeLimit(.minutes(3))) struct S3HandshakeTests {
    /// Two parts and a bit.
    private static let bytes = S3Upload.bytes((10 << 20) + 5)
    private static let sha256 = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    private static let places = Engine.allCases.map { Place(engine: $0, storage: .s3) }

    private func announce(_ stand: Stand, sha256: String) async throws -> (job: JobID, permit: UploadPermit) {
        let job = JobID(at: stand.time.now())
        var start = NewJob(lifecycle: stand.definition.name)
        start.id = job
        start.owner = "anna"
        let new = start
        let announced = try await stand.uploads.announce(
            Announcement(
                job: job, lifecycle: stand.definition.name, name: "video", filename: "match.mp4",
                size: Int64(Self.bytes.count), contentType: "video/mp4", sha256: sha256, takesParts: true),
            in: stand.definition, policy: stand.policy
        ) { _ = try $0.start(new).get() }
        #expect(announced.permit.requests.count == 3 && announced.permit.multipart != nil)
        return (job, announced.permit)
    }

    /// S3 knows no hash of the whole: it is computed by reading, by each of the fifty that come at once.
    @Test(arguments: places) func fiftyAtOnceJoinAndMoveItOnce(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let (job, permit) = try await announce(stand, sha256: Self.sha256)
            #expect(try await stand.client.put(permit, Self.bytes) == 200)
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        switch try await stand.complete(job) {
                        case .verified: return true
                        case .alreadyProcessed: return false
                        case .refused(let failure, _): throw failure
                        }
                    }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.count == 50 && outcomes.count { $0 } == 1)
            #expect(try await stand.record(job).status == "queued")
            let upload = try #require(try await stand.uploads.object(of: job, named: "video"))
            #expect(upload.size == Int64(Self.bytes.count) && upload.sha256 == Self.sha256)
        }
    }

    @Test(arguments: places) func partsThatCameLate(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let (job, permit) = try await announce(stand, sha256: Self.sha256)
            func send(_ number: Int) async throws {
                let bytes = permit.requests[number].bytes
                let part = Array(Self.bytes[Int(bytes.lowerBound)..<Int(bytes.upperBound)])
                #expect(try await stand.client.send(permit.requests[number], part).status == 200)
            }
            try await send(0)
            try await send(2)
            guard case .refused(let failure, _) = try await stand.complete(job) else {
                Issue.record("an object of which a part is missing was verified")
                return
            }
            #expect(failure.code == Uploads.missingCode)
            try await send(1)
            guard case .verified(let record) = try await stand.complete(job) else {
                Issue.record("an object that is whole was refused")
                return
            }
            #expect(record.status == "queued")
        }
    }

    @Test(arguments: places) func otherBytesThanAnnounced(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let (job, permit) = try await announce(stand, sha256: String(repeating: "0", count: 64))
            #expect(try await stand.client.put(permit, Self.bytes) == 200)
            guard case .refused(let failure, let record) = try await stand.complete(job) else {
                Issue.record("other bytes than announced were verified")
                return
            }
            #expect(failure.code == "upload_wrong_checksum" && record.status == "failed")
            let worker = try await stand.worker()
            #expect(try await stand.claim(worker).isEmpty)
        }
    }

    /// What was begun and never completed is given up with everything that was sent of it.
    @Test func whatIsNotCompletedIsGivenUp() async throws {
        try await Stand.run(Place(engine: .sqlite, storage: .s3)) { stand in
            let (job, permit) = try await announce(stand, sha256: Self.sha256)
            #expect(try await stand.client.put(permit, Self.bytes) == 200)
            stand.time.advance(by: .minutes(16))
            _ = try await stand.store.sweep(SweepRequest())
            #expect(try await stand.record(job).status == "failed")
            #expect(try await stand.uploads.cleanUp() == 1)
            let late = try await stand.client.send(permit.requests[2], Array(Self.bytes.suffix(5)))
            #expect(late.status == 404 && late.text.contains("NoSuchUpload"))
        }
    }
}
