import Lockstep

/// A database's refusal.
public struct SQLError: FailureConvertible, Hashable, CustomStringConvertible {
    /// What kind of refusal.
    public enum Kind: String, Sendable {
        /// A constraint or trigger refused the write: trying again cannot help.
        case constraint
        /// The statement is wrong, or names what is not there.
        case statement
        /// Somebody else holds a lock.
        case busy
        /// The disk is full.
        case full
        /// The database cannot be read or written.
        case storage
        /// Something else.
        case other
    }

    /// What kind of refusal.
    public let kind: Kind
    /// The name of the constraint or trigger, when the database said it.
    public let constraint: String?
    /// The database's own words.
    public let message: String

    /// Makes an error.
    public init(kind: Kind, constraint: String? = nil, message: String) {
        self.kind = kind
        self.constraint = constraint
        self.message = message
    }

    /// The database's words, with the kind.
    public var description: String { "the database refused (\(kind.rawValue)): \(message)" }

    /// A violated constraint or a wrong statement needs an administrator; the rest may pass.
    public var failure: Failure {
        switch kind {
        case .constraint: .adminRequired(description, code: "constraint_violated")
        case .statement: .adminRequired(description, code: "bad_statement")
        case .busy, .full, .storage, .other: .temporary(description, code: "database_\(kind.rawValue)")
        }
    }
}
