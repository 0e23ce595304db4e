import Foundation

/// What a model's words become.
enum ModelWords {
    /// The longest explanation that is kept, in characters.
    private static let longest = 4000

    /// An explanation, or a note that there is none.
    /// - Parameter isCut: the answer reached the limit of its length.
    static func explanation(_ words: String, isCut: Bool) -> Explanation {
        let text = clean(words)
        if text.isEmpty {
            return .refused(
                isCut
                    ? "The model reached the limit of its answer before it said anything."
                    : "The model gave an empty answer.")
        }
        return .text(isCut ? "\(text) …" : text)
    }

    /// A refusal in the model's words, or in ours when it gave none.
    static func refusal(_ words: String?) -> Explanation {
        let text = words.map(clean) ?? ""
        return .refused(text.isEmpty ? "The model refused to answer." : text)
    }

    /// The model's content filter kept the answer back.
    static let withheld = Explanation.refused("The model service's content filter withheld the answer.")

    /// Without what people cannot see, and no longer than anybody wants to read.
    private static func clean(_ words: String) -> String {
        let visible = words.unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        let text = String(String.UnicodeScalarView(visible))
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return text.count > longest ? text.prefix(longest) + "…" : text
    }
}
