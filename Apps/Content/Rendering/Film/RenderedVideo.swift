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

/// The parts of a video before they are put together. Their files lie in the folder that they were made in.
public struct Footage: Hashable, Sendable {
    /// The length that the video will have, in seconds.
    public let seconds: Double
    /// Its chapters.
    public let chapters: [Chapter]
    /// Its subtitles.
    public let cues: [Cue]
    /// The title.
    let title: String
    /// Where the narration is, with all pauses.
    let sound: String
    /// The pictures: the name of each within the folder, and how long it is shown.
    let pictures: [Picture]

    struct Picture: Hashable, Sendable {
        let name: String
        let seconds: Double
    }
}
