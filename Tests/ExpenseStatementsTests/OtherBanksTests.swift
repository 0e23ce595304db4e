import ExpenseStatements
import Testing

/// Statements as further banks draw them: other orders of columns, other words, other signs.
@Suite struct OtherBanksTests {
    @Test func spanishWithAmountsFirstAndPlusForCredits() throws {
        var page = DrawnPage()
        page.text(40, 40, "Extracto de tarjeta")
        page.text(40, 55, "Titular: MARÍA DE LA CRUZ   Tarjeta 4929 12** **** 0417")
        page.text(40, 70, "Periodo: 1 de marzo de 2026 al 31 de marzo de 2026")
        page.line(100, (110, "Importe EUR", .right), (130, "Fecha", .left), (200, "Comercio", .left))
        page.line(115, (110, "-12,34", .right), (130, "04-03-2026", .left), (200, "Panadería 24", .left))
        page.line(130, (110, "-1.250,00", .right), (130, "15-03-2026", .left), (200, "Hotel Sol", .left))
        page.text(200, 141, "Sevilla")
        page.line(156, (110, "+100,00", .right), (130, "16-03-2026", .left), (200, "Pago recibido", .left))
        page.line(171, (110, "-7,00", .right), (130, "31-03-2026", .left), (200, "Metro", .left))
        page.line(190, (110, "-1.169,34", .right), (200, "Importe a su cargo este mes", .left))
        let read = try statement(page)
        #expect(
            read.rows == [
                "2026-03-04 Panadería 24 12.34", "2026-03-15 Hotel Sol Sevilla 1250.00",
                "2026-03-16 Pago recibido -100.00", "2026-03-31 Metro 7.00",
            ])
        #expect(read.holders == [CardHolder(name: "MARÍA DE LA CRUZ", lastDigits: "0417")])
        #expect(read.period?.description == "2026-03-01...2026-03-31")
        let lines = try Reconciliation(of: read).lines
        #expect(lines.count == 1 && lines[0].isReconciled, "\(lines)")
    }

    @Test func germanWithSollAndHaben() throws {
        var page = DrawnPage()
        page.text(40, 40, "Umsatzübersicht März 2026")
        page.text(40, 55, "Karteninhaberin Frau Ilse Krüger, Kartennummer ...4711, alle Beträge in EUR")
        page.line(
            100, (40, "Händler", .left), (300, "Kaufdatum", .left), (380, "Wertstellung", .left),
            (540, "Umsatz in EUR", .right))
        page.line(
            115, (40, "Bäckerei Süß", .left), (300, "28.02.", .left), (380, "01.03.", .left),
            (540, "3,50 S", .right))
        page.line(
            130, (40, "TOTAL TANKSTELLE", .left), (300, "01.03.", .left), (380, "02.03.", .left),
            (540, "1.060,00 S", .right))
        page.line(
            145, (40, "Rückerstattung Bahn", .left), (300, "03.03.", .left), (380, "05.03.", .left),
            (540, "60,00 H", .right))
        page.line(165, (40, "Zu zahlender Rechnungsbetrag", .left), (540, "1.003,50 S", .right))
        let read = try statement(page)
        #expect(
            read.rows == [
                "2026-02-28 Bäckerei Süß 3.50", "2026-03-01 TOTAL TANKSTELLE 1060.00",
                "2026-03-03 Rückerstattung Bahn -60.00",
            ])
        #expect(read.holders.map(\.lastDigits) == ["4711"])
        #expect(read.holders[0].name.contains("Ilse Krüger"))
        let sums = try Reconciliation(of: read)
        #expect(sums.lines.count == 1 && sums.isReconciled, "\(sums)")
    }

    @Test func swissWithApostrophesAndHeadsOfTwoLines() throws {
        var page = DrawnPage()
        page.text(40, 40, "Abrechnung 01.03.26-31.03.26")
        page.line(
            90, (40, "Datum", .left), (110, "Details", .left), (400, "Belastung", .right),
            (500, "Gutschrift", .right))
        page.line(102, (400, "CHF", .right), (500, "CHF", .right))
        page.line(120, (40, "4.3.26", .left), (110, "Coop Pronto", .left), (400, "1'234.50", .right))
        page.line(135, (40, "5.3.26", .left), (110, "Migros 8001", .left), (500, "20.00", .right))
        page.line(150, (40, "12.3.26", .left), (110, "SBB", .left), (400, "12.40", .right))
        page.line(170, (110, "Summe", .left), (400, "1'246.90", .right), (500, "20.00", .right))
        let read = try statement(page)
        #expect(read.currency.code == "CHF")
        #expect(
            read.rows == [
                "2026-03-04 Coop Pronto 1234.50", "2026-03-05 Migros 8001 -20.00", "2026-03-12 SBB 12.40",
            ])
        let sums = try Reconciliation(of: read)
        #expect(sums.isReconciled)
        #expect(sums.lines.map(\.printed.kind) == [.charges, .credits])
    }

    @Test func withoutAnyHeadTheBalanceIsKnownByArithmetic() throws {
        var page = DrawnPage()
        page.text(40, 40, "2026 EUR")
        var balance = 10_000
        for (index, (name, amount)) in [
            ("Alpha", 1_250), ("Beta", 799), ("Gamma 12", 20_000), ("Delta", 315),
        ].enumerated() {
            let y = Float(100 + 15 * index)
            balance += amount
            page.line(
                y, (40, "2026-03-0\(index + 1)", .left), (120, name, .left), (400, Self.text(amount), .right),
                (520, Self.text(balance), .right))
        }
        let read = try statement(page)
        #expect(
            read.rows == [
                "2026-03-01 Alpha 12.50", "2026-03-02 Beta 7.99", "2026-03-03 Gamma 12 200.00",
                "2026-03-04 Delta 3.15",
            ])
    }

    @Test func aColumnSaysWhatIsACredit() throws {
        var page = DrawnPage()
        page.text(40, 40, "Currency: USD")
        page.line(
            90, (40, "Posted", .left), (100, "Card", .left), (160, "Merchant", .left), (380, "Type", .left),
            (500, "Value", .right))
        page.line(
            105, (40, "03/14/2026", .left), (100, "*1111", .left), (160, "Diner", .left),
            (380, "Debit", .left),
            (500, "18.00", .right))
        page.line(
            120, (40, "03/15/2026", .left), (100, "*2222", .left), (160, "Air", .left),
            (380, "Credit", .left),
            (500, "250.00", .right))
        let read = try statement(page)
        #expect(read.rows == ["2026-03-14 Diner 18.00", "2026-03-15 Air -250.00"])
        #expect(read.transactions.map { $0.holder.map { read.holders[$0].lastDigits } } == ["1111", "2222"])
    }

    @Test func aCarriedSumIsKnownByArithmeticWhateverItIsCalled() throws {
        var pages = [DrawnPage(1), DrawnPage(2)]
        for index in 0...1 {
            pages[index].line(
                50, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
        }
        for index in 0..<4 {
            pages[0].line(
                Float(70 + 15 * index), (40, "2026-03-0\(index + 1)", .left), (120, "Shop \(index)", .left),
                (500, "10.0\(index)", .right))
        }
        pages[0].line(130, (40, "2026-03-04", .left), (120, "Onwards", .left), (500, "40.06", .right))
        pages[1].line(70, (40, "2026-03-04", .left), (120, "As before", .left), (500, "40.06", .right))
        pages[1].line(85, (40, "2026-03-05", .left), (120, "Shop 4", .left), (500, "5.00", .right))
        pages[1].line(105, (120, "You spent", .left), (500, "45.16", .right))
        let read = try statement(pages[0], pages[1])
        #expect(
            read.rows.count == 5 && !read.rows.contains { $0.contains("As before") || $0.contains("Onwards") }
        )
        let line = try #require(try Reconciliation(of: read).lines.first)
        #expect(line.printed.scope == .statement && line.difference.decimal == "0.10")
    }

    @Test func whatIsWrappedGoesOnOverThePage() throws {
        var pages = [DrawnPage(1), DrawnPage(2)]
        for index in 0...1 {
            pages[index].line(
                50, (40, "Date", .left), (120, "Description", .left), (500, "Amount (GBP)", .right))
        }
        pages[0].line(70, (40, "01/03/2026", .left), (120, "First", .left), (500, "1.00", .right))
        pages[0].line(
            85, (40, "13/03/2026", .left), (120, "The Very Long Name", .left), (500, "2.00", .right))
        pages[0].text(120, 96, "of a Shop")
        pages[1].text(120, 65, "in London")
        pages[1].line(80, (40, "14/03/2026", .left), (120, "Last", .left), (500, "3.00", .right))
        let read = try statement(pages[0], pages[1])
        #expect(
            read.transactions.map(\.merchant) == ["First", "The Very Long Name of a Shop in London", "Last"])
    }

    @Test func namesAroundTheirAmountAreWhole() throws {
        var page = DrawnPage()
        page.line(50, (40, "Date", .left), (120, "Description", .left), (500, "Amount USD", .right))
        page.line(80, (40, "2026-03-01", .left), (120, "Alone", .left), (500, "1.00", .right))
        page.text(120, 100, "Above the amount")
        page.line(106, (40, "2026-03-02", .left), (500, "2.00", .right))
        page.text(120, 112, "and below it")
        page.line(135, (40, "2026-03-03", .left), (120, "Last", .left), (500, "3.00", .right))
        let read = try statement(page)
        #expect(read.transactions.map(\.merchant) == ["Alone", "Above the amount and below it", "Last"])
    }

    private static func text(_ minor: Int) -> String {
        "\(minor / 100).\(minor % 100 < 10 ? "0" : "")\(minor % 100)"
    }
}
