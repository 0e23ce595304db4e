import HTTPTypes
import Hummingbird
import LanguageModels
import Lockstep

/// A wire format as it is published, from the service's side.
///
/// OpenAI: `CreateChatCompletionRequest`, `CreateChatCompletionResponse` and `ErrorResponse` of
/// <https://github.com/openai/openai-openapi>. Anthropic: "Create a Message" and "Errors" of
/// <https://docs.claude.com/en/api>. The bodies are written down in the folder `Schemas`.
package enum Wire: String, CaseIterable, Sendable {
    case openai, anthropic

    /// A model that speaks it.
    package func chat(_ address: String, timeout: Duration = .seconds(20)) throws -> any ChatModel {
        let service = try ModelService(
            baseURL: address, model: "test-model", key: APIKey(ModelServer.key), timeout: timeout)
        return self == .openai ? OpenAIChat(service) : AnthropicChat(service)
    }

    // MARK: Requests

    private var path: String { self == .openai ? "/v1/chat/completions" : "/v1/messages" }

    /// What of a request does not fit.
    /// - Parameter schema: what is published about its body.
    func faults(_ request: Request, _ body: String, schema: Schema) -> [String] {
        var faults: [String] = []
        func expect(_ isRight: Bool, _ what: String) { if !isRight { faults.append(what) } }
        func header(_ name: String) -> String? {
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        expect(request.method == .post, "method \(request.method)")
        expect(request.uri.string == path, "path \(request.uri)")
        expect(header("content-type") == "application/json", "content-type")
        let isOpenAI = self == .openai
        expect(header("authorization") == (isOpenAI ? "Bearer \(ModelServer.key)" : nil), "authorization")
        expect(header("x-api-key") == (isOpenAI ? nil : ModelServer.key), "x-api-key")
        expect(header("anthropic-version") == (isOpenAI ? nil : "2023-06-01"), "anthropic-version")
        expect(!body.contains(ModelServer.key), "the key in the body")
        guard let value = Self.parsed(body), case .object = value else {
            return faults + ["the body is no object"]
        }
        return faults + schema.faults(in: value)
    }

    /// What of an answer's body does not fit, or that it is no JSON.
    package static func faults(_ body: String, schema: Schema) -> [String] {
        parsed(body).map { schema.faults(in: $0) } ?? ["the body is no JSON"]
    }

    private static func parsed(_ text: String) -> JSONValue? {
        do { return try JSONValue(parsing: text) } catch { return nil }
    }

    /// Everything that the model is told, in one text.
    package func told(_ body: JSONValue) -> String {
        guard case .array(let messages)? = body["messages"] else { return "" }
        return ([body["system"]?.text] + messages.map { $0["content"]?.text }).compactMap { $0 }
            .joined(separator: "\n")
    }

    // MARK: Answers

    /// An answer when all is well.
    package func success(_ words: String) -> String {
        stopped(words, self == .openai ? "stop" : "end_turn")
    }
    func cut(_ words: String) -> String { stopped(words, self == .openai ? "length" : "max_tokens") }

    /// A refusal before anything was said; OpenAI gives it in the model's words, Anthropic explains it.
    func refusal(_ words: String) -> String {
        switch self {
        case .openai: completion(content: .null, refusal: .string(words), reason: "stop")
        case .anthropic:
            message(
                [], reason: "refusal",
                details: ["type": "refusal", "category": "general_harms", "explanation": .string(words)])
        }
    }

    /// An answer that ended for a reason after it had said something.
    func stopped(_ words: String, _ reason: String) -> String {
        switch self {
        case .openai: completion(content: .string(words), refusal: .null, reason: reason)
        case .anthropic: message([["type": "text", "text": .string(words)]], reason: reason)
        }
    }

    /// An answer with the model's thinking before its words, where the format has it.
    func thought(_ thinking: String, _ words: String) -> String {
        switch self {
        case .openai: success(words)
        case .anthropic:
            message(
                [
                    ["type": "thinking", "thinking": .string(thinking), "signature": "c2lnbmVk"],
                    ["type": "redacted_thinking", "data": "aGlkZGVu"],
                    ["type": "text", "text": .string(words)],
                ], reason: "end_turn")
        }
    }

    /// A body of an error.
    package func error(_ type: String, _ message: String, code: String? = nil) -> String {
        switch self {
        case .openai:
            text([
                "error": [
                    "message": .string(message), "type": .string(type), "param": .null,
                    "code": code.map { .string($0) } ?? .null,
                ]
            ])
        case .anthropic:
            text([
                "type": "error", "error": ["type": .string(type), "message": .string(message)],
                "request_id": "req_test",
            ])
        }
    }

    private func message(_ blocks: [JSONValue], reason: String, details: JSONValue = .null) -> String {
        text([
            "id": "msg_test", "type": "message", "role": "assistant", "model": "test-model",
            "content": .array(blocks), "stop_reason": .string(reason), "stop_sequence": .null,
            "stop_details": details, "usage": ["input_tokens": 100, "output_tokens": 20],
        ])
    }

    private func completion(content: JSONValue, refusal: JSONValue, reason: String) -> String {
        text([
            "id": "chatcmpl-test", "object": "chat.completion", "created": 1_767_225_600,
            "model": "test-model",
            "choices": [
                [
                    "index": 0, "message": ["role": "assistant", "content": content, "refusal": refusal],
                    "logprobs": .null, "finish_reason": .string(reason),
                ]
            ],
            "usage": ["prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120],
        ])
    }

    private func text(_ value: JSONValue) -> String {
        do { return try value.encoded() } catch { return "\(error)" }
    }
}
