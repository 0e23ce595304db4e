import Testing

@testable import ExpenseStatements

@Suite struct MatchingTests {
    private static let directory = [
        Employee(id: "E1", name: "Anna Müller", aliases: ["A. MUELLER"]),
        Employee(id: "E2", name: "José García Núñez"),
        Employee(id: "E3", name: "Carla Martin"), Employee(id: "E4", name: "Carl Martin"),
        Employee(id: "E5", name: "Søren Ågård"),
        Employee(id: "E6", name: "Иван Петров", aliases: ["IVAN PETROV"]),
        Employee(id: "E7", name: "Robert Brown", aliases: ["BOB BROWN"]),
        Employee(id: "E8", name: "Aoife O'Connor"),
    ]

    @Test(arguments: [
        ("ANNA MUELLER", "E1", NameMatch.How.exact), ("Müller, Anna", "E1", .exact),
        ("Dr. Anna Müller", "E1", .exact),
        ("A MUELLER", "E1", .alias), ("jose garcia nunez", "E2", .exact), ("SOEREN AAGAARD", "E5", .exact),
        ("ИВАН ПЕТРОВ", "E6", .exact), ("Bob Brown", "E7", .alias), ("AOIFE OCONNOR", "E8", .exact),
        ("CARLA MARTIN", "E3", .exact), ("AOIFE O’CONNER", "E8", .fuzzy), ("Jose Garcia", "E2", .fuzzy),
        ("ROBRT BROWN", "E7", .fuzzy),
    ]) func found(printed: String, id: String, how: NameMatch.How) {
        let match = NameMatcher(directory: Self.directory).match(printed)
        #expect(match.employee == id && match.how == how, "\(match)")
        #expect(match.confidence >= NameMatcher.threshold && (how == .fuzzy) == (match.confidence < 1))
    }

    @Test(arguments: [
        "C MARTIN", "Ulrike Vandermolen", "Anna", "MARTIN", "", "…", "Anna Petrova", "Carol Brown",
    ])
    func nobodyIsGuessed(printed: String) {
        let match = NameMatcher(directory: Self.directory).match(printed)
        #expect(match.employee == nil && match.how == .unresolved, "\(match)")
    }

    @Test func twoOfOneNameAreNobody() {
        let twins = [Employee(id: "1", name: "Jo Lee"), Employee(id: "2", name: "Jo Lee", aliases: ["J L"])]
        let match = NameMatcher(directory: twins).match("JO LEE")
        #expect(match.employee == nil && match.candidates == ["1", "2"])
        #expect(NameMatcher(directory: twins).match("J L").employee == "2")
        #expect(NameMatcher(directory: []).match("Jo Lee").employee == nil)
    }

    /// The examples of Winkler's report of 1990, table 1.
    @Test(arguments: [
        ("MARTHA", "MARHTA", 0.944, 0.961), ("DWAYNE", "DUANE", 0.822, 0.840),
        ("DIXON", "DICKSONX", 0.767, 0.813),
        ("SAME", "SAME", 1, 1), ("ABC", "XYZ", 0, 0), ("", "X", 0, 0),
    ]) func jaroWinkler(one: String, other: String, jaro: Double, winkler: Double) {
        let (a, b) = (Array(one.utf8), Array(other.utf8))
        #expect(abs(JaroWinkler.jaro(a, b) - jaro) < 0.001 && abs(JaroWinkler.jaro(b, a) - jaro) < 0.001)
        #expect(abs(JaroWinkler.similarity(a, b) - winkler) < 0.001)
    }

    private static func bought(
        _ date: String, _ merchant: String, _ minor: Int64, original: Money? = nil
    ) throws -> Transaction {
        Transaction(
            date: try #require(StatementDate(date)), merchant: merchant,
            amount: Money(minor: minor, currency: .euro),
            original: original, page: 1, row: 1)
    }

    @Test func receiptsFindTheirTransactions() throws {
        let transactions = [
            try Self.bought("2026-03-04", "HILTON GARDEN INN BERLIN DE", 12_000),
            try Self.bought("2026-03-05", "HILTON GARDEN INN BERLIN DE", 12_000),
            try Self.bought("2026-03-05", "SHELL OIL 57442", 12_000),
            try Self.bought("2026-03-20", "Café Zoë", 450),
            try Self.bought(
                "2026-03-08", "AMAZON US", 4_153, original: Money(minor: 4_500, currency: .dollar)),
        ]
        func receipt(_ date: String, _ merchant: String, _ minor: Int64, _ currency: Currency = .euro) throws
            -> Receipt
        {
            Receipt(
                date: try #require(StatementDate(date)), merchant: merchant,
                total: Money(minor: minor, currency: currency))
        }
        let receipts = [
            try receipt("2026-03-05", "Hilton Garden Inn", 12_000),
            try receipt("2026-03-04", "Hilton Garden Inn", 12_000),
            try receipt("2026-03-01", "Cafe Zoe", 450), try receipt("2026-03-07", "Amazon", 4_500, .dollar),
            try receipt("2026-03-07", "Corner Shop", 4_500, .dollar),
        ]
        let matches = ReceiptMatcher().matches(receipts, transactions)
        // The third is too old, and the last one is another shop's.
        #expect(matches.map(\.receipt) == [0, 1, 3])
        #expect(matches.map(\.transaction) == [1, 0, 4])
        #expect(matches.allSatisfy { (0.6...1).contains($0.confidence) })
    }

    @Test func duplicatesAcrossFilesAreReportedOnce() throws {
        let twin = try Self.bought("2026-03-04", "TAXI 12", 900)
        let other = try Self.bought("2026-03-04", "Taxi", 901)
        func listed(_ file: String, _ holder: String, _ one: Transaction) -> ListedTransaction {
            ListedTransaction(file: file, holder: holder, transaction: one)
        }
        let all = [
            listed("a", "E1", twin), listed("a", "E1", twin), listed("a", "E1", other),
            listed("b", "E1", twin),
            listed("b", "E2", twin), listed("c", "e1", twin),
        ]
        let found = DuplicateFinder.duplicates(all)
        #expect(found == [DuplicateFinder.Duplicate(first: 0, copies: [3, 5])])
        let both = DuplicateFinder.duplicates([all[0], all[1], all[3], listed("b", "E1", twin)])
        #expect(both.map(\.first) == [0, 1] && both.map(\.copies) == [[2], [3]])
    }
}
