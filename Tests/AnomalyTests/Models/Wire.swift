import Anomaly
import HTTPTypes
import Hummingbird
import Lockstep

/// A wire format as it is published, from the service's side.
///
/// OpenAI: `CreateChatCompletionRequest`, `CreateChatCompletionResponse` and `ErrorResponse` of
/// <https://github.com/openai/openai-openapi>. Anthropic: "Create a Message" and "Errors" of
/// <https://docs.claude.com/en/api>.
enum Wire: String, CaseIterable, Sendable {
    case openai, anthropic

    /// An explainer that speaks it.
    func explainer(_ address: String, timeout: Duration = .seconds(20)) throws -> any Explainer {
        let service = try ModelService(
            baseURL: address, model: "test-model", key: APIKey(ModelServer.key), timeout: timeout)
        return self == .openai ? OpenAIExplainer(service) : AnthropicExplainer(service)
    }

    // MARK: Requests

    private enum Kind {
        case text, positive, messages, flag, any
        case number(upTo: Double)

        func fits(_ value: JSONValue, roles: Set<String>) -> Bool {
            switch (self, value) {
            case (.text, .string(let text)): return !text.isEmpty
            case (.positive, .integer(let number)): return number > 0
            case (.number(let most), _): return value.double.map { 0...most ~= $0 } ?? false
            case (.flag, .bool), (.any, _): return true
            case (.messages, .array(let messages)):
                return !messages.isEmpty
                    && messages.allSatisfy { message in
                        guard case .object(let fields) = message, Set(fields.keys) == ["role", "content"],
                            let role = message["role"]?.text, let content = message["content"]?.text
                        else { return false }
                        return roles.contains(role) && !content.isEmpty
                    }
            default: return false
            }
        }
    }

    private var path: String { self == .openai ? "/v1/chat/completions" : "/v1/messages" }

    private var required: [String: Kind] {
        switch self {
        case .openai: ["model": .text, "messages": .messages]
        case .anthropic: ["model": .text, "max_tokens": .positive, "messages": .messages]
        }
    }

    private var optional: [String: Kind] {
        switch self {
        case .openai:
            [
                "max_completion_tokens": .positive, "temperature": .number(upTo: 2),
                "top_p": .number(upTo: 1), "n": .positive,
                "stream": .flag, "store": .flag, "stop": .any, "seed": .any, "user": .text,
                "response_format": .any, "metadata": .any, "reasoning_effort": .text, "verbosity": .text,
            ]
        case .anthropic:
            [
                "system": .text, "temperature": .number(upTo: 1), "top_p": .number(upTo: 1),
                "top_k": .positive,
                "stream": .flag,
                "stop_sequences": .any, "metadata": .any, "service_tier": .text, "thinking": .any,
                "tools": .any, "tool_choice": .any,
            ]
        }
    }

    private var roles: Set<String> {
        self == .openai ? ["system", "developer", "user", "assistant"] : ["user", "assistant"]
    }

    /// What of a request does not fit.
    func faults(_ request: Request, _ body: String) -> [String] {
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
        guard case .object(let fields)? = Self.parsed(body) else { return faults + ["the body is no object"] }
        for name in required.keys where fields[name] == nil { faults.append("\(name) is missing") }
        for (name, value) in fields {
            guard let kind = required[name] ?? optional[name] else {
                faults.append("\(name) is unknown")
                continue
            }
            expect(kind.fits(value, roles: roles), "\(name) is of a wrong type")
        }
        return faults
    }

    private static func parsed(_ text: String) -> JSONValue? {
        do { return try JSONValue(parsing: text) } catch { return nil }
    }

    /// Everything that the model is told, in one text.
    func told(_ body: JSONValue) -> String {
        guard case .array(let messages)? = body["messages"] else { return "" }
        return ([body["system"]?.text] + messages.map { $0["content"]?.text }).compactMap { $0 }
            .joined(separator: "\n")
    }

    // MARK: Answers

    func success(_ words: String) -> String { answer(words, openai: "stop", anthropic: "end_turn") }
    func cut(_ words: String) -> String { answer(words, openai: "length", anthropic: "max_tokens") }

    func refusal(_ words: String) -> String {
        switch self {
        case .openai: completion(content: .null, refusal: .string(words), reason: "stop")
        case .anthropic: answer(words, openai: "", anthropic: "refusal")
        }
    }

    func error(_ type: String, _ message: String) -> String {
        switch self {
        case .openai:
            text([
                "error": [
                    "message": .string(message), "type": .string(type), "param": .null, "code": .null,
                ]
            ])
        case .anthropic:
            text([
                "type": "error", "error": ["type": .string(type), "message": .string(message)],
                "request_id": "req_test",
            ])
        }
    }

    private func answer(_ words: String, openai: String, anthropic: String) -> String {
        switch self {
        case .openai: completion(content: .string(words), refusal: .null, reason: openai)
        case .anthropic:
            text([
                "id": "msg_test", "type": "message", "role": "assistant", "model": "test-model",
                "content": [["type": "text", "text": .string(words)]], "stop_reason": .string(anthropic),
                "stop_sequence": .null, "usage": ["input_tokens": 100, "output_tokens": 20],
            ])
        }
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
