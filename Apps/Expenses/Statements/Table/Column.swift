/// A column of a table, by its head.
struct Column {
    enum Kind: Hashable {
        case date, postingDate, merchant, text, card, holder, amount, debit, credit, balance, foreign,
            currency, rate,
            sign

        var isNumeric: Bool {
            switch self {
            case .amount, .debit, .credit, .balance, .foreign, .rate: true
            default: false
            }
        }
        /// Whether its numbers are what is charged or credited.
        var isAmount: Bool { self == .amount || self == .debit || self == .credit }
        var isText: Bool { self == .merchant || self == .text || self == .card || self == .holder }
        var isDate: Bool { self == .date || self == .postingDate }
    }

    var kind: Kind
    /// The edges of the head.
    var left: Float
    var right: Float
    /// The words of the head, folded.
    var words: [String]
    /// The currency that the head names.
    var currency: Currency?
}

extension Column {
    /// What a head's words say, or `nil` when they say nothing.
    static func kind(of words: [String], currency: Currency?, text: String) -> Kind? {
        if ["+/-", "-/+", "D/C", "C/D", "S/H", "H/S", "DR/CR", "CR/DR", "D/K"].contains(text.uppercased()) {
            return .sign
        }
        func has(_ vocabulary: Set<String>) -> Bool { words.contains { vocabulary.contains($0) } }
        guard !words.isEmpty else { return currency == nil ? nil : .amount }
        // A heading has few words; a sentence is none.
        guard words.count <= 6 else { return nil }
        let isBilling = has(Vocabulary.billing)
        if has(Vocabulary.balance) { return .balance }
        if has(Vocabulary.date) || words.allSatisfy(Vocabulary.dateAlone.contains) && !has(Vocabulary.amount)
        {
            return has(Vocabulary.postingDate) && !has(Vocabulary.text) ? .postingDate : .date
        }
        if words.count == 1, ["posted", "booked", "valeur", "valor", "posting"].contains(words[0]) {
            return .postingDate
        }
        if has(Vocabulary.foreign), !isBilling, !words.allSatisfy(Vocabulary.currency.contains) {
            return .foreign
        }
        if has(Vocabulary.rate) { return .rate }
        if words.contains("paid") || words.contains("money") {
            if words.contains("in") { return .credit }
            if words.contains("out") { return .debit }
        }
        if has(Vocabulary.debit), has(Vocabulary.credit) { return .amount }
        if words.allSatisfy(Vocabulary.currency.contains) { return .currency }
        if has(Vocabulary.amount), !words.allSatisfy(Vocabulary.text.contains) {
            return has(Vocabulary.debit) ? .debit : has(Vocabulary.credit) ? .credit : .amount
        }
        if has(Vocabulary.debit), words.allSatisfy(isHead) { return .debit }
        if has(Vocabulary.credit), words.allSatisfy(isHead) { return .credit }
        if has(Vocabulary.holderLabels) || words == ["name"] { return .holder }
        if has(Vocabulary.card), !has(Vocabulary.text) { return .card }
        // `Merchant reference` is a reference, `Details of the transaction` are none.
        if has(Vocabulary.otherText), words.contains(where: { Vocabulary.otherText.contains($0) }) {
            return words.contains { ["description", "details", "libelle", "concepto"].contains($0) }
                ? .merchant : .text
        }
        if has(Vocabulary.text) { return .merchant }
        if let currency, words == [currency.code.lowercased()] { return .amount }
        return nil
    }

    private static func isHead(_ word: String) -> Bool {
        Vocabulary.debit.contains(word) || Vocabulary.credit.contains(word)
            || Vocabulary.headFillers.contains(word)
            || Currency(word) != nil
    }
}
