/// An amount of money: whole minor units of a currency, never a binary fraction.
public struct Money: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// Cents, pence, fils: so many of the smallest unit that the currency is written with.
    public var minor: Int64
    /// Of which currency.
    public var currency: Currency

    /// Makes an amount of minor units.
    public init(minor: Int64, currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// Reads what ``decimal`` writes: `-1234.50`, with as many digits behind the point as the currency has, or fewer.
    /// - Returns: `nil` for anything else, and for more than 64 bits hold.
    public init?(decimal text: String, currency: Currency) {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= currency.digits, parts.count == 1 || !fraction.isEmpty else { return nil }
        let zeros = String(repeating: "0", count: currency.digits - fraction.count)
        let padded = "\(whole)\(fraction)\(zeros)"
        guard padded.utf8.allSatisfy({ $0 &- 48 < 10 }), let minor = Int64((isNegative ? "-" : "") + padded)
        else { return nil }
        self.init(minor: minor, currency: currency)
    }

    /// The amount with a decimal point and without its currency: `-1234.50`, the same in every locale.
    public var decimal: String {
        let count = currency.digits
        var digits = String(minor.magnitude)
        if digits.utf8.count <= count {
            digits = String(repeating: "0", count: count + 1 - digits.utf8.count) + digits
        }
        if count > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -count)) }
        return minor < 0 ? "-" + digits : digits
    }

    /// `-1234.50 EUR`
    public var description: String { "\(decimal) \(currency)" }

    /// Nothing of a currency.
    public static func zero(_ currency: Currency) -> Money { Money(minor: 0, currency: currency) }

    /// The same with the other sign.
    /// - Throws: ``MoneyError`` for the one amount that has none.
    public func negated() throws -> Money { try Money.zero(currency).subtracting(self) }

    /// The sum of two amounts.
    /// - Throws: ``MoneyError`` when the currencies differ or 64 bits do not hold it.
    public func adding(_ other: Money) throws -> Money {
        try requireSame(other)
        let (sum, isTooMuch) = minor.addingReportingOverflow(other.minor)
        guard !isTooMuch else { throw MoneyError.tooMuch(currency) }
        return Money(minor: sum, currency: currency)
    }

    /// The difference of two amounts.
    /// - Throws: ``MoneyError`` when the currencies differ or 64 bits do not hold it.
    public func subtracting(_ other: Money) throws -> Money {
        try requireSame(other)
        let (rest, isTooMuch) = minor.subtractingReportingOverflow(other.minor)
        guard !isTooMuch else { throw MoneyError.tooMuch(currency) }
        return Money(minor: rest, currency: currency)
    }

    /// The sum of amounts of one currency; nothing of it when there are none.
    /// - Throws: ``MoneyError`` when one is of another currency or 64 bits do not hold the sum.
    public static func sum(_ amounts: some Sequence<Money>, of currency: Currency) throws -> Money {
        try amounts.reduce(zero(currency)) { try $0.adding($1) }
    }

    private func requireSame(_ other: Money) throws {
        guard currency == other.currency else { throw MoneyError.currencies(currency, other.currency) }
    }

    /// By currency, then by amount.
    public static func < (one: Money, other: Money) -> Bool {
        (one.currency, one.minor) < (other.currency, other.minor)
    }
}

/// Why amounts of money cannot be reckoned with.
public enum MoneyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Amounts of two currencies.
    case currencies(Currency, Currency)
    /// More than 64 bits hold.
    case tooMuch(Currency)

    /// One sentence.
    public var description: String {
        switch self {
        case .currencies(let one, let other):
            "Amounts of \(one) and of \(other) cannot be added; both must be of one currency."
        case .tooMuch(let currency): "A sum of \(currency) is beyond what 64 bits hold."
        }
    }
}
