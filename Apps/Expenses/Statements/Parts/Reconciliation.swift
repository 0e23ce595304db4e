/// Whether the transactions that were read add up to what a statement prints.
public struct Reconciliation: Sendable, Codable, Hashable {
    /// One printed sum and what was reckoned.
    public struct Line: Sendable, Codable, Hashable {
        /// What is printed.
        public var printed: PrintedTotal
        /// What the transactions that were read add up to.
        public var computed: Money
        /// Printed less computed; zero when they agree.
        public var difference: Money

        /// Whether they agree.
        public var isReconciled: Bool { difference.minor == 0 }
    }

    /// A line for each printed sum, in the statement's order.
    public var lines: [Line]

    /// Whether every printed sum agrees with the transactions; true as well of a statement that prints none.
    public var isReconciled: Bool { lines.allSatisfy(\.isReconciled) }

    /// Reckons every printed sum of a statement.
    /// - Throws: ``MoneyError`` when a sum is beyond 64 bits.
    public init(of statement: Statement) throws {
        lines = try statement.printedTotals.map { printed in
            let amounts = statement.transactions.lazy.filter { transaction in
                switch printed.scope {
                case .statement: true
                case .holder(let index): transaction.holder == index
                }
            }.map(\.amount).filter { amount in
                switch printed.kind {
                case .net, .balance: true
                case .charges: amount.minor > 0
                case .credits: amount.minor < 0
                }
            }
            let computed = try Money.sum(amounts, of: statement.currency).adding(printed.opening)
            return Line(
                printed: printed, computed: computed, difference: try printed.amount.subtracting(computed))
        }
    }
}
