/// Goes through the lines of a statement and takes its rows, headings and sums.
struct TableReader {
    private let lines: [TextLine]
    private let heads: [Int: (layout: Int, count: Int)]
    private let layouts: [TableLayout]
    private let conventions: Conventions
    private let furniture: Furniture
    /// Whether a name alone is a heading, for a file that has no other ones.
    private let takesNames: Bool

    /// A statement has no more holders.
    static let mostHolders = 2000

    private(set) var rows: [RowDraft] = []
    private(set) var sums: [SumDraft] = []
    private(set) var holders: [HolderFinder.Heading] = []
    private var forms: [NameForm] = []
    private var layout: Int?
    private var holder: Int?
    /// The last line that gave a card's digits without a name.
    private var bareHeading: Int?
    /// A row whose amount has not come yet.
    private var pending: RowDraft?
    /// Text in the merchants' column that no row has taken: it may be of the next one.
    private var loose: (lastLine: Int, merchant: [String])?
    /// Where the head of a table has just ended.
    private var headEnd: Int?
    /// Whether something else than rows has come since the last row.
    private var isInterrupted = false

    /// - Parameter heads: where heads of tables begin, with their layouts and how many lines they take.
    init(
        lines: [TextLine], heads: [Int: (layout: Int, count: Int)], layouts: [TableLayout],
        conventions: Conventions,
        furniture: Furniture, takesNames: Bool = false
    ) {
        self.takesNames = takesNames
        self.lines = lines
        self.heads = heads
        self.layouts = layouts
        self.conventions = conventions
        self.furniture = furniture
        readAll()
    }

    private mutating func readAll() {
        var index = 0
        while index < lines.count {
            if let head = heads[index] {
                layout = head.layout
                index += head.count
                headEnd = index
                // A table without a head begins with its first row.
                if head.count > 0 { continue }
            }
            read(index)
            index += 1
        }
    }

    private mutating func read(_ index: Int) {
        let line = lines[index]
        guard let layout = layout.map({ layouts[$0] }) else {
            takeSums(line, nil)
            takeHeading(index)
            return
        }
        let dates = layout.dates(of: line)
        let parts = RowParts(line, layout, dates, conventions)
        if let date = dates.date ?? dates.posting {
            if parts.amount != nil {
                guard isRow(line, parts, layout) else { return takeSums(line, layout) }
                return takeRow(index, date.date, parts)
            }
            // The amount may stand on a later line of the row.
            if !parts.merchant.isEmpty, parts.balance == nil, isRow(line, parts, layout),
                !furniture.isAlike(line)
            {
                return begin(index, date.date, parts)
            }
            takeSums(line, layout)
            takeHeading(index)
            return
        }
        if parts.amount != nil {
            if pending != nil, continues(index, parts, layout),
                !SumLabel(Folded.words(line.words)).isNothingElse
            {
                return finish(index, parts)
            }
            takeSums(line, layout)
            takeHeading(index)
            return
        }
        if takeForeign(index) { return }
        if continues(index, parts, layout) { return extend(index, parts) }
        if let left = parts.merchantLeft, layout.isStrict, layout.beginsAtMerchant(left) {
            let isNext = loose?.lastLine == index - 1
            loose = (index, (isNext ? loose?.merchant ?? [] : []) + parts.merchant)
        }
        takeSums(line, layout)
        takeHeading(index)
    }

    // MARK: Rows

    private func isRow(_ line: TextLine, _ parts: RowParts, _ layout: TableLayout) -> Bool {
        if let left = parts.merchantLeft, !layout.beginsAtMerchant(left) { return false }
        if !layout.isHighAsRows(line) || furniture.isRepeated(line) || Furniture.bearsPageNumber(line) {
            return false
        }
        return !SumLabel(parts.merchant.flatMap { Folded.words($0) }).isNothingElse
    }

    private func draft(_ index: Int, _ date: PrintedDate, _ parts: RowParts) -> RowDraft {
        let line = lines[index]
        return RowDraft(
            date: date, merchant: parts.merchant, minor: parts.amount?.minor,
            sign: parts.amount?.sign ?? .none,
            column: parts.amount?.column ?? .amount, original: parts.original, rate: parts.rate,
            holder: holder,
            page: line.page, row: line.row, line: index, hasBalance: parts.balance != nil, lastLine: index,
            lastText: parts.merchant)
    }

