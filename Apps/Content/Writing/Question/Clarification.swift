/// What a learner is asked when a question cannot be answered as it stands.
public struct Clarification: Codable, Hashable, Sendable {
    /// What they are asked.
    public let questions: [String]
    /// Why, in one sentence for them.
    public let reasoning: String

    /// Makes a clarification.
    public init(questions: [String], reasoning: String) {
        self.questions = questions
        self.reasoning = reasoning
    }

    /// What is asked when the search has found nothing.
    public static func nothingFound(for question: Question) -> Clarification {
        Clarification(
            questions: [
                "Can you say it in other words, or name a person, a thing or an event that it is about?",
                "Is there a broader subject that it belongs to?",
            ],
            reasoning: "No text was found about \(question.words.prefix(5).joined(separator: ", ")).")
    }
}
