import Lockstep

/// What a storage could not do.
public struct StorageError: FailureConvertible, Hashable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// There is no such object.
        case missing
        /// The object is no longer the one that was meant.
        case changed
        /// What was asked for is refused for good: too large, a bad range.
        case refused
        /// Credentials, a bucket or a folder are wrong: somebody who runs the server has to act.
        case misconfigured
        /// It may go through later.
        case unavailable
    }

    /// What kind of thing went wrong.
    public let kind: Kind
    /// One sentence: what was wrong, where, and what would be right.
    public let description: String

    /// Makes an error.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Who can do something about it.
    public var failure: Failure {
        let code = "storage_\(kind.rawValue)"
        return switch kind {
        case .missing, .changed, .refused: .userFixable(description, code: code)
        case .misconfigured: .adminRequired(description, code: code)
        case .unavailable: .temporary(description, code: code)
        }
    }
}
