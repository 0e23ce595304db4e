import Lockstep

/// Why a storage on the server's own disk did not take what a client sent.
public struct UploadRefusal: FailureConvertible, Hashable, CustomStringConvertible {
    /// Why.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Another method than PUT.
        case wrongMethod = "wrong_method"
        /// The address is not as the server has signed it.
        case badSignature = "bad_signature"
        /// The permit has ended.
        case expired = "permit_expired"
        /// The request does not say how long its body is.
        case lengthRequired = "length_required"
        /// Another length than the announced one.
        case wrongLength = "wrong_length"
        /// Another media type than the announced one.
        case wrongType = "wrong_type"
        /// Another SHA-256 than the announced one.
        case wrongChecksum = "wrong_checksum"
        /// The body broke off.
        case truncated
        /// There is an object already.
        case alreadyThere = "already_there"
    }

    /// Why.
    public let reason: Reason
    /// One sentence: what was wrong and what would be right.
    public let description: String
    /// The client can do something about it.
    public var failure: Failure { .userFixable(description, code: reason.rawValue) }

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
