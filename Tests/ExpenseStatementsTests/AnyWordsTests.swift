import Testing

@testable import ExpenseStatements

/// Whatever words a file holds, wherever they stand: reading them ends, with a statement, a receipt or a sentence.
@Suite struct AnyWordsTests {
    private static let words = [
        "Date", "Amount", "EUR", "Description", "Debit", "Credit", "Balance", "Total", "Card", "****", "1234",
        "12.34",
        "-5,00", "1", "234.50", "CR", "04.03.2026", "03/04/2026", "Mar", "4", "Karteninhaber:", "Anna",
        "Müller", "USD", "=",
        "1.0834", "@", "Page", "2", "Übertrag", "ending", "in", "|", "(", ")", "(5.00)", "-", "Kurs", "x9999",
        "04.03.",
        "2026", "Rate", "Valuta", "Betrag", "e\u{301}", "…", "\u{202E}x", "01/03/2026-31/03/2026", "£7",
        "999999999999999999.99",
    ]

    /// A generator of its own, so that a seed is a seed (Steele, Lea, Flood, "Fast splittable pseudorandom number
    /// generators", OOPSLA 2014).
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static func outcome(_ pages: [PageText]) -> String {
        do {
            switch try StatementParser.parse(pages) {
            case .statement(let statement):
                _ = try Reconciliation(of: statement)
                for transaction in statement.transactions {
                    if let holder = transaction.holder {
                        precondition(statement.holders.indices.contains(holder))
                    }
                }
                return "statement"
            case .receipt: return "receipt"
            }
        } catch let error as StatementError {
            return error.kind.rawValue
        } catch {
            return "\(type(of: error))"
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: 0..<20) func anyWords(seed: UInt64) {
        var random = SplitMix(state: seed)
        var outcomes: [String: Int] = [:]
        for _ in 0..<20 {
            let pages = (1...Int.random(in: 1...3, using: &random)).map { number in
                var page = DrawnPage(number)
                page.line(40, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
                for line in 0..<Int.random(in: 1...30, using: &random) {
                    let y = Float(60 + 12 * line)
                    if Bool.random(using: &random) {
                        page.line(y, (40, "2026-03-04", .left), (500, "\(line).00", .right))
                    }
                    for _ in 0..<Int.random(in: 1...6, using: &random) {
                        let x =
                            [Float(40), 120, 300, 440, Float.random(in: -50...700, using: &random)]
                            .randomElement(using: &random) ?? 0
                        page.text(x, y, Self.words.randomElement(using: &random) ?? "")
                    }
                }
                return page.page
            }
            outcomes[Self.outcome(pages), default: 0] += 1
        }
        // Sums beyond 64 bits are said, and nothing else goes wrong.
        let known = ["statement", "receipt", "MoneyError"] + StatementError.Kind.allCases.map(\.rawValue)
        #expect(outcomes.keys.allSatisfy(known.contains), "\(outcomes)")
        #expect(outcomes["statement", default: 0] > 0)
    }

    /// Hundreds of thousands of words at one place, or of lines that all look like sums and headings, end in moments.
    @Test(.timeLimit(.minutes(2))) func manyWords() {
        var page = DrawnPage()
        page.line(40, (40, "Date", .left), (120, "Description", .left), (500, "Amount EUR", .right))
        page.line(55, (40, "2026-03-04", .left), (120, "Bar", .left), (500, "5.00", .right))
        var crowded = page.page
        for _ in 0..<100_000 {
            crowded.words.append(PageWord("12.34", left: 10, top: 100, right: 20, bottom: 110))
        }
        #expect(Self.outcome([crowded]) == "statement")
        var long = page.page
        for index in 0..<12_000 {
            let y = Float(100 + 12 * index)
            long.words.append(PageWord("Total", left: 120, top: y, right: 150, bottom: y + 10))
            long.words.append(PageWord("\(index).34", left: 470, top: y, right: 500, bottom: y + 10))
        }
        #expect(Self.outcome([long]) == "not_recognised")
    }
}
