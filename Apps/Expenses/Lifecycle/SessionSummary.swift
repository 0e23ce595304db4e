/// What a session leaves behind in its job: numbers only, which may stay when everything else is erased.
public struct SessionSummary: Codable, Hashable, Sendable {
    /// How many statements were read.
    public var statements: Int
    /// How many receipts were read.
    public var receipts: Int
    /// How many transactions there are, those that several files have counted once.
    public var transactions: Int
    /// How many transactions were left out because another file has them too.
    public var duplicates: Int
    /// How many printed sums differ from what was read.
    public var differences: Int
    /// Whether a card holder or a transaction could not be given to an employee.
    public var isIncomplete: Bool

    private enum CodingKeys: String, CodingKey {
        case statements, receipts, transactions, duplicates, differences
        case isIncomplete = "incomplete"
    }
}
