import AppSupport
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import NIOHTTP1
import LockstepUploads
import Synchronization
import Testing

@testable import Video

/// Videos from their upload to their results.
@Suite(.serialized) struct WorkTests {
    private static func content(_ name: String = "similar.mp4") async throws -> Data {
        try Data(contentsOf: URL(filePath: try await Clip.named(name).path))
    }

    @Test(.timeLimit(.minutes(3)), arguments: StoreKind.allCases)
    func aVideoIsAnalysed(on kind: StoreKind) async throws {
        try await kind.open { try await Self.aVideoIsAnalysed(on: $0) }
    }

    private static func aVideoIsAnalysed(on store: any SQLStore) async throws {
        let (clip, content) = (try await Clip.named("similar.mp4"), try await content())
        try await Harness.run(on: store) { harness in
            let job = try await harness.upload(content)
            #expect(try await harness.send(.GET, "/api/videos/\(job)/result").status == 409)
            try await harness.working {
                let ended = try await harness.end(of: job)
                #expect(ended.status == VideoJob.done)
            }
            let history = try await harness.jobs.history(of: job)
            #expect(
                history.filter { $0.from != $0.to }.map(\.to) == [
                    "awaiting_upload", "queued", "quick_running", "quick_done", "deep_running", "done",
                ])
            let reply = try await harness.send(.GET, "/api/videos/\(job)/result")
            #expect(reply.status == 200)
            let quick = try #require(try reply["quick"])
            guard case .array(let cuts)? = quick["cuts"] else { throw CancellationError() }
            #expect(cuts.map { $0["frame"]?.double } == clip.cuts.map(Double.init))
            #expect(
                quick["container"]?["video_codec"] == "h264" && quick["container"]?["audio_codec"] == "aac")
            #expect(quick["container"]?["width"] == 640 && quick["container"]?["format"] == "mp4")
            #expect(try reply["deep"]?["reel"]?["name"] == "reel.mp4")
            guard case .object(let artefacts)? = try reply["artefacts"] else { throw CancellationError() }
            #expect(artefacts.count == 13)
            for (name, url) in artefacts {
                let file = try await harness.send(.GET, try #require(url.text))
                #expect(file.status == 200)
                let isFilm = name == "reel.mp4"
                #expect(file.headers.first(name: "content-type") == (isFilm ? "video/mp4" : "image/jpeg"))
                #expect(
                    isFilm
                        ? file.body[4..<8] == Data("ftyp".utf8) : file.body.starts(with: [0xFF, 0xD8, 0xFF]))
            }
            // Browsers ask for films in parts.
            let reel = "/api/videos/\(job)/artefacts/reel.mp4"
            let part = try await harness.send(.GET, reel, headers: ["Range": "bytes=4-7"])
            #expect(part.status == 206 && part.text == "ftyp")
            #expect(try await harness.send(.GET, reel, as: "ben").status == 404)
            #expect(try await harness.send(.GET, "/api/videos/\(job)/artefacts/other").status == 404)
            let page = try await harness.send(.GET, "/api/videos/\(job)/page")
            #expect(page.status == 200 && page.text.contains("<video") && page.text.contains("polyline"))
            #expect(
                page.headers.first(name: "content-security-policy")?.contains("media-src 'self'") == true)
            let output = try #require(try await harness.jobs.find(job)?.output())
            #expect(output.cuts == 5 && output.phases == 3 && output.reelSeconds != nil)
            // Every file became an artefact; none is a draft still.
            let drafts = try await harness.store.read { try $0.query("SELECT * FROM video_drafts") }
            #expect(drafts.isEmpty)
        }
    }

    /// The quick results can be read while the deep analysis goes on.
    @Test(.timeLimit(.minutes(2))) func quickResultsComeFirst() async throws {
        let content = try await Self.content()
        try await Harness.run { harness in
            let job = try await harness.upload(content)
            let worker = WorkerUnderTest(on: harness.store) {
                harness.app.handlers.filter { $0.works(on: "quick_running", of: VideoJob.name) }
            }
            _ = try await worker.run(job, of: VideoJob.self)
            #expect(["quick_done", "deep_running"].contains(try await harness.status(job)))
            let reply = try await harness.send(.GET, "/api/videos/\(job)/result")
            #expect(reply.status == 200)
            #expect(try reply["quick"] != nil && reply["deep"] ?? .null == .null)
            let video = try await harness.send(.GET, "/api/videos/\(job)")
            #expect(try video["results"]?["quick"] == true && video["results"]?["deep"] == false)
            #expect(
                try await harness.send(.GET, "/api/videos/\(job)/artefacts/thumbnail-01.jpg").status == 200)
            #expect(try await harness.send(.GET, "/api/videos/\(job)/artefacts/reel.mp4").status == 404)
        }
    }

    @Test(.timeLimit(.minutes(2))) func aVideoThatWasReplacedIsNotAnalysed() async throws {
        let content = try await Self.content()
        try await Harness.run { harness in
            let job = try await harness.upload(content)
            let upload = try #require(try await harness.uploads.object(of: job, named: "video"))
            let other = "\(harness.scratch)-other"
            try Data("something else".utf8).write(to: URL(filePath: other))
            _ = try await harness.uploads.storage.put(file: other, as: upload.key, contentType: "video/mp4")
            try await harness.working {
                let ended = try await harness.end(of: job)
                #expect(ended.status == VideoJob.failed && ended.failure?.code == "upload_changed")
            }
            try FileManager.default.removeItem(atPath: other)
        }
    }

    /// What a lost attempt has put into the storage is never seen, and is erased.
    @Test func draftsOfLostWorkAreErased() async throws {
        let time = TestTime()
        try await Harness.run(time: time) { harness in
            let job = try await harness.upload(Data("a film".utf8))
            let claim = try await harness.claim(job, for: .quickRunning)
            let path = "\(harness.objects)-draft"
            try Data("half a picture".utf8).write(to: URL(filePath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let draft = try await harness.service.shelf.draft(
                path, named: "thumbnail-01.jpg", type: "image/jpeg", of: job, fence: claim.fence)
            #expect(
                try await harness.send(.GET, "/api/videos/\(job)/artefacts/thumbnail-01.jpg").status == 404)
            // Its work goes on: however old it is, it stays.
            time.advance(by: .minutes(29))
            #expect(
                try await harness.service.shelf.erase(olderThan: .seconds(60)) { _, _ in true } == 0)
            // The worker is gone.
            time.advance(by: .minutes(70))
            _ = try await harness.store.sweep(SweepRequest())
            #expect(try await harness.service.cleanUp() == 1)
            #expect(try await harness.uploads.storage.look(at: draft.object.key) == nil)
            #expect(try await harness.service.cleanUp() == 0)
        }
    }

    /// When a job is erased, all of its video goes.
    @Test(.timeLimit(.minutes(2))) func whatWasErasedIsForgotten() async throws {
        let content = try await Self.content()
        let time = TestTime()
        try await Harness.run(time: time) { harness in
            let job = try await harness.upload(content)
            let worker = WorkerUnderTest(on: harness.store) {
                harness.app.handlers.filter { $0.works(on: "quick_running", of: VideoJob.name) }
            }
            _ = try await worker.run(job, of: VideoJob.self)
            let picture = try #require(try await harness.service.shelf.find("thumbnail-01.jpg", of: job))
            try await harness.jobs.fail(job, with: .userFixable("no more"), by: .operator("olga"))
            try await harness.jobs.apply(.erase, to: job, by: .operator("olga"))
            #expect(try await harness.service.cleanUp() == 0)
            #expect(try await harness.service.videos.find(job, of: nil) == nil)
            #expect(try await harness.service.results.quick(of: job) == nil)
            time.advance(by: .hours(2))
            #expect(try await harness.service.cleanUp() == Analyst.thumbnails)
            #expect(try await harness.uploads.storage.look(at: picture.key) == nil)
        }
    }
}
