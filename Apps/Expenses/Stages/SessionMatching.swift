import ExpenseStatements

/// Puts together what was read in a session's files: who the card holders are, which transactions are the same, which
/// receipts belong to which, and whether the printed sums are right. The same files and directory give the same report.
struct SessionMatching {
    /// A file and what was read in it.
    struct Read {
        var file: Int
        var filename: String
        var document: Document
    }

    private let employees: [Employee]
    private var report = SessionReport(
        sources: [], holders: [], lines: [], receipts: [], checks: [], totals: [])

    /// Matches.
    /// - Throws: ``MoneyError`` when a sum is beyond 64 bits.
    static func report(on files: [Read], employees: [Employee]) throws -> SessionReport {
        var matching = SessionMatching(employees: employees)
        for file in files.sorted(by: { $0.file < $1.file }) { try matching.take(file) }
        matching.leaveOutDuplicates()
        matching.matchReceipts()
        try matching.sum()
        return matching.report
    }

    private init(employees: [Employee]) { self.employees = employees }

    // MARK: Files

    private mutating func take(_ read: Read) throws {
        switch read.document {
        case .statement(let statement):
            report.sources.append(
                SessionReport.Source(
                    file: read.file, filename: read.filename, currency: statement.currency,
                    period: statement.period, transactions: statement.transactions.count,
                    notes: statement.notes))
            try take(statement, from: read.file)
        case .receipt(let receipt):
            report.sources.append(
                SessionReport.Source(
                    file: read.file, filename: read.filename, currency: nil, period: nil, transactions: 0,
                    notes: []))
            report.receipts.append(SessionReport.Proof(file: read.file, receipt: receipt))
        }
    }

    private mutating func take(_ statement: Statement, from file: Int) throws {
        let first = report.holders.count
        let matcher = NameMatcher(directory: employees)
        let names = Dictionary(employees.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        for holder in statement.holders {
            let match = matcher.match(holder.name)
            report.holders.append(
                SessionReport.Holder(
                    file: file, name: holder.name, lastDigits: holder.lastDigits, match: match,
                    employeeName: match.employee.flatMap { names[$0] }))
        }
        for transaction in statement.transactions {
            // A statement of one card need not say whose each line is.
            let holder = transaction.holder ?? (statement.holders.count == 1 ? 0 : nil)
            report.lines.append(
                SessionReport.Line(
                    file: file, transaction: transaction, holder: holder.map { first + $0 }, alsoIn: []))
        }
        for line in try Reconciliation(of: statement).lines {
            var holder: String?
            if case .holder(let index) = line.printed.scope, statement.holders.indices.contains(index) {
                holder = statement.holders[index].name
            }
            report.checks.append(SessionReport.Check(file: file, holder: holder, line: line))
        }
    }

    // MARK: Across files

    /// What several files list counts once.
    private mutating func leaveOutDuplicates() {
        let listed = report.lines.map { line in
            let holder = report.holder(of: line)
            return ListedTransaction(
                file: "\(line.file)", holder: holder?.match.employee ?? holder?.name ?? "",
                transaction: line.transaction)
        }
        var copies: Set<Int> = []
        for duplicate in DuplicateFinder.duplicates(listed) {
            report.lines[duplicate.first].alsoIn = duplicate.copies.map { report.lines[$0].file }
            copies.formUnion(duplicate.copies)
        }
        report.lines = report.lines.enumerated().filter { !copies.contains($0.offset) }.map(\.element)
    }

    private mutating func matchReceipts() {
        let found = ReceiptMatcher().matches(report.receipts.map(\.receipt), report.lines.map(\.transaction))
        for match in found {
            report.receipts[match.receipt].line = match.transaction
            report.lines[match.transaction].receipt = report.receipts[match.receipt].file
        }
    }

    // MARK: Sums

    private mutating func sum() throws {
        var order: [Spender] = []
        var lines: [Spender: [Money]] = [:]
        for line in report.lines {
            let holder = report.holder(of: line)
            let spender = Spender(
                employee: holder?.match.employee, name: holder?.employeeName ?? holder?.name ?? "",
                currency: line.transaction.amount.currency)
            if lines[spender] == nil { order.append(spender) }
            lines[spender, default: []].append(line.transaction.amount)
        }
        report.totals = try order.sorted().map { spender in
            let amounts = lines[spender] ?? []
            let charges = try Money.sum(amounts.filter { $0.minor > 0 }, of: spender.currency)
            let credits = try Money.sum(amounts.filter { $0.minor < 0 }, of: spender.currency)
            return SessionReport.Total(
                employee: spender.employee, name: spender.name, transactions: amounts.count, charges: charges,
                credits: credits, net: try charges.adding(credits))
        }
    }

    /// Whose a sum is. Employees come first, by name.
    private struct Spender: Hashable, Comparable {
        var employee: String?
        var name: String
        var currency: Currency

        static func < (one: Spender, other: Spender) -> Bool {
            func key(_ spender: Spender) -> (Int, String, String, String) {
                (spender.employee == nil ? 1 : 0, spender.name, spender.employee ?? "", spender.currency.code)
            }
            return key(one) < key(other)
        }
    }
}
