/// Reads a statement: finds its tables, goes through its lines, and makes sense of what was found.
struct StatementReader {
    private let lines: [TextLine]
    private let pages: Int

    private static let mostSums = 10_000

    init(lines: [TextLine], pages: Int) {
        self.lines = lines
        self.pages = pages
    }

    /// - Returns: `nil` when there is no table of transactions.
    /// - Throws: ``StatementError``.
    func read() throws -> Statement? {
        var (heads, starts) = heads()
        var (layouts, places) = group(heads, starts)
        let isTable = layouts.indices.map { index in
            layouts[index].settle(sections(places).filter { $0.layout == index }.flatMap { lines[$0.lines] })
        }
        places = places.filter { isTable[$0.value.layout] }
        if places.isEmpty {
            guard let bare = BareTable.head(of: lines) else { return nil }
            (heads, starts) = ([bare.head], [bare.line: 0])
            (layouts, places) = group(heads, starts)
        }
        let dated = sections(places).flatMap { layout, section in
            lines[section].flatMap { line in layouts[layout].dates(of: line).date.map { [$0.date] } ?? [] }
        }
        let conventions = try ConventionFinder(lines: lines, heads: heads).find(dated: dated)
        var learned = layouts
        for index in layouts.indices {
            let own = sections(places).filter { $0.layout == index }.flatMap { lines[$0.lines] }
            learned[index].learn(own) { conventions.minor($0) != nil }
        }
        let furniture = Furniture(lines, pages: pages)
        var table = TableReader(
            lines: lines, heads: places, layouts: learned, conventions: conventions, furniture: furniture)
        if table.holders.isEmpty {
            table = TableReader(
                lines: lines, heads: places, layouts: learned, conventions: conventions, furniture: furniture,
                takesNames: true)
        }
        guard table.sums.count <= Self.mostSums, table.holders.count <= TableReader.mostHolders else {
            throw StatementError(
                .notRecognised,
                "The file holds more sums or card holders than a statement has; upload it in parts.")
        }
        return try statement(table, conventions)
    }

    private func heads() -> ([TableHead], [Int: Int]) {
        var heads: [TableHead] = []
        var starts: [Int: Int] = [:]
        var index = 0
        while index < lines.count {
            if let head = TableHead.read(lines[index..<min(index + 3, lines.count)]) {
                starts[index] = heads.count
                heads.append(head)
                index += head.count
            } else {
                index += 1
            }
        }
        return (heads, starts)
    }

    /// The same head on many pages is one layout.
    private func group(_ heads: [TableHead], _ starts: [Int: Int]) -> (
        [TableLayout], [Int: (layout: Int, count: Int)]
    ) {
        var layouts: [TableLayout] = []
        var places: [Int: (layout: Int, count: Int)] = [:]
        for (line, head) in starts.sorted(by: { $0.key < $1.key }) {
            let columns = heads[head].columns
            let known = layouts.firstIndex { $0.isSame(as: columns) }
            if known == nil { layouts.append(TableLayout(columns: columns)) }
            places[line] = (known ?? layouts.count - 1, heads[head].count)
        }
        return (layouts, places)
    }

    /// The lines below each head.
    private func sections(_ places: [Int: (layout: Int, count: Int)]) -> [(layout: Int, lines: Range<Int>)] {
        let starts = places.keys.sorted()
        return starts.indices.map { index in
            let end = index + 1 < starts.count ? starts[index + 1] : lines.count
            let place = places[starts[index]] ?? (0, 1)
            return (place.layout, min(starts[index] + place.count, end)..<end)
        }
    }

    // MARK: Making sense

