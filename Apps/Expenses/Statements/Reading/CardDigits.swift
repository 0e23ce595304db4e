/// The last digits of a card in a line: `**** 1234`, `XXXX-XXXX-XXXX-1234`, `ending in 1234`, `Karte 1234`.
enum CardDigits {
    /// The digits, and the word that holds them.
    static func find(_ line: TextLine, ignored: Set<Int> = []) -> (digits: String, word: Int)? {
        let words = line.words.indices.filter { !ignored.contains($0) }
        // Behind hidden digits come the last ones; in front of them may be the first.
        for index in words {
            guard let digits = lastDigits(line.words[index].text) else { continue }
            if hasMask(line.words[index].text) { return (digits, index) }
            if isShort(line.words[index].text), namesCard(line, before: index) { return (digits, index) }
            if index > 0, isNumber(line.words[index].text), isMask(line.words[index - 1].text) {
                return (digits, index)
            }
        }
        for index in words where index > 0 && isNumber(line.words[index].text) {
            guard let digits = lastDigits(line.words[index].text) else { continue }
            let before = line.words[max(0, index - 3)..<index].map { Folded.words($0.text) }
            // `ending in 1234`, `endend auf 1234`, `Karte 1234`, `card no. 1234`
            if before.contains(where: { $0.contains(where: Vocabulary.endingWords.contains) }) {
                return (digits, index)
            }
            if before.last?.contains(where: Vocabulary.card.contains) ?? false { return (digits, index) }
            if before.count >= 2, before.last?.allSatisfy(Vocabulary.cardWords.contains) ?? false,
                before[before.count - 2].contains(where: Vocabulary.card.contains)
            {
                return (digits, index)
            }
        }
        return nil
    }

    /// One sign in front of four digits: `*1234`, `x1234`.
    private static func isShort(_ word: String) -> Bool {
        guard let first = word.unicodeScalars.first, masks.contains(first) else { return false }
        return shape(word).map { $0.hidden == 1 && $0.open == 4 } ?? false
    }

    private static func namesCard(_ line: TextLine, before index: Int) -> Bool {
        line.words[..<index].contains { word in
            Folded.words(word.text).contains {
                Vocabulary.card.contains($0) || Vocabulary.holderLabels.contains($0)
            }
        }
    }

    private static func isNumber(_ word: String) -> Bool {
        word.utf8.allSatisfy { $0 &- 48 < 10 || ".,;:()".utf8.contains($0) }
    }

    private static let masks: Set<Unicode.Scalar> = ["*", "•", "·", "#", "x", "X", "●", "∙", "_", "…"]

    /// How many hidden digits a word shows, and how many open ones; `nil` when it shows anything else.
    private static func shape(_ word: String) -> (hidden: Int, open: Int)? {
        var (hidden, open, points) = (0, 0, 0)
        for scalar in word.unicodeScalars {
            // A point hides a digit beside another one; between digits it parts a date.
            if scalar != ".", points > 0 {
                guard points > 1 else { return nil }
                hidden += points
                points = 0
            }
            switch scalar {
            case ".": points += 1
            case "-", "(", ")", ",", ":": break
            case "…": hidden += 3
            case _ where masks.contains(scalar): hidden += 1
            case _ where scalar.value &- 48 < 10: open += 1
            default: return nil
            }
        }
        return (hidden + (points > 1 ? points : 0), open)
    }

    /// Whether a word stands for hidden digits, or for more hidden than open ones.
    static func isMask(_ word: String) -> Bool {
        shape(word).map { $0.hidden >= 2 && $0.hidden >= $0.open } ?? false
    }

    /// Whether hidden digits stand in front of the last ones.
    private static func hasMask(_ word: String) -> Bool {
        shape(word).map { $0.hidden >= 2 && $0.open >= 3 } ?? false
    }

    /// Four digits at the end of a word, or three to five that are all of it.
    private static func lastDigits(_ word: String) -> String? {
        let bare = word.utf8.reversed().drop { ".,;:)".utf8.contains($0) }
        let digits = bare.prefix { $0 &- 48 < 10 }
        guard digits.count == 4 || digits.count == bare.count && (3...5).contains(digits.count) else {
            return nil
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
