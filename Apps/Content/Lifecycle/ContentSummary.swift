/// What a request leaves behind in its job: numbers only.
public struct ContentSummary: Codable, Hashable, Sendable {
    /// The length of the video in seconds.
    public var seconds: Double
    /// How many chapters it has.
    public var chapters: Int
    /// How many passages it relies on.
    public var sources: Int
    /// The size of the video in bytes.
    public var bytes: Int64
}
