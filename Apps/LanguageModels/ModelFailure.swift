import Foundation
import Lockstep
import NIOHTTP1

/// What an answer of a model service that is no success means for whoever asked.
///
/// Statuses as OpenAI's guide "Error codes" and Anthropic's reference "Errors" list them. The services' own
/// sentences are left out: they may repeat the key or the user's data, and a failure stays in the job's
/// history. Their words for programs are kept.
enum ModelFailure {
    /// The body of an error: `{"error": {"type": …, "code": …}}` with both services.
    private struct Body: Decodable {
        struct Reason: Decodable {
            let type: String?
            let code: String?
        }
        let error: Reason
    }

    /// The word for programs that an error gives, if it is one.
    static func word(in answer: ModelEndpoint.Answer) -> String? {
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: answer.body)
        } catch {
            // Proxies answer errors with pages; the status says enough.
            return nil
        }
        return [body.error.code, body.error.type].compactMap { $0 }.first { word in
            (1...64).contains(word.utf8.count)
                && word.utf8.allSatisfy { ($0 | 32) >= 97 && ($0 | 32) <= 122 || $0 == 95 }
        }
    }

    /// The failure that an answer's status stands for.
    static func of(_ answer: ModelEndpoint.Answer, key: APIKey?) -> Failure {
        let status = answer.status
        let word = word(in: answer).flatMap { key?.isGivenAway(by: $0) == true ? nil : $0 }
        let name = "\(status)\(word.map { ", \($0)" } ?? "")"
        switch status {
        case 401, 403:
            return .adminRequired(
                "The model service does not accept the key (\(name)); an administrator must set a valid one with "
                    + "access to the model.", code: "model_key")
        case 404:
            return .adminRequired(
                "The model service does not know the model or the address (\(name)); an administrator must check "
                    + "LOCKSTEP_LLM_MODEL and the base URL.", code: "model_unknown")
        case 408, 409, 429, 500...:
            let cause =
                status == 429
                ? "limits how often it is asked" : status == 529 ? "is overloaded" : "failed for now"
            return .temporary(
                "The model service \(cause) (\(name)).",
                code: status == 429 ? "model_rate_limit" : "model_unavailable",
                retryAfter: RetryHint.wait(answer.headers))
        case 300..<400:
            return .adminRequired(
                "The model service's address leads elsewhere (\(name)), and redirects are not followed; an "
                    + "administrator must set the base URL that it leads to.", code: "model_redirect")
        case 400..<500:
            return .adminRequired(
                "The model service refuses the request as wrong (\(name)); an administrator must check the model "
                    + "and the account.", code: "model_request")
        default: return nonsense
        }
    }

    /// A success that cannot be understood.
    static let nonsense = Failure.temporary(
        "The model service gave an answer that cannot be understood.", code: "model_nonsense")
    /// An answer that is longer than any that has a meaning.
    static let tooLong = Failure.temporary(
        "The model service gave an answer that is too long to be read.", code: "model_nonsense")
    /// No answer in time.
    static let timeout = Failure.temporary(
        "The model service did not answer in time.", code: "model_timeout")
    /// No connection, or one that broke.
    static let unreachable = Failure.temporary(
        "The model service could not be reached, or the connection broke.", code: "model_unreachable")
}
