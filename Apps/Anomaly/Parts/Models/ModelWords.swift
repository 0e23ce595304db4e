import LanguageModels

/// What a model's answer becomes.
enum ModelWords {
    /// The longest explanation that is kept, in characters.
    private static let longest = 4000

    /// An explanation, or a note that there is none.
    static func explanation(_ answer: ChatAnswer) -> Explanation {
        if let refusal = answer.refusal { return .refused(refusal) }
        let text = ShownText.of(answer.text, longest: longest)
        if text.isEmpty {
            return .refused(
                answer.isCut
                    ? "The model reached the limit of its answer before it said anything."
                    : "The model gave an empty answer.")
        }
        return .text(answer.isCut ? "\(text) …" : text)
    }
}
