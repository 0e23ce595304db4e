import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import LockstepUploads
import Logging
import PostgresSupport
import ServiceLifecycle
import Testing

/// What time does to uploads that do not come.
@Suite(.timeLimit(.minutes(3))) struct DeadlineTests {
    private func stuck(_ stand: Stand) async throws -> [JobID] {
        var query = JobQuery("clip")
        query.isStuck = true
        return try await stand.store.find(query).map(\.id)
    }

    @Test(arguments: Place.all) func stuckThenFailedThenErased(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            // One whose object came and was never completed, and one of which nothing came.
            let sent = try await stand.send(someBytes(5000))
            let (silent, _) = try await stand.announce(someBytes(10))
            let key = try await stand.key(sent)
            #expect(try await stuck(stand) == [])
            stand.time.advance(by: .minutes(6))
            #expect(Set(try await stuck(stand)) == [sent, silent])
            #expect(try await stand.uploads.cleanUp() == 0, "their permits hold")
            stand.time.advance(by: .minutes(10))
            #expect(try await stand.uploads.cleanUp() == 0, "their jobs wait for them")
            #expect(try await stand.storage.look(at: key) != nil)
            _ = try await stand.store.sweep(SweepRequest())
            #expect(try await stand.record(sent).status == "failed")
            #expect(try await stand.record(sent).failure?.code == "deadline")
            #expect(try await stand.uploads.cleanUp() == 2)
            #expect(try await stand.storage.look(at: key) == nil)
            #expect(try await stand.uploads.cleanUp() == 0, "once is enough, for a day")
            guard case .refused(let failure, _) = try await stand.complete(sent) else {
                Issue.record("what was erased was verified")
                return
            }
            #expect(failure.code == "upload_missing")
            // A new announcement takes the place of the old one, and the job runs.
            try await announceAnew(stand, sent)
            stand.time.advance(by: .days(2))
            #expect(try await stand.uploads.cleanUp() >= 2, "what may have come late goes too")
            let again = try await stand.uploads.object(of: sent, named: "video")
            #expect(again != nil, "a verified upload stays")
        }
    }

    private func announceAnew(_ stand: Stand, _ job: JobID) async throws {
        let bytes = someBytes(300)
        let record = try await stand.record(job)
        let permit = try await stand.uploads.announce(
            Announcement(
                job: job, lifecycle: "clip", name: "video", filename: "again.mp4", size: 300,
                contentType: "video/mp4"), for: record, in: stand.definition, policy: stand.policy)
        #expect(try await stand.client.put(permit, bytes) < 300)
        guard case .verified(let after) = try await stand.complete(job) else {
            Issue.record("the second upload was not verified")
            return
        }
        #expect(after.status == "queued")
        // What is verified cannot be announced again.
        let failed = try await stand.record(job)
        await #expect(throws: (any Error).self) {
            _ = try await stand.uploads.announce(
                Announcement(
                    job: job, lifecycle: "clip", name: "video", filename: "x.mp4", size: 300,
                    contentType: "video/mp4"), for: failed, in: stand.definition, policy: stand.policy)
        }
    }

    @Test(arguments: Place.all) func whatBelongsToDeletedJobsIsErased(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let job = try await stand.send(someBytes(100))
            let key = try await stand.key(job)
            _ = try await stand.complete(job)
            let worker = try await stand.worker()
            let claimed = try #require(try await stand.claim(worker).first)
            var command = Command(
                .fail(.userFixable("no video")), job: job, of: "clip", by: .worker(worker.text))
            command.claim = Claim(worker: worker, fence: claimed.fence)
            _ = try await stand.store.apply([command])
            stand.time.advance(by: .days(1))
            #expect(try await stand.uploads.cleanUp() == 0, "a failed job keeps what was verified")
            #expect(try await stand.storage.look(at: key) != nil)
            _ = try await stand.store.apply([Command(.erase, job: job, of: "clip", by: .operator("olga"))])
            #expect(try await stand.uploads.cleanUp() == 1)
            #expect(try await stand.storage.look(at: key) == nil)
            #expect(try await stand.uploads.states(of: job).isEmpty)
        }
    }

    /// What is being sent when the permit ends is not taken, and leaves nothing behind.
    @Test func whatIsBeingSentWhenThePermitEndsIsErased() async throws {
        try await Stand.run(Place(engine: .sqlite, storage: .disk)) { stand in
            let bytes = someBytes(4_000_000)
            let (job, permit) = try await stand.announce(bytes)
            let request = try #require(permit.requests.first)
            let port = UInt16(try #require(URLComponents(string: stand.client.server)?.port))
            let head =
                "PUT \(request.url) HTTP/1.1\r\nHost: here\r\nContent-Type: video/mp4\r\n"
                + "Content-Length: \(bytes.count)\r\n\r\n"
            let incoming = stand.scratch.path("uploads/incoming")
            let (begun, mayEnd) = (Signal(), DispatchSemaphore(value: 0))
            async let answer = Offload.run { _ in
                let connection = try RawConnection(port: port)
                try connection.write(Array(head.utf8))
                try connection.write(Array(bytes.prefix(3_000_000)))
                begun.send()
                mayEnd.wait()
                try connection.write(Array(bytes.suffix(1_000_000)))
                return connection.finish()
            }
            try await begun.wait()
            while try FileManager.default.contentsOfDirectory(atPath: incoming).isEmpty { await Task.yield() }
            stand.time.advance(by: .minutes(16))
            _ = try await stand.store.sweep(SweepRequest())
            #expect(try await stand.uploads.cleanUp() == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: incoming) == [])
            mayEnd.signal()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 403") && text.contains("permit_expired"), "\(text)")
            #expect(try await stand.storage.look(at: try await stand.key(job)) == nil)
        }
    }

    /// The service cleans up when its time comes, and ends when it is told to.
    @Test func theServiceCleansUp() async throws {
        try await Stand.run(Place(engine: .sqlite, storage: .disk)) { stand in
            let job = try await stand.send(someBytes(10))
            let key = try await stand.key(job)
            var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            logger.logLevel = .critical
            let cleaner = UploadCleaner(stand.uploads, every: .seconds(60), logger: logger)
            let group = ServiceGroup(services: [cleaner], logger: logger)
            async let running: Void = group.run()
            while try await stand.storage.look(at: key) != nil {
                stand.time.advance(by: .minutes(1))
                _ = try await stand.store.sweep(SweepRequest())
                await Task.yield()
            }
            await group.triggerGracefulShutdown()
            try await running
        }
    }
}
