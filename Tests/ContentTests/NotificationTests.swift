import AppSupport
import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepPush
import LockstepSQL
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Synchronization
import Testing

@testable import Content

/// Learners are told, and whatever comes of that, the video stays.
@Suite struct NotificationTests {
    private static let question = "Why is the sky blue?"
    private static let secret = "a secret of thirty-two bytes, yes"

    /// A receiver of webhooks on a free port, that answers with these statuses and then 204.
    private final class Receiver: Sendable {
        struct Received: Sendable {
            var key: String?
            var signature: String?
            var body: [UInt8]
        }
        private let statuses: Mutex<[Int]>
        private let received = Mutex<[Received]>([])

        init(_ statuses: [Int]) { self.statuses = Mutex(statuses) }

        var all: [Received] { received.withLock { $0 } }

        func router() throws -> Router<AppContext> {
            let router = Router(context: AppContext.self)
            let key = try #require(HTTPField.Name("Idempotency-Key"))
            let signature = try #require(HTTPField.Name(PushSignature.header))
            router.post("/hook") { request, _ in
                let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
                self.received.withLock {
                    $0.append(
                        Received(key: request.headers[key], signature: request.headers[signature], body: body)
                    )
                }
                let status = self.statuses.withLock { $0.isEmpty ? 204 : $0.removeFirst() }
                return Response(status: .init(code: status))
            }
            return router
        }
    }

    private static func options(allowing block: String? = "127.0.0.1/32") -> Studio.Options {
        let rules = AddressRules(allowed: block.flatMap { IPNetwork($0) }.map { [$0] } ?? [])
        return Studio.Options(
            writer: ShortWriter(),
            notifier: ContentNotifications(
                secrets: [secret], addresses: rules, address: "https://videos.example.org/",
                logger: Serving.silence))
    }

    /// Takes a request to its end, and lets the time pass in between attempts.
    private static func runToItsEnd(_ id: JobID, _ studio: Studio, _ time: TestTime) async throws {
        let worker = WorkerUnderTest(on: studio.store) { studio.app.handlers }
        for _ in 0..<20 where try await studio.jobs.find(id)?.isLive == true {
            _ = try await worker.run(id, of: ContentRequest.self)
            time.advance(by: .seconds(600))
        }
    }

