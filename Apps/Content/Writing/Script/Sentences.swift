/// Cuts text into sentences.
enum Sentences {
    /// What ends with a point and does not end a sentence.
    private static let abbreviations: Set<String> = [
        "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "vs.", "etc.", "e.g.", "i.e.", "ca.", "no.", "cf.",
    ]

    /// The sentences of a paragraph, in their order.
    static func of(_ text: String) -> [String] {
        var sentences: [String] = []
        var words: [Substring] = []
        let all = text.split(whereSeparator: \.isWhitespace)
        for (index, word) in all.enumerated() {
            words.append(word)
            let next = index + 1 < all.count ? all[index + 1].first : nil
            let isEnd = next == nil || (ends(word) && next.map { !$0.isLowercase } == true)
            guard isEnd else { continue }
            sentences.append(words.joined(separator: " "))
            words = []
        }
        return sentences
    }

    private static func ends(_ word: Substring) -> Bool {
        // A closing quote or bracket may stand behind the mark.
        let bare = word.reversed().drop { "\"”’')".contains($0) }
        guard let mark = bare.first, ".?!".contains(mark) else { return false }
        guard mark == "." else { return true }
        let isInitial = word.count == 2 && word.first?.isUppercase == true
        return !isInitial && !abbreviations.contains(word.lowercased())
    }
}
