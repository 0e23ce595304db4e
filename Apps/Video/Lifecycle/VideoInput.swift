/// What a video's job is started with: ids only, so that erasing a video leaves nothing of it in the jobs.
public struct VideoInput: Codable, Hashable, Sendable {
    /// The session that the job belongs to; jobs of earlier versions have none.
    public var session: String?

    /// Makes an input.
    public init(session: String?) { self.session = session }

    private enum CodingKeys: String, CodingKey {
        case session = "session_id"
    }
}
