import Lockstep

/// What may be uploaded, and how long it may take.
public struct UploadPolicy: Hashable, Sendable {
    /// The largest object in bytes.
    public var largest: Int64
    /// The media types that are taken; empty: any.
    public var contentTypes: Set<String>
    /// How long a permit holds. It never holds longer than the job may wait for the upload.
    public var expiry: Duration
    /// How often an upload may be announced for one job, all its uploads together: each leaves a row until it is erased.
    public var announcements: Int

    /// Makes a policy.
    public init(
        largest: Int64 = 20 << 30, contentTypes: Set<String> = [], expiry: Duration = .seconds(3600),
        announcements: Int = 20
    ) {
        self.largest = largest
        self.contentTypes = contentTypes
        self.expiry = expiry
        self.announcements = announcements
    }
}
