import Foundation

/// A merchant's name as it is compared: its words without case, accents and punctuation, and without numbers of shops.
struct MerchantForm: Hashable {
    let words: [[UInt8]]

    init(_ name: String) {
        let folded = name.folding(
            options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
        let all = folded.split { !($0.isLetter || $0.isNumber) }.map { Array($0.utf8) }
        let named = all.filter { word in !word.contains { $0 &- 48 < 10 } && !Self.forms.contains(word) }
        words = named.isEmpty ? all : named
    }

    /// What companies are called besides their names.
    private static let forms: Set<[UInt8]> = Set(
        [
            "gmbh", "ag", "kg", "ltd", "limited", "inc", "llc", "plc", "co", "sa", "sarl", "sl", "bv", "spa",
            "srl",
        ]
        .map { Array($0.utf8) })

    /// How alike two are, 0 to 1: that of their words in a row, or of the beginning of the longer one that has as many
    /// words as the shorter, for statements cut names off and add places.
    func similarity(to other: MerchantForm) -> Double {
        let count = min(words.count, other.words.count)
        guard count > 0 else { return 0 }
        let whole = JaroWinkler.similarity(joined(words.count), other.joined(other.words.count))
        return max(whole, 0.95 * JaroWinkler.similarity(joined(count), other.joined(count)))
    }

    private func joined(_ count: Int) -> [UInt8] { Array(words.prefix(count).joined()) }
}
