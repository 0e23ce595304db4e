import Foundation
import LockstepSandbox

/// How ffmpeg is told to put pictures, sound, subtitles and chapters together.
struct Assembly: Sendable {
    /// What ffmpeg may use.
    static let limits = SandboxLimits(
        time: .seconds(20 * 60), processorSeconds: 1800, memory: 4 << 30, output: 1 << 30)
    /// The name of the video.
    static let name = "video.mp4"
    /// Slides stand still: few pictures a second are enough.
    private static let frameRate = 10

    let footage: Footage
    let folder: String

    /// Where the subtitles are.
    var captions: String { "\(folder)/captions.vtt" }
    private var list: String { "\(folder)/slides.ffconcat" }
    private var metadata: String { "\(folder)/metadata.txt" }

    /// Writes what ffmpeg reads beside the footage. It blocks.
    func writeInputs() throws {
        // The names are ours. The last picture is named twice, since the length of the last entry is not heeded.
        var lines = "ffconcat version 1.0\n"
        for picture in footage.pictures {
            lines += "file \(picture.name)\nduration \(Self.decimal(picture.seconds))\n"
        }
        if let last = footage.pictures.last { lines += "file \(last.name)\n" }
        try write(lines, to: list)
        try write(Captions.webVTT(footage.cues), to: captions)
        try write(Metadata.text(title: footage.title, chapters: footage.chapters), to: metadata)
    }

    /// ffmpeg's arguments. It may open local files alone, and each input in one format alone.
    var words: [String] {
        let local = ["-protocol_whitelist", "file"]
        var words = ["-hide_banner", "-nostdin", "-v", "error"]
        words += local + ["-f", "concat", "-i", "file:\(list)"]
        words += local + ["-f", "wav", "-i", "file:\(folder)/\(footage.sound)"]
        words += local + ["-f", "webvtt", "-i", "file:\(captions)"]
        words += local + ["-f", "ffmetadata", "-i", "file:\(metadata)"]
        words += ["-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3"]
        words += ["-vf", "fps=\(Self.frameRate),format=yuv420p"]
        words += [
            "-c:v", "libx264", "-preset", "veryfast", "-tune", "stillimage", "-crf", "23", "-profile:v",
            "high",
            "-g", "\(Self.frameRate * 10)", "-threads", "2",
        ]
        // Whoever jumps to a chapter finds a picture there.
        let starts = footage.chapters.map { Self.decimal($0.start) }.joined(separator: ",")
        words += ["-force_key_frames", starts]
        // The loudness that EBU R 128 measures, as web players expect it, without peaks that clip.
        words += ["-af", "loudnorm=I=-16:TP=-1.5:LRA=11", "-ar", "48000", "-c:a", "aac", "-b:a", "64k"]
        words += ["-c:s", "mov_text", "-metadata:s:s:0", "language=eng", "-metadata:s:a:0", "language=eng"]
        words += ["-t", Self.decimal(footage.seconds), "-movflags", "+faststart", "-f", "mp4"]
        return words + ["-progress", "pipe:1", Self.name]
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// Seconds to the millisecond.
    private static func decimal(_ seconds: Double) -> String {
        let (whole, rest) = Int((seconds * 1000).rounded()).quotientAndRemainder(dividingBy: 1000)
        return "\(whole)." + String("\(rest + 1000)".dropFirst())
    }
}
