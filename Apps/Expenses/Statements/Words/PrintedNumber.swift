/// A number as it is printed, before it is known which mark parts the fraction.
struct PrintedNumber: Hashable {
    /// What says whether it is a charge or a credit.
    enum Sign: Hashable {
        case none, minus, plus, parentheses, credit, debit
    }

    /// All digits in a row.
    private(set) var digits: Int64 = 0
    private(set) var digitCount = 0
    /// The last mark between digits; 0 without one. Apostrophes and spaces of any kind are one mark each.
    private(set) var mark: UInt8 = 0
    /// How many digits stand behind the last mark.
    private(set) var digitsAfter = 0
    /// The mark before the last one; 0 with one mark at most.
    private(set) var grouping: UInt8 = 0
    /// Whether the marks stand where marks of groups and fractions stand.
    private(set) var isRegular = true
    var sign = Sign.none
    /// A currency's sign or code right at the number.
    var currency: String?

    /// Reads a word: `1,234.56`, `(12,34)`, `-€5.00`, `45.00CR`, `12.30-`, `USD12.00`.
    init?(_ word: String) {
        var scalars = Array(word.unicodeScalars)[...]
        guard scalars.count <= 32, scalars.contains(where: Self.isDigit) else { return nil }
        guard readBefore(&scalars), readDigits(&scalars) else { return nil }
        guard readAfter(&scalars) else { return nil }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value &- 0x30 < 10 }

    private mutating func readBefore(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Bool {
        var letters = ""
        while let scalar = scalars.first, !Self.isDigit(scalar) {
            if let sign = Self.sign(of: scalar) {
                guard self.sign == .none else { return false }
                self.sign = sign
            } else if scalar == "(" || scalar == "<" || scalar == "[" {
                guard sign == .none else { return false }
                sign = .parentheses
            } else {
                letters.unicodeScalars.append(scalar)
                guard letters.utf8.count <= 6 else { return false }
            }
            scalars.removeFirst()
        }
        if letters.utf8.count >= 2, let sign = Self.sign(ofWord: letters) {
            guard self.sign == .none else { return false }
            self.sign = sign
        } else if !letters.isEmpty {
            guard CurrencySign.isKnown(letters) else { return false }
            currency = letters
        }
        return true
    }

    private mutating func readDigits(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Bool {
        var group = 0
        var marks = 0
        while let scalar = scalars.first {
            if Self.isDigit(scalar) {
                digitCount += 1
                guard digitCount <= 18 else { return false }
                digits = digits * 10 + Int64(scalar.value - 0x30)
                group += 1
            } else if let next = Self.mark(of: scalar), let digit = scalars.dropFirst().first,
                Self.isDigit(digit)
            {
                if marks == 0 {
                    // The digits in front of a group's mark are three at most; those in front of a fraction are not.
                    isRegular = group > 0
                    if group > 3 { grouping = 0 }
                } else {
                    if group != 3 && group != 2 { isRegular = false }
                    if marks > 1, grouping != mark { isRegular = false }
                    grouping = mark
                }
                mark = next
                marks += 1
                group = 0
            } else {
                break
            }
            scalars.removeFirst()
        }
        digitsAfter = marks > 0 ? group : 0
        if marks > 1, grouping == mark, digitsAfter != 3 { isRegular = false }
        return digitCount > 0
    }

    private mutating func readAfter(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Bool {
        var letters = ""
        for scalar in scalars {
            if let sign = Self.sign(of: scalar) {
                guard self.sign == .none, letters.isEmpty || currency == nil else { return false }
                self.sign = sign
            } else if scalar == ")" || scalar == ">" || scalar == "]" {
                guard sign == .parentheses else { return false }
            } else if scalar == "(" || scalar == "<" || scalar == "[" {
                return false
            } else {
                letters.unicodeScalars.append(scalar)
                guard letters.utf8.count <= 6 else { return false }
            }
        }
        if letters.isEmpty { return true }
        if let sign = Self.sign(ofWord: letters) {
            guard self.sign == .none else { return false }
            self.sign = sign
        } else if letters != "*" {
            guard currency == nil, CurrencySign.isKnown(letters) else { return false }
            currency = letters
        }
        return true
    }

    private static func sign(of scalar: Unicode.Scalar) -> Sign? {
        switch scalar {
        case "-", "\u{2212}", "\u{2013}", "\u{2010}", "\u{2011}": .minus
        case "+": .plus
        default: nil
        }
    }

    /// What a word beside a number says about it: `CR`, `-`, `H` (Haben), `S` (Soll), `Credit`.
    static func sign(ofWord word: String) -> Sign? {
        switch word {
        case "C", "H": .credit
        case "D", "S": .debit
        default:
            if word.unicodeScalars.count == 1 {
                word.unicodeScalars.first.flatMap(sign(of:))
            } else if word.utf8.count <= 12, let folded = Folded.words(word).first {
                Vocabulary.creditMarks.contains(folded)
                    ? .credit : Vocabulary.debitMarks.contains(folded) ? .debit : nil
            } else {
                nil
            }
        }
    }

    private static func mark(of scalar: Unicode.Scalar) -> UInt8? {
        switch scalar {
        case ".", ",": UInt8(scalar.value)
        case "'", "\u{2019}", "\u{2BC}": UInt8(ascii: "'")
        case "\u{A0}", "\u{202F}", "\u{2009}": UInt8(ascii: " ")
        default: nil
        }
    }

    /// The number as minor units without its sign.
    /// - Parameters:
    ///   - digits: how many digits the currency has behind the mark.
    ///   - decimalMark: what parts the fraction.
    /// - Returns: `nil` when it cannot be an amount of such a currency.
    func minor(digits count: Int, decimalMark: UInt8) -> Int64? {
        guard isRegular else { return nil }
        if mark == 0 {
            if count == 0 { return digitCount <= 12 ? digits : nil }
            // Whole amounts are printed with their currency, or are no amounts.
            guard currency != nil, digitCount <= 12 else { return nil }
            return (0..<count).reduce(digits) { value, _ in value * 10 }
        }
        if count == 0 { return mark != decimalMark && digitsAfter == 3 && digitCount <= 15 ? digits : nil }
        guard mark == decimalMark, grouping != decimalMark, digitsAfter == count else { return nil }
        return digits
    }

    /// The number with a decimal point, as rates are kept: `1.0834`.
    func plain(decimalMark: UInt8) -> String {
        var text = String(digits)
        // Of one mark without a group's length it is clear what it parts, whatever else the file uses.
        let isFraction = mark != 0 && (mark == decimalMark || digitsAfter != 3)
        guard isFraction else { return text }
        if text.utf8.count <= digitsAfter {
            text = String(repeating: "0", count: digitsAfter + 1 - text.utf8.count) + text
        }
        text.insert(".", at: text.index(text.endIndex, offsetBy: -digitsAfter))
        return text
    }
}
