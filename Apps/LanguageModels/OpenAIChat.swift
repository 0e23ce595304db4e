import Foundation
import Lockstep

/// Asks a model through OpenAI's Chat Completions, or a service that speaks the same.
///
/// The wire format is `CreateChatCompletionRequest` and `CreateChatCompletionResponse` of the OpenAPI
/// description at <https://github.com/openai/openai-openapi>; errors are those of
/// <https://platform.openai.com/docs/guides/error-codes>.
public struct OpenAIChat: ChatModel {
    private let service: ModelService
    private let endpoint: ModelEndpoint

    /// Makes the model.
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

    /// Asks the model.
    public func answer(_ question: ChatQuestion) async throws -> ChatAnswer {
        let request = Request(
            model: service.model,
            messages: [
                .init(role: "system", content: question.system),
                .init(role: "user", content: question.user),
            ], maxCompletionTokens: question.mostTokens, temperature: question.temperature)
        let answer = try await endpoint.post(request)
        guard answer.status == 200 else {
            // So says a filter in front of the model, with Azure's services.
            if answer.status == 400, ModelFailure.word(in: answer) == "content_filter" {
                return .withheld
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
        if let refusal = choice.message.refusal { return .refused(refusal) }
        if choice.finishReason == "content_filter" { return .withheld }
        // Services that speak alike leave out members that are null, but not all of them at once.
        guard choice.message.content != nil || choice.finishReason != nil else { throw ModelFailure.nonsense }
        return ChatAnswer(choice.message.content ?? "", isCut: choice.finishReason == "length")
    }
}
