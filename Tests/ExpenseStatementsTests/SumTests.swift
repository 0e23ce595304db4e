import ExpenseStatements
import Testing

/// Sums, signs and holders where words leave them open.
@Suite struct SumTests {
    private static func page(_ rows: (String, String, String)...) -> DrawnPage {
        var page = DrawnPage()
        page.line(50, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
        for (index, row) in rows.enumerated() {
            page.line(Float(70 + 15 * index), (40, row.0, .left), (120, row.1, .left), (500, row.2, .right))
        }
        return page
    }

    @Test func chargesWithAMinus() throws {
        var page = Self.page(
            ("2026-03-01", "Bar", "-5.00"), ("2026-03-02", "Refund Records", "-7.50"),
            ("2026-03-03", "Inn", "-80.00"),
            ("2026-03-04", "Payment received, thank you", "50.00"))
        page.line(150, (120, "Sum of entries", .left), (500, "-42.50", .right))
        let read = try statement(page)
        #expect(read.transactions.map(\.amount.decimal) == ["5.00", "7.50", "80.00", "-50.00"])
        #expect(try Reconciliation(of: read).lines.map(\.difference.minor) == [0])
    }

    @Test func manyCreditsWithAMinus() throws {
        var page = Self.page(
            ("2026-03-01", "Bar", "5.00"), ("2026-03-02", "Inn", "-7.50"), ("2026-03-03", "Air", "-80.00"),
            ("2026-03-04", "Rail", "-50.00"), ("2026-03-04", "Bus", "-1.00"))
        page.line(160, (120, "Total credits", .left), (500, "-138.50", .right))
        let read = try statement(page)
        #expect(read.transactions.map(\.amount.decimal) == ["5.00", "-7.50", "-80.00", "-50.00", "-1.00"])
        #expect(try Reconciliation(of: read).lines.map(\.printed.kind) == [.credits])
    }

    @Test func aBalanceIsWhatWasThereAndWhatCame() throws {
        var page = Self.page(("2026-03-01", "Bar", "5.00"), ("2026-03-02", "Inn", "7.50"))
        page.line(30, (300, "Previous balance", .left), (500, "100.00", .right))
        page.line(110, (120, "New balance on 31 March 2026", .left), (500, "112.49", .right))
        page.line(130, (120, "Minimum payment", .left), (500, "12.50", .right))
        page.line(145, (120, "Credit limit", .left), (500, "5,000.00", .right))
        let line = try #require(try Reconciliation(of: try statement(page)).lines.first)
        #expect(line.printed.kind == .balance && line.printed.opening.decimal == "100.00")
        #expect(line.computed.decimal == "112.50" && line.difference.decimal == "-0.01")
        #expect(try Reconciliation(of: try statement(page)).lines.count == 1)
    }

    @Test func holdersInAColumnAndATableOfTheirSums() throws {
        var page = DrawnPage()
        page.line(
            50, (40, "Date", .left), (110, "Cardholder", .left), (230, "Merchant", .left),
            (500, "Amount EUR", .right))
        let rows = [("Ann Lee", "Bar", "5.00"), ("Bo Berg", "Inn", "8.00"), ("Ann Lee", "Rail", "9.00")]
        for (index, row) in rows.enumerated() {
            page.line(
                Float(70 + 15 * index), (40, "2026-03-0\(index + 1)", .left), (110, row.0, .left),
                (230, row.1, .left),
                (500, row.2, .right))
        }
        page.line(140, (110, "Ann Lee", .left), (500, "14.00", .right))
        page.line(155, (110, "Bo Berg", .left), (500, "8.10", .right))
        page.line(170, (110, "Everything", .left), (500, "22.00", .right))
        let read = try statement(page)
        #expect(read.holders.map(\.name) == ["Ann Lee", "Bo Berg"])
        #expect(read.transactions.map(\.holder) == [0, 1, 0])
        let lines = try Reconciliation(of: read).lines
        #expect(Set(lines.map(\.printed.scope)) == [.holder(0), .holder(1), .statement], "\(lines)")
        #expect(lines.filter { !$0.isReconciled }.map(\.difference.decimal) == ["0.10"])
    }

    @Test func aNameAloneIsAHeadingWhereThereIsNoOther() throws {
        var page = DrawnPage()
        page.text(40, 20, "Acme Travel Cards")
        page.text(40, 60, "WEI ZHANG 7713")
        page.line(75, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
        page.line(90, (40, "2026-03-01", .left), (120, "Bar", .left), (500, "5.00", .right))
        page.text(40, 120, "Zoë van den Berg")
        page.line(135, (40, "2026-03-02", .left), (120, "Inn", .left), (500, "6.00", .right))
        let read = try statement(page)
        #expect(
            read.holders == [
                CardHolder(name: "WEI ZHANG", lastDigits: "7713"), CardHolder(name: "Zoë van den Berg"),
            ])
        #expect(read.transactions.map(\.holder) == [0, 1])
    }

    @Test func smallPrintIsNoRow() throws {
        var page = Self.page(
            ("2026-03-01", "Bar", "5.00"), ("2026-03-02", "Inn", "7.50"), ("2026-03-03", "Air", "9.00"))
        for (x, text, align) in [
            (Float(40), "2026-03-31", DrawnPage.Align.left), (120, "Your limit from then on", .left),
            (500, "900.00", .right),
        ] { page.text(x, 800, text, align, size: 7) }
        #expect(try statement(page).rows.count == 3)
    }

    @Test func foreignAmountsAndRates() throws {
        var page = Self.page(
            ("2026-03-01", "Diner", "41.53"), ("2026-03-02", "Sushi", "18.02"),
            ("2026-03-03", "RATE MY PLATE", "2.00"))
        page.page.moveDown(below: 72, by: 30)
        page.text(120, 81, "USD 45.00 @ 1.0836")
        page.text(120, 92, "incl. exchange fee")
        page.page.moveDown(below: 116, by: 30)
        page.text(120, 126, "2,950 JPY, 1 EUR = 163.7069 JPY")
        let read = try statement(page)
        #expect(read.transactions.map(\.original?.description) == ["45.00 USD", "2950 JPY", nil])
        #expect(read.transactions.map(\.rate) == ["1.0836", "163.7069", nil])
        #expect(read.transactions[2].merchant == "RATE MY PLATE")
    }

    @Test(arguments: [
        [], ["Dear Madam or Sir, on 4 March 2026 we wrote about 120.00 EUR."], ["Date Description Amount"],
        ["12.00", "2026-03-04"],
    ]) func whatIsNeitherIsRefused(lines: [String]) throws {
        var page = DrawnPage()
        for (index, line) in lines.enumerated() { page.text(40, Float(40 + 15 * index), line) }
        let error = #expect(throws: StatementError.self) { try StatementParser.parse([page.page]) }
        #expect(error?.description.hasSuffix(".") ?? false)
        #expect(error?.kind == (lines.isEmpty ? .noText : .notRecognised), "\(String(describing: error))")
    }

    @Test func aYearOrACurrencyThatIsMissingIsSaid() throws {
        var page = DrawnPage()
        page.line(50, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
        page.line(70, (40, "04 Mar", .left), (120, "Bar", .left), (500, "5.00", .right))
        let noYear = #expect(throws: StatementError.self) { try StatementParser.parse([page.page]) }
        #expect(noYear?.kind == .noYear)
        page = DrawnPage()
        page.line(50, (40, "Date", .left), (120, "Description", .left), (500, "Amount", .right))
        page.line(70, (40, "2026-03-04", .left), (120, "Bar", .left), (500, "5.00", .right))
        let noCurrency = #expect(throws: StatementError.self) { try StatementParser.parse([page.page]) }
        #expect(noCurrency?.kind == .noCurrency)
    }
}

extension PageText {
    /// Makes room: moves what stands below a place further down.
    mutating func moveDown(below y: Float, by distance: Float) {
        for index in words.indices where words[index].bottom > y {
            words[index].top += distance
            words[index].bottom += distance
        }
    }
}
