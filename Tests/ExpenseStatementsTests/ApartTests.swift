import ExpenseStatements
import Testing

/// What stands apart from the table or from its words: names, cards, lines at the foot, sums that nobody calls sums.
@Suite struct ApartTests {
    private static func head(_ page: inout DrawnPage, _ y: Float) {
        page.line(y, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
    }

    private static func row(_ page: inout DrawnPage, _ y: Float, _ day: Int, _ name: String, _ amount: String)
    {
        page.line(
            y, (40, "2026-03-\(day < 10 ? "0" : "")\(day)", .left), (120, name, .left), (500, amount, .right))
    }

    @Test(arguments: ["Spending by", "What was paid for", "Used 3 times by", "Ausgelegt durch"])
    func theHolderStandsBehindAPreposition(_ words: String) throws {
        var page = DrawnPage()
        Self.head(&page, 50)
        page.text(40, 70, "\(words) ANNA REED, card •••• 1234")
        Self.row(&page, 85, 4, "Bar", "5.00")
        page.text(40, 105, "\(words) Jean de la Tour, card •••• 5678")
        Self.row(&page, 120, 5, "Café", "6.00")
        page.line(140, (120, "Sum of entries for Jean de la Tour", .left), (500, "6.00", .right))
        let read = try statement(page)
        #expect(
            read.holders == [
                CardHolder(name: "ANNA REED", lastDigits: "1234"),
                CardHolder(name: "Jean de la Tour", lastDigits: "5678"),
            ])
        #expect(read.transactions.map(\.holder) == [0, 1])
        #expect(read.printedTotals.map(\.scope) == [.holder(1)])
    }

    @Test(arguments: ["for your safety, card •••• 1234", "by phone about card •••• 1234"])
    func noNameIsMadeOfOtherWords(_ words: String) throws {
        var page = DrawnPage()
        page.text(40, 35, words)
        Self.head(&page, 50)
        Self.row(&page, 70, 4, "Bar", "5.00")
        #expect(try statement(page).holders == [CardHolder(name: "", lastDigits: "1234")])
    }

    @Test(arguments: [true, false]) func aCardApartFromItsHolderIsOneHolder(isCardFirst: Bool) throws {
        var pages = [DrawnPage(1), DrawnPage(2)]
        for index in 0...1 {
            pages[index].text(40, isCardFirst ? 20 : 35, "Credit union")
            pages[index].text(540, isCardFirst ? 20 : 35, "Card ****2039", .right)
            Self.head(&pages[index], 60)
            Self.row(&pages[index], 80, 4 + index, "Shop", "\(index).50")
        }
        pages[0].text(40, isCardFirst ? 35 : 20, "Account holder: ANNA REED")
        let read = try statement(pages[0], pages[1])
        #expect(read.holders == [CardHolder(name: "ANNA REED", lastDigits: "2039")])
        #expect(read.transactions.map(\.holder) == [0, 0])
    }

