/// Finds out how a file writes amounts and dates, from all of its lines.
struct ConventionFinder {
    let lines: [TextLine]
    let heads: [TableHead]

    /// - Parameter dated: the dates of rows, for those that alone do not say which number is the day.
    /// - Throws: ``StatementError`` when nothing says which currency it is.
    func find(dated: [PrintedDate]) throws -> Conventions {
        let currency = try currency()
        let mark = decimalMark(currency)
        let periods = periods()
        var found = Conventions(currency: currency, decimalMark: mark, dayFirst: true)
        found.dayFirst = dayFirst(dated, periods, currency)
        found.period = periods.lazy.compactMap { found.period($0) }.first
        found.lastDay = found.period?.upperBound ?? lastFullDay(found)
        return found
    }

    // MARK: Currency

    /// Words beside which a code names the file's currency.
    private static let namers: Set<String> = [
        "currency", "wahrung", "waehrung", "devise", "moneda", "monnaie", "amounts", "betrage", "montants",
        "importes",
        "valuta", "kontowahrung", "abrechnungswahrung", "divisa",
    ]

    private func currency() throws -> Currency {
        var votes: [Currency: Int] = [:]
        for head in heads {
            for column in head.columns where column.kind.isAmount || column.kind == .balance {
                if let currency = column.currency { votes[currency, default: 0] += 1000 }
            }
        }
        // A head is repeated on every page, and a line that names the currency as well.
        for line in lines {
            let codes = line.words.indices.filter { index in
                line.words[index].text.utf8.count >= 3
                    && CurrencySign.wrapped(in: line.words[index].text) != nil
            }
            guard !codes.isEmpty else { continue }
            // What stands beside a number names that number's currency alone.
            let ofNumbers = codes.filter { code in line.numbers.contains { $0.words.contains(code) } }
            let folded = line.words.map { Folded.words($0.text) }
            let namer = folded.firstIndex { $0.contains(where: Self.namers.contains) }
            if let namer, let code = codes.first(where: { $0 >= namer && !ofNumbers.contains($0) }) {
                // Behind the word, for names of people may be codes: `BOB`.
                vote(line.words[code], 1000, &votes)
            } else if folded.contains(where: { $0.contains(where: Vocabulary.total.contains) })
                || folded.contains(where: { $0.contains(where: Vocabulary.balance.contains) })
            {
                let named = codes.first { code in
                    ofNumbers.contains(code) || line.words[code].text.hasPrefix("(")
                        || line.numbers.contains { $0.words.lowerBound == code + 1 }
                        || code > 0 && ["in", "en"].contains(folded[code - 1].last ?? "")
                }
                if let named { vote(line.words[named], 100, &votes) }
            }
        }
        let named = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
        if let named, CurrencySign.isCode(named.key.code), hasCode(named.key) { return named.key }
        // Neither a head nor a sum says it: what stands beside the amounts does, the furthest to the right first.
        for line in lines {
            guard let printed = line.numbers.last?.number.currency,
                let currency = CurrencySign.currency(printed)
            else {
                continue
            }
            votes[currency, default: 0] += 1
        }
        if votes.isEmpty { voteForStated(&votes) }
        guard let most = votes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
            throw StatementError(
                .noCurrency,
                "Nothing in the file says which currency its amounts are in; upload the whole statement with its first page."
            )
        }
        // A sign that several use stands for the one whose code is printed somewhere.
        if let sign = commonSign(), let code = printedCodes().first(where: { CurrencySign.mayMean(sign, $0) })
        {
            return code
        }
        return most.key
    }

    private func vote(_ word: PageWord, _ weight: Int, _ votes: inout [Currency: Int]) {
        guard let currency = CurrencySign.wrapped(in: word.text) else { return }
        votes[currency, default: 0] += weight
    }

    /// Votes for codes that a sentence states, whatever it calls the amounts: `All figures in USD`.
    private func voteForStated(_ votes: inout [Currency: Int]) {
        for line in lines where line.numbers.isEmpty {
            for (before, code) in zip(line.words, line.words.dropFirst())
            where code.text.utf8.count >= 3 && ["in", "en"].contains(Folded.words(before.text).last ?? "") {
                vote(code, 1, &votes)
            }
        }
    }

    private func hasCode(_ currency: Currency) -> Bool {
        lines.contains { $0.words.contains { CurrencySign.wrapped(in: $0.text) == currency } }
    }

    private func commonSign() -> String? {
        var counts: [String: Int] = [:]
        for line in lines {
            if let printed = line.numbers.last?.number.currency, !CurrencySign.isCode(printed) {
                counts[printed, default: 0] += 1
            }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private func printedCodes() -> [Currency] {
        var codes: [Currency: Int] = [:]
        for line in lines {
            for word in line.words where word.text.utf8.count >= 3 {
                let bare = word.text.filter { $0.isLetter }
                if CurrencySign.isCode(bare), let code = CurrencySign.wrapped(in: word.text) {
                    codes[code, default: 0] += 1
                }
            }
        }
        return codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    // MARK: Decimal mark

    private func decimalMark(_ currency: Currency) -> UInt8 {
        let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))
        var votes = [point: 0, comma: 0]
        for line in lines {
            guard let number = line.numbers.last?.number, number.isRegular,
                number.mark == point || number.mark == comma
            else { continue }
            let isFraction =
                number.grouping != 0
                ? number.grouping != number.mark : number.digitsAfter == max(currency.digits, 1)
            if number.grouping != 0, number.grouping != number.mark {
                votes[number.mark, default: 0] += 3
            } else if currency.digits == 0 {
                // Here marks part groups.
                if number.digitsAfter == 3 { votes[number.mark == point ? comma : point, default: 0] += 1 }
            } else if isFraction {
                votes[number.mark, default: 0] += 1
            }
        }
        return votes[comma, default: 0] > votes[point, default: 0] ? comma : point
    }

    // MARK: Dates

    /// Two dates that are joined as the first and the last day of something.
    private func periods() -> [(PrintedDate, PrintedDate)] {
        var found: [(PrintedDate, PrintedDate)] = []
        for line in lines where line.dates.count >= 2 {
            for (first, second) in zip(line.dates, line.dates.dropFirst()) {
                if first.words == second.words {
                    found.append((first.date, second.date))
                    continue
                }
                let between = line.words[first.words.upperBound..<second.words.lowerBound]
                guard between.count <= 2, !between.isEmpty else { continue }
                let joins = between.allSatisfy { word in
                    ["-", "–", "—", "\u{2212}", "/", "to:", "…", "..."].contains(word.text)
                        || Folded.words(word.text).allSatisfy(Vocabulary.rangeWords.contains)
                }
                if joins { found.append((first.date, second.date)) }
            }
            if found.count > 20 { break }
        }
        return found
    }

    private func dayFirst(
        _ dated: [PrintedDate], _ periods: [(PrintedDate, PrintedDate)], _ currency: Currency
    ) -> Bool {
        let open =
            (dated + periods.flatMap { [$0.0, $0.1] } + lines.prefix(200).flatMap { $0.dates.map(\.date) })
            .filter(\.isOpen)
        let (days, months) = (open.filter { $0.first > 12 }.count, open.filter { $0.second > 12 }.count)
        if days != months { return days > months }
        // Every date can be read both ways: the right one brings more of them into the period.
        let fits = [true, false].map { dayFirst in
            var one = Conventions(currency: currency, decimalMark: 0, dayFirst: dayFirst)
            guard let period = periods.lazy.compactMap({ one.period($0) }).first else { return 0 }
            one.period = period
            one.lastDay = period.upperBound
            return dated.filter { one.day($0).map(period.contains) ?? false }.count
        }
        if fits[0] != fits[1] { return fits[0] > fits[1] }
        return currency != .dollar
    }

    /// The last day that is printed with its year, of the first page if it has one.
    private func lastFullDay(_ conventions: Conventions) -> StatementDate? {
        let full = lines.filter { $0.dates.contains { $0.date.year != nil } }
        let first = full.first?.page
        return full.filter { $0.page == first }.flatMap(\.dates).filter { $0.date.year != nil }
            .compactMap { conventions.day($0.date) }.max() ?? lastMonth()
    }

    /// The end of a month that is printed with its year: `March 2026`.
    private func lastMonth() -> StatementDate? {
        for line in lines.prefix(200) {
            for (month, year) in zip(line.words, line.words.dropFirst()) {
                guard let name = Folded.words(month.text).first, let month = Vocabulary.months[name],
                    let parts = DateParts(year.text), parts.kinds == [.number], parts[0].length == 4,
                    let year = parts[0].year
                else { continue }
                return StatementDate(
                    year: year, month: month, day: StatementDate.length(ofMonth: month, year: year))
            }
        }
        return nil
    }
}

extension Conventions {
    /// The days from one date to another; a year that only the last one names is that of both, or the one before.
    func period(_ dates: (PrintedDate, PrintedDate)) -> ClosedRange<StatementDate>? {
        guard let year = dates.1.year, let last = dates.1.day(year: year, dayFirst: dayFirst) else {
            return nil
        }
        let years = dates.0.year.map { [$0] } ?? [year, year - 1]
        let first = years.lazy.compactMap { dates.0.day(year: $0, dayFirst: dayFirst) }.first { $0 <= last }
        guard let first, last.days(since: first) <= 400, last.days(since: first) >= 5 else { return nil }
        return first...last
    }
}
