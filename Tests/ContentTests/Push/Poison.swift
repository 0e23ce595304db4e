import Foundation
import Lockstep
import Testing

/// Messages that can never succeed.
struct Poison: Sendable, CustomTestStringConvertible {
    let name: String
    /// The code under which it is parked.
    let code: String
    let body: [UInt8]

    var testDescription: String { name }

    /// All kinds.
    /// - Parameter request: one that exists.
    static func all(knowing request: JobID) throws -> [Poison] {
        try envelopes + messages + data(request) + statuses(request) + unknown + oversized(request)
    }

    private static func malformed(_ texts: [String: String]) -> [Poison] {
        texts.sorted { $0.key < $1.key }.map {
            Poison(name: $0.key, code: "malformed_envelope", body: Array($0.value.utf8))
        }
    }

    // MARK: Bodies that are no envelopes

    private static var envelopes: [Poison] {
        malformed([
            "nothing": "", "a space": " ", "null": "null", "a list": "[]", "a text": #""text""#,
            "a number": "42",
            "true": "true", "a brace": "{", "cut off": #"{"message": {"data": "e30"#,
            "a page": "<html></html>",
            "a form": "message=hello&subscription=x", "a comma too many": #"{"message": {},}"#,
            "two documents": "{} {}", "a comment": "{/* */}", "not a number": #"{"message": NaN}"#,
            "single quotes": "{'message': {}}", "an empty object": "{}",
            "a hundred thousand lists": String(repeating: "[", count: 100_000),
            "a hundred thousand objects": String(repeating: #"{"message":"#, count: 20_000),
            "a NUL": "\u{0}", "a byte order mark": "\u{FEFF}", "control characters": "\u{1}\u{2}\u{3}",
            "a lone surrogate": #"{"message": {"messageId": "\ud800", "data": "e30="}}"#,
        ]) + [
            Poison(name: "bad UTF-8", code: "malformed_envelope", body: [0x7B, 0xFF, 0xFE, 0x7D]),
            Poison(
                name: "UTF-16", code: "malformed_envelope",
                body: Array(#"{"message": {}}"#.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })),
            Poison(
                name: "a gzip header", code: "malformed_envelope", body: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]),
            Poison(name: "zeros", code: "malformed_envelope", body: [UInt8](repeating: 0, count: 4096)),
        ]
    }

    // MARK: Envelopes that are no messages

    private static var messages: [Poison] {
        get throws {
            let texts = [
                "no message": #"{"subscription": "x"}"#, "message null": #"{"message": null}"#,
                "message a list": #"{"message": []}"#, "message a text": #"{"message": "hello"}"#,
                "message a number": #"{"message": 1}"#, "message false": #"{"message": false}"#,
                "message empty": #"{"message": {}}"#,
                "Message in capitals": #"{"Message": {"data": "e30="}}"#,
                "a subscription alone": #"{"subscription": {"message": {}}}"#,
            ]
            let ids: [String: JSONValue?] = [
                "no id": Optional<JSONValue>.none, "id null": .null, "id empty": "", "id a number": 7,
                "id a list": ["1"],
                "id an object": [:], "id true": true,
                "id too long": .string(String(repeating: "9", count: 513)),
                "id with NUL": "a\u{0}b",
            ]
            return malformed(texts)
                + (try ids.sorted { $0.key < $1.key }.map { name, id in
                    Poison(
                        name: name, code: "malformed_envelope",
                        body: try PushServiceDouble.envelope(data: "e30=", id: id))
                })
        }
    }

    // MARK: Messages without a request

    private static func data(_ request: JobID) throws -> [Poison] {
        func encoded(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
        let good = Data(#"{"request_id":"\#(request)"}"#.utf8).base64EncodedString()
        let data: [String: JSONValue?] = [
            "no data": Optional<JSONValue>.none, "data null": .null, "data a number": 1,
            "data an object": ["request_id": "x"],
            "data a list": [], "data true": true, "data empty": "", "data no base64": "not base64!",
            "data not encoded": .string(#"{"request_id":"\#(request)"}"#),
            "data in another alphabet": "-_-_", "data cut off": .string(String(good.dropLast())),
            "data with a space": .string("\(good.prefix(4)) \(good.dropFirst(4))"),
            "data with too much padding": .string(good + "===="), "data one letter": "a",
            "data binary": .string(Data([0xFF, 0, 0xC3, 0x28]).base64EncodedString()),
            "content empty": encoded(" "), "content null": encoded("null"), "content a list": encoded("[]"),
            "content a text": encoded("\"\(request)\""), "content an id alone": encoded(request.text),
            "content a number": encoded("1"), "content cut off": encoded(#"{"request_id":"#),
            "content deep": encoded(String(repeating: #"{"a":"#, count: 5000)),
            "content twice encoded": .string(Data(good.utf8).base64EncodedString()),
            "no request": encoded("{}"), "request null": encoded(#"{"request_id":null}"#),
            "request a number": encoded(#"{"request_id":1}"#),
            "request a list": encoded(#"{"request_id":["x"]}"#),
            "request empty": encoded(#"{"request_id":""}"#),
            "request a word": encoded(#"{"request_id":"x"}"#),
            "request in braces": encoded(#"{"request_id":"{\#(request)}"}"#),
            "request cut off": encoded(#"{"request_id":"\#(request.text.dropLast())"}"#),
            "request with a space": encoded(#"{"request_id":" \#(request)"}"#),
            "request SQL": encoded(#"{"request_id":"'; DROP TABLE content_requests; --"}"#),
            "request long": encoded(#"{"request_id":"\#(String(repeating: "a", count: 10_000))"}"#),
            "request by another name": encoded(#"{"requestId":"\#(request)"}"#),
        ]
        return try data.sorted { $0.key < $1.key }.map { name, data in
            Poison(name: name, code: "malformed_message", body: try PushServiceDouble.envelope(data: data))
        }
    }

    // MARK: Statuses that nobody declared

    private static func statuses(_ request: JobID) throws -> [Poison] {
        let undeclared = [
            "generating", "clarification_needed", "Pending", "PENDING", " pending", "pending ", "", "done",
            "complete", "processing", "generatingScript", "generating-script", "error", "canceled", "🎬",
            "pending\u{0}", "'; DROP TYPE content_request_status; --", String(repeating: "x", count: 10_000),
        ]
        let texts = try undeclared.map { status in
            Poison(
                name: "status '\(status.prefix(40))'", code: "undeclared_status",
                body: try PushServiceDouble.message(request, status: status))
        }
        let others = ["1", "true", "[\"pending\"]", "{\"is\":\"pending\"}"]
        return texts
            + (try others.map { status in
                Poison(
                    name: "status \(status)", code: "malformed_message",
                    body: try PushServiceDouble.envelope(
                        content: #"{"request_id":"\#(request)","status":\#(status)}"#))
            })
    }

    // MARK: Requests that are not there

    private static var unknown: [Poison] {
        get throws {
            let ids =
                (0..<5).map { _ in JobID() } + [
                    JobID(stored: "00000000-0000-0000-0000-000000000000"),
                    JobID(stored: "ffffffff-ffff-ffff-ffff-ffffffffffff"),
                ]
            return try ids.map {
                Poison(
                    name: "unknown request \($0)", code: "unknown_request",
                    body: try PushServiceDouble.message($0))
            }
        }
    }

    // MARK: Bodies that are too long

    private static func oversized(_ request: JobID) throws -> [Poison] {
        func with(attribute bytes: Int) throws -> [UInt8] {
            try PushServiceDouble.envelope(
                data: .string(Data(#"{"request_id":"\#(request)"}"#.utf8).base64EncodedString()),
                attributes: ["filler": .string(String(repeating: "x", count: bytes))])
        }
        return [
            Poison(name: "a byte too long", code: "oversized_message", body: try with(attribute: 256 << 10)),
            Poison(name: "a mebibyte", code: "oversized_message", body: try with(attribute: 1 << 20)),
            Poison(name: "ten mebibytes", code: "oversized_message", body: try with(attribute: 10 << 20)),
            Poison(
                name: "a mebibyte of nothing", code: "oversized_message",
                body: [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)),
        ]
    }
}
