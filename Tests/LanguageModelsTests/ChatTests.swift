import Foundation
import HTTPTypes
import LanguageModels
import Lockstep
import ModelSupport
import Testing

/// What answers of model services mean, whoever asks.
@Suite("Models")
struct ChatTests {
    static let question = ChatQuestion(system: "Answer.", user: "Why?", mostTokens: 50)

    /// What comes of one request.
    private static func ask(
        _ wire: Wire, _ reply: ModelServer.Reply, _ question: ChatQuestion = question,
        timeout: Duration = .seconds(20)
    ) async throws -> (result: Result<ChatAnswer, any Error>, requests: [ModelServer.Request]) {
        let server = try ModelServer(wire, [reply])
        let results = Results()
        try await server.serving { address in
            let model = try wire.chat(address, timeout: timeout)
            do {
                await results.set(.success(try await model.answer(question)))
            } catch {
                await results.set(.failure(error))
            }
        }
        return (try #require(await results.last), server.requests)
    }

    private actor Results {
        var last: Result<ChatAnswer, any Error>?
        func set(_ result: Result<ChatAnswer, any Error>) { last = result }
    }

    private struct NotFailed: Error {}

    private static func failure(_ wire: Wire, _ reply: ModelServer.Reply) async throws -> Failure {
        let (result, requests) = try await ask(wire, reply)
        #expect(requests.count == 1)
        guard case .failure(let error) = result else { throw NotFailed() }
        let failure = try #require(error as? Failure)
        #expect(!failure.message.contains(ModelServer.key))
        #expect(failure.message.hasSuffix("."))
        return failure
    }

    @Test("a question is sent as it is", arguments: Wire.allCases)
    func asked(wire: Wire) async throws {
        let question = ChatQuestion(system: "Do \"this\".", user: "With </that>\n…", mostTokens: 7)
        let (result, requests) = try await Self.ask(wire, .says(" So.\n"), question)
        // Not a character of an answer is lost: it may be JSON.
        #expect(try result.get() == ChatAnswer(" So.\n"))
        let request = try #require(requests.first)
        #expect(request.faults == [] && wire.told(request.body) == "Do \"this\".\nWith </that>\n…")
        let tokens = wire == .openai ? "max_completion_tokens" : "max_tokens"
        #expect(request.body[tokens] == 7 && request.body["temperature"] == nil)
        var warm = question
        warm.temperature = 0.5
        let (_, again) = try await Self.ask(wire, .says("So."), warm)
        #expect(again.first?.faults == [] && again.first?.body["temperature"] == 0.5)
        #expect(ChatQuestion(system: "", user: "", mostTokens: 0).mostTokens == 1)
    }

    @Test("an answer that ended at its limit says so", arguments: Wire.allCases)
    func cut(wire: Wire) async throws {
        #expect(try await Self.ask(wire, .cut("So")).result.get() == ChatAnswer("So", isCut: true))
    }

    @Test("a refusal is an answer, fit to be shown", arguments: Wire.allCases)
    func refusal(wire: Wire) async throws {
        let long = String(repeating: "n", count: 5000)
        let answer = try await Self.ask(wire, .refuses("\u{7} \(long)")).result.get()
        #expect(answer.text == "" && !answer.isCut)
        #expect(answer.refusal == String(repeating: "n", count: ChatAnswer.longestRefusal) + "…")
        #expect(ChatAnswer.refused(" \u{1}").refusal == "The model refused to answer.")
    }

    @Test(
        "each status says who can act", arguments: Wire.allCases,
        [
            (400, "invalid_request_error", Failure.Audience.adminRequired),
            (401, "authentication_error", .adminRequired), (402, "billing_error", .adminRequired),
            (403, "permission_error", .adminRequired), (404, "not_found_error", .adminRequired),
            (413, "request_too_large", .adminRequired), (408, "invalid_request_error", .temporary),
            (409, "invalid_request_error", .temporary), (429, "rate_limit_error", .temporary),
            (500, "api_error", .temporary), (502, "api_error", .temporary), (503, "api_error", .temporary),
            (504, "timeout_error", .temporary), (529, "overloaded_error", .temporary),
        ])
    func statuses(
        wire: Wire, expected: (status: Int, type: String, audience: Failure.Audience)
    ) async throws {
        let failure = try await Self.failure(wire, .fails(expected.status, type: expected.type))
        #expect(failure.audience == expected.audience)
        #expect(failure.message.contains("\(expected.status), \(expected.type)"))
        #expect(failure.retryAfter == nil)
    }

    @Test(
        "the time to wait is read as published",
        arguments: [
            (["retry-after": "3"], 3000), (["retry-after-ms": "250", "retry-after": "9"], 250),
            (["retry-after": "1.5"], 1500), (["retry-after": "soon"], nil), (["retry-after": "-1"], nil),
            (["x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"], 360_000),
            (["x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "1s"], nil),
            (["retry-after": "2", "x-ratelimit-reset-requests": "1h"], 2000),
            (["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms"], 20),
        ] as [([String: String], Int?)])
    func waits(headers: [String: String], milliseconds: Int?) async throws {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let failure = try await Self.failure(.openai, .fails(429, type: "rate_limit_error", headers: fields))
        #expect(failure.retryAfter == milliseconds.map { .milliseconds($0) })
    }

    @Test(
        "dates are read too",
        arguments: [
            ("retry-after", "EEE, dd MMM yyyy HH:mm:ss 'GMT'"),
            ("anthropic-ratelimit-input-tokens-reset", "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ])
    func dates(name: String, format: String) async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = format
        var fields = HTTPFields()
        fields[try #require(HTTPField.Name(name))] = formatter.string(from: Date() + 90)
        let reply = ModelServer.Reply.fails(429, type: "rate_limit_error", headers: fields)
        let failure = try await Self.failure(.anthropic, reply)
        let wait = try #require(failure.retryAfter)
        #expect(wait > .seconds(60) && wait <= .seconds(91))
    }

    @Test(
        "an answer that makes no sense is temporary", arguments: Wire.allCases,
        [
            "", "not json", "{}", "[]", #"{"choices": []}"#, #"{"content": "text"}"#, "null",
            #"{"choices": [{}]}"#, #"{"choices": [{"message": {}}]}"#, #"{"content": []}"#,
            #"{"content": [{"type": "text", "text": "Odd."}]}"#,
            #"{"content": [{"type": "text"}], "stop_reason": "end_turn"}"#,
            #"{"type": "error", "error": {"type": "api_error", "message": "x"}}"#,
        ])
    func nonsense(wire: Wire, body: String) async throws {
        #expect(Wire.faults(body, schema: try Published(wire).answer) != [])
        let failure = try await Self.failure(wire, .raw(body))
        #expect(failure.audience == .temporary && failure.code == "model_nonsense")
    }

    @Test("an answer without end is not read to its end", arguments: Wire.allCases)
    func endless(wire: Wire) async throws {
        let failure = try await Self.failure(wire, .endless)
        #expect(failure.audience == .temporary && failure.message.contains("too long"))
    }

    @Test("redirects are not followed, since the key would go along", arguments: Wire.allCases)
    func redirects(wire: Wire) async throws {
        let failure = try await Self.failure(wire, .redirects)
        #expect(failure.audience == .adminRequired && failure.code == "model_redirect")
    }

    @Test("a service that does not answer, or is not there, is temporary", arguments: Wire.allCases)
    func unreachable(wire: Wire) async throws {
        let (result, _) = try await Self.ask(wire, .silent, timeout: .milliseconds(200))
        guard case .failure(let late as Failure) = result else { throw NotFailed() }
        #expect(late.audience == .temporary && late.code == "model_timeout")
        // Port 1 is nobody's.
        let model = try wire.chat("http://127.0.0.1:1")
        let refused = await #expect(throws: Failure.self) { try await model.answer(Self.question) }
        #expect(refused?.audience == .temporary && refused?.code == "model_unreachable")
    }

    @Test("the environment decides, and what is missing is said without the key")
    func environment() throws {
        func model(_ environment: [String: String]) throws -> (any ChatModel)? {
            try ModelChoice.model(from: environment)
        }
        #expect(try model([:]) == nil)
        #expect(try model(["LOCKSTEP_LLM": "offline", "OPENAI_API_KEY": "k"]) == nil)
        let openai = try #require(try model(["LOCKSTEP_LLM": "openai", "OPENAI_API_KEY": "sk-secret\n"]))
        #expect(openai is OpenAIChat)
        #expect(
            try model(["LOCKSTEP_LLM": "anthropic", "ANTHROPIC_API_KEY": "k"]) is AnthropicChat)
        #expect(
            try model(["LOCKSTEP_LLM": "openai", "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/"])
                is OpenAIChat)
        #expect(!"\(openai)".contains("sk-secret") && !String(reflecting: openai).contains("sk-secret"))
        for wrong in [
            ["LOCKSTEP_LLM": "gpt"], ["LOCKSTEP_LLM": "openai"],
            ["LOCKSTEP_LLM": "anthropic", "OPENAI_API_KEY": "k"],
            ["LOCKSTEP_LLM": "openai", "OPENAI_API_KEY": "sk secret"],
            ["LOCKSTEP_LLM": "openai", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "ftp://host"],
            ["LOCKSTEP_LLM": "openai", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://user:pw@host"],
        ] {
            let failure = #expect(throws: Failure.self) { try model(wrong) }
            #expect(failure?.audience == .adminRequired && failure?.message.contains("secret") == false)
        }
        let service = try ModelService(baseURL: " https://host/v1/ ", model: "m", key: nil)
        #expect(service.baseURL == "https://host")
    }
}
