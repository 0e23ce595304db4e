import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import LockstepUploads
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(2))) struct UploadRoutesTests {
    @Test(arguments: UploadServer.Engine.allCases)
    func aWholeStory(_ engine: UploadServer.Engine) async throws {
        try await UploadServer.run(on: engine) { stand in
            let job = try await stand.start()
            // Too early: the job fails, and waits for a second try.
            let early = try await stand.complete(job)
            #expect(try early.status == 400 && early["code"]?.text == "upload_missing")
            let announced = try await stand.announce(job)
            #expect(announced.status == 201)
            for _ in 0..<2 {
                let missing = try await stand.complete(job)
                #expect(missing.status == 400)
                #expect(try missing["detail"]?.text == "Upload not found in the storage")
            }
            #expect(try await stand.send(announced) == 201)
            #expect(try await stand.send(announced) == 409)
            let listed = try await stand.server.get("/v1/jobs/\(job)/uploads", as: "anna")
            #expect(try listed["uploads"]?.items?.first?["state"]?.text == "announced")
            #expect(try listed["uploads"]?.items?.first?["refusals"] == 2)
            let done = try await stand.complete(job)
            #expect(try done.status == 200 && done["outcome"]?.text == "verified")
            #expect(try done["job"]?["status"]?.text == "queued")
            let again = try await stand.complete(job)
            #expect(try again["outcome"]?.text == "already_processed")
            #expect(try again["message"]?.text == "Job already processed - no action taken")
            let after = try await stand.server.get("/v1/jobs/\(job)/uploads", as: "olga")
            #expect(try after["uploads"]?.items?.first?["state"]?.text == "verified")
            let history = try await stand.server.get("/v1/jobs/\(job)/history", as: "anna")
            let kinds = try history["entries"]?.items?.compactMap { $0["kind"]?.text }
            #expect(kinds == ["started", "moved", "noted", "noted", "met", "moved"])
        }
    }

    @Test func whatIsWrongWithAnAnnouncementIsSaid() async throws {
        var policy = UploadPolicy(largest: 1000, contentTypes: ["video/mp4", "video/webm"])
        policy.announcements = 2
        try await UploadServer.run(policy: policy) { stand in
            let job = try await stand.start()
            let cases: [([String: JSONValue], Int, String)] = [
                (["name": "audio"], 422, "bad_value"), (["size": 0], 422, "bad_value"),
                (["size": 1001], 422, "too_large"), (["size": "26"], 422, "bad_value"),
                (["content_type": "text/html"], 422, "unsupported_content_type"),
                (["content_type": "video/mp4; codecs=x"], 422, "bad_content_type"),
                (["content_type": "video"], 422, "bad_content_type"), (["sha256": "abc"], 422, "bad_sha256"),
                (["filename": ""], 422, "bad_filename"), (["filename": "a\nb"], 422, "bad_filename"),
                (["parts": 1], 422, "bad_value"), (["more": true], 422, "unknown_field"),
            ]
            for (more, status, code) in cases {
                let answer = try await stand.announce(job, more)
                #expect(try answer.status == status && answer["code"]?.text == code, "\(answer.text)")
            }
            let parcel = try await stand.server.start(as: "anna")
            #expect(try await stand.announce(parcel).status == 409)
            let complete = try await stand.complete(parcel)
            #expect(try complete.status == 409 && complete["code"]?.text == "not_applicable")
            // An upper-case type is the same type; a second announcement takes the place of the first, a third is too many.
            let first = try await stand.announce(job, ["content_type": "VIDEO/MP4"])
            #expect(try first["upload"]?["headers"]?["Content-Type"]?.text == "video/mp4")
            let second = try await stand.announce(job)
            #expect(second.status == 201)
            #expect(try await stand.announce(job)["code"]?.text == "too_many_uploads")
            #expect(try await stand.send(first) == 201)
            #expect(try await stand.complete(job).status == 400, "the first one counts no more")
            #expect(try await stand.send(second) == 201)
            #expect(try await stand.complete(job).status == 200)
            #expect(try await stand.announce(job).status == 409, "it is queued")
        }
    }

    @Test func withoutUploadsTheServerSaysSo() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.get("/v1/jobs/\(id)/uploads", as: "anna")
            #expect(try answer.status == 501 && answer["code"]?.text == "no_uploads")
        }
    }

    @Test func aProxyThatSpeaksTLSIsBelieved() async throws {
        try await UploadServer.run { stand in
            let job = try await stand.start()
            let answer = try await stand.server.post(
                "/v1/jobs/\(job)/uploads", as: "anna",
                ["name": "video", "filename": "a", "content_type": "video/mp4", "size": 1],
                headers: ["X-Forwarded-Proto": "https"])
            #expect(try answer["upload"]?["url"]?.text?.hasPrefix("https://127.0.0.1:") == true)
        }
    }

    // MARK: Reading

    @Test func bytesAreGivenWholeOrInPart() async throws {
        try await UploadServer.run { stand in
            let job = try await stand.uploaded()
            let path = "/v1/jobs/\(job)/uploads/video"
            let whole = try await stand.server.get(path, as: "anna")
            #expect(whole.status == 200 && whole.text == UploadServer.text)
            #expect(whole.headers.first(name: "content-length") == "26")
            #expect(whole.headers.first(name: "content-type") == "video/mp4")
            #expect(whole.headers.first(name: "accept-ranges") == "bytes")
            #expect(
                whole.headers.first(name: "content-disposition")
                    == "attachment; filename*=UTF-8''Spiel%20%221%22.mp4")
            #expect(whole.headers.first(name: "x-content-type-options") == "nosniff")
            let tag = try #require(whole.headers.first(name: "etag"))
            let cases: [(String, Int, String, String?)] = [
                ("bytes=0-0", 206, "a", "bytes 0-0/26"), ("bytes=2-4", 206, "cde", "bytes 2-4/26"),
                ("bytes=23-", 206, "xyz", "bytes 23-25/26"), ("bytes=-2", 206, "yz", "bytes 24-25/26"),
                ("bytes=20-99", 206, "uvwxyz", "bytes 20-25/26"),
                ("bytes=-99", 206, UploadServer.text, "bytes 0-25/26"),
                ("bytes=26-", 416, "", "bytes */26"), ("bytes=-0", 416, "", "bytes */26"),
                ("bytes=99999999999999999999-", 416, "", "bytes */26"),
                ("bytes=4-2", 200, UploadServer.text, nil), ("bytes=0-1,3-4", 200, UploadServer.text, nil),
                ("lines=0-1", 200, UploadServer.text, nil), ("bytes=x-1", 200, UploadServer.text, nil),
                ("bytes=-", 200, UploadServer.text, nil), ("bytes=1-x", 200, UploadServer.text, nil),
            ]
            for (range, status, text, content) in cases {
                let answer = try await stand.server.send(.GET, path, as: "anna", headers: ["Range": range])
                #expect(answer.status == status, "\(range)")
                if status < 300 { #expect(answer.text == text, "\(range)") }
                #expect(answer.headers.first(name: "content-range") == content, "\(range)")
            }
            for (name, value, status) in [
                ("If-None-Match", tag, 304), ("If-None-Match", "W/\(tag)", 304),
                ("If-None-Match", "\"x\"", 200),
                ("If-Range", tag, 206), ("If-Range", "\"x\"", 200),
            ] {
                var headers = [name: value]
                if name == "If-Range" { headers["Range"] = "bytes=0-0" }
                let answer = try await stand.server.send(.GET, path, as: "anna", headers: headers)
                #expect(answer.status == status, "\(name): \(value)")
            }
            let head = try await stand.server.send(.HEAD, path, as: "anna")
            #expect(head.status == 200 && head.headers.first(name: "content-length") == "26")
            #expect(head.text.isEmpty)
        }
    }

    @Test func nothingIsGivenOfWhatIsNotVerifiedOrWasReplaced() async throws {
        try await UploadServer.run { stand in
            let job = try await stand.start()
            let announced = try await stand.announce(job)
            #expect(try await stand.send(announced) == 201)
            let path = "/v1/jobs/\(job)/uploads/video"
            #expect(try await stand.server.get(path, as: "anna").status == 404)
            _ = try await stand.complete(job)
            #expect(try await stand.server.get(path, as: "anna").status == 200)
            #expect(try await stand.server.get(path + "s", as: "anna").status == 404)
            #expect(try await stand.server.get(path, as: "berta").status == 404)
            // A worker reads what it may work on.
            #expect(try await stand.server.get(path, as: "willi").status == 200)
            #expect(try await stand.server.get(path, as: "wanda").status == 200)
            try await stand.replace(announced)
            for method in [HTTPMethod.GET, .HEAD] {
                #expect(try await stand.server.send(method, path, as: "anna").status == 409)
            }
        }
    }

    // MARK: Workers

    @Test(arguments: UploadServer.Engine.allCases)
    func whatWasReplacedIsNotHandedOut(_ engine: UploadServer.Engine) async throws {
        try await UploadServer.run(on: engine) { stand in
            let registered = try await stand.server.post(
                "/v1/workers", as: "willi", ["name": "w", "statuses": ["footage": ["running"]]])
            let worker = try #require(try registered["id"]?.text)
            func claim() async throws -> [String] {
                let answer = try await stand.server.post(
                    "/v1/workers/\(worker)/claims", as: "willi", ["limit": 10])
                return try answer["jobs"]?.items?.compactMap { $0["id"]?.text } ?? []
            }
            let good = try await stand.uploaded()
            let bad = try await stand.start()
            let announced = try await stand.announce(bad)
            _ = try await stand.send(announced)
            _ = try await stand.complete(bad)
            try await stand.replace(announced)
            #expect(try await claim() == [good])
            #expect(try await claim() == [])
            let failed = try await stand.server.get("/v1/jobs/\(bad)", as: "anna")
            #expect(try failed["status"]?.text == "failed")
            #expect(try failed["failure"]?["code"]?.text == "upload_changed")
        }
    }
}

extension UploadServer {
    /// Puts another object of the same length in the place of what was sent.
    func replace(_ announced: Answer) async throws {
        let url = try #require(try announced["upload"]?["url"]?.text)
        let key = try #require(url.split(separator: "?").first?.split(separator: "/").last.map(String.init))
        let file = scratch.path("other")
        try String(Self.text.reversed()).write(toFile: file, atomically: true, encoding: .utf8)
        _ = try await storage.put(
            file: file, as: try #require(ObjectKey(key)), contentType: "video/mp4")
    }
}
