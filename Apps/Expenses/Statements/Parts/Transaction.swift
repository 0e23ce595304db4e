/// A line of a statement: something that was charged or credited.
public struct Transaction: Sendable, Codable, Hashable {
    /// When it happened; where two days are printed, that of the purchase and not that of the booking.
    public var date: StatementDate
    /// Who was paid, as printed; what was wrapped stands in one line.
    public var merchant: String
    /// The amount in the statement's currency: charges are positive, credits negative, whatever the print does.
    public var amount: Money
    /// The amount in the currency of the purchase, if that is another one, with the sign of ``amount``.
    public var original: Money?
    /// The exchange rate as printed, with a decimal point: `1.0834`.
    public var rate: String?
    /// Whose it is: an index of ``Statement/holders``.
    public var holder: Int?
    /// The page that it begins on, from 1.
    public var page: Int
    /// The number of its line on that page, from 1.
    public var row: Int

    /// Makes a transaction.
    public init(
        date: StatementDate, merchant: String, amount: Money, original: Money? = nil, rate: String? = nil,
        holder: Int? = nil, page: Int, row: Int
    ) {
        self.date = date
        self.merchant = merchant
        self.amount = amount
        self.original = original
        self.rate = rate
        self.holder = holder
        self.page = page
        self.row = row
    }
}
