import ExpenseStatements
import Foundation
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("EUR", "12.34", 1234), ("EUR", "-0.05", -5), ("EUR", "7", 700), ("EUR", "7.5", 750),
        ("JPY", "1234", 1234),
        ("KWD", "-1.234", -1234), ("KWD", "0.001", 1), ("USD", "92233720368547758.07", Int64.max),
    ]) func decimals(code: String, text: String, minor: Int64) throws {
        let currency = try #require(Currency(code))
        let money = try #require(Money(decimal: text, currency: currency))
        #expect(money.minor == minor)
        #expect(Money(decimal: money.decimal, currency: currency) == money)
    }

    @Test(arguments: [
        "", "-", "1,5", ".5", "5.", "1.234", "1e3", "+1", "92233720368547758.08", "1.-5", "--1",
    ])
    func noDecimals(text: String) {
        #expect(Money(decimal: text, currency: .euro) == nil)
    }

    @Test func digitsFollowTheCurrency() throws {
        #expect(Money(minor: -1234, currency: .yen).description == "-1234 JPY")
        #expect(Money(minor: 5, currency: try #require(Currency("kwd"))).decimal == "0.005")
        #expect(Currency("XYZ") == nil && Currency("EURO") == nil)
    }

    @Test func nothingIsAddedThatCannotBe() throws {
        let most = Money(minor: .max, currency: .euro)
        #expect(throws: MoneyError.tooMuch(.euro)) { try most.adding(Money(minor: 1, currency: .euro)) }
        #expect(throws: MoneyError.tooMuch(.euro)) { try Money(minor: .min, currency: .euro).negated() }
        #expect(throws: MoneyError.currencies(.euro, .yen)) { try most.adding(.zero(.yen)) }
        let cents = (0..<10).map { _ in Money(minor: 10, currency: .euro) }
        #expect(try Money.sum(cents, of: .euro) == Money(minor: 100, currency: .euro))
    }

    @Test func everyDayThereAndBack() throws {
        var days = try #require(StatementDate(year: 1999, month: 12, day: 31)).days
        #expect(days == 10_956)
        for _ in 0..<1500 {
            let date = StatementDate(days: days)
            let (year, month, day) = date.parts
            #expect(StatementDate(year: year, month: month, day: day) == date)
            #expect(StatementDate(date.description) == date)
            days += 1
        }
        #expect(StatementDate(year: 2026, month: 2, day: 29) == nil && StatementDate("2026-2-03") == nil)
    }

    @Test func codable() throws {
        let receipt = Receipt(
            date: try #require(StatementDate("2026-03-31")), merchant: "Café",
            total: Money(minor: 123, currency: .euro))
        let json = try JSONEncoder().encode(receipt)
        #expect(try JSONDecoder().decode(Receipt.self, from: json) == receipt)
        #expect(String(decoding: json, as: UTF8.self).contains("\"2026-03-31\""))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Currency.self, from: Data("\"ABC\"".utf8))
        }
    }
}
