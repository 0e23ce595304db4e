import LockstepUploads

/// The uploads that a server offers: its routes, and the guard of its claims.
public struct UploadService: Sendable {
    /// The handshake.
    public let uploads: Uploads
    /// What the generic routes take. An application with routes of its own has its own policy.
    public var policy: UploadPolicy

    /// Offers uploads.
    public init(_ uploads: Uploads, policy: UploadPolicy = UploadPolicy()) {
        self.uploads = uploads
        self.policy = policy
    }
}
