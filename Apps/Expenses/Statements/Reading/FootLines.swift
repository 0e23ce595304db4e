/// Dated lines with an amount at the foot of a page that are no transactions: what a late payment costs, what will be
/// taken when. On one page alone no repetition tells them.
enum FootLines {
    /// A gap is wide from so many heights of a line on, and when it is so much wider than any within the table.
    private static let (leastGap, widerBy): (Float, Float) = (3, 1.5)
    /// Fewer rows say nothing about what rows have.
    private static let fewest = 3

    /// The indices of rows that stand apart from the table: the last ones of their pages, behind a sum, far below
    /// everything else, or without the balance that all other rows bear. Two of the three are asked for.
    static func find(_ rows: [RowDraft], _ sums: [SumDraft], _ lines: [TextLine]) -> Set<Int> {
        let last = rows.indices.filter { $0 + 1 == rows.count || rows[$0 + 1].page > rows[$0].page }
        let others = Set(rows.indices).subtracting(last)
        guard others.count >= fewest else { return [] }
        let widest = others.map { gap(above: rows[$0].line, lines) ?? 0 }.max() ?? 0
        let haveBalances = others.allSatisfy { rows[$0].hasBalance }
        let found = last.filter { index in
            let row = rows[index]
            let own = sums.filter { $0.page == row.page && isBelowTable($0) }
            guard !own.contains(where: { $0.rowsBefore > index }) else { return false }
            let isBehindSum = own.contains { $0.rowsBefore == index }
            let gap = gap(above: row.line, lines) ?? 0
            let isFar = gap > leastGap * lines[row.line].height && gap > widerBy * widest
            let lacksBalance = haveBalances && !row.hasBalance
            return [isBehindSum, isFar, lacksBalance].filter { $0 }.count >= 2
        }
        return Set(found)
    }

    /// Whether the last of all rows stands behind a sum that counts every row but it.
    static func isBehindSumOfAll(_ rows: [Transaction], _ sums: [SumDraft]) -> Bool {
        guard rows.count > fewest else { return false }
        let ends = sums.filter(isBelowTable)
        let net = rows.dropLast().reduce(Int64(0)) { $0 &+ $1.amount.minor }
        return net != 0 && !ends.contains { $0.rowsBefore >= rows.count }
            && ends.contains {
                $0.rowsBefore == rows.count - 1 && $0.label.isTotal && !$0.label.isOneSided && !$0.isPair
                    && ($0.minor == net || $0.minor == 0 &- net)
            }
    }

    /// What is said of such a line, so that nobody misses it unknowingly.
    static func note(page: Int, row: Int) -> String {
        "Line \(row) of page \(page) has a date and an amount, but stands apart from the table; it was not taken for a transaction."
    }

    private static func isBelowTable(_ sum: SumDraft) -> Bool {
        !sum.isDated && (sum.label.isTotal || sum.label.isBalance || sum.column?.isAmount ?? false)
    }

    /// How far a line stands below the one above it on its page.
    private static func gap(above line: Int, _ lines: [TextLine]) -> Float? {
        guard line > 0, lines[line - 1].page == lines[line].page else { return nil }
        return lines[line].top - lines[line - 1].bottom
    }
}
