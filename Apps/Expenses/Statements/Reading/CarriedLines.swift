/// Rows that bring a balance from one page to the next, known by arithmetic whatever their words are.
enum CarriedLines {
    /// The indices of rows at the end or the beginning of a page whose amount is the sum of all rows before.
    static func find(_ rows: [Transaction]) -> Set<Int> {
        var carried: Set<Int> = []
        var sum: Int64 = 0
        var count = 0
        for (index, row) in rows.enumerated() {
            let endsPage = index + 1 < rows.count && rows[index + 1].page > row.page
            let beginsPage = index > 0 && rows[index - 1].page < row.page
            // Two or three small amounts may add up to the next one by chance.
            if endsPage || beginsPage, count >= 3, row.amount.minor == sum || row.amount.minor == -sum,
                sum != 0
            {
                carried.insert(index)
                continue
            }
            sum &+= row.amount.minor
            count += 1
        }
        return carried
    }
}
