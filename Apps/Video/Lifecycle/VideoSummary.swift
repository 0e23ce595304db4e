/// What a video's job leaves behind: numbers only.
public struct VideoSummary: Codable, Hashable, Sendable {
    /// The length of the video in seconds.
    public var duration: Double
    /// How many cuts it has.
    public var cuts: Int
    /// In how many phases something happens.
    public var phases: Int
    /// How long something happens, in seconds.
    public var activeSeconds: Double
    /// The length of the reel in seconds; `nil` when nothing happens.
    public var reelSeconds: Double?

    private enum CodingKeys: String, CodingKey {
        case duration, cuts, phases
        case activeSeconds = "active_seconds"
        case reelSeconds = "reel_seconds"
    }

    init(_ quick: QuickResult, _ deep: DeepResult) {
        duration = quick.duration
        cuts = quick.cuts.count
        phases = deep.phases.count
        activeSeconds = deep.activeSeconds
        reelSeconds = deep.reel?.duration
    }
}
