/// A receipt of one purchase.
public struct Receipt: Sendable, Codable, Hashable {
    /// When it was made out.
    public var date: StatementDate
    /// Who made it out, as printed.
    public var merchant: String
    /// What was paid.
    public var total: Money

    /// Makes a receipt.
    public init(date: StatementDate, merchant: String, total: Money) {
        self.date = date
        self.merchant = merchant
        self.total = total
    }
}
