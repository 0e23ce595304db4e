/// A table whose head is missing or in words that nobody knows: its columns by where dates and numbers align.
enum BareTable {
    /// The head that it would have, and the line that it stands in front of.
    static func head(of lines: [TextLine]) -> (head: TableHead, line: Int)? {
        let rows = lines.indices.filter { index in
            !lines[index].dates.isEmpty && lines[index].numbers.contains { isFigure($0, lines[index]) }
        }
        guard rows.count >= 3 else { return nil }
        let lefts = rows.flatMap { lines[$0].dates.map { Int($0.left.rounded()) } }
        guard let left = most(lefts, of: rows.count) else { return nil }
        let dated = rows.filter { lines[$0].dates.contains { abs($0.left - Float(left)) < 3 } }
        // Numbers that end at the same place are a column.
        var rights: [Int: Int] = [:]
        for index in dated {
            for token in lines[index].numbers where isFigure(token, lines[index]) {
                rights[Int(token.right.rounded()), default: 0] += 1
            }
        }
        let ends = merged(rights).filter { $0.count * 20 >= dated.count }.sorted { $0.right < $1.right }
        guard !ends.isEmpty, ends.count <= 4 else { return nil }
        var columns = [column(.date, Float(left), dateRight(lines, dated, Float(left)))]
        let kinds = kinds(ends.map(\.right), lines, dated)
        for (end, kind) in zip(ends, kinds) {
            columns.append(column(kind, Float(end.right) - 30, Float(end.right)))
        }
        columns.append(column(.merchant, merchantLeft(lines, dated), merchantLeft(lines, dated) + 10))
        columns.sort { $0.left < $1.left }
        guard columns.contains(where: { $0.kind.isAmount }), let first = dated.first else { return nil }
        return (TableHead(columns: columns, count: 0), first)
    }

    /// Whether a number may be an amount: it stands apart, has a mark, and is of no date that has a year.
    private static func isFigure(_ token: NumberToken, _ line: TextLine) -> Bool {
        token.number.isRegular && token.number.mark != 0 && line.isApart(token)
            && !line.dates.contains { $0.words.overlaps(token.words) && $0.date.year != nil }
    }

    private static func column(_ kind: Column.Kind, _ left: Float, _ right: Float) -> Column {
        Column(kind: kind, left: left, right: right, words: [], currency: nil)
    }

    private static func most(_ values: [Int], of count: Int) -> Int? {
        let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.flatMap {
            $0.value * 2 >= count ? $0.key : nil
        }
    }

    private static func merged(_ rights: [Int: Int]) -> [(right: Int, count: Int)] {
        var found: [(right: Int, count: Int)] = []
        for (right, count) in rights.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            if let near = found.firstIndex(where: { abs($0.right - right) <= 6 }) {
                found[near].count += count
            } else {
                found.append((right, count))
            }
        }
        return found
    }

    private static func dateRight(_ lines: [TextLine], _ dated: [Int], _ left: Float) -> Float {
        dated.flatMap { lines[$0].dates }.filter { abs($0.left - left) < 3 }.map(\.right).max() ?? left
    }

    private static func merchantLeft(_ lines: [TextLine], _ dated: [Int]) -> Float {
        let lefts = dated.compactMap { index -> Int? in
            let line = lines[index]
            let taken = Set(line.dates.flatMap(\.words)).union(
                line.numbers.filter { $0.number.mark != 0 }.flatMap(\.words))
            return line.words.indices.first { !taken.contains($0) }.map { Int(line.words[$0].left.rounded()) }
        }
        return Float(most(lefts, of: 0) ?? 0)
    }

    /// What the columns hold: a number in every row beside another that says how the last one changes is a balance; two
    /// of which every row has one are debits and credits.
    private static func kinds(_ rights: [Int], _ lines: [TextLine], _ dated: [Int]) -> [Column.Kind] {
        guard rights.count > 1 else { return [.amount] }
        let table = dated.map { index in
            rights.map { right in
                lines[index].numbers.first { abs($0.right - Float(right)) <= 6 && $0.number.mark != 0 }?
                    .number.digits
            }
        }
        var kinds = [Column.Kind](repeating: .foreign, count: rights.count)
        for index in rights.indices.reversed() {
            let steps = zip(table, table.dropFirst()).filter { before, after in
                guard let old = before[index], let new = after[index] else { return false }
                return after.enumerated().contains { $0.offset != index && $0.element == abs(new - old) }
            }
            if steps.count * 2 > table.count {
                kinds[index] = .balance
                break
            }
        }
        let others = rights.indices.filter { kinds[$0] != .balance }
        let both = table.filter { row in others.filter { row[$0] != nil }.count > 1 }
        if others.count == 2, both.count * 20 < table.count {
            (kinds[others[0]], kinds[others[1]]) = (.debit, .credit)
        } else if let last = others.last {
            kinds[last] = .amount
        }
        return kinds
    }
}
