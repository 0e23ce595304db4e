import Foundation
import Lockstep
import LockstepSandbox
import LockstepServer
import VideoSignals

extension Analyst {
    /// The name of the reel.
    static let reelName = "reel.mp4"

    /// Makes a film of parts of a video that browsers play: H.264 and AAC in an MP4 file whose index comes first.
    /// - Returns: where it is; `nil` without parts.
    func reel(
        of file: MediaFile, _ segments: [Highlights.Segment], _ facts: ContainerFacts,
        in folder: SandboxFolder,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> String? {
        guard !segments.isEmpty else { return nil }
        let place = try await folder.newPlace()
        let total = segments.map { $0.end - $0.start }.reduce(0, +)
        let rate = FrameRate(
            frames: facts.frameRate.frames,
            seconds: facts.frameRate.seconds * (facts.frameRate.value > 30.5 ? 2 : 1))
        var words = Self.ffmpeg
        for input in Self.inputs(of: file, segments) { words += input + file.options + ["-i", file.url] }
        var graph = ""
        var joined = ""
        for (index, segment) in segments.enumerated() {
            let from = file.kind.hasIndex ? "[\(index):" : "[0:"
            graph += from + "\(facts.videoStream)]\(Self.part(segment, of: file, sound: false))"
            graph +=
                "scale=w='min(1280,trunc(iw/2)*2)':h=-2,setsar=1,fps=\(rate.text),format=yuv420p[v\(index)];"
            joined += "[v\(index)]"
            if let sound = facts.audioStream {
                graph += from + "\(sound)]\(Self.part(segment, of: file, sound: true))"
                graph += "aresample=48000,aformat=channel_layouts=stereo[a\(index)];"
                joined += "[a\(index)]"
            }
        }
        let hasSound = facts.audioStream != nil
        graph += "\(joined)concat=n=\(segments.count):v=1:a=\(hasSound ? 1 : 0)[v]\(hasSound ? "[a]" : "")"
        words += ["-filter_complex", graph, "-map", "[v]"]
        words += [
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-profile:v", "high", "-threads", "2",
        ]
        if hasSound { words += ["-map", "[a]", "-c:a", "aac", "-b:a", "96k"] }
        // The film says nothing of where it comes from: players show a file's own title and place.
        words += ["-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"]
        words += ["-progress", "pipe:1", Self.reelName]
        _ = try await run("ffmpeg", words, for: .reel, in: place, into: ProgressLines()) { lines, bytes in
            lines.add(bytes) { progress(min(1, $0 / total)) }
        }
        let path = "\(place)/\(Self.reelName)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure.temporary("ffmpeg has left no reel", code: "no_reel")
        }
        return path
    }

    /// What stands in front of each input. ffmpeg jumps to the key frame before a segment and decodes from there; in a
    /// file without an index it cannot, and all of it is read once.
    private static func inputs(of file: MediaFile, _ segments: [Highlights.Segment]) -> [[String]] {
        guard file.kind.hasIndex else { return [[]] }
        return segments.map { segment in
            [
                "-ss", Figures.decimal(segment.start, digits: 3), "-t",
                Figures.decimal(segment.end - segment.start, digits: 3),
            ]
        }
    }

    /// The filters that leave a segment of a file that is read whole.
    private static func part(_ segment: Highlights.Segment, of file: MediaFile, sound: Bool) -> String {
        guard !file.kind.hasIndex else { return "" }
        let (start, end) = (
            Figures.decimal(segment.start, digits: 3), Figures.decimal(segment.end, digits: 3)
        )
        return sound
            ? "atrim=start=\(start):end=\(end),asetpts=PTS-STARTPTS,"
            : "trim=start=\(start):end=\(end),setpts=PTS-STARTPTS,"
    }
}
