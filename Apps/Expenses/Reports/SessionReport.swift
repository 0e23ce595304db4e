import ExpenseStatements

/// What a session comes to: everything that its reports and its page say, and nothing that depends on when or by whom it was
/// found out.
struct SessionReport: Codable, Hashable, Sendable {
    /// A file that was read.
    struct Source: Codable, Hashable, Sendable {
        /// Its place among the session's files, from 1.
        var file: Int
        var filename: String
        /// The statement's currency; `nil` for a receipt.
        var currency: Currency?
        var period: ClosedRange<StatementDate>?
        var transactions: Int
        /// What the reader of the file had to say about it.
        var notes: [String]

        var isReceipt: Bool { currency == nil }
    }

    /// A card holder as printed, and who that is.
    struct Holder: Codable, Hashable, Sendable {
        var file: Int
        var name: String
        var lastDigits: String?
        var match: NameMatch
        /// The employee's name in the directory.
        var employeeName: String?
    }

    /// A transaction, once, whichever files have it.
    struct Line: Codable, Hashable, Sendable {
        var file: Int
        var transaction: Transaction
        /// An index of ``SessionReport/holders``.
        var holder: Int?
        /// The receipt's file.
        var receipt: Int?
        /// The other files that list it too, and in which it was left out.
        var alsoIn: [Int]
    }

    /// A receipt.
    struct Proof: Codable, Hashable, Sendable {
        var file: Int
        var receipt: Receipt
        /// An index of ``SessionReport/lines``.
        var line: Int?
    }

    /// A printed sum and what was read.
    struct Check: Codable, Hashable, Sendable {
        var file: Int
        /// Whose sum it is; `nil` for the whole statement's.
        var holder: String?
        var line: Reconciliation.Line
    }

    /// What an employee, or somebody whom nobody knows, has spent.
    struct Total: Codable, Hashable, Sendable {
        /// The employee's id; `nil` for a name that is in no directory.
        var employee: String?
        /// The name in the directory, or as printed; empty when no card holder is printed.
        var name: String
        var transactions: Int
        var charges: Money
        var credits: Money
        var net: Money
    }

    var sources: [Source]
    var holders: [Holder]
    var lines: [Line]
    var receipts: [Proof]
    var checks: [Check]
    var totals: [Total]

    /// Transactions that were left out because another file has them too.
    var duplicates: Int { lines.map(\.alsoIn.count).reduce(0, +) }
    /// Printed sums that differ from what was read.
    var differences: [Check] { checks.filter { !$0.line.isReconciled } }
    /// Card holders whom nobody could be found for.
    var unresolved: [Holder] { holders.filter { $0.match.employee == nil } }
    /// Whether something could not be given to an employee.
    var isIncomplete: Bool { totals.contains { $0.employee == nil } || !unresolved.isEmpty }

    /// The card holder of a line, as printed.
    func holder(of line: Line) -> Holder? { line.holder.map { holders[$0] } }

    /// What a file is called.
    func filename(of file: Int) -> String { sources.first { $0.file == file }?.filename ?? "" }

    /// Who spent it, for people.
    func spender(of line: Line) -> String {
        guard let holder = holder(of: line) else { return "" }
        return holder.employeeName ?? holder.name
    }

    /// The numbers of it.
    var summary: SessionSummary {
        SessionSummary(
            statements: sources.count { !$0.isReceipt }, receipts: receipts.count, transactions: lines.count,
            duplicates: duplicates, differences: differences.count, isIncomplete: isIncomplete)
    }
}

extension SessionReport.Total {
    /// What stands in the place of the name.
    var title: String { name.isEmpty ? "no card holder printed" : name }
}
