/// A sum that a statement prints.
public struct PrintedTotal: Sendable, Codable, Hashable {
    /// Whose transactions are summed.
    public enum Scope: Sendable, Codable, Hashable {
        /// All of them.
        case statement
        /// Those of one holder: an index of ``Statement/holders``.
        case holder(Int)
    }

    /// Which of them are summed.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Charges less credits.
        case net
        /// Charges alone.
        case charges
        /// Credits alone; the sum is negative, whatever the print does.
        case credits
        /// Charges less credits, on top of the balance that was there before.
        case balance
    }

    /// Whose transactions are summed.
    public var scope: Scope
    /// Which of them are.
    public var kind: Kind
    /// What is printed, with charges positive and credits negative.
    public var amount: Money
    /// What was there before; zero unless it is a balance.
    public var opening: Money
    /// The words beside it, as printed.
    public var label: String
    /// The page, from 1.
    public var page: Int

    /// Makes a printed sum.
    public init(
        scope: Scope, kind: Kind = .net, amount: Money, opening: Money? = nil, label: String, page: Int = 1
    ) {
        self.scope = scope
        self.kind = kind
        self.amount = amount
        self.opening = opening ?? .zero(amount.currency)
        self.label = label
        self.page = page
    }
}
