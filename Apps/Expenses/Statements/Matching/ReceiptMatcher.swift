/// Finds the transactions that receipts belong to: by amount, then by date and merchant.
public struct ReceiptMatcher: Sendable {
    /// A receipt and its transaction.
    public struct Match: Sendable, Codable, Hashable {
        /// The receipt's index.
        public var receipt: Int
        /// The transaction's index.
        public var transaction: Int
        /// How well they fit, 0 to 1.
        public var confidence: Double
    }

    /// A transaction may be dated so many days before its receipt.
    public var daysBefore = 1
    /// A transaction may be dated so many days after its receipt.
    public var daysAfter = 5
    /// Merchants that are less alike than this are two.
    public var leastLike = 0.6

    /// Makes a matcher.
    public init() {}

    /// Pairs receipts with transactions; each is in one pair at most. The amounts must be equal, in the statement's
    /// currency or in that of the purchase; of several pairs that are possible the best fitting come first.
    /// - Returns: the pairs by receipt.
    public func matches(_ receipts: [Receipt], _ transactions: [Transaction]) -> [Match] {
        var byAmount: [Money: [Int]] = [:]
        for (index, transaction) in transactions.enumerated() {
            byAmount[transaction.amount, default: []].append(index)
            if let original = transaction.original { byAmount[original, default: []].append(index) }
        }
        var possible: [Match] = []
        for (number, receipt) in receipts.enumerated() {
            for index in byAmount[receipt.total] ?? [] {
                if let confidence = confidence(receipt, transactions[index]) {
                    possible.append(Match(receipt: number, transaction: index, confidence: confidence))
                }
            }
        }
        possible.sort {
            ($1.confidence, $0.receipt, $0.transaction) < ($0.confidence, $1.receipt, $1.transaction)
        }
        var (receiptsTaken, transactionsTaken) = (Set<Int>(), Set<Int>())
        var found: [Match] = []
        for match in possible
        where !receiptsTaken.contains(match.receipt) && !transactionsTaken.contains(match.transaction) {
            receiptsTaken.insert(match.receipt)
            transactionsTaken.insert(match.transaction)
            found.append(match)
        }
        return found.sorted { $0.receipt < $1.receipt }
    }

    private func confidence(_ receipt: Receipt, _ transaction: Transaction) -> Double? {
        let days = transaction.date.days(since: receipt.date)
        guard (-daysBefore...daysAfter).contains(days) else { return nil }
        let likeness = MerchantForm(receipt.merchant).similarity(to: MerchantForm(transaction.merchant))
        guard likeness >= leastLike else { return nil }
        let nearness = 1 - Double(abs(days)) / Double(max(daysBefore, daysAfter) + 1)
        return (0.3 * nearness + 0.7 * likeness)
    }
}
