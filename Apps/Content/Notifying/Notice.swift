/// What the owner of a request is told when it has come to its end.
public struct Notice: Hashable, Sendable {
    /// The request's id.
    public var request: String
    /// The status that it has come to.
    public var status: String
    /// The question that was asked.
    public var question: String
    /// Where the video is; `nil` when there is none.
    public var video: String?
    /// How long the video is, in seconds.
    public var duration: Double?
    /// The owner's mail address; `nil` when it is not known.
    public var owner: String?

    /// Makes a notice.
    public init(
        request: String, status: String, question: String, video: String? = nil, duration: Double? = nil,
        owner: String? = nil
    ) {
        self.request = request
        self.status = status
        self.question = question
        self.video = video
        self.duration = duration
        self.owner = owner
    }
}
