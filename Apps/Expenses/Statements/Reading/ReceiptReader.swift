/// Reads a receipt: who made it out, when, and what was paid.
struct ReceiptReader {
    let lines: [TextLine]

    /// - Returns: `nil` when it is none.
    func read() -> Receipt? {
        guard let conventions = conventions(), let total = total(conventions), let date = date(conventions),
            let merchant = merchant()
        else { return nil }
        return Receipt(date: date, merchant: merchant, total: total)
    }

    private func conventions() -> Conventions? {
        guard var found = try? ConventionFinder(lines: lines, heads: []).find(dated: []) else { return nil }
        // A date that can be read both ways is American beside dollars alone, and not where value is taxed.
        let words = Set(lines.flatMap { Folded.words($0.words) })
        let open = lines.flatMap(\.dates).map(\.date).filter(\.isOpen)
        if !open.contains(where: { $0.first > 12 || $0.second > 12 }) {
            found.dayFirst = found.currency != .dollar || words.contains("vat")
        }
        return found
    }

    // MARK: What was paid

    /// How surely words name what was paid; `nil` when they do not.
    private static func rank(_ words: [String]) -> Int? {
        func has(_ some: Set<String>) -> Bool { words.contains { some.contains($0) } }
        let parts: Set<String> = [
            "subtotal", "sub", "zwischensumme", "sous", "net", "netto", "nettobetrag", "tax", "vat", "mwst",
            "tva", "iva",
            "ust", "tip", "discount", "rabatt", "saved", "items", "points", "change", "tendered", "ht",
            "base", "neto", "imponible",
            "ruckgeld", "gegeben", "rendu", "cambio", "deposit",
        ]
        if has(parts), !has(["inkl", "incl", "including", "ttc", "incluido"]) { return nil }
        if has([
            "due", "payable", "zahlbetrag", "rechnungsbetrag", "gesamtbetrag", "endbetrag", "payer", "pagar",
            "grand", "ttc",
        ]) {
            return 3
        }
        if has(Vocabulary.total) { return 2 }
        if has(["paid", "bezahlt", "paye", "pagado", "amount", "betrag", "montant", "importe"]) { return 1 }
        return nil
    }

    private func total(_ conventions: Conventions) -> Money? {
        var best: (rank: Int, money: Money)?
        for line in lines {
            for pair in SumPairs.pairs(of: line, conventions) {
                guard let rank = Self.rank(Folded.words(line.words[pair.label])), rank >= best?.rank ?? 0
                else { continue }
                best = (rank, Money(minor: pair.minor, currency: conventions.currency))
            }
        }
        return best?.money
    }

    // MARK: When

    private func date(_ conventions: Conventions) -> StatementDate? {
        let labels: Set<String> = ["date", "datum", "fecha", "data", "dated", "le", "vom"]
        var first: StatementDate?
        for line in lines {
            for token in line.dates {
                guard token.date.year != nil, let day = conventions.day(token.date) else { continue }
                let before = Folded.words(line.words[..<token.words.lowerBound])
                // When it is to be paid is another day.
                if before.contains(where: {
                    ["due", "fallig", "echeance", "vencimiento", "delivery", "until", "bis"].contains($0)
                }) {
                    continue
                }
                if before.contains(where: labels.contains) { return day }
                if first == nil { first = day }
            }
        }
        return first
    }

    // MARK: Who

    /// The first words that are no heading of their own and no date or number.
    private func merchant() -> String? {
        for line in lines.prefix(8) {
            for cell in line.cells {
                let words = Folded.words(line.words[cell])
                let isName = words.contains { word in
                    word.unicodeScalars.contains { $0.properties.isAlphabetic }
                }
                if !isName || words.allSatisfy({ Vocabulary.receiptWords.contains($0) || Int($0) != nil }) {
                    continue
                }
                if line.dates.contains(where: { $0.date.year != nil && $0.words.overlaps(cell) }) { continue }
                return line.text(cell)
            }
        }
        return nil
    }
}
