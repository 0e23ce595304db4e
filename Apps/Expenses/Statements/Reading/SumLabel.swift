/// What the words beside an amount that is no row say it is.
struct SumLabel {
    /// The words, folded.
    let words: [String]

    init(_ words: [String]) { self.words = words }

    private func has(_ vocabulary: Set<String>) -> Bool { words.contains { vocabulary.contains($0) } }

    var isTotal: Bool { has(Vocabulary.total) }
    /// A balance, or what is to be paid in the end.
    var isBalance: Bool { has(Vocabulary.balance) || has(["due", "owed", "payable", "outstanding"]) }
    var isOpening: Bool { has(Vocabulary.opening) && (isBalance || isTotal || words.count == 1) }
    /// What is brought from one page to the next.
    var isCarried: Bool {
        has(Vocabulary.carry.subtracting(["report", "reports"]))
            || has(Vocabulary.carry) && words.allSatisfy { Self.isCarryWord($0) }
    }
    /// Limits, taxes and what else is no sum of transactions.
    var isIgnored: Bool { has(Vocabulary.ignored) }
    /// Sums of a part that no column tells.
    var isPart: Bool { has(Vocabulary.parts) }
    var isOfCharges: Bool { has(Vocabulary.charges) }
    var isOfCredits: Bool { has(Vocabulary.credits) }
    /// Whether the words speak of charges alone, or of credits alone, and of no balance.
    var isOneSided: Bool {
        isOfCharges != isOfCredits && !isIgnored && !isBalance && !isOpening && !isCarried
    }
    var isOfAll: Bool { has(Vocabulary.wholeScope) }
    var isOfHolder: Bool { has(Vocabulary.holderScope) }

    private static func isCarryWord(_ word: String) -> Bool {
        Vocabulary.carry.contains(word) || Vocabulary.carryFillers.contains(word)
    }

    /// Whether the words of a dated line are those of a balance or a sum and no others, so that it is no transaction:
    /// `Balance brought forward`, and not `New Balance Berlin`.
    var isNothingElse: Bool {
        guard has(Vocabulary.carry) || has(Vocabulary.balance) || has(Vocabulary.total) else { return false }
        return words.enumerated().allSatisfy { index, word in
            if Self.isCarryWord(word) || Vocabulary.opening.contains(word)
                || Vocabulary.closing.contains(word)
                || Vocabulary.months[word] != nil
            {
                return true
            }
            // The number of a page.
            return word.utf8.count <= 3 && Int(word) != nil && index > 0
                && Vocabulary.pageWords.contains(words[index - 1])
        }
    }
}
