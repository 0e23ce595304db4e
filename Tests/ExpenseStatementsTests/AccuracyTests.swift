import ExpenseStatements
import Expenses
import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Testing

/// How much of made statements is read rightly.
@Suite(.serialized) struct AccuracyTests {
    /// What was right of how many.
    private struct Tally {
        var right = 0
        var all = 0
        mutating func count(_ isRight: Bool) {
            all += 1
            right += isRight ? 1 : 0
        }
        var share: Double { all == 0 ? 1 : Double(right) / Double(all) }
        var text: String { "\(right) of \(all)" }
    }

    private static func read(_ path: String, in folder: SandboxFolder) async throws -> Document {
        let pages = try await PDFText().read(path, in: folder)
        return try await Offload.run { _ in try StatementParser.parse(pages) }
    }

    @Test(.timeLimit(.minutes(10))) func tenThousandTransactions() async throws {
        let made = try Scratch()
        try await TruthFile.make(in: made.folder, "--receipts", "50")
        let truths = try TruthFile.all(in: made.folder)
        let matcher = NameMatcher(directory: try TruthFile.directory(in: made.folder))
        let work = try Scratch()
        let documents = try await SandboxFolder.with(in: work.folder) { folder in
            var documents: [(TruthFile, Document)] = []
            for truth in truths {
                documents.append((truth, try await Self.read(made.path(truth.file), in: folder)))
            }
            return documents
        }

        var rows: [String: Tally] = [:]
        var (totals, holders, people, guesses, receipts) = (Tally(), Tally(), Tally(), Tally(), Tally())
        var alarms = 0
        for (truth, document) in documents {
            switch document {
            case .receipt(let receipt):
                receipts.count(
                    truth.kind == "receipt" && receipt.date.description == truth.date
                        && receipt.merchant == truth.merchant
                        && receipt.total.decimal == truth.total
                        && receipt.total.currency.code == truth.currency)
            case .statement(let statement):
                let listed = try #require(truth.transactions, "\(truth.file) was read as a statement")
                #expect(
                    statement.currency.code == truth.currency && statement.pages == truth.pages,
                    "\(truth.file)")
                Self.compare(statement, listed, truth, &rows)
                for holder in truth.holders ?? [] {
                    let index = statement.holders.firstIndex {
                        $0.name == holder.name && $0.lastDigits == holder.last4
                    }
                    holders.count(index != nil)
                    let match = matcher.match(holder.name)
                    people.count(match.employee == holder.employee)
                    if match.employee != nil { guesses.count(match.employee == holder.employee) }
                }
                alarms += try Self.compare(statement, truth, &totals)
            }
        }
        let all = rows.values.reduce(into: Tally()) {
            $0.right += $1.right
            $0.all += $1.all
        }
        for (layout, tally) in rows.sorted(by: { $0.key < $1.key }) {
            print("statements: \(layout): \(tally.text) rows")
        }
        print(
            """
            statements: \(all.text) transactions exact in date, amount, merchant and holder; \(totals.text) printed sums \
            reconciled, or off by the right amount; \(alarms) others said to be off; \(holders.text) holders; \
            \(people.text) employees, \(guesses.text) of those that were named; \(receipts.text) receipts
            """)
        #expect(truths.count == 250 && all.all == 10_000)
        #expect(all.share >= 0.995)
        #expect(totals.share == 1 && totals.all > 200 && alarms == 0)
        #expect(holders.share == 1)
        // Nobody is guessed: who is named is the one.
        #expect(guesses.share == 1 && people.share >= 0.95)
        #expect(receipts.all == 50 && receipts.share >= 0.95)
        try Self.matchReceipts(documents)
    }

    /// Counts the rows that are exact, each once.
    private static func compare(
        _ statement: Statement, _ listed: [TruthFile.Listed], _ truth: TruthFile,
        _ rows: inout [String: Tally]
    ) {
        struct Key: Hashable {
            var row: TruthFile.Row
            var holder: String?
        }
        var wanted: [Key: Int] = [:]
        for one in listed { wanted[Key(row: one.row, holder: one.holder), default: 0] += 1 }
        var found = 0
        for one in statement.transactions {
            let key = Key(
                row: TruthFile.Row(
                    date: one.date.description, merchant: one.merchant, amount: one.amount.decimal),
                holder: one.holder.map { statement.holders[$0].name })
            if let count = wanted[key], count > 0 {
                wanted[key] = count - 1
                found += 1
            } else {
                print(
                    "statements: \(truth.file) has no \(key.row) of \(key.holder ?? "nobody"), read from page \(one.page)"
                )
            }
        }
        for (key, count) in wanted where count > 0 {
            print("statements: \(truth.file): \(key.row) was not read")
        }
        // Every row that is read and not there counts as one that is there and not read.
        let layout = truth.layout ?? ""
        rows[layout, default: Tally()].right += found - max(0, statement.transactions.count - listed.count)
        rows[layout, default: Tally()].all += listed.count
    }

    /// Counts the sums that are in the truth, with the difference that they should have.
    /// - Returns: how many other sums are said to be off.
    private static func compare(_ statement: Statement, _ truth: TruthFile, _ totals: inout Tally) throws
        -> Int
    {
        var lines = try Reconciliation(of: statement).lines
        for total in truth.totals ?? [] {
            let printed = try #require(Money(decimal: total.printed, currency: statement.currency))
            let difference = try printed.subtracting(
                try #require(Money(decimal: total.true, currency: statement.currency)))
            let index = lines.firstIndex { line in
                let isScope =
                    switch line.printed.scope {
                    case .statement: total.scope == "statement"
                    case .holder(let holder): statement.holders[holder].name == total.holder
                    }
                return isScope && line.printed.amount == printed && line.difference == difference
            }
            totals.count(index != nil)
            if let index {
                lines.remove(at: index)
            } else {
                print("statements: \(truth.file): \(total) is missing")
            }
        }
        for line in lines where !line.isReconciled {
            print("statements: \(truth.file): \(line) is no total of it")
        }
        return lines.filter { !$0.isReconciled }.count
    }

    /// Receipts find the transactions that they were made for, and those that were made for none find none.
    private static func matchReceipts(_ documents: [(TruthFile, Document)]) throws {
        var transactions: [(file: String, transaction: Transaction)] = []
        var receipts: [(truth: TruthFile, receipt: Receipt)] = []
        for (truth, document) in documents {
            switch document {
            case .statement(let statement): transactions += statement.transactions.map { (truth.file, $0) }
            case .receipt(let receipt): receipts.append((truth, receipt))
            }
        }
        let matches = ReceiptMatcher().matches(receipts.map(\.receipt), transactions.map(\.transaction))
        var tally = Tally()
        for (index, receipt) in receipts.enumerated() {
            let found = matches.first { $0.receipt == index }.map { transactions[$0.transaction] }
            let isRight =
                if let wanted = receipt.truth.of {
                    found?.file == wanted.file && found?.transaction.merchant == wanted.merchant
                        && found?.transaction.amount.decimal == wanted.amount
                } else {
                    found == nil
                }
            tally.count(isRight)
            if !isRight { print("receipts: \(receipt.receipt) was matched to \(String(describing: found))") }
        }
        print("receipts: \(tally.text) matched rightly")
        #expect(tally.share >= 0.95)
    }

    @Test(.timeLimit(.minutes(5))) func twoHundredPages() async throws {
        let made = try Scratch()
        try await TruthFile.make(in: made.folder, "--long")
        let truth = try #require(try TruthFile.all(in: made.folder).first)
        let seen = Seen()
        let clock = ContinuousClock()
        let beginning = clock.now
        let pages = try await SandboxFolder.with(in: made.path("work")) { folder in
            try await PDFText().read(made.path(truth.file), in: folder) { seen.add($0) }
        }
        let read = clock.now
        let document = try await Offload.run { _ in try StatementParser.parse(pages) }
        print("200 pages: text \(read - beginning), statement \(clock.now - read), as these tests are built")
        guard case .statement(let statement) = document else {
            throw Unexpected(description: "the long statement was read as a receipt")
        }
        var rows: [String: Tally] = [:]
        Self.compare(statement, try #require(truth.transactions), truth, &rows)
        #expect(rows["meridian"]?.all == 5000 && rows["meridian"]?.right == 5000)
        #expect(try Reconciliation(of: statement).isReconciled)
        let steps = seen.all
        #expect(steps.map(\.pages) == steps.map(\.pages).sorted() && steps.count >= 10)
        #expect(steps.last?.pages == 200 && steps.allSatisfy { $0.of == 200 })
    }
}
