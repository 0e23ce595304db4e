import Foundation
import Lockstep

/// Asks a model through OpenAI's Chat Completions, or a service that speaks the same.
///
/// The wire format is `CreateChatCompletionRequest` and `CreateChatCompletionResponse` of the OpenAPI
/// description at <https://github.com/openai/openai-openapi>; errors are those of
/// <https://platform.openai.com/docs/guides/error-codes>.
public struct OpenAIExplainer: Explainer {
    private let service: ModelService
    private let endpoint: ModelEndpoint

    /// Makes the explainer.
    public init(_ service: ModelService) {
        self.service = service
        endpoint = ModelEndpoint(
            url: "\(service.baseURL)/v1/chat/completions",
            keyHeader: .init(name: "authorization", scheme: "Bearer"), key: service.key,
            timeout: service.timeout)
    }

    private struct Request: Encodable {
        struct Message: Encodable {
            let role: String
            let content: String
        }
        let model: String
        let messages: [Message]
        let maxCompletionTokens: Int
        let temperature: Double?

        private enum CodingKeys: String, CodingKey {
            case model, messages, temperature
            case maxCompletionTokens = "max_completion_tokens"
        }
    }

    private struct Response: Decodable {
        struct Choice: Decodable {
            struct Message: Decodable {
                let content: String?
                let refusal: String?
            }
            let message: Message
            let finishReason: String?

            private enum CodingKeys: String, CodingKey {
                case message
                case finishReason = "finish_reason"
            }
        }
        let choices: [Choice]
    }

    /// Asks about one row.
    public func explain(_ row: AnomalousRow, columns: [String]) async throws -> Explanation {
        let request = Request(
            model: service.model,
            messages: [
                .init(role: "system", content: Prompt.instructions),
                .init(role: "user", content: try Prompt(row, columns: columns).text),
            ], maxCompletionTokens: service.answerTokens, temperature: service.temperature)
        let answer = try await endpoint.post(request)
        guard answer.status == 200 else {
            // So says a filter in front of the model, with Azure's services.
            if answer.status == 400, ModelFailure.word(in: answer) == "content_filter" {
                return ModelWords.withheld
            }
            throw ModelFailure.of(answer, key: service.key)
        }
        let response: Response
        do {
            response = try JSONDecoder().decode(Response.self, from: answer.body)
        } catch {
            throw ModelFailure.nonsense
        }
        guard let choice = response.choices.first else { throw ModelFailure.nonsense }
        if let refusal = choice.message.refusal { return ModelWords.refusal(refusal) }
        if choice.finishReason == "content_filter" { return ModelWords.withheld }
        // Services that speak alike leave out members that are null, but not all of them at once.
        guard choice.message.content != nil || choice.finishReason != nil else { throw ModelFailure.nonsense }
        return ModelWords.explanation(choice.message.content ?? "", isCut: choice.finishReason == "length")
    }
}