    @Test func theUserStandsBelowTheCard() throws {
        var page = DrawnPage()
        Self.head(&page, 50)
        for (index, name) in ["Anna Reed", "Jo Stone"].enumerated() {
            let y = Float(70 + 60 * index)
            page.text(40, y, "Card •••• •••• •••• 123\(index)")
            page.text(40, y + 13, "Used by \(name)")
            Self.row(&page, y + 28, 4, "Bar", "5.00")
        }
        let read = try statement(page)
        #expect(
            read.holders == [
                CardHolder(name: "Anna Reed", lastDigits: "1230"),
                CardHolder(name: "Jo Stone", lastDigits: "1231"),
            ])
        #expect(read.transactions.map(\.holder) == [0, 1])
    }

    @Test func theKeeperOfTheAccountIsNoHolderBesideOthers() throws {
        var page = DrawnPage()
        page.text(540, 20, "Card ****9999", .right)
        page.text(40, 35, "Account holder: Reed Limited")
        Self.head(&page, 60)
        page.text(40, 80, "Cardholder ANNA REED **** 1234")
        Self.row(&page, 95, 4, "Bar", "5.00")
        page.text(40, 115, "Cardholder JO REED **** 5678")
        Self.row(&page, 130, 5, "Bar", "6.00")
        #expect(try statement(page).holders.map(\.name) == ["ANNA REED", "JO REED"])
    }

    /// Rows, a sum in words of the bank's own, and a dated line at the foot.
    private static func footed(sum: String?, foot: Float) throws -> Statement {
        var page = DrawnPage()
        head(&page, 50)
        for day in 1...4 { row(&page, Float(55 + 15 * day), day, "Shop \(day)", "10.00") }
        if let sum { page.line(135, (120, "Net spend", .left), (500, sum, .right)) }
        row(&page, foot, 27, "Fee for a payment that comes late", "25.00")
        return try statement(page)
    }

    @Test func aDatedLineAtTheFootIsNoRow() throws {
        // Behind a sum and far below; the sum may be off.
        for sum in ["40.00", "41.00"] {
            let read = try Self.footed(sum: sum, foot: 800)
            #expect(read.transactions.count == 4 && read.notes.count == 1, "\(sum)")
            let lines = try Reconciliation(of: read).lines
            #expect(lines.count == 1 && lines[0].difference.decimal == (sum == "40.00" ? "0.00" : "1.00"))
        }
        // Right below a sum that counts all rows but it.
        let near = try Self.footed(sum: "40.00", foot: 150)
        #expect(near.transactions.count == 4 && near.notes.count == 1 && near.notes[0].contains("page 1"))
        // A sum that counts it, and none: nothing but a gap speaks against it.
        #expect(try Self.footed(sum: "65.00", foot: 150).transactions.count == 5)
        #expect(try Self.footed(sum: nil, foot: 800).transactions.count == 5)
    }

    @Test(arguments: [true, false]) func aRowWithoutTheBalanceOfAllOthersIsNoneFarBelow(isFar: Bool) throws {
        var page = DrawnPage()
        page.text(40, 35, "Currency EUR")
        page.line(
            50, (40, "Date", .left), (120, "Description", .left), (400, "Amount", .right),
            (500, "Balance", .right))
        for day in 1...4 {
            page.line(
                Float(55 + 15 * day), (40, "2026-03-0\(day)", .left), (120, "Shop \(day)", .left),
                (400, "10.00", .right), (500, "\(day)0.00", .right))
        }
        page.line(
            isFar ? 800 : 130, (40, "2026-03-09", .left), (120, "Next direct debit", .left),
            (400, "25.00", .right))
        #expect(try statement(page).transactions.count == (isFar ? 4 : 5))
    }

    @Test func sumsThatNoWordCallsSumsAreFoundByArithmetic() throws {
        var page = DrawnPage()
        Self.head(&page, 50)
        for (index, name) in ["ANNA REED", "JO STONE"].enumerated() {
            let y = Float(70 + 70 * index)
            page.text(40, y, "Card •••• 123\(index) of \(name)")
            Self.row(&page, y + 15, 4, "Bar", "5.00")
            Self.row(&page, y + 30, 5, "Inn", "\(index)7.00")
            page.line(y + 48, (120, "\(name) comes to", .left), (500, index == 0 ? "12.00" : "22.10", .right))
        }
        page.line(210, (120, "Everything together comes to", .left), (500, "34.00", .right))
        let read = try statement(page)
        let lines = try Reconciliation(of: read).lines
        #expect(lines.map(\.printed.scope) == [.holder(0), .statement, .holder(1)], "\(lines)")
        #expect(lines.map(\.difference.decimal) == ["0.00", "0.00", "0.10"])
    }

    @Test func aSentenceStatesTheCurrency() throws {
        var page = DrawnPage()
        page.text(40, 35, "All figures in CHF")
        page.line(50, (40, "Date", .left), (120, "Description", .left), (500, "Amount", .right))
        Self.row(&page, 70, 4, "Bar", "5.00")
        #expect(try statement(page).currency.code == "CHF")
    }
}
