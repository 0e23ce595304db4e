import AppSupport
import Foundation
import Lockstep
import LockstepServer
import LockstepSQL
import LockstepTesting
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
}
