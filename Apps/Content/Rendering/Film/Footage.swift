/// The parts of a video before they are put together. Their files lie in the folder that they were made in, and may be
/// taken to another one.
public struct Footage: Codable, Hashable, Sendable {
    /// The length that the video will have, in seconds.
    public let seconds: Double
    /// Its chapters.
    public let chapters: [Chapter]
    /// Its subtitles.
    public let cues: [Cue]
    /// The title.
    let title: String
    /// The file of the narration, with all pauses.
    let sound: String
    /// The pictures: the file of each, and how long it is shown.
    let pictures: [Picture]

    struct Picture: Codable, Hashable, Sendable {
        let name: String
        let seconds: Double
    }

    /// The names of its files within the folder.
    public var files: [String] { [sound] + pictures.map(\.name) }

    /// The media type of one of its files.
    public static func mediaType(of file: String) -> String {
        file.hasSuffix(".png") ? "image/png" : "audio/wav"
    }
}
