import Foundation
import Lockstep
import NIOHTTP1

/// Asks a model through Anthropic's Messages.
///
/// The wire format is "Create a Message" of <https://docs.claude.com/en/api/messages>, in the version
/// `2023-06-01`; errors are those of <https://docs.claude.com/en/api/errors>.
public struct AnthropicChat: ChatModel {
    private let service: ModelService
    private let endpoint: ModelEndpoint

    /// Makes the model.
    public init(_ service: ModelService) {
        self.service = service
        endpoint = ModelEndpoint(
            url: "\(service.baseURL)/v1/messages", headers: ["anthropic-version": "2023-06-01"],
            keyHeader: .init(name: "x-api-key"), key: service.key, timeout: service.timeout)
    }

    private struct Request: Encodable {
        struct Message: Encodable {
            let role: String
            let content: String
        }
        let model: String
        let maxTokens: Int
        let system: String
        let messages: [Message]
        let temperature: Double?

        private enum CodingKeys: String, CodingKey {
            case model, system, messages, temperature
            case maxTokens = "max_tokens"
        }
    }

    private struct Response: Decodable {
        struct Block: Decodable {
            let type: String
            let text: String?
        }
        struct StopDetails: Decodable {
            let explanation: String?
        }
        let content: [Block]
        /// Always there in an answer that is no stream.
        let stopReason: String
        let stopDetails: StopDetails?

        private enum CodingKeys: String, CodingKey {
            case content
            case stopReason = "stop_reason"
            case stopDetails = "stop_details"
        }
    }

    /// Asks the model.
    public func answer(_ question: ChatQuestion) async throws -> ChatAnswer {
        let request = Request(
            model: service.model, maxTokens: question.mostTokens, system: question.system,
            messages: [.init(role: "user", content: question.user)],
            temperature: question.temperature)
        let answer = try await endpoint.post(request)
        guard answer.status == 200 else { throw ModelFailure.of(answer, key: service.key) }
        let response: Response
        do {
            response = try JSONDecoder().decode(Response.self, from: answer.body)
        } catch {
            throw ModelFailure.nonsense
        }
        // What was said before a refusal is the beginning of an answer, not the reason for the refusal.
        if response.stopReason == "refusal" {
            return .refused(response.stopDetails?.explanation)
        }
        // Blocks of other types, such as the model's thinking, are not for the user.
        let texts = response.content.filter { $0.type == "text" }.map(\.text)
        guard !texts.contains(nil) else { throw ModelFailure.nonsense }
        return ChatAnswer(
            texts.compactMap { $0 }.joined(),
            isCut: ["max_tokens", "model_context_window_exceeded"].contains(response.stopReason))
    }
}
