import Lockstep
import LockstepTesting
import NIOHTTP1
import Testing

@testable import LockstepServer

/// One after the other: in a debug build a page takes a while, and clients do not wait for ever.
@Suite(.serialized) struct DashboardPartTests {
    @Test func whatIsInsertedIsEscapedUnlessItIsMarkup() {
        let evil = "<b a='\"'>&"
        let inner: Markup = "<i>\(evil)</i>"
        let outer: Markup =
            "<p title=\"\(evil)\">\(inner)\(Optional(inner))\(nil as Markup?)\([inner, inner])\(7)</p>"
        let escaped = "&lt;b a=&#39;&quot;&#39;&gt;&amp;"
        let once = "<i>\(escaped)</i>"
        #expect(outer.html == "<p title=\"\(escaped)\">\(once)\(once)\(once)\n\(once)7</p>")
        #expect(Markup.number(1_234_567).html == "1,234,567" && Markup.number(-12).html == "−12")
    }

    @Test(arguments: [
        (
            #"{"a":1,"b":[true,null,{}],"c":"x,{\"y"}"#,
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null,\n    {}\n  ],\n  \"c\": \"x,{\\\"y\"\n}"
        ),
        ("[]", "[]"), (" [ ] ", "[]"), ("12345678901234567890.10", "12345678901234567890.10"),
        ("no json", "no json"),
        (#"{"":{"":[[1]]}}"#, "{\n  \"\": {\n    \"\": [\n      [\n        1\n      ]\n    ]\n  }\n}"),
    ])
    func jsonIsBrokenIntoLines(text: String, expected: String) {
        #expect(PrettyJSON.text(text).text == expected)
    }

    @Test func longJSONIsCut() {
        let long = "[" + Array(repeating: "12345678", count: 100_000).joined(separator: ",") + "]"
        let (shown, left) = PrettyJSON.text(long)
        #expect(shown.utf8.count < 70_000 && left > 800_000)
        let deep = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
        #expect(PrettyJSON.text(deep).text.utf8.count < 200_000)
    }

    @Test(
        arguments: [
            (0, "0ms"), (999_999, "999ms"), (1_500_000, "1.5s"), (59_900_000, "59s"), (61_000_000, "1m 1s"),
            (3_600_000_000, "1h"), (90_061_000_000, "1d 1h"),
        ] as [(Int64, String)])
    func spansAreShort(length: Int64, text: String) {
        #expect(TimeWords.span(length) == text)
    }

    @Test func timesSayWhenExactly() {
        let now = TestTime().now()
        #expect(
            TimeWords.ago(now + .seconds(-75), now).html
                == "<time datetime=\"2025-12-31T23:58:45.000000Z\" title=\"2025-12-31 23:58:45.000 UTC\">1m 15s ago</time>"
        )
        #expect(TimeWords.ago(now + .seconds(3600), now).html.contains(">in 1h<"))
        #expect(TimeWords.ago(now, now).html.contains(">now<"))
    }

    @Test func formTokensBelongToOneSession() {
        let token = FormGuard.token(session: "lst_a")
        #expect(token.count == 64 && token == FormGuard.token(session: "lst_a"))
        #expect(token != FormGuard.token(session: "lst_b"))
    }

    @Test func activityIsCountedByTheMinute() {
        let now = TestTime().now()
        var chart = ActivityChart(now: now)
        let start = ActivityChart.start(now)
        chart.add(
            [
                ActivityBucket(start: start, kind: .started, to: "queued", count: 4),
                ActivityBucket(start: start, kind: .moved, to: "delivered", count: 3),
                ActivityBucket(start: start + .seconds(60 * 59), kind: .moved, to: "lost", count: 2),
                ActivityBucket(start: start + .seconds(60 * 60), kind: .moved, to: "lost", count: 9),
                ActivityBucket(start: start, kind: .moved, to: "packing", count: 9),
                ActivityBucket(start: start, kind: .retried, to: "packing", count: 9),
            ], of: Definition(Parcel.self))
        #expect(chart.started == 4 && chart.good == 3 && chart.bad == 2)
        #expect(chart.minutes.first == ActivityChart.Minute(started: 4, good: 3, bad: 0))
        #expect(chart.minutes.last == ActivityChart.Minute(started: 0, good: 0, bad: 2))
        #expect(start + .seconds(3600) > now && start <= now)
    }

    @Test func cookiesAreSecureBeyondLoopback() async throws {
        try await TestServer.withDashboard { server, _ in
            for (host, isSecure) in [
                ("127.0.0.1:\(server.port)", false), ("localhost", false), ("[::1]:80", false),
                ("lockstep.example", true), ("127.0.0.1.evil.example:80", true),
            ] {
                let answer = try await server.signIn("token=anna-token", headers: ["Host": host])
                let cookie = answer.headers.first(name: "set-cookie")
                #expect(cookie?.contains("; Secure") == isSecure, "\(host)")
                #expect(cookie?.contains("; HttpOnly; SameSite=Strict") == true)
            }
        }
    }
}
