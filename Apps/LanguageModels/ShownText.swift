import Foundation

/// A model's words as people are shown them.
public enum ShownText {
    /// The words without control characters, but for line ends and tabs, and without blanks around them.
    /// - Parameter longest: so many characters are kept; an ellipsis stands for the rest.
    public static func of(_ words: String, longest: Int) -> String {
        let visible = words.unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        let text = String(String.UnicodeScalarView(visible))
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return text.count > longest ? text.prefix(longest) + "…" : text
    }
}
