/// How a file writes amounts and dates: which currency, which decimal mark, which number of a date is the day.
struct Conventions {
    var currency: Currency
    /// What parts the fraction of an amount.
    var decimalMark: UInt8
    /// Whether an open date such as `03/04/2026` names the day first.
    var dayFirst: Bool
    /// The days that the file is about.
    var period: ClosedRange<StatementDate>?
    /// The last day that dates without a year may mean.
    var lastDay: StatementDate?

    /// An amount in the file's currency, without its sign; `nil` for a number that is none or is of another currency.
    func minor(_ token: NumberToken) -> Int64? {
        if let printed = token.number.currency, let other = CurrencySign.currency(printed), other != currency
        {
            // Several currencies use the dollar's sign.
            guard !CurrencySign.isCode(printed), CurrencySign.mayMean(printed, currency) else { return nil }
        }
        return token.number.minor(digits: currency.digits, decimalMark: decimalMark)
    }

    /// The day that a printed date means; a year that is missing is the one that brings the date into the period.
    func day(_ date: PrintedDate) -> StatementDate? {
        if let year = date.year { return date.day(year: year, dayFirst: dayFirst) }
        guard let last = lastDay else { return nil }
        let year = last.parts.year
        let days = (year - 1...year + 1).compactMap { date.day(year: $0, dayFirst: dayFirst) }
        if let period, let day = days.first(where: period.contains) { return day }
        // A few days after the last one are possible; otherwise it is the last such day before.
        return days.last { $0.days(since: last) <= 7 } ?? days.first
    }
}

extension CurrencySign {
    /// Whether a sign that several currencies use may stand for one of them.
    static func mayMean(_ sign: String, _ currency: Currency) -> Bool {
        switch sign {
        case "$":
            ["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD", "CLP", "COP", "ARS"].contains(
                currency.code)
        case "£": ["GBP", "EGP", "GIP", "FKP", "SHP"].contains(currency.code)
        case "¥", "￥": ["JPY", "CNY"].contains(currency.code)
        case "kr", "kr.", "Kr": ["SEK", "NOK", "DKK", "ISK"].contains(currency.code)
        case "Rs", "Rs.": ["INR", "PKR", "LKR", "NPR", "MUR"].contains(currency.code)
        default: false
        }
    }
}
