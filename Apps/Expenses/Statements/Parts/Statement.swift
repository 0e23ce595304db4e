/// What a file turned out to be.
public enum Document: Sendable, Codable, Hashable {
    /// A statement of one or more cards.
    case statement(Statement)
    /// A receipt of one purchase.
    case receipt(Receipt)
}

/// A card statement: what it lists, and what it says the sums are.
public struct Statement: Sendable, Codable, Hashable {
    /// The currency that the cards are kept in.
    public var currency: Currency
    /// The days that it is about, if it says so.
    public var period: ClosedRange<StatementDate>?
    /// Whose cards it lists, in their order; empty when it names nobody.
    public var holders: [CardHolder]
    /// What was charged and credited, in the order of the pages.
    public var transactions: [Transaction]
    /// The sums that it prints.
    public var printedTotals: [PrintedTotal]
    /// How many pages it has.
    public var pages: Int
    /// What a reader should know and no number says, a sentence each: a page without text, a row that could not be
    /// read.
    public var notes: [String]

    /// Makes a statement.
    public init(
        currency: Currency, period: ClosedRange<StatementDate>? = nil, holders: [CardHolder] = [],
        transactions: [Transaction] = [], printedTotals: [PrintedTotal] = [], pages: Int, notes: [String] = []
    ) {
        self.currency = currency
        self.period = period
        self.holders = holders
        self.transactions = transactions
        self.printedTotals = printedTotals
        self.pages = pages
        self.notes = notes
    }
}

/// Whose card it is.
public struct CardHolder: Sendable, Codable, Hashable {
    /// The name as printed; empty when only the card's digits are.
    public var name: String
    /// The last digits of the card, if they are printed.
    public var lastDigits: String?

    /// Makes a holder.
    public init(name: String, lastDigits: String? = nil) {
        self.name = name
        self.lastDigits = lastDigits
    }
}
