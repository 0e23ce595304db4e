import Lockstep

/// Why a program in a sandbox did not come to a good end.
public struct SandboxError: FailureConvertible, Hashable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// It took longer than it may.
        case time
        /// It used more of the processors than it may.
        case processor
        /// It wanted more memory than it may have.
        case memory
        /// It wrote more than it may.
        case output
        /// It ended by itself and says that it failed.
        case failed
        /// Somebody else has killed it, as the system does when memory runs out.
        case killed
        /// It could not be started.
        case notStarted
    }

    /// What kind of thing went wrong.
    public let kind: Kind
    /// One sentence: which program, and what it did.
    public let description: String
    /// The last of what it wrote to its standard error.
    public let complaints: String
    /// The code that it ended with by itself, of kind ``Kind/failed``.
    public let exitCode: Int32?

    /// Makes an error.
    public init(_ kind: Kind, _ description: String, complaints: String = "", exitCode: Int32? = nil) {
        self.kind = kind
        self.description = description
        self.complaints = complaints
        self.exitCode = exitCode
    }

    /// Who can do something about it: a limit that was reached, or a program that refuses its file, is the file's
    /// fault.
    public var failure: Failure {
        let code = kind == .notStarted ? "sandbox_not_started" : "sandbox_\(kind.rawValue)"
        return switch kind {
        case .time, .processor, .memory, .output, .failed: .userFixable(description, code: code)
        case .killed: .temporary(description, code: code)
        case .notStarted: .adminRequired(description, code: code)
        }
    }
}
