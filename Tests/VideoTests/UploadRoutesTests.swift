import AppSupport
import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import NIOHTTP1
import LockstepUploads
import Testing

@testable import Video

/// The protocol of an upload, by its routes.
@Suite struct UploadRoutesTests {
    private static let content = Data("not really a film".utf8)

    @Test func anUploadFromBeginningToEnd() async throws {
        try await Harness.run { harness in
            let begun = try await harness.initiate(Self.content)
            #expect(try await harness.status(begun.job) == "awaiting_upload")
            let before = try await harness.send(.GET, "/api/videos/\(begun.job)")
            #expect(before.status == 200)
            #expect(try before["stage"] == "AWAITING_UPLOAD" && before["status"] == "awaiting_upload")
            #expect(try before["session_id"]?.text == begun.session && before["filename"] == "match.mp4")
            let session = try #require(JobID(begun.session))
            #expect(try await harness.sessions.find(session)?.record.status == "created")
            // Nobody can claim it.
            let statuses = [VideoJob.name: ["quick_running", "deep_running"]]
            var beat = Heartbeat(
                worker: WorkerID("w"), lease: .seconds(60), statuses: statuses, host: "here:1")
            beat.isFirst = true
            _ = try await harness.store.beat(beat)
            #expect(
                try await harness.store.claim(
                    ClaimRequest(worker: beat.worker, statuses: statuses, limit: 9)
                ).isEmpty)

            #expect(try await harness.put(Self.content, begun) == 201)
            let reply = try await harness.complete(begun.job)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(try reply["job_id"]?.text == begun.job.text && reply["status"] == "queued")
            #expect(try reply["stage"] == "QUEUED" && reply["progress"] == 0)
            #expect(try await harness.sessions.find(session)?.record.status == "uploaded")
            // They moved in one transaction.
            let move = try #require(try await harness.jobs.history(of: begun.job).last { $0.to == "queued" })
            let other = try #require(try await harness.sessions.history(of: session).last)
            #expect(other.to == "uploaded" && other.at == move.at)

            let again = try await harness.complete(begun.job)
            #expect(again.status == 200)
            #expect(try again["message"] == "Job already processed - no action taken")
        }
    }

    @Test func whatIsMissingIsSaid() async throws {
        try await Harness.run { harness in
            let begun = try await harness.initiate(Self.content)
            let reply = try await harness.complete(begun.job)
            #expect(reply.status == 400)
            #expect(try reply["detail"] == "Upload not found in the storage")
            #expect(try reply["stage"] == "FAILED" && reply["job_status"] == "failed")
            #expect(try await harness.status(begun.job) == "failed")
            let session = try #require(JobID(begun.session))
            #expect(try await harness.sessions.find(session)?.record.status == "created")
            // Missing again: refused, recorded, still failed.
            let length = try await harness.jobs.history(of: begun.job).count
            #expect(try await harness.complete(begun.job).status == 400)
            #expect(try await harness.status(begun.job) == "failed")
            let history = try await harness.jobs.history(of: begun.job)
            #expect(history.count == length + 1 && history.last?.reason == "Upload not found in the storage")
            // There after all: it goes on.
            #expect(try await harness.put(Self.content, begun) == 201)
            #expect(try await harness.complete(begun.job).status == 200)
            #expect(try await harness.status(begun.job) == "queued")
            #expect(try await harness.sessions.find(session)?.record.status == "uploaded")
        }
    }

    /// Every other status of the table: success, and nothing changes.
    @Test func whatIsUnderWayStaysAsItIs() async throws {
        try await Harness.run { harness in
            let job = try await harness.upload(Self.content)
            let check = { @Sendable (status: String) in
                let before = try await harness.jobs.history(of: job)
                let reply = try await harness.complete(job)
                #expect(reply.status == 200)
                #expect(try reply["message"] == "Job already processed - no action taken")
                #expect(try reply["status"]?.text == status)
                #expect(try await harness.jobs.history(of: job) == before)
            }
            try await check("queued")
            let quick = try await harness.claim(job, for: .quickRunning)
            try await check("quick_running")
            try await harness.move(job, to: .quickDone, under: quick)
            try await check("quick_done")
            let deep = try await harness.claim(job, for: .deepRunning)
            try await check("deep_running")
            try await harness.move(job, to: .done, under: deep)
            try await check("done")
        }
    }

    @Test func anOldNameOfTheEndIsAccepted() async throws {
        try await Harness.run { harness in
            var old = NewJob(lifecycle: VideoJob.name)
            old.status = "completed"
            old.owner = "anna"
            let record = try #require(try await harness.store.importing([old]).first).get().record
            let reply = try await harness.complete(record.id)
            #expect(reply.status == 200)
            #expect(try reply["message"] == "Job already processed - no action taken")
            #expect(try reply["status"] == "completed")
        }
    }

    @Test func fiftyAtOnceMoveItOnce() async throws {
        try await Harness.run { harness in
            let begun = try await harness.initiate(Self.content)
            #expect(try await harness.put(Self.content, begun) == 201)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await harness.complete(begun.job).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 50))
            let session = try #require(JobID(begun.session))
            let moves = try await harness.jobs.history(of: begun.job).filter {
                $0.to == "queued" && $0.from != $0.to
            }
            #expect(moves.count == 1)
            let other = try await harness.sessions.history(of: session).filter { $0.to == "uploaded" }
            #expect(other.count == 1)
        }
    }

    /// The general route verifies uploads too; the session moves with the job there as well.
    @Test func theGeneralRouteMovesTheSessionToo() async throws {
        try await Harness.run { harness in
            let begun = try await harness.initiate(Self.content)
            #expect(try await harness.put(Self.content, begun) == 201)
            let reply = try await harness.send(.POST, "/v1/jobs/\(begun.job)/complete-uploads", body: "{}")
            #expect(reply.status == 200, "\(reply.text)")
            #expect(try await harness.status(begun.job) == "queued")
            let session = try #require(JobID(begun.session))
            #expect(try await harness.sessions.find(session)?.record.status == "uploaded")
        }
    }

    // MARK: Sessions

    @Test func aSessionHoldsSeveralVideos() async throws {
        try await Harness.run { harness in
            let first = try await harness.initiate(Self.content)
            let second = try await harness.initiate(Self.content, session: first.session)
            #expect(second.session == first.session && second.job != first.job)
            for begun in [first, second] {
                #expect(try await harness.put(Self.content, begun) == 201)
                #expect(try await harness.complete(begun.job).status == 200)
            }
            let third = try await harness.initiate(Self.content, session: first.session)
            #expect(third.session == first.session)
            let session = try #require(JobID(first.session))
            let moves = try await harness.sessions.history(of: session).filter { $0.to == "uploaded" }
            #expect(moves.count == 1)
        }
    }

    @Test func anothersSessionIsNone() async throws {
        try await Harness.run { harness in
            let annas = try await harness.initiate(Self.content)
            let body =
                #"{"session_id":"\#(annas.session)","filename":"a.mp4","content_type":"video/mp4","size":3}"#
            let reply = try await harness.send(.POST, "/api/videos/upload/initiate", as: "ben", body: body)
            #expect(reply.status == 404)
            #expect(try await harness.jobs.find { $0.owner = "ben" }.isEmpty)
        }
    }

    // MARK: What is refused

    @Test func othersVideosAreNotThere() async throws {
        try await Harness.run { harness in
            let begun = try await harness.initiate(Self.content)
            for path in ["", "/events", "/result", "/page", "/artefacts/reel.mp4"] {
                let reply = try await harness.send(.GET, "/api/videos/\(begun.job)\(path)", as: "ben")
                #expect(reply.status == 404, "\(path): \(reply.text)")
                #expect(
                    try await harness.send(.GET, "/api/videos/\(begun.job)\(path)", as: "willi").status == 403
                )
                #expect(
                    try await harness.send(.GET, "/api/videos/\(begun.job)\(path)", as: nil).status == 401)
                #expect(try await harness.send(.GET, "/api/videos/\(JobID())\(path)").status == 404)
                #expect(try await harness.send(.GET, "/api/videos/none\(path)").status == 404)
            }
            #expect(try await harness.put(Self.content, begun) == 201)
            #expect(try await harness.complete(begun.job, as: "ben").status == 404)
            #expect(try await harness.status(begun.job) == "awaiting_upload")
            // Operators see everybody's.
            #expect(try await harness.send(.GET, "/api/videos/\(begun.job)", as: "olga").status == 200)
        }
    }

    @Test(arguments: [
        (#"{"filename":"a.mp4","content_type":"video/mp4"}"#, "size"),
        (#"{"filename":"a.mp4","content_type":"video/mp4","size":0}"#, "size"),
        (#"{"filename":"a.mp4","content_type":"text/html","size":3}"#, "text/html"),
        (#"{"filename":"a.mp4","content_type":"video/mp4","size":99999999999999}"#, "at most"),
        (#"{"filename":"","content_type":"video/mp4","size":3}"#, "filename"),
        (#"{"filename":"a.mp4","content_type":"video/mp4","size":3,"sha256":"12"}"#, "sha256"),
        (#"{"filename":"a.mp4","content_type":"video/mp4","size":3,"session_id":"x"}"#, "session_id"),
        (#"{"filename":"a.mp4","content_type":"video/mp4","size":3,"key":"x"}"#, "unknown field"),
    ]) func badAnnouncements(_ body: String, _ word: String) async throws {
        try await Harness.run { harness in
            let reply = try await harness.send(.POST, "/api/videos/upload/initiate", body: body)
            #expect((400..<500).contains(reply.status), "\(reply.text)")
            let detail = try #require(try reply["detail"]?.text)
            #expect(detail.contains(word) || word == "filename" && detail.contains("file name"), "\(detail)")
            #expect(try await harness.jobs.find().isEmpty)
            #expect(try await harness.sessions.find().isEmpty)
        }
    }
}