    @Test(arguments: StoreKind.allCases) func aWebhookIsSignedAndKeyed(kind: StoreKind) async throws {
        let receiver = Receiver([])
        try await Serving.run(try receiver.router()) { port in
            try await Studio.run(on: kind, Self.options()) { studio in
                let id = try await studio.ask(
                    Self.question, notify: ["webhook": .string("http://127.0.0.1:\(port)/hook")])
                try await studio.worker().working { _ = try await studio.jobs.end(of: id) }
                let notification = try await studio.request(id)["request_metadata"]?["notification"]
                #expect(notification?["state"]?.text == "delivered", "\(String(describing: notification))")
                #expect(receiver.all.count == 1)
                let notice = try #require(receiver.all.first)
                #expect(notice.key == "content-\(id)")
                try PushSignature.verify(
                    notice.signature, body: notice.body, secrets: [Self.secret], now: SystemTime().now())
                let body = try JSONValue(parsing: String(decoding: notice.body, as: UTF8.self))
                #expect(body["id"]?.text == "content-\(id)" && body["request"]?.text == id.text)
                #expect(body["status"]?.text == "completed")
                #expect(
                    body["video_url"]?.text == "https://videos.example.org/api/content/requests/\(id)/video")
            }
        }
    }

    /// It fails twice and is tried again with the same key.
    @Test func whatMayPassIsTriedAgain() async throws {
        let receiver = Receiver([503, 429])
        try await Serving.run(try receiver.router()) { port in
            let time = TestTime()
            try await StoreKind.sqlite.open(time) { store in
                try await Studio.run(on: store, Self.options()) { studio in
                    let id = try await studio.ask(
                        Self.question, notify: ["webhook": .string("http://127.0.0.1:\(port)/hook")])
                    try await Self.runToItsEnd(id, studio, time)
                    #expect(try await studio.jobs.find(id)?.record.status == "completed")
                    #expect(receiver.all.count == 3 && Set(receiver.all.map(\.key)) == ["content-\(id)"])
                    let history = try await studio.jobs.history(of: id)
                    #expect(history.count { $0.kind == .retried && $0.to == "notifying" } == 2)
                }
            }
        }
    }

    /// Refused for good, forbidden, or failing for ever: the request completes, and the video is there.
    @Test(arguments: ["refused", "private", "failing", "redirected"])
    func aFailingNotificationLosesNothing(how: String) async throws {
        let statuses = ["refused": [403], "failing": [Int](repeating: 500, count: 20), "redirected": [302]]
        let receiver = Receiver(statuses[how] ?? [])
        try await Serving.run(try receiver.router()) { port in
            let time = TestTime()
            try await StoreKind.sqlite.open(time) { store in
                let options = Self.options(allowing: how == "private" ? nil : "127.0.0.1/32")
                try await Studio.run(on: store, options) { studio in
                    // By its name: an address that is private is refused before.
                    let host = how == "private" ? "localhost" : "127.0.0.1"
                    let id = try await studio.ask(
                        Self.question, notify: ["webhook": .string("http://\(host):\(port)/hook")])
                    try await Self.runToItsEnd(id, studio, time)
                    let answer = try await studio.request(id)
                    #expect(answer["status"]?.text == "completed")
                    let told = answer["request_metadata"]?["notification"]
                    #expect(
                        told?["state"]?.text == "failed" && told?["reason"]?.text?.isEmpty == false, "\(how)")
                    #expect(receiver.all.count == ["private": 0, "failing": 8][how] ?? 1, "\(how)")
                    let video = try await studio.client.send(.GET, "/api/content/requests/\(id)/video")
                    #expect(video.status == 200 && video.body.count > 10_000)
                }
            }
        }
    }

    /// While it is tried again for hours the video can be watched; at the deadline the request completes.
    @Test(arguments: StoreKind.allCases) func theVideoIsThereWhileItIsTried(kind: StoreKind) async throws {
        let time = TestTime()
        try await Studio.run(on: kind, time: time, Self.options()) { studio in
            let id = try await studio.ask(Self.question, notify: ["webhook": "https://127.0.0.1:1/hook"])
            let handlers = studio.app.handlers.filter { !$0.works(on: "notifying", of: ContentRequest.name) }
            _ = try await WorkerUnderTest(on: studio.store) { handlers }.run(id, of: ContentRequest.self)
            #expect(try await studio.request(id)["status"]?.text == "notifying")
            #expect(try await studio.client.send(.GET, "/api/content/requests/\(id)/video").status == 200)
            time.advance(by: .seconds(6 * 3600 + 1))
            for _ in 0..<2 { _ = try await studio.store.sweep(SweepRequest()) }
            let answer = try await studio.request(id)
            #expect(answer["status"]?.text == "completed", "\(answer)")
            #expect(answer["video"]?["url"]?.text != nil)
            #expect(try await studio.client.send(.GET, "/api/content/requests/\(id)/video").status == 200)
        }
    }

    @Test func whatCannotBeSentToIsRefusedAtOnce() async throws {
        try await Studio.run(on: .sqlite, Self.options(allowing: nil)) { studio in
            let refused: [JSONValue] = [
                ["webhook": "ftp://example.org/"], ["webhook": "https://user:word@example.org/"],
                ["webhook": "http://127.0.0.1/hook"], ["webhook": "http://169.254.169.254/latest"],
                ["webhook": "http://[::1]/"], ["webhook": ""], ["email": "anna@example.org"],
                ["webhook": "https://example.org/", "email": "anna@example.org"], [:], ["phone": "1"], "x",
                [1],
            ]
            for notify in refused {
                let body = try JSONValue.object(["question": "Why?", "notify": notify]).encoded()
                let reply = try await studio.client.send(.POST, "/api/content/requests", body: body)
                #expect(
                    try reply.status == 422 && reply["audience"]?.text == "user_fixable",
                    "\(notify): \(reply.text)")
            }
            #expect(try await studio.jobs.find().isEmpty)
        }
        // Where nobody is told, nobody is promised it.
        try await Studio.run(on: .sqlite) { studio in
            let body = #"{"question":"Why is the sky blue?","notify":{"webhook":"https://example.org/"}}"#
            let reply = try await studio.client.send(.POST, "/api/content/requests", body: body)
            #expect(reply.status == 422)
        }
    }
}
