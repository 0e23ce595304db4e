/// What a model answers.
public struct ChatAnswer: Hashable, Sendable {
    /// The model's words as they came; empty when it said nothing or refused.
    public var text: String
    /// Whether the answer ended because it reached the limit of its length.
    public var isCut: Bool
    /// Why the model, or the filter in front of it, does not want to answer, fit to be shown to people; `nil` when it
    /// answers.
    public var refusal: String?

    /// The longest refusal that is kept, in characters.
    public static let longestRefusal = 4000

    /// Makes an answer.
    public init(_ text: String, isCut: Bool = false) {
        self.text = text
        self.isCut = isCut
    }

    /// A refusal in the model's words, or in ours when it gave none.
    public static func refused(_ words: String?) -> ChatAnswer {
        var answer = ChatAnswer("")
        let shown = ShownText.of(words ?? "", longest: longestRefusal)
        answer.refusal = shown.isEmpty ? "The model refused to answer." : shown
        return answer
    }

    /// The service's content filter kept the answer back.
    static let withheld = refused("The model service's content filter withheld the answer.")
}
