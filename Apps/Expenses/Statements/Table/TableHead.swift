/// The line or lines that name the columns of a table.
struct TableHead {
    var columns: [Column]
    /// How many lines it takes.
    var count: Int

    /// Reads a head that begins with a line.
    static func read(_ lines: ArraySlice<TextLine>) -> TableHead? {
        guard let first = lines.first, mayBeHead(first) else { return nil }
        var groups = cells(of: first)
        var best = columns(groups).map { TableHead(columns: $0, count: 1) }
        var previous = first
        for (index, line) in lines.dropFirst().prefix(2).enumerated() {
            guard line.page == first.page, line.top - previous.bottom < 0.8 * previous.height,
                mayBeHead(line),
                isPartOfHead(line)
            else { break }
            groups = merged(groups, cells(of: line))
            if let columns = columns(groups) { best = TableHead(columns: columns, count: index + 2) }
            previous = line
        }
        return best
    }

    private struct Cell {
        var left: Float
        var right: Float
        var text: String
    }

    private static func mayBeHead(_ line: TextLine) -> Bool {
        line.words.count <= 24 && line.dates.isEmpty && line.numbers.isEmpty
    }

    private static func cells(of line: TextLine) -> [Cell] {
        line.cells.map {
            Cell(
                left: line.words[$0.lowerBound].left, right: line.words[$0.upperBound - 1].right,
                text: line.text($0))
        }
    }

    /// Whether a line that follows a head holds nothing but words of heads.
    private static func isPartOfHead(_ line: TextLine) -> Bool {
        Folded.words(line.words).allSatisfy { word in
            Vocabulary.headFillers.contains(word) || Currency(word) != nil || Vocabulary.date.contains(word)
                || Vocabulary.postingDate.contains(word) || Vocabulary.text.contains(word)
                || Vocabulary.otherText.contains(word) || Vocabulary.amount.contains(word)
                || Vocabulary.debit.contains(word) || Vocabulary.credit.contains(word)
                || Vocabulary.balance.contains(word) || Vocabulary.foreign.contains(word)
                || Vocabulary.currency.contains(word) || Vocabulary.rate.contains(word)
                || Vocabulary.card.contains(word) || Vocabulary.holderLabels.contains(word)
        }
    }

    /// What stands below a cell belongs to it.
    private static func merged(_ above: [Cell], _ below: [Cell]) -> [Cell] {
        var cells = above
        for cell in below {
            if let index = cells.firstIndex(where: { $0.left < cell.right && cell.left < $0.right }) {
                cells[index].text += " " + cell.text
                cells[index].left = min(cells[index].left, cell.left)
                cells[index].right = max(cells[index].right, cell.right)
            } else {
                cells.append(cell)
            }
        }
        return cells.sorted { $0.left < $1.left }
    }

    private static func columns(_ cells: [Cell]) -> [Column]? {
        guard cells.count >= 3 else { return nil }
        var columns: [Column] = []
        var unknown: [Column] = []
        for cell in cells {
            let currency = cell.text.split(separator: " ").lazy.compactMap {
                CurrencySign.wrapped(in: String($0))
            }.first
            var words = Folded.words(cell.text)
            if words.count > 1, let currency { words.removeAll { $0 == currency.code.lowercased() } }
            let kind = Column.kind(of: words, currency: currency, text: cell.text)
            let column = Column(
                kind: kind ?? .text, left: cell.left, right: cell.right, words: words, currency: currency)
            if kind == nil { unknown.append(column) }
            columns.append(column)
        }
        guard columns.contains(where: { $0.kind.isDate }), columns.contains(where: { $0.kind.isAmount }),
            unknown.count <= columns.count / 2
        else { return nil }
        settle(&columns)
        return columns
    }

    /// Decides what the words of single heads leave open.
    private static func settle(_ columns: inout [Column]) {
        if !columns.contains(where: { $0.kind == .date }),
            let index = columns.firstIndex(where: { $0.kind == .postingDate })
        {
            columns[index].kind = .date
        }
        // The first of two dates is that of the purchase.
        let dates = columns.indices.filter { columns[$0].kind == .date }
        for index in dates.dropFirst() { columns[index].kind = .postingDate }
        // Of two columns of amounts one is in the currency of the purchase.
        let amounts = columns.indices.filter { columns[$0].kind == .amount }
        if amounts.count > 1 {
            let own =
                amounts.last {
                    columns[$0].currency != nil
                        || columns[$0].words.contains { Vocabulary.billing.contains($0) }
                }
                ?? amounts[amounts.count - 1]
            for index in amounts where index != own { columns[index].kind = .foreign }
        }
        let merchants = columns.indices.filter { columns[$0].kind == .merchant }
        if merchants.isEmpty {
            // What no word names is the widest column of text.
            let texts = columns.indices.filter { columns[$0].kind == .text }
            let widest = texts.max { room(columns, $0) < room(columns, $1) }
            if let widest { columns[widest].kind = .merchant }
        }
        for index in merchants.dropFirst() { columns[index].kind = .text }
    }

    private static func room(_ columns: [Column], _ index: Int) -> Float {
        (index + 1 < columns.count ? columns[index + 1].left : columns[index].right + 1) - columns[index].left
    }
}
