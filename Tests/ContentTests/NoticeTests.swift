import AppSupport
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@testable import Content

/// Learners are told at least once, each time under the same key.
@Suite struct NoticeTests {
    private static let question = "Why is the sky blue?"
    private static let learner: JSONValue = ["webhook": "https://learner.example/told"]

    /// When the first worker is cut off from the store.
    enum Moment: CaseIterable, Sendable {
        /// The notice has come, and its answer has not.
        case unanswered
        /// The answer has come, and the move to the end is not written.
        case unwritten
    }

    /// A worker is lost while it tells: another one tells again, under the same key, and does nothing else again.
    @Test(.timeLimit(.minutes(2)), arguments: StoreKind.allCases, Moment.allCases)
    func aLostWorkersNoticeIsSentAgainUnderItsKey(kind: StoreKind, moment: Moment) async throws {
        let postbox = Postbox(holdingFirst: moment == .unanswered)
        try await Studio.run(on: kind, .init(writer: ShortWriter(), notifier: postbox)) { studio in
            let store = KeptStore(studio.store, keepingMovesTo: "completed")
            if moment == .unanswered { store.letGo() }
            let options = WorkerOptions(name: "lost", lease: .milliseconds(600))
            let lost = Worker(on: store, options: options, logger: Serving.silence) { studio.app.handlers }
            let id = try await studio.ask(Self.question, notify: Self.learner)
            try await lost.working {
                try await (moment == .unanswered ? postbox.filled : store.reached).wait()
                store.isAway = true
                let before = try await Self.results(of: id, studio)
                #expect(before.count == 4)
                try await studio.worker("heir").working {
                    _ = try await studio.jobs.end(of: id)
                }
                #expect(try await studio.jobs.find(id)?.status.declared == .completed)
                #expect(postbox.notices.count == 2)
                #expect(Set(postbox.notices).count == 1, "\(postbox.notices)")
                #expect(try await Self.results(of: id, studio) == before)
                // The lost one is back, and has nothing to say any more.
                store.isAway = false
                postbox.letGo()
                store.letGo()
            }
            #expect(postbox.notices.map(\.key) == ["content-\(id)", "content-\(id)"])
            let history = try await studio.jobs.history(of: id)
            #expect(history.count { $0.kind == .lost } == 1 && history.count { $0.to == "completed" } == 1)
            let answer = try await studio.request(id)
            let told = answer["request_metadata"]?["notification"]
            #expect(told?["state"]?.text == "delivered" && told?["key"]?.text == "content-\(id)", "\(answer)")
            #expect(try await Self.hasVideo(id, studio))
            _ = try await studio.app.service.cleanUp(scratch: studio.scratch)
            let files = try studio.files()
            #expect(files.count == 2, "\(files)")
        }
    }

    private static func results(of id: JobID, _ studio: Studio) async throws -> [SQLRow] {
        try await studio.store.read {
            try $0.query(
                """
                SELECT stage, document, fence, created_at FROM content_results WHERE request_id = ?1 ORDER BY stage
                """, id.text)
        }
    }

    private static func hasVideo(_ id: JobID, _ studio: Studio) async throws -> Bool {
        try await studio.client.send(.GET, "/api/content/requests/\(id)/video").status == 200
    }
}
