import Foundation

/// A name as it is compared: its words without case, accents, punctuation and titles, in two spellings.
struct NameForm: Hashable {
    /// The words with accents left away: `muller`.
    let plain: [[UInt8]]
    /// The words with umlauts and their like spelled out: `mueller`.
    let spelled: [[UInt8]]

    init(_ name: String) {
        plain = Self.words(name, spelledOut: false)
        spelled = Self.words(name, spelledOut: true)
    }

    /// Whether two names have the same words in any order, in one of the spellings.
    func isSame(as other: NameForm) -> Bool {
        guard !plain.isEmpty else { return false }
        return pairs(with: other).contains { Self.sorted($0) == Self.sorted($1) }
    }

    /// How alike two names are, 0 to 1: the words are paired, the most alike first, and their likeness (``JaroWinkler``)
    /// is averaged by length. A word without a partner takes a quarter of its share away.
    func similarity(to other: NameForm) -> Double {
        pairs(with: other).map { Self.similarity($0, $1) }.max() ?? 0
    }

    /// The spellings that may meet; spelled out on both sides says no more than on neither.
    private func pairs(with other: NameForm) -> [([[UInt8]], [[UInt8]])] {
        var pairs = [(plain, other.plain)]
        if other.spelled != other.plain { pairs.append((plain, other.spelled)) }
        if spelled != plain { pairs.append((spelled, other.plain)) }
        return pairs
    }

    private static func sorted(_ words: [[UInt8]]) -> [[UInt8]] {
        words.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func similarity(_ one: [[UInt8]], _ other: [[UInt8]]) -> Double {
        var likeness: [(score: Double, one: Int, other: Int)] = []
        for (i, word) in one.enumerated() {
            for (j, partner) in other.enumerated() {
                let score = similarity(word, partner)
                if score >= leastLike { likeness.append((score, i, j)) }
            }
        }
        // Of equally alike ones the longer words first, so that an initial does not take a word's place.
        likeness.sort { ($0.score, one[$0.one].count) > ($1.score, one[$1.one].count) }
        var (isPaired, isPartner) = (Set<Int>(), Set<Int>())
        var (sum, weight, rest) = (0.0, 0.0, 0.0)
        for pair in likeness where !isPaired.contains(pair.one) && !isPartner.contains(pair.other) {
            isPaired.insert(pair.one)
            isPartner.insert(pair.other)
            let length = Double(one[pair.one].count + other[pair.other].count) / 2
            sum += pair.score * length
            weight += length
        }
        guard weight > 0 else { return 0 }
        for (i, word) in one.enumerated() where !isPaired.contains(i) { rest += Double(word.count) }
        for (j, word) in other.enumerated() where !isPartner.contains(j) { rest += Double(word.count) }
        let score = sum / weight * (1 - 0.25 * rest / (weight + rest))
        // A first name alone, or a last name alone, is nobody's.
        return isPaired.count == 1 && max(one.count, other.count) > 1 ? min(score, 0.8) : score
    }

    /// Words that are less alike are no partners.
    private static let leastLike = 0.75

    private static func similarity(_ one: [UInt8], _ other: [UInt8]) -> Double {
        if one == other { return 1 }
        if one.count == 1 || other.count == 1 { return one.first == other.first ? 0.9 : 0 }
        return JaroWinkler.similarity(one, other)
    }

    private static let titles: Set<[UInt8]> = Set(
        [
            "mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "herrn", "mme", "mlle", "monsieur",
            "madame",
            "sr", "sra", "srta", "don", "dona", "ing", "dipl", "mag",
        ].map { Array($0.utf8) })

    /// Letters that no decomposition takes apart.
    private static let letters: [Character: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i",
    ]

    /// How they and umlauts are spelled where there is no key for them.
    private static let spellings: [Character: String] = [
        "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa",
    ]

    private static func words(_ name: String, spelledOut: Bool) -> [[UInt8]] {
        var folded = ""
        for letter in name.precomposedStringWithCompatibilityMapping.lowercased() {
            if spelledOut, let spelling = spellings[letter] {
                folded += spelling
            } else if let spelling = letters[letter] {
                folded += spelling
            } else if letter.isLetter || letter.isNumber {
                folded.append(letter)
            } else if !"'’`´".contains(letter) {
                folded += " "
            }
        }
        let words = folded.folding(options: .diacriticInsensitive, locale: nil).split(separator: " ").map {
            Array($0.utf8)
        }
        let named = words.filter { !titles.contains($0) }
        return named.isEmpty ? words : named
    }
}
