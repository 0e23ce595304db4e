/// What the columns of a table hold of a line.
struct RowParts {
    /// The words of the merchant's column.
    private(set) var merchant: [String] = []
    /// Where they begin.
    private(set) var merchantLeft: Float?
    /// What is charged or credited.
    private(set) var amount: (minor: Int64, sign: PrintedNumber.Sign, column: Column.Kind)?
    private(set) var balance: Int64?
    private(set) var original: Money?
    private(set) var rate: String?
    /// The last digits of the card, where each row names its own.
    private(set) var cardDigits: String?
    /// The holder, where each row names its own.
    private(set) var holder: [String] = []

    init(
        _ line: TextLine, _ layout: TableLayout, _ dates: (date: DateToken?, posting: DateToken?),
        _ conventions: Conventions
    ) {
        var taken: Set<Int> = []
        for date in line.dates
        where layout.dateColumn(date) != nil
            && (date.words == dates.date?.words || date.words == dates.posting?.words)
        {
            taken.formUnion(date.words)
            let next = date.words.upperBound
            if next < line.words.count, TableLayout.isTime(line.words[next].text) { taken.insert(next) }
        }
        readNumbers(line, layout, conventions, &taken)
        readTexts(line, layout, conventions, taken)
    }

    private mutating func readNumbers(
        _ line: TextLine, _ layout: TableLayout, _ conventions: Conventions, _ taken: inout Set<Int>
    ) {
        for token in line.numbers where taken.isDisjoint(with: token.words) {
            guard let index = layout.column(of: token) else { continue }
            let kind = layout.columns[index].kind
            switch kind {
            case .amount, .debit, .credit:
                guard let minor = conventions.minor(token) else { continue }
                // An empty one of two columns may hold a zero.
                if amount == nil || amount?.minor == 0 { amount = (minor, token.number.sign, kind) }
            case .balance:
                guard let minor = conventions.minor(token) else { continue }
                balance = minor
            case .foreign:
                let code = token.number.currency.flatMap(CurrencySign.currency) ?? Self.code(line, layout)
                guard let code, code != conventions.currency else {
                    taken.formUnion(token.words)
                    continue
                }
                guard let minor = ForeignLine.amount(token, code, conventions) else { continue }
                original = Money(minor: minor, currency: code)
            case .rate: rate = token.number.plain(decimalMark: conventions.decimalMark)
            default: continue
            }
            taken.formUnion(token.words)
        }
    }

    /// The code in a column of its own.
    private static func code(_ line: TextLine, _ layout: TableLayout) -> Currency? {
        guard let column = layout.columns.first(where: { $0.kind == .currency }) else { return nil }
        return line.words.first { $0.left < column.right + 6 && column.left - 6 < $0.right }
            .flatMap { CurrencySign.wrapped(in: $0.text) }
    }

    private static func isAlone(_ index: Int, _ line: TextLine) -> Bool {
        line.cells.contains { $0 == index..<(index + 1) }
    }

    private mutating func readTexts(
        _ line: TextLine, _ layout: TableLayout, _ conventions: Conventions, _ taken: Set<Int>
    ) {
        let codes = layout.columns.filter { $0.kind == .currency || $0.kind == .sign }
        for (index, word) in line.words.enumerated() where !taken.contains(index) {
            if codes.contains(where: { word.left < $0.right + 6 && $0.left - 6 < word.right }),
                CurrencySign.isKnown(word.text) || PrintedNumber.sign(ofWord: word.text) != nil
            {
                if let sign = PrintedNumber.sign(ofWord: word.text), amount?.sign == PrintedNumber.Sign.none {
                    amount?.sign = sign
                }
                continue
            }
            switch layout.textColumn(word) {
            case .text where amount?.sign == PrintedNumber.Sign.none && Self.isAlone(index, line):
                // A column such as `Type` may hold what no sign says.
                if let sign = PrintedNumber.sign(ofWord: word.text) { amount?.sign = sign }
            case .merchant:
                if merchantLeft == nil { merchantLeft = word.left }
                merchant.append(word.text)
            case .holder: holder.append(word.text)
            case .card:
                if cardDigits == nil {
                    let digits = String(word.text.suffix(4))
                    if digits.utf8.count == 4, digits.utf8.allSatisfy({ $0 &- 48 < 10 }) {
                        cardDigits = digits
                    }
                }
            default: break
            }
        }
    }
}

/// The amounts of a line with the words in front of each.
enum SumPairs {
    struct Pair {
        var label: Range<Int>
        var token: NumberToken
        var minor: Int64
    }

    /// Whether a number is of a date; `13.04` alone is an amount where amounts are written so.
    private static func isDate(_ date: DateToken, _ token: NumberToken) -> Bool {
        date.words.overlaps(token.words) && (date.date.year != nil || date.words.count > 1)
    }

    static func pairs(of line: TextLine, _ conventions: Conventions) -> [Pair] {
        var pairs: [Pair] = []
        var start = 0
        for token in line.numbers {
            guard let minor = conventions.minor(token),
                !line.dates.contains(where: { isDate($0, token) })
            else {
                continue
            }
            // A bare number of a currency without digits may be any number.
            if conventions.currency.digits == 0, token.number.mark == 0, token.number.currency == nil,
                !line.cells.contains(where: {
                    $0.lowerBound >= start && $0.lowerBound <= token.words.lowerBound
                        && $0.upperBound == token.words.upperBound && $0.count <= token.words.count
                })
            {
                continue
            }
            var label = start..<token.words.lowerBound
            // Of several cells in front of it the last one is its label, when it says what it is.
            if let cell = line.cells.last(where: { $0.upperBound <= token.words.lowerBound }),
                cell.lowerBound > start
            {
                let words = SumLabel(Folded.words(line.words[cell]))
                if words.isTotal || words.isBalance || words.isIgnored || words.isOpening { label = cell }
            }
            if label.isEmpty, let last = pairs.last { label = last.label }
            pairs.append(Pair(label: label, token: token, minor: minor))
            start = token.words.upperBound
        }
        return pairs
    }
}
