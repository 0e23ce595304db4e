/// A line below a transaction that says what was paid in another currency, and at which rate.
enum ForeignLine {
    /// Reads `USD 45.00 @ 1.0834`, `Exchange rate 1 USD = 0.91 EUR`, `Kurs 1,0834`.
    /// - Returns: `nil` when it is no such line.
    static func read(_ line: TextLine, _ conventions: Conventions) -> (original: Money?, rate: String?)? {
        let folded = line.words.map { Folded.words($0.text) }
        let saysRate =
            folded.contains { $0.contains(where: Vocabulary.rate.contains) }
            || line.words.contains { $0.text == "@" }
        var original: Money?
        var rate: String?
        var sides: [NumberToken] = []
        if let equals = line.words.firstIndex(where: { $0.text == "=" }),
            let before = line.numbers.last(where: { $0.words.upperBound <= equals }),
            let after = line.numbers.first(where: { $0.words.lowerBound > equals })
        {
            // `1 USD = 0.91 EUR`: what stands on the other side of the one.
            sides = [before, after]
            rate = (isOne(before) ? after : before).number.plain(decimalMark: conventions.decimalMark)
        }
        for token in line.numbers where !sides.contains(where: { $0.words == token.words }) {
            let printed = token.number.currency.flatMap(CurrencySign.currency)
            if let other = printed, other != conventions.currency, isOther(token, conventions),
                let minor = amount(token, other, conventions)
            {
                if original == nil { original = Money(minor: minor, currency: other) }
            } else if saysRate, token.number.mark != 0, token.number.digitsAfter >= 2, printed == nil,
                rate == nil
            {
                rate = token.number.plain(decimalMark: conventions.decimalMark)
            }
        }
        if original != nil, rate == nil {
            // Beside an amount in another currency a number of many digits behind its mark can be nothing else.
            rate = line.numbers.first { $0.number.digitsAfter >= 4 && $0.number.currency == nil }?.number
                .plain(decimalMark: conventions.decimalMark)
        }
        guard original != nil || rate != nil else { return nil }
        // A shop may be called after a currency: its line has more words than these lines have.
        return line.words.count <= 14 ? (original, rate) : nil
    }

    private static func isOne(_ token: NumberToken) -> Bool {
        let number = token.number
        return number.plain(decimalMark: number.mark).split(separator: ".").first == "1"
            && number.plain(decimalMark: number.mark).split(separator: ".").dropFirst().allSatisfy {
                $0.allSatisfy { $0 == "0" }
            }
    }

    private static func isOther(_ token: NumberToken, _ conventions: Conventions) -> Bool {
        guard let printed = token.number.currency else { return false }
        return CurrencySign.isCode(printed) || !CurrencySign.mayMean(printed, conventions.currency)
    }

    /// The amount of a number in another currency, which may be printed with other digits than the file's.
    static func amount(_ token: NumberToken, _ currency: Currency, _ conventions: Conventions) -> Int64? {
        let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))
        let marks = conventions.decimalMark == point ? [point, comma] : [comma, point]
        for mark in marks {
            if let minor = token.number.minor(digits: currency.digits, decimalMark: mark) { return minor }
        }
        // Two digits are printed for all currencies by some.
        if currency.digits != 2,
            let minor = token.number.minor(digits: 2, decimalMark: conventions.decimalMark)
        {
            return currency.digits == 0 ? (minor % 100 == 0 ? minor / 100 : nil) : minor * 10
        }
        return nil
    }
}
