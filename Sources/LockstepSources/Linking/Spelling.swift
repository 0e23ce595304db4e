/// The nearest of some words, for "did you mean".
enum Spelling {
    /// Nil where nothing is near: more than a third of the letters differ.
    static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        let folded = NameWords.folded(word)
        var best: (word: String, distance: Int)?
        for candidate in words.sorted() where candidate != word {
            let other = NameWords.folded(candidate)
            let distance = folded == other ? 0 : distance(Array(folded.utf8), Array(other.utf8))
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, (folded.utf8.count + 1) / 3) else { return nil }
        return best.word
    }

    /// The words that say the same and more, such as ‘generating_script’ for ‘generating’; none where there are many.
    static func longer(_ word: String, _ words: some Sequence<String>) -> [String] {
        let parts = NameWords.parts(of: word)
        let found = words.filter {
            NameWords.parts(of: $0).count > parts.count && NameWords.parts(of: $0).starts(with: parts)
        }
        return parts.isEmpty || found.count > 3 ? [] : found.sorted()
    }

    /// Levenshtein's, of words cut to 64 bytes.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let (left, right) = (left.prefix(64), right.prefix(64))
        var row = Array(0...right.count)
        for (index, one) in left.enumerated() {
            var previous = row[0]
            row[0] = index + 1
            for (place, other) in right.enumerated() {
                let cost = min(row[place + 1] + 1, row[place] + 1, previous + (one == other ? 0 : 1))
                previous = row[place + 1]
                row[place + 1] = cost
            }
        }
        return row[right.count]
    }
}
