import ContentNotifying
import Foundation
import Lockstep
import LockstepPush
import LockstepTesting
import NIOCore
import Hummingbird
import Testing

/// What a webhook is sent, and what its answers mean.
@Suite struct WebhookNotifierTests {
    /// What is thrown for an answer, and how many letters there were.
    private static func failure(
        _ answer: @escaping @Sendable () -> Response, to url: String = "http://127.0.0.1:PORT/notices",
        _ change: @escaping @Sendable (inout PushOptions) -> Void = { _ in }
    ) async throws -> (failure: Failure?, letters: Int) {
        let kept = Kept<(Failure?, Int)>()
        try await Letterbox.run { _, _ in
            answer()
        } _: { box in
            try await box.notifying(to: url, change) { notifier in
                let failure = await #expect(throws: Failure.self) {
                    try await notifier.notify(.whole, key: "key-1")
                }
                await kept.keep((failure, box.letters.count))
            }
        }
        return try #require(await kept.value)
    }

    private actor Kept<Value: Sendable> {
        var value: Value?
        func keep(_ value: Value) { self.value = value }
    }

    @Test(.timeLimit(.minutes(5))) func aNoticeIsSignedAndCarriesItsKey() async throws {
        let time = TestTime()
        try await Letterbox.run { _, _ in
            Letterbox.answer(.noContent)
        } _: { box in
            try await box.notifying(time: time) { notifier in
                try await notifier.notify(.whole, key: "019b7a:completed~1")
                let bare = Notice(request: "r", status: "failed", question: "\u{0}\"\n")
                try await notifier.notify(bare, key: "k")
            }
            let letter = try #require(box.letters.first)
            #expect(box.letters.count == 2 && letter.path == "/notices")
            #expect(letter["Content-Type"] == "application/json")
            #expect(letter["Idempotency-Key"] == "019b7a:completed~1")
            try PushSignature.verify(
                letter[PushSignature.header], body: letter.body, secrets: [Letterbox.secret], now: time.now())
            #expect(
                try letter.json == [
                    "id": "019b7a:completed~1", "request": "019b7a", "status": "completed",
                    "question": "Why is the sky blue?",
                    "video_url": "https://learn.example.org/api/content/requests/019b7a/video",
                    "duration_seconds": 75.4, "owner": "anna@example.org",
                ])
            #expect(
                try box.letters[1].json == [
                    "id": "k", "request": "r", "status": "failed", "question": "\u{0}\"\n",
                ])
        }
    }

    @Test(.timeLimit(.minutes(5))) func aRetryIsTheSameNotice() async throws {
        try await Letterbox.run { _, before in
            before < 2
                ? Letterbox.answer(.serviceUnavailable, headers: ["Retry-After": "7"]) : Letterbox.answer(.ok)
        } _: { box in
            try await box.notifying { notifier in
                for _ in 1...2 {
                    let failure = await #expect(throws: Failure.self) {
                        try await notifier.notify(.whole, key: "key-1")
                    }
                    #expect(failure?.audience == .temporary && failure?.retryAfter == .seconds(7))
                }
                try await notifier.notify(.whole, key: "key-1")
            }
            #expect(box.letters.count == 3)
            #expect(Set(box.letters.map(\.body)).count == 1)
            #expect(Set(box.letters.map { $0["Idempotency-Key"] }) == ["key-1"])
        }
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            (400, Failure.Audience.adminRequired), (401, .adminRequired), (403, .adminRequired),
            (404, .adminRequired), (410, .adminRequired), (413, .adminRequired), (422, .adminRequired),
            (408, .temporary), (409, .temporary), (425, .temporary), (429, .temporary), (500, .temporary),
            (502, .temporary), (503, .temporary), (504, .temporary),
        ]) func answersSayWhoCanAct(status: Int, audience: Failure.Audience) async throws
    {
        let (failure, letters) = try await Self.failure {
            Letterbox.answer(.init(code: status), "no", headers: ["Retry-After": "30"])
        }
        #expect(failure?.audience == audience && failure?.code == "http_\(status)")
        #expect(failure?.retryAfter == (audience == .temporary ? .seconds(30) : nil))
        #expect(letters == 1)
    }

    @Test(.timeLimit(.minutes(5))) func aProblemDocumentSaysWhoCanAct() async throws {
        let (failure, _) = try await Self.failure {
            Letterbox.answer(
                .unprocessableContent,
                #"{"audience": "user_fixable", "code": "unknown_owner", "detail": "Nobody has this address."}"#,
                headers: ["Content-Type": "application/problem+json"])
        }
        #expect(failure == .userFixable("Nobody has this address.", code: "unknown_owner"))
    }

    @Test(.timeLimit(.minutes(5)), arguments: [200, 201, 202, 204]) func anySuccessIsOne(status: Int)
        async throws
    {
        try await Letterbox.run { _, _ in
            // What else is said does not matter, even if it is not read.
            Letterbox.answer(
                .init(code: status),
                status == 204 ? "" : "<html>" + String(repeating: " ", count: PushOptions.longestAnswer))
        } _: { box in
            try await box.notifying { try await $0.notify(.whole, key: "k") }
            #expect(box.letters.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(5))) func aRedirectIsNotFollowed() async throws {
        let (failure, letters) = try await Self.failure {
            Letterbox.answer(.permanentRedirect, headers: ["Location": "/elsewhere"])
        }
        #expect(failure?.audience == .adminRequired && failure?.code == "http_308" && letters == 1)
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "http://127.0.0.1:PORT/notices", "http://localhost:PORT/notices",
            "http://[::ffff:127.0.0.1]:PORT/notices",
            "http://2130706433:PORT/notices", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data",
        ]) func privateAddressesAreRefused(url: String) async throws
    {
        let (failure, letters) = try await Self.failure(
            { Letterbox.answer(.ok) }, to: url, { $0.addresses = AddressRules() })
        #expect(failure?.audience == .adminRequired && failure?.code == "push_refused" && letters == 0)
    }

    @Test(.timeLimit(.minutes(5))) func whoeverDoesNotAnswerIsTriedAgain() async throws {
        let never = Signal()
        try await Letterbox.run { _, _ in
            try await never.wait()
            return Letterbox.answer(.ok)
        } _: { box in
            try await box.notifying(to: "http://127.0.0.1:PORT/notices", { $0.timeout = .milliseconds(300) })
            {
                notifier in
                let failure = await #expect(throws: Failure.self) {
                    try await notifier.notify(.whole, key: "k")
                }
                #expect(failure?.audience == .temporary && failure?.code == "push_timeout")
            }
            never.send()
        }
        let (nobody, _) = try await Self.failure({ Letterbox.answer(.ok) }, to: "http://127.0.0.1:1/")
        #expect(nobody?.audience == .temporary && nobody?.code == "push_unreachable")
    }

    /// Names with several addresses.
    private struct Names: AddressResolver {
        let addresses: [String]
        func addresses(of host: String) async throws -> [IPAddress] { addresses.compactMap { IPAddress($0) } }
    }

    @Test(.timeLimit(.minutes(5))) func anAddressThatDoesNotAnswerIsNotTheNextAttempts() async throws {
        try await Letterbox.run { _, _ in
            Letterbox.answer(.ok)
        } _: { box in
            // Nobody listens at the first one.
            let names = Names(addresses: ["127.0.0.2", "127.0.0.1"])
            try await box.notifying(to: "http://work.invalid:PORT/notices", { $0.resolver = names }) {
                notifier in
                let failure = await #expect(throws: Failure.self) {
                    try await notifier.notify(.whole, key: "k")
                }
                #expect(failure?.code == "push_unreachable")
                try await notifier.notify(.whole, key: "k")
                try await notifier.notify(.whole, key: "l")
            }
            #expect(box.letters.count == 2)
        }
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "", "a b", "a\r\nX-Evil: 1", "é", "\"quoted\"", String(repeating: "k", count: 201), "a,b", "a\0",
        ])
    func aKeyThatCannotBeAHeaderIsRefused(key: String) async throws {
        try await Letterbox.run { _, _ in
            Letterbox.answer(.ok)
        } _: { box in
            try await box.notifying { notifier in
                let failure = await #expect(throws: Failure.self) {
                    try await notifier.notify(.whole, key: key)
                }
                #expect(failure?.code == "bad_notice_key" && failure?.audience == .adminRequired)
                try await notifier.notify(.whole, key: String(repeating: "k", count: 200))
            }
            #expect(box.letters.count == 1)
        }
    }
}
