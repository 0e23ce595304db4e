/// Finds out by rules whether a question says enough to be answered.
public enum QuestionCheck {
    /// Subjects as wide as a library; alone they say too little.
    private static let wide: Set<String> = Set(
        """
        art biology chemistry country culture earth economy education energy event everything fact geography
        health history human idea info information interesting invention knowledge life math maths
        mathematics nature news past people person philosophy physics place politics question religion
        science scientist society something stuff subject technology theory thing time today topic universe
        war work world year
        """.split(whereSeparator: \.isWhitespace).map { SearchWords.stem(String($0)) })

    /// Words that stand for something that was said before.
    private static let pointing: Set<String> = [
        "it", "that", "this", "they", "them", "these", "those", "he", "she",
    ]

    /// What must be asked back; `nil` when the question can be answered as it is.
    public static func clarification(for question: Question) -> Clarification? {
        let text = question.text
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else {
            return Clarification(
                questions: ["What would you like to know?"], reasoning: "The question holds no words.")
        }
        if question.isCut {
            return Clarification(
                questions: ["What is the one thing that you want to know most?"],
                reasoning:
                    "The question is longer than \(Question.longest) characters; a short video answers a short one."
            )
        }
        if text.count(where: { $0 == "?" || $0 == "？" }) > 3 {
            return Clarification(
                questions: ["Which one of your questions should the video answer?"],
                reasoning: "These are several questions at once, and a short video answers one.")
        }
        guard !question.stems.isEmpty else {
            let isPointing = SearchWords.all(of: text).contains(where: pointing.contains)
            return Clarification(
                questions: [
                    "What is it about: which thing, person, place or event?",
                    "What do you want to know about it: how it works, why it happened, or when?",
                ],
                reasoning: isPointing
                    ? "The question points at something that it does not name."
                    : "The question does not say what it is about.")
        }
        if question.stems.allSatisfy(wide.contains) {
            let words = question.words.joined(separator: " and ")
            return Clarification(
                questions: [
                    "Which part of \(words) interests you: a person, a discovery, an event, or how something works?",
                    "Is there a time or a place that you have in mind?",
                ],
                reasoning: "The subject '\(words)' is too wide for a short video.")
        }
        return nil
    }
}
