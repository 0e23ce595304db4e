import Foundation
import Lockstep
import LockstepServer
import Testing

@Suite struct JSONTests {
    /// The document of a job says of its head what the encoder of all faces says.
    @Test func theDocumentOfAJobAgreesWithTheEncoder() throws {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<500 {
            func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }
            func time() -> Timestamp {
                Timestamp(microseconds: number(-60_000_000_000_000_000...250_000_000_000_000_000))
            }
            func text() -> String {
                String(
                    String.UnicodeScalarView(
                        (0..<Int(number(0...12))).map { _ in
                            [Unicode.Scalar(UInt8(number(0...127))), "é", "\u{2028}", "😀", "\"", "\\"]
                                .randomElement() ?? "x"
                        }))
            }
            var record = JobRecord(
                id: JobID(), lifecycle: text(), status: text(), input: "{\"a\":[1.50,\"\\u00e9\"]}",
                now: time())
            record.owner = round.isMultiple(of: 3) ? nil : text()
            record.key = text()
            record.priority = Int(number(-1000...1000))
            record.progressDetail = text()
            record.endedAt = round.isMultiple(of: 2) ? nil : time()
            record.deadline = time()
            record.version = number(1...Int64.max)
            record.failure =
                round.isMultiple(of: 4)
                ? nil
                : Failure(
                    .temporary, code: text(), message: text(),
                    retryAfter: round.isMultiple(of: 5) ? .seconds(9) : nil)
            record.output = round.isMultiple(of: 2) ? "{no json" : nil
            let document = try JSONValue(parsing: JobDocument(record).json())
            guard case .object(var members) = document else { throw Failure.userFixable("no object") }
            #expect(members.removeValue(forKey: "input") == ["a": [1.5, "é"]])
            #expect(members.removeValue(forKey: "output") == (record.output == nil ? .null : "{no json"))
            #expect(members.removeValue(forKey: "metadata") == [:])
            let head = try JSONValue(parsing: JSONText.encode(JobHead(record))).members ?? [:]
            #expect(members.keys.sorted() == head.keys.sorted())
            for (name, value) in head { #expect(members[name] == value, "\(name)") }
        }
    }

    @Test func dataIsAnsweredAsItWasSent() async throws {
        try await TestServer.withJobs { server, _ in
            let input = #"{"z":1.10,"a":[12345678901234567890,1e2],"é":"\u00e9\ud83d\ude00\/"}"#
            let answer = try await server.post(
                "/v1/jobs", as: "anna", text: "{\"lifecycle\":\"footage\",\"input\": \(input) }")
            #expect(answer.status == 201)
            #expect(answer.text.contains("\"input\":\(input),"))
        }
    }

    @Test(arguments: [
        #"{"lifecycle":"footage","lifecycle":"parcel"}"#, #"{"lifecycle":"footage","lifecycle":"footage"}"#,
        #"{"lifecycle":"footage","lifecycl\u0065":"parcel"}"#,
        #"{"lifecycle":"footage","input":{"a":1,"a":2}}"#,
        #"{"lifecycle":"footage","input":"\ud800"}"#, #"{"lifecycle":"footage","input":"\udc00\ud800"}"#,
        #"{"lifecycle":"footage","input":"\ud800\u0041"}"#, #"{"lifecycle":"footage","input":-1e999}"#,
        #"{"lifecycle":"footage","input":1.}"#, #"{"lifecycle":"footage","input":.5}"#,
        #"{"lifecycle":"footage","input":+1}"#, #"{"lifecycle":"footage","input":-}"#,
        #"{"lifecycle":"footage","input":NaN}"#, #"{"lifecycle":"footage","input":[1,]}"#,
        #"{"lifecycle":"footage",}"#, #"{"lifecycle":"footage" "input":1}"#, #"{lifecycle:"footage"}"#,
        "{\"lifecycle\":\"foo\ntage\"}", "\u{FEFF}{\"lifecycle\":\"footage\"}",
        "{\"lifecycle\":\"footage\",\"input\":1\(String(repeating: "0", count: 400))}",
    ])
    func whatReadersCouldUnderstandDifferentlyIsRefused(body: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.post("/v1/jobs", as: "anna", text: body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(try answer["code"] == "bad_json")
        }
    }

    /// What is valid for Foundation and has no double names is valid here, and the other way round.
    @Test func randomTextsAreJudgedAsFoundationJudgesThem() async throws {
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\n\"", "1", "-0.5e3", "01", "true", "null", " ", "\"",
            "\\u12",
            "tru", "\"\\ud83d\\ude00\"", "é",
        ]
        try await TestServer.withJobs { server, _ in
            for _ in 0..<300 {
                let input = (0..<Int.random(in: 1...6)).compactMap { _ in pieces.randomElement() }.joined()
                let text = "{\"lifecycle\":\"footage\",\"input\":\(input)}"
                // Foundation lets a comma pass that nothing follows; RFC 8259 does not.
                let tight = text.replacing(" ", with: "")
                if tight.contains(",}") || tight.contains(",]") { continue }
                let isJSON: Bool
                do {
                    _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
                    isJSON = true
                } catch { isJSON = false }
                let answer = try await server.post("/v1/jobs", as: "anna", text: text)
                let isDoubled = answer.text.contains("twice")
                #expect(isDoubled ? isJSON : (answer.status != 400) == isJSON, "\(text): \(answer.text)")
            }
        }
    }
}
