/// A sentence as the speech program is given it.
///
/// espeak-ng takes more than words from a text: phonemes between `[[` and `]]`, commands behind a control character,
/// and with an option markup. Only letters, digits, blanks and a few marks are handed on, so a text can be nothing but
/// spoken.
public enum SpokenText {
    /// What is spoken; empty when there is nothing that could be.
    public static func of(_ text: String) -> String {
        var words = ""
        for word in text.map(spoken).joined().split(separator: " ") {
            // A mark that stands alone belongs to the word before it.
            if !words.isEmpty, !word.allSatisfy({ ",.;:?!".contains($0) }) { words += " " }
            words += word
        }
        return words.contains { $0.isLetter || $0.isNumber } ? words : ""
    }

    private static func spoken(_ character: Character) -> String {
        switch character {
        case ",", ".", ";", ":", "?", "!", "'", "-": return String(character)
        case "’": return "'"
        case "–", "—": return ","
        case "%": return " percent "
        case "&": return " and "
        default:
            let scalars = character.unicodeScalars.filter { scalar in
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber,
                    .nonspacingMark:
                    true
                default: false
                }
            }
            return scalars.isEmpty ? " " : String(String.UnicodeScalarView(scalars))
        }
    }
}
