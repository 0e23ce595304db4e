import Lockstep

/// Why a process does not work with the layout that a database has, in one sentence.
public struct SchemaRefusal: FailureConvertible, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable {
        /// The layout is older than this process needs, and it may not change it.
        case isBehind
        /// The layout is newer, and says that this process cannot work with it.
        case isAhead
        /// What was applied is not what this process knows under that number.
        case wentApart
        /// There is no way to the layout that was asked for.
        case noWay
        /// A lifecycle cannot be installed or changed by this process.
        case cannotInstall
        /// The role of this process may not change tables.
        case noRight
    }

    /// What is wrong.
    public let reason: Reason
    /// One sentence: what is wrong, where, and what would be right.
    public let description: String
    /// It takes an administrator.
    public var failure: Failure { .adminRequired(description, code: "schema_refused") }

    /// Makes a refusal.
    public init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
