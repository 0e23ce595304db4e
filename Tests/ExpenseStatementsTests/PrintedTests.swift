import Testing

@testable import ExpenseStatements

/// Numbers and dates as they are printed.
@Suite struct PrintedTests {
    @Test(arguments: [
        ("1,234.56", 2, ".", Int64(123_456)), ("1.234,56", 2, ",", 123_456), ("1'234.50", 2, ".", 123_450),
        ("1\u{A0}234,56", 2, ",", 123_456), ("12\u{A0}345\u{A0}678,90", 2, ",", 1_234_567_890),
        ("0.05", 2, ".", 5),
        ("1,23,456.00", 2, ".", 12_345_600), ("1,234", 0, ".", 1234), ("1.234", 0, ",", 1234),
        ("45", 0, ".", 45),
        ("1,234.567", 3, ".", 1_234_567), ("1.234", 3, ".", 1234), ("€45", 2, ".", 4500),
    ]) func amounts(text: String, digits: Int, mark: String, minor: Int64) throws {
        let number = try #require(PrintedNumber(text))
        #expect(number.minor(digits: digits, decimalMark: try #require(mark.utf8.first)) == minor)
    }

    @Test(arguments: [
        ("1234", 2), ("1,234", 2), ("04.03.2026", 2), ("1.2.3", 2), ("12.345", 2), ("1.5", 0),
        ("12,34.56.78", 2),
        ("12.3456", 2), ("4,1234.00", 2),
    ]) func noAmounts(text: String, digits: Int) {
        #expect(PrintedNumber(text)?.minor(digits: digits, decimalMark: UInt8(ascii: ".")) == nil)
    }

    @Test(arguments: [
        ("12.34-", PrintedNumber.Sign.minus, nil), ("-€12.34", .minus, "€"), ("($12.34)", .parentheses, "$"),
        ("12.34CR", .credit, nil), ("CR12.34", .credit, nil), ("+5.00", .plus, nil),
        ("\u{2212}5.00", .minus, nil),
        ("12.34DR", .debit, nil), ("USD12.34", .none, "USD"), ("12,34€", .none, "€"),
        ("<1.00>", .parentheses, nil),
    ]) func signs(text: String, sign: PrintedNumber.Sign, currency: String?) throws {
        let number = try #require(PrintedNumber(text))
        #expect(number.sign == sign && number.currency == currency)
    }

    @Test(arguments: [
        "-2+3", "12.34-CR", "1-800-555", "A4", "4U", "7-ELEVEN", "#04417", "EUROPCAR1", "", "-", "12.34)",
    ])
    func noNumbers(text: String) { #expect(PrintedNumber(text) == nil) }

    /// Each word stands a space behind the one before.
    private static func read(_ text: String) -> (date: PrintedDate, count: Int)? {
        var page = DrawnPage()
        page.text(0, 10, text)
        return PrintedDate.read(page.page.words, at: 0, space: 6)
    }

    @Test(arguments: [
        ("2026-03-04", 1), ("2026/03/04", 1), ("04.03.2026", 1), ("4.3.26", 1), ("04 Mar 2026", 3),
        ("Mar 4, 2026", 3),
        ("4. März 2026", 3), ("4 de marzo de 2026", 5), ("04-MAR-26", 1), ("04MAR2026", 1),
        ("le 4 mars 2026", 0),
        ("Wed 4 Mar 2026", 4), ("20260304", 1), ("4th March 2026", 3), ("Mar-04-2026", 1),
        ("04. 03. 2026", 0),
        ("04.03. 2026", 2), ("1er avril 2026", 3),
    ]) func dates(text: String, count: Int) throws {
        guard count > 0 else { return #expect(Self.read(text) == nil) }
        let read = try #require(Self.read(text))
        #expect(read.count == count && read.date.year == 2026 && !read.date.isOpen)
        let month = text.contains("avril") ? "04-01" : "03-04"
        #expect(read.date.day(year: 2026, dayFirst: false)?.description == "2026-\(month)")
    }

    @Test(arguments: ["04 Mar", "Mar 4", "04.03.", "04.03", "4-Mar", "04MAR"]) func datesWithoutYears(
        text: String
    ) throws {
        let read = try #require(Self.read(text))
        #expect(read.date == PrintedDate(year: nil, first: 4, second: 3, isOpen: false))
    }

    @Test func openDates() throws {
        let read = try #require(Self.read("03/04/2026"))
        #expect(read.date.isOpen)
        #expect(read.date.day(year: 2026, dayFirst: true)?.description == "2026-04-03")
        #expect(read.date.day(year: 2026, dayFirst: false)?.description == "2026-03-04")
        #expect(read.date.day(year: 2026, dayFirst: true) != nil && Self.read("13/14/2026") == nil)
    }

    @Test(arguments: [
        "12.34", "1.234,56", "Market", "MAY FAIR", "32.01.2026", "30 Feb 2026", "2026", "12/24/", "4711",
        "MARCH & SONS",
        "AUGUST 1291", "1-800-555",
    ]) func noDates(text: String) {
        #expect(Self.read(text) == nil, "\(String(describing: Self.read(text)))")
    }

    @Test func aYearComesFromThePeriod() throws {
        var conventions = Conventions(currency: .euro, decimalMark: 46, dayFirst: true)
        let (first, last) = (
            try #require(StatementDate("2025-12-15")), try #require(StatementDate("2026-01-14"))
        )
        conventions.period = first...last
        conventions.lastDay = last
        func day(_ day: Int, _ month: Int) -> String? {
            conventions.day(PrintedDate(year: nil, first: day, second: month, isOpen: false))?.description
        }
        #expect(day(31, 12) == "2025-12-31" && day(2, 1) == "2026-01-02")
        // A purchase that came late, and one that is dated just behind.
        #expect(day(28, 11) == "2025-11-28" && day(16, 1) == "2026-01-16")
    }

    @Test(arguments: [
        ("Balance brought forward", true), ("NEW BALANCE BERLIN", false), ("NEW BALANCE 0114", false),
        ("Übertrag von Seite 3", true), ("Report", true), ("Report from the Front", false),
        ("Suma y sigue", true),
        ("TOTAL ENERGIES 2045", false), ("CARRIED AWAY CATERING", false), ("Saldo anterior", true),
        ("OPENING NIGHT THEATRE", false), ("Solde précédent", true), ("Total", true), ("Sub Total", true),
    ]) func whatIsABalanceAndNothingElse(text: String, isIt: Bool) {
        #expect(SumLabel(Folded.words(text)).isNothingElse == isIt)
    }

    @Test func folding() {
        #expect(
            Folded.words("Libellé de l’Opération: ŻÓŁĆ Straße, e\u{301}té ÐÞ İ 3×4") == [
                "libelle", "de", "l", "operation", "zolc", "strasse", "ete", "dp", "i", "3", "4",
            ])
    }
}
