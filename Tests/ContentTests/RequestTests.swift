import AppSupport
import ContentWriting
import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import NIOHTTP1
import Testing

@testable import Content

/// Authentication, clarification and the happy path, from HTTP to a file that plays.
@Suite struct RequestTests {
    private static let question = "Why is the sky blue?"

    @Test(arguments: StoreKind.allCases) func nobodyGetsInWithoutAToken(kind: StoreKind) async throws {
        try await Studio.run(on: kind) { studio in
            let id = try await studio.ask(Self.question)
            let path = "/api/content/requests"
            let routes: [(method: String, path: String)] = [
                ("GET", path), ("POST", path), ("GET", "\(path)/\(id)"),
                ("POST", "\(path)/\(id)/clarification"),
                ("POST", "\(path)/\(id)/cancel"), ("GET", "\(path)/\(id)/video"),
                ("GET", "\(path)/\(id)/events"),
                ("GET", "\(path)/\(id)/captions"), ("GET", "\(path)/\(id)/page"), ("POST", "/internal/push"),
            ]
            for (method, path) in routes {
                let body = method == "POST" ? #"{"question":"x"}"# : nil
                for user in [nil, "nobody"] {
                    let reply = try await studio.client.send(
                        .init(rawValue: method), path, as: user, body: body)
                    #expect(reply.status == 401, "\(method) \(path): \(reply.text)")
                }
                // A worker's token opens the one route that is for workers.
                let worker = try await studio.client.send(
                    .init(rawValue: method), path, as: "willi", body: body)
                #expect(
                    worker.status == (path == "/internal/push" ? 200 : 403),
                    "\(method) \(path): \(worker.text)")
            }
            // Another user's request is nowhere.
            for (method, path) in routes where path.contains(id.text) {
                let body = method == "POST" ? #"{"question":"x"}"# : nil
                let reply = try await studio.client.send(.init(rawValue: method), path, as: "ben", body: body)
                #expect(reply.status == 404, "\(method) \(path): \(reply.text)")
            }
            #expect(
                try await studio.client.send(.POST, "/internal/push", as: "ben", body: "{}").status == 403)
            #expect(try await studio.request(id, as: "olga")["status"]?.text == "pending")
            #expect(try await studio.client.send(.GET, path, as: "ben")["requests"] == [])
        }
    }

    @Test(arguments: StoreKind.allCases) func aVagueQuestionIsAskedBack(kind: StoreKind) async throws {
        try await Studio.run(on: kind, .init(writer: ShortWriter())) { studio in
            let id = try await studio.ask("What about it?")
            let path = "/api/content/requests/\(id)"
            // As long as nothing was asked, nothing can be answered.
            let early = try await studio.client.send(
                .POST, "\(path)/clarification", body: #"{"question":"x"}"#)
            #expect(try early.status == 409 && early["code"]?.text == "not_asked", "\(early.text)")
            try await studio.worker().working {
                for try await job in studio.jobs.watch(id) where job.record.hold != nil { break }
                let asked = try await studio.request(id)
                #expect(asked["status"]?.text == "pending")
                #expect(asked["progress_percentage"] == 0)
                #expect(asked["current_stage"]?.text == "Awaiting user clarification")
                let clarification = try #require(asked["request_metadata"]?["clarification"])
                guard case .array(let questions) = clarification["questions"] else {
                    Issue.record("no questions in \(clarification)")
                    return
                }
                #expect(!questions.isEmpty)
                #expect(clarification["reasoning"]?.text?.isEmpty == false)
                #expect(clarification["requested_at"]?.text != nil)
                // The worker is idle and does not take it.
                let held = try await studio.jobs.find(id)
                #expect(held?.record.hold == "clarification" && held?.record.claimedBy == nil)
                let stored = try await studio.store.read {
                    try $0.query("SELECT CAST(status AS TEXT) FROM content_requests WHERE id = ?1", id.text)
                }
                #expect(stored.first?[0].text == "pending")

                let refined = try await studio.client.send(
                    .POST, "\(path)/clarification", body: #"{"question":"Why is the sky blue?"}"#)
                #expect(refined.status == 200, "\(refined.text)")
                #expect(try await studio.jobs.end(of: id).status == .completed)
            }
            let done = try await studio.request(id)
            #expect(done["question"]?.text == Self.question)
            #expect(done["request_metadata"]?["clarification"] == nil)
            guard case .array(let history) = done["request_metadata"]?["history"] else {
                Issue.record("the first question is not kept")
                return
            }
            #expect(history.count == 1 && history[0]["question"]?.text == "What about it?")
            #expect(history[0]["clarification"]?["reasoning"]?.text?.isEmpty == false)
            let statuses = try await studio.jobs.history(of: id).filter { $0.from != $0.to }.map(\.to)
            #expect(
                statuses == [
                    "pending", "validating", "pending", "validating", "retrieving", "generating_script",
                    "generating_video", "processing_video", "notifying", "completed",
                ])
        }
    }

    /// A model may ask back, too; when it does so only while it writes, the learner is told to ask again.
    @Test(arguments: ["before", "while"]) func aWriterMayAskBack(when: String) async throws {
        let writer = AskingWriter(asksBefore: when == "before")
        try await Studio.run(on: .sqlite, .init(writer: writer)) { studio in
            let id = try await studio.ask(Self.question)
            _ = try await WorkerUnderTest(on: studio.store) { studio.app.handlers }.run(
                id, of: ContentRequest.self)
            let answer = try await studio.request(id)
            if when == "before" {
                #expect(answer["status"]?.text == "pending")
                #expect(answer["request_metadata"]?["clarification"]?["reasoning"]?.text == "Two skies.")
            } else {
                #expect(answer["status"]?.text == "failed")
                #expect(
                    answer["reason"]?.text
                        == "No script could be written: Two skies. Ask again in other words.")
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func aQuestionBecomesAVideo(kind: StoreKind) async throws {
        try await Studio.run(on: kind) { studio in
            let id = try await studio.ask(Self.question)
            let early = try await studio.client.send(.GET, "/api/content/requests/\(id)/video")
            #expect(try early.status == 409 && early["code"]?.text == "not_ready")
            let seen = ProgressLog()
            try await studio.worker().working {
                for try await job in studio.jobs.watch(id, interval: .milliseconds(20)) where job.isLive {
                    await seen.note(try await studio.request(id))
                }
            }
            let answer = try await studio.request(id)
            #expect(answer["status"]?.text == "completed", "\(answer)")
            #expect(answer["progress_percentage"] == 100)
            #expect(answer["current_stage"]?.text == "Ready")
            let values = await seen.values
            #expect(values.map(\.progress) == values.map(\.progress).sorted(), "\(values)")
            #expect(Set(values.map(\.progress)).count > 5, "\(values)")
            // Nowhere is it less than what is declared for the status, nor more than for the next one.
            for (status, progress) in values {
                let floor = try #require(ContentRequest(rawValue: status)?.progress)
                let after = ContentRequest.allCases.compactMap(\.progress).first { $0 > floor } ?? 100
                #expect(progress >= floor && progress <= after, "\(progress) % in \(status)")
            }

            let path = "/api/content/requests/\(id)"
            let video = try await studio.client.send(.GET, "\(path)/video")
            #expect(video.status == 200 && video.headers.first(name: "content-type") == "video/mp4")
            let part = try await studio.client.send(
                .GET, "\(path)/video", headers: ["Range": "bytes=100-199"])
            #expect(part.status == 206 && part.body == video.body[100..<200])
            let captions = try await studio.client.send(.GET, "\(path)/captions")
            #expect(captions.text.hasPrefix("WEBVTT"))

            let film = try await FilmProbe(video.body)
            let readingTime = try #require(answer["video"]?["reading_time"]?.double)
            #expect(
                abs(film.seconds - readingTime) <= 0.05 * readingTime,
                "\(film.seconds) s for \(readingTime) s")
            #expect(film.codecs == ["h264", "aac", "mov_text"])
            guard case .array(let chapters) = answer["video"]?["chapters"] else {
                Issue.record("there are no chapters in \(answer)")
                return
            }
            #expect(film.chapters == chapters.compactMap { $0["title"]?.text } && film.chapters.count >= 3)
            #expect(film.meanVolume > -35, "\(film.meanVolume) dB")
            // Each subtitle lies within the video, and they follow each other.
            let times = Self.times(captions.text)
            #expect(!times.isEmpty && times.allSatisfy { $0.0 < $0.1 && $0.1 <= film.seconds + 0.1 })
            #expect(zip(times, times.dropFirst()).allSatisfy { $0.1 <= $1.0 })
            // What is made of it alone stays.
            _ = try await studio.app.service.cleanUp(scratch: studio.scratch)
            let files = try studio.files()
            #expect(files.count == 2, "\(files)")
        }
    }

    /// The beginnings and ends of cues, in seconds.
    private static func times(_ text: String) -> [(Double, Double)] {
        text.matches(of: /(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)/).compactMap { match in
            let numbers = [match.1, match.2, match.3, match.4, match.5, match.6].compactMap { Double($0) }
            guard numbers.count == 6 else { return nil }
            return (
                numbers[0] * 3600 + numbers[1] * 60 + numbers[2],
                numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
            )
        }
    }
}

/// A writer who asks back.
private struct AskingWriter: ScriptModel {
    let asksBefore: Bool
    private static let asked = Clarification(questions: ["Which sky?"], reasoning: "Two skies.")

    func clarification(for request: ScriptRequest) async throws -> Clarification? {
        asksBefore ? Self.asked : nil
    }
    func answer(_ request: ScriptRequest) async throws -> ScriptAnswer { .clarification(Self.asked) }
}

/// What was seen of a request's progress.
private actor ProgressLog {
    private(set) var values: [(status: String, progress: Int)] = []

    func note(_ answer: JSONValue) {
        guard let status = answer["status"]?.text, let progress = answer["progress_percentage"]?.double else {
            return
        }
        if let last = values.last, last == (status, Int(progress)) { return }
        values.append((status, Int(progress)))
    }
}
