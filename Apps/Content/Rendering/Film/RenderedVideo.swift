/// A finished video and what is known of it. Its files lie in the folder that it was made in, and go with it.
public struct RenderedVideo: Hashable, Sendable {
    /// Where the video is: an MP4 file with H.264, AAC, subtitles and chapters, its index in front.
    public let path: String
    /// Where the subtitles are once more, as WebVTT.
    public let captions: String
    /// The size of the video, in bytes.
    public let bytes: Int64
    /// Its length, in seconds.
    public let seconds: Double
    /// Its chapters, one for each section of the script.
    public let chapters: [Chapter]
    /// Its subtitles, one for each sentence.
    public let cues: [Cue]
}
