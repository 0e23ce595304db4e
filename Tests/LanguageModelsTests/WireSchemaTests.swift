import Foundation
import LanguageModels
import Lockstep
import ModelSupport
import Testing

/// That the check by a schema refuses what does not fit, and schemas that would check nothing.
@Suite("The schemas of wire formats")
struct WireSchemaTests {
    private static let plain = """
        {"$comment": "as in a publication", "type": "object", "additionalProperties": false, "required": ["a"],
         "properties": {
            "a": {"type": "string", "minLength": 2},
            "b": {"type": "string", "enum": ["x", "y"]},
            "c": {"type": "integer", "minimum": 1, "maximum": 3},
            "d": {"type": "number", "minimum": 0},
            "e": {"type": "boolean"},
            "f": {"type": "boolean", "enum": [false]},
            "g": {"anyOf": [{"type": "null"}, {"type": "array", "minItems": 1, "maxItems": 2, "items":
                {"type": "object", "additionalProperties": false, "required": ["h"],
                 "properties": {"h": {"type": "null"}}}}]}}}
        """

    private static func faults(_ value: String) throws -> [String] {
        try Schema(JSONValue(parsing: plain), at: "plain").faults(in: JSONValue(parsing: value))
    }

    @Test(
        "take what fits",
        arguments: [
            #"{"a": "ab"}"#, #"{"a": "ab", "b": "y", "c": 3, "d": 0.5, "e": true, "f": false}"#,
            #"{"a": "ab", "d": 7, "g": null}"#, #"{"a": "ab", "g": [{"h": null}, {"h": null}]}"#,
        ])
    func fitting(value: String) throws {
        #expect(try Self.faults(value) == [])
    }

    @Test(
        "say what does not fit",
        arguments: [
            ("{}", "a is missing"), (#"{"a": "ab", "z": 1}"#, "z is unknown"),
            (#"{"a": "a"}"#, "a is of a wrong type: a is too short"),
            (#"{"a": 5}"#, "a is of a wrong type: a is not what it should be"),
            (#"{"a": null}"#, "a is of a wrong type: a is not what it should be"),
            (#"{"a": "ab", "b": "z"}"#, "b is of a wrong type: b is 'z'"),
            (#"{"a": "ab", "c": 4}"#, "c is of a wrong type: c is 4"),
            (#"{"a": "ab", "c": 0}"#, "c is of a wrong type: c is 0"),
            (#"{"a": "ab", "c": 1.5}"#, "c is of a wrong type: c is not what it should be"),
            (#"{"a": "ab", "d": -0.5}"#, "d is of a wrong type: d is -0.5"),
            (#"{"a": "ab", "d": "1"}"#, "d is of a wrong type: d is not what it should be"),
            (#"{"a": "ab", "e": 1}"#, "e is of a wrong type: e is not what it should be"),
            (#"{"a": "ab", "f": true}"#, "f is of a wrong type: f is true"),
            (#"{"a": "ab", "g": []}"#, "g is of a wrong type: g is none of the 2 kinds it may be"),
            (#"{"a": "ab", "g": [{}]}"#, "g is of a wrong type: g is none of the 2 kinds it may be"),
            (
                #"{"a": "ab", "g": [{"h": null}, {"h": null}, {"h": null}]}"#,
                "g is of a wrong type: g is none of the 2 kinds it may be"
            ),
            (#"["a"]"#, "it is not what it should be"), ("null", "it is not what it should be"),
        ])
    func unfitting(value: String, fault: String) throws {
        #expect(try Self.faults(value) == [fault])
    }

    @Test(
        "are no schemas when they would check less than they say",
        arguments: [
            "{}", "true", #"{"type": "any"}"#, #"{"type": ["string", "null"]}"#,
            #"{"type": "string", "pattern": "^a"}"#, #"{"type": "string", "minimum": 1}"#,
            #"{"type": "string", "enum": []}"#, #"{"type": "integer", "enum": [1]}"#,
            #"{"type": "integer", "minimum": "1"}"#, #"{"type": "integer", "minimum": 2, "maximum": 1}"#,
            #"{"type": "array"}"#, #"{"type": "array", "items": {}}"#, #"{"anyOf": []}"#,
            #"{"anyOf": [{"type": "null"}], "type": "string"}"#,
            #"{"type": "object", "properties": {}}"#, #"{"type": "object", "additionalProperties": false}"#,
            #"{"type": "object", "additionalProperties": true, "properties": {}}"#,
            #"{"type": "object", "additionalProperties": false, "required": ["a"], "properties": {}}"#,
            ##"{"$ref": "#/components/schemas/Message"}"##,
        ])
    func unreadable(schema: String) throws {
        let json = try JSONValue(parsing: schema)
        #expect(throws: Schema.Unreadable.self) { try Schema(json, at: "schema") }
    }

    @Test("of the publications refuse each other's answers", arguments: Wire.allCases)
    func answers(wire: Wire) throws {
        let published = try Published(wire)
        for other in Wire.allCases {
            let answer = try JSONValue(parsing: other.success("Odd."))
            #expect(published.answer.faults(in: answer).isEmpty == (other == wire))
            let error = try JSONValue(parsing: other.error("api_error", "Broken."))
            #expect(published.error.faults(in: error).isEmpty == (other == wire))
            #expect(!published.answer.faults(in: error).isEmpty)
        }
    }

    @Test("of the publications hold for what a server answers, too")
    func slip() async throws {
        let server = try ModelServer(.anthropic, [.fails(500, type: "made_up")])
        let ask: @Sendable (String) async throws -> Void = { address in
            let model = try Wire.anthropic.chat(address)
            let question = ChatQuestion(system: "Answer.", user: "Why?", mostTokens: 5)
            await #expect(throws: Failure.self) { try await model.answer(question) }
        }
        let slip = await #expect(throws: ModelServer.Slip.self) { try await server.serving(ask) }
        #expect(slip?.faults == ["error is of a wrong type: error.type is 'made_up'"])
    }

    /// Each change makes an answer one that no service gives.
    @Test(
        "of the publications refuse an answer that was changed",
        arguments: [
            (Wire.openai, #""finish_reason":"stop""#, #""finish_reason":"refusal""#),
            (.openai, #","refusal":null"#, ""),
            (.openai, #""object":"chat.completion""#, #""object":"x""#),
            (.openai, #""role":"assistant""#, #""role":"user""#),
            (.openai, #""total_tokens":120"#, #""total_tokens":"120""#),
            (.anthropic, #""stop_reason":"end_turn""#, #""stop_reason":"stop""#),
            (.anthropic, #""stop_reason":"end_turn""#, #""stop_reason":null"#),
            (.anthropic, #""type":"message""#, #""type":"completion""#),
            (.anthropic, #""text":"Odd.","#, ""),
            (.anthropic, #""output_tokens":20"#, #""output_tokens":-1"#),
        ])
    func changed(wire: Wire, published: String, change: String) throws {
        let answer = wire.success("Odd.")
        let changed = answer.replacingOccurrences(of: published, with: change)
        #expect(changed != answer)
        #expect(try Published(wire).answer.faults(in: JSONValue(parsing: changed)).count == 1)
    }
}