    private mutating func takeRow(_ index: Int, _ date: PrintedDate, _ parts: RowParts) {
        pending = nil
        var row = draft(index, date, parts)
        if parts.cardDigits != nil || !parts.holder.isEmpty {
            let own = HolderFinder.Heading(
                name: parts.holder.joined(separator: " "), digits: parts.cardDigits, isAccount: false)
            row.holder = note(own, isHeading: false)
        }
        if row.merchant.isEmpty, let last = rows.last, last.lastLine == index - 1, !last.lastText.isEmpty,
            last.lastText.count < last.merchant.count, lines[index - 1].page == lines[index].page,
            index >= 2,
            lines[index].top - lines[index - 1].bottom < lines[index - 1].top - lines[index - 2].bottom
        {
            // The line above is nearer to this row than to the one before, and this one has no text of its own.
            rows[rows.count - 1].merchant.removeLast(last.lastText.count)
            row.merchant = last.lastText
        } else if row.merchant.isEmpty, let loose, loose.lastLine == index - 1,
            lines[index - 1].page == lines[index].page
        {
            row.merchant = loose.merchant
        }
        rows.append(row)
        isInterrupted = false
        headEnd = nil
    }

    private mutating func begin(_ index: Int, _ date: PrintedDate, _ parts: RowParts) {
        pending = draft(index, date, parts)
        isInterrupted = false
        headEnd = nil
    }

    private mutating func finish(_ index: Int, _ parts: RowParts) {
        guard var row = pending, let amount = parts.amount else { return }
        row.merchant += parts.merchant
        row.minor = amount.minor
        row.sign = amount.sign
        row.column = amount.column
        row.original = row.original ?? parts.original
        row.rate = row.rate ?? parts.rate
        row.hasBalance = row.hasBalance || parts.balance != nil
        row.lastLine = index
        row.lastText = parts.merchant
        rows.append(row)
        pending = nil
        isInterrupted = false
        headEnd = nil
    }

    /// Whether a line goes on with the row before it.
    private func continues(_ index: Int, _ parts: RowParts, _ layout: TableLayout) -> Bool {
        guard let row = pending ?? rows.last, !parts.merchant.isEmpty, !isInterrupted,
            let left = parts.merchantLeft
        else { return false }
        let line = lines[index]
        let before = lines[row.lastLine]
        guard layout.merchantLeft == nil || layout.beginsAtMerchant(left, indent: 3 * line.letter),
            layout.isStrict || left >= (layout.merchantLeft ?? left) - 3
        else { return false }
        if let first = Folded.words(line.words[0].text).first, Vocabulary.detailWords.contains(first),
            line.words[0].text.hasSuffix(":") || line.words.count <= 3 && line.words.count > 1
        {
            return false
        }
        if Furniture.bearsPageNumber(line) { return false }
        if line.page == before.page {
            return index == row.lastLine + 1 && line.top - before.bottom < 0.8 * line.height
        }
        // The rest of a row stands at the top of the next page, right below the head.
        return line.page == before.page + 1 && headEnd == index && layout.isStrict && !furniture.isAlike(line)
            && HolderFinder.heading(line, above: []) == nil && !isKnownName(line)
    }

    private mutating func extend(_ index: Int, _ parts: RowParts) {
        headEnd = nil
        if pending != nil {
            pending?.merchant += parts.merchant
            pending?.lastLine = index
            return
        }
        let last = rows.count - 1
        rows[last].merchant += parts.merchant
        rows[last].lastText = parts.merchant
        rows[last].lastLine = index
    }

    private mutating func takeForeign(_ index: Int) -> Bool {
        let line = lines[index]
        guard let row = pending ?? rows.last, row.lastLine == index - 1 || headEnd == index, !isInterrupted,
            let found = ForeignLine.read(line, conventions)
        else { return false }
        if pending != nil {
            pending?.original = row.original ?? found.original
            pending?.rate = row.rate ?? found.rate
            pending?.lastLine = index
        } else {
            rows[rows.count - 1].original = row.original ?? found.original
            rows[rows.count - 1].rate = row.rate ?? found.rate
            rows[rows.count - 1].lastLine = index
        }
        return true
    }

    // MARK: Headings