    private func statement(_ table: TableReader, _ conventions: Conventions) throws -> Statement {
        let apart = FootLines.find(table.rows, table.sums, lines)
        let inColumn = table.rows.indices.filter { !apart.contains($0) }.map { table.rows[$0] }
            .filter { $0.column == .amount }
        let rule = SignRule(
            rows: inColumn.map { row in
                let words = row.merchant.flatMap { Folded.words($0) }
                return (row.sign, words.contains(where: Vocabulary.creditRows.contains))
            },
            sums: table.sums.filter {
                $0.minor != 0 && $0.column != .debit && $0.column != .credit && $0.label.isOneSided
            }
            .map { ($0.sign, $0.label.isOfCredits) })
        var notes: [String] = []
        var made: [Transaction] = []
        var positions: [Int] = []
        for (index, row) in table.rows.enumerated() {
            positions.append(made.count)
            if apart.contains(index) {
                notes.append(FootLines.note(page: row.page, row: row.row))
                continue
            }
            guard let transaction = try transaction(row, rule, conventions) else {
                notes.append(
                    "Line \(row.row) of page \(row.page) looks like a transaction whose date does not exist.")
                continue
            }
            made.append(transaction)
        }
        positions.append(made.count)
        let known = table.sums.map { draft in
            var draft = draft
            draft.rowsBefore = positions[draft.rowsBefore]
            return draft
        }
        var carried = CarriedLines.find(made)
        if let last = made.last, !carried.contains(made.count - 1), FootLines.isBehindSumOfAll(made, known) {
            notes.append(FootLines.note(page: last.page, row: last.row))
            carried.insert(made.count - 1)
        }
        var (transactions, kept) = ([Transaction](), [Int]())
        for (index, transaction) in made.enumerated() {
            kept.append(transactions.count)
            if !carried.contains(index) { transactions.append(transaction) }
        }
        kept.append(transactions.count)
        let (holders, places) = holders(table.holders, transactions)
        for index in transactions.indices {
            transactions[index].holder = transactions[index].holder.flatMap { places[$0] }
        }
        let sums = known.map { draft in
            var draft = draft
            draft.rowsBefore = kept[draft.rowsBefore]
            draft.holder = draft.holder.flatMap { places[$0] }
            return draft
        }
        let resolver = SumResolver(
            transactions: transactions, holders: holders, currency: conventions.currency, rule: rule)
        return Statement(
            currency: conventions.currency, period: conventions.period, holders: holders,
            transactions: transactions,
            printedTotals: resolver.resolve(sums), pages: pages, notes: notes)
    }

    private func transaction(_ row: RowDraft, _ rule: SignRule, _ conventions: Conventions) throws
        -> Transaction?
    {
        guard let minor = row.minor else { return nil }
        if row.date.year == nil, conventions.lastDay == nil {
            throw StatementError(
                .noYear,
                "The dates of the transactions have no year, and the file names none; upload the whole statement with its first page."
            )
        }
        guard let date = conventions.day(row.date) else { return nil }
        let signed =
            switch row.column {
            case .debit:
                row.sign == .minus || row.sign == .parentheses || row.sign == .credit ? -minor : minor
            case .credit: -minor
            default: rule.signed(minor, row.sign)
            }
        var original = row.original
        if signed < 0, let minor = original?.minor { original?.minor = -abs(minor) }
        return Transaction(
            date: date, merchant: row.merchant.joined(separator: " "),
            amount: Money(minor: signed, currency: conventions.currency), original: original, rate: row.rate,
            holder: row.holder, page: row.page, row: row.row)
    }

    /// The holders that are meant: who keeps the account is none when cards of others are listed.
    private func holders(
        _ headings: [HolderFinder.Heading], _ transactions: [Transaction]
    ) -> ([CardHolder], [Int: Int]) {
        let active = Set(transactions.compactMap(\.holder))
        var holders: [CardHolder] = []
        var places: [Int: Int] = [:]
        for (index, heading) in headings.enumerated() {
            let isIdle = !active.contains(index) && !active.isEmpty
            if isIdle, heading.isAccount || heading.name.isEmpty || heading.digits == nil { continue }
            places[index] = holders.count
            holders.append(CardHolder(name: heading.name, lastDigits: heading.digits))
        }
        return (holders, places)
    }
}
