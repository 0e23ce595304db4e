import Lockstep

/// A database's refusal.
public struct SQLError: FailureConvertible, Hashable, CustomStringConvertible {
    /// What kind of refusal.
    public enum Kind: String, Sendable {
        /// A constraint or trigger refused the write: trying again cannot help.
        case constraint
        /// The statement is wrong, or names what is not there.
        case statement
        /// Somebody else holds a lock, or all connections are in use.
        case busy
        /// The disk is full.
        case full
        /// The database cannot be read or written.
        case storage
        /// No connection could be had, or it broke before anything was sent: nothing has happened.
        case connection
        /// The connection broke after something was sent that may have been committed: whether it was, nobody
        /// here knows.
        case unknown
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

    /// Whether the transaction, or the connection, cannot go on.
    package var concernsTheTransaction: Bool {
        switch kind {
        case .full, .storage, .connection, .unknown, .busy: true
        case .constraint, .statement, .other: false
        }
    }

    /// The database's words, with the kind.
    public var description: String {
        switch kind {
        case .connection: "the database cannot be reached: \(message)"
        case .unknown: "the outcome is unknown: \(message)"
        default: "the database refused (\(kind.rawValue)): \(message)"
        }
    }

    /// A violated constraint or a wrong statement needs an administrator; the rest may pass.
    public var failure: Failure {
        switch kind {
        case .constraint: .adminRequired(description, code: "constraint_violated")
        case .statement: .adminRequired(description, code: "bad_statement")
        case .unknown: .temporary(description, code: "outcome_unknown")
        case .busy, .full, .storage, .connection, .other:
            .temporary(description, code: "database_\(kind.rawValue)")
        }
    }
}
