import AppSupport
import Foundation
import Lockstep
import LockstepServer
import LockstepSQL
import LockstepTesting
import LockstepUploads
import NIOHTTP1
import Testing

@testable import Content

/// A request is cancelled in each stage, when the stage's work is done and its move is about to be written: the move is
/// refused, and nothing stays.
@Suite struct CancelTests {
    private static let stages: [ContentRequest] = [
        .validating, .retrieving, .generatingScript, .generatingVideo, .processingVideo, .notifying,
        .completed,
    ]

    @Test(.timeLimit(.minutes(4)), arguments: StoreKind.allCases)
    func beforeTheMoveOfEachStage(kind: StoreKind) async throws {
        try await Studio.run(on: kind, .init(writer: ShortWriter(), notifier: Postbox())) { studio in
            for (stage, next) in zip(Self.stages, Self.stages.dropFirst()) {
                let store = KeptStore(studio.store, keepingMovesTo: next.rawValue)
                let worker = Worker(on: store, logger: Serving.silence) { studio.app.handlers }
                let id = try await studio.ask(
                    "Why is the sky blue?", notify: ["webhook": "https://example.com/"])
                try await worker.working {
                    try await store.reached.wait()
                    let job = try #require(await studio.jobs.find(id))
                    #expect(job.status == stage && job.record.claimedBy != nil)
                    let reply = try await studio.client.send(.POST, "/api/content/requests/\(id)/cancel")
                    #expect(try reply.status == 200 && reply["status"]?.text == "cancelled", "\(reply.text)")
                    // At once, while the worker does not know yet.
                    #expect(try studio.files() == [], "\(stage.rawValue)")
                    store.letGo()
                    try await store.answered.wait()
                    guard case .refused(let refusal) = store.outcome else {
                        Issue.record(
                            "\(stage.rawValue): the move was written: \(String(describing: store.outcome))")
                        return
                    }
                    #expect(refusal.code == .staleClaim)
                }
                let answer = try await studio.request(id)
                #expect(answer["status"]?.text == "cancelled", "\(stage.rawValue): \(answer)")
                #expect(answer["current_stage"]?.text == "Cancelled")
                let (shown, results) = try await studio.store.read { reading in
                    (
                        try reading.query(
                            "SELECT CAST(status AS TEXT) FROM content_requests WHERE id = ?1", id.text),
                        try reading.query(
                            "SELECT stage FROM content_results WHERE request_id = ?1", id.text)
                    )
                }
                #expect(shown.first?[0].text == "cancelled")
                let place = try #require(Self.stages.firstIndex(of: stage))
                #expect(
                    Set(results.compactMap { $0[0].text })
                        == Set(["passages", "script", "footage", "video"].prefix(max(0, place - 1))))
                _ = try await studio.app.service.cleanUp(scratch: studio.scratch)
                #expect(try studio.files() == [], "\(stage.rawValue)")
                // Cancelling again says what is.
                let again = try await studio.client.send(.POST, "/api/content/requests/\(id)/cancel")
                #expect(again.status == 200 || again.status == 409, "\(again.text)")
                #expect(try await studio.jobs.history(of: id).count { $0.to == "cancelled" } == 1)
            }
        }
    }

    /// The storage is slow with the last file of a stage, and the request is cancelled meanwhile: what is stored after
    /// that is taken away again.
    @Test(.timeLimit(.minutes(2)), arguments: StoreKind.allCases, ["slide-2.png", "captions.vtt"])
    func whileTheLastFileIsStored(kind: StoreKind, file: String) async throws {
        try await Studio.run(on: kind) { studio in
            let storage = KeptStorage(
                try await DiskStorage(studio.objects, time: studio.store.time), keeping: file)
            let app = try await ContentApp(
                store: studio.store, storage: storage, scratch: studio.scratch, writer: ShortWriter(),
                logger: Serving.silence)
            let worker = Worker(on: studio.store, logger: Serving.silence) { app.handlers }
            let id = try await studio.ask("Why is the sky blue?")
            try await worker.working {
                try await storage.reached.wait()
                let reply = try await studio.client.send(.POST, "/api/content/requests/\(id)/cancel")
                #expect(reply.status == 200, "\(reply.text)")
                storage.letGo()
                try await storage.done.wait()
                let stored = ContinuousClock.now
                while try !studio.files().isEmpty, ContinuousClock.now - stored < .seconds(10) {
                    await Task.yield()
                }
                #expect(try studio.files() == [])
            }
            #expect(try await studio.jobs.find(id)?.status.declared == .cancelled)
        }
    }

    /// A worker that was taken for dead hears of it while it stores its files: it takes its own away, and leaves those of
    /// the one that has taken the request over.
    @Test(.timeLimit(.minutes(2)), arguments: StoreKind.allCases)
    func whoWasTakenForDeadLeavesTheFilesOfOthers(kind: StoreKind) async throws {
        try await Studio.run(on: kind, .init(writer: ShortWriter())) { studio in
            let stages = ContentStages(
                service: studio.app.service, writer: ShortWriter(), scratch: studio.scratch,
                logger: Serving.silence)
            let (stored, goOn, isOver) = (Signal(), Signal(), Signal())
            let status = ContentRequest.generatingVideo
            let cutOff = KeptStore(studio.store, keepingMovesTo: "nowhere")
            let late = Worker(
                on: cutOff, options: WorkerOptions(lease: .milliseconds(600)), logger: Serving.silence
            ) {
                studio.app.handlers.filter { !$0.works(on: status.rawValue, of: ContentRequest.name) }
                Handler(status) { work in
                    defer { isOver.send() }
                    return try await stages.drafting(work) {
                        _ = try await stages.draft(
                            #filePath, named: "narration.wav", type: "audio/wav", work)
                        stored.send()
                        // What cannot be interrupted.
                        try await Task { try await goOn.wait() }.value
                        try Task.checkCancellation()
                        return .processingVideo
                    }
                }
            }
            let id = try await studio.ask("Why is the sky blue?")
            try await late.working {
                try await stored.wait()
                cutOff.isAway = true
                // The heir has stored its files and not yet said so.
                let kept = KeptStore(studio.store, keepingMovesTo: "processing_video")
                let heir = Worker(on: kept, logger: Serving.silence) { studio.app.handlers }
                try await heir.working {
                    try await kept.reached.wait()
                    cutOff.isAway = false
                    try await cutOff.begunAnew.wait()
                    goOn.send()
                    try await isOver.wait()
                    #expect(try studio.files().count == 3, "one narration and two slides")
                    kept.letGo()
                    _ = try await studio.jobs.end(of: id)
                }
            }
            let job = try #require(await studio.jobs.find(id))
            #expect(job.status == .completed, "\(job.record)")
            #expect(try await studio.client.send(.GET, "/api/content/requests/\(id)/video").status == 200)
        }
    }
}