    private mutating func takeHeading(_ index: Int) {
        let line = lines[index]
        var ignored: Set<Int> = []
        var isSum = false
        for pair in SumPairs.pairs(of: line, conventions) {
            let label = SumLabel(Folded.words(line.words[pair.label]))
            ignored.formUnion(pair.token.words)
            guard label.isTotal || label.isBalance || label.isIgnored || label.isCarried else { continue }
            ignored.formUnion(pair.label)
            isSum = true
        }
        if isSum, ignored.count == line.words.count { return }
        let lowest = max(0, index - 3)
        let above = lines[lowest..<index].reversed().filter { $0.page == line.page }
        if let heading = HolderFinder.heading(line, above: above, ignored: ignored) {
            note(heading, isHeading: true)
            if heading.name.isEmpty { bareHeading = index }
            return
        }
        if bareHeading == index - 1, index > 0, lines[index - 1].page == line.page, let holder,
            holders[holder].name.isEmpty, let user = HolderFinder.user(line)
        {
            note(user, isHeading: true)
            return
        }
        if let only = HolderFinder.onlyName(line),
            let known = forms.firstIndex(where: { $0.isSame(as: NameForm(only.name)) })
        {
            holder = known
            isInterrupted = true
            pending = nil
        } else if let (_, isContinued) = HolderFinder.onlyName(line), isContinued {
            isInterrupted = true
        } else if takesNames, beginsTable(index), let heading = HolderFinder.bareName(line) {
            note(heading, isHeading: true)
        }
    }

    /// Whether the head of a table or a row stands below a line, one line further down at most.
    private func beginsTable(_ index: Int) -> Bool {
        (index + 1...index + 2).contains { next in
            guard lines.indices.contains(next), lines[next].page == lines[index].page else { return false }
            if heads[next] != nil { return true }
            guard let layout = layout.map({ layouts[$0] }) else { return false }
            let dates = layout.dates(of: lines[next])
            return dates.date != nil && RowParts(lines[next], layout, dates, conventions).amount != nil
        }
    }

    private func isKnownName(_ line: TextLine) -> Bool {
        guard let only = HolderFinder.onlyName(line) else { return false }
        return forms.contains { $0.isSame(as: NameForm(only.name)) }
    }

    /// Takes a heading: the rows below are of this holder.
    @discardableResult
    private mutating func note(_ heading: HolderFinder.Heading, isHeading: Bool) -> Int {
        // One more than a statement has: the file is refused in the end, and nothing is looked for any longer.
        guard holders.count <= Self.mostHolders else { return holders.count - 1 }
        let form = NameForm(heading.name)
        var known = holders.indices.first { index in
            let same = !heading.name.isEmpty && forms[index].isSame(as: form)
            guard let digits = heading.digits, let other = holders[index].digits else { return same }
            return digits == other && (same || heading.name.isEmpty || holders[index].name.isEmpty)
        }
        if known == nil, heading.name.isEmpty, isHeading {
            // The digits below a name.
            if let holder, holders[holder].digits == nil, !rows.contains(where: { $0.holder == holder }) {
                known = holder
            }
        }
        if known == nil, heading.digits == nil, !heading.name.isEmpty, isHeading, let holder,
            holders[holder].name.isEmpty, !rows.contains(where: { $0.holder == holder })
        {
            // The name below the digits: the card's number stands apart from whose it is.
            known = holder
            holders[holder].isAccount = heading.isAccount
        }
        if let known {
            if holders[known].digits == nil { holders[known].digits = heading.digits }
            if holders[known].name.isEmpty, !heading.name.isEmpty {
                holders[known].name = heading.name
                forms[known] = form
            }
        } else {
            holders.append(heading)
            forms.append(form)
        }
        let index = known ?? holders.count - 1
        guard isHeading else { return index }
        holder = index
        isInterrupted = true
        pending = nil
        return index
    }

    // MARK: Sums

    private mutating func takeSums(_ line: TextLine, _ layout: TableLayout?) {
        let pairs = SumPairs.pairs(of: line, conventions)
        guard !pairs.isEmpty else { return }
        let isDated = layout.map { $0.dates(of: line).date != nil } ?? false
        let kinds = pairs.map { pair in layout?.column(of: pair.token).flatMap { layout?.columns[$0].kind } }
        let isPair = kinds.contains(.debit) && kinds.contains(.credit)
        for (pair, kind) in zip(pairs, kinds) {
            let label = SumLabel(Folded.words(line.words[pair.label]))
            sums.append(
                SumDraft(
                    label: label, printed: line.text(pair.label), minor: pair.minor,
                    sign: pair.token.number.sign,
                    column: kind, isPair: isPair, rowsBefore: rows.count, holder: holder,
                    digits: CardDigits.find(line)?.digits, page: line.page, isDated: isDated))
            if kind?.isAmount ?? false || label.isTotal || label.isBalance { isInterrupted = true }
        }
    }
}
