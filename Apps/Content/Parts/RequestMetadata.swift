import ContentWriting
import Lockstep

/// What is known of a request beside its status: the column `request_metadata`, a JSON object.
struct RequestMetadata: Codable, Hashable, Sendable {
    /// What the learner is asked, as long as the question is too vague.
    struct Asked: Codable, Hashable, Sendable {
        var questions: [String]
        var reasoning: String
        var requestedAt: Timestamp

        private enum CodingKeys: String, CodingKey {
            case questions, reasoning
            case requestedAt = "requested_at"
        }
    }

    /// A question that was refined, with what was asked about it.
    struct Earlier: Codable, Hashable, Sendable {
        var question: String
        var clarification: Asked
        var refinedAt: Timestamp

        private enum CodingKeys: String, CodingKey {
            case question, clarification
            case refinedAt = "refined_at"
        }
    }

    /// What became of telling the learner.
    struct Told: Codable, Hashable, Sendable {
        enum State: String, Codable, Sendable {
            /// It got through.
            case delivered
            /// It was given up.
            case failed
        }
        var state: State
        /// The idempotency key, the same at every attempt.
        var key: String
        /// Why it was given up.
        var reason: String?
        var at: Timestamp
    }

    var clarification: Asked?
    var history: [Earlier]?
    /// Whom to tell; `nil` for nobody.
    var notify: ContentNotice.Recipient?
    var notification: Told?

    /// How often a question may be refined; each refinement is kept.
    static let mostRefinements = 20
}
