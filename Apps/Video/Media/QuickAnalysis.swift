import Foundation
import Lockstep
import LockstepSandbox
import LockstepServer
import VideoSignals

/// What the quick analysis finds.
struct QuickResult: Codable, Hashable, Sendable {
    /// A frame that begins a scene.
    struct Cut: Codable, Hashable, Sendable {
        /// Its number, counted from 0 at ``QuickResult/frameRate``.
        var frame: Int
        /// When it is, in seconds.
        var seconds: Double
    }

    /// A small picture.
    struct Thumbnail: Codable, Hashable, Sendable {
        /// The name under which it can be read.
        var name: String
        /// When it is, in seconds.
        var seconds: Double
    }

    /// What the file says about itself.
    var container: ContainerFacts
    /// The length in seconds, by the frames that are there.
    var duration: Double
    /// Frames a second that were looked at.
    var frameRate: Double
    /// How many frames that were.
    var frames: Int
    /// Where scenes begin, the first aside.
    var cuts: [Cut]
    /// Small pictures, evenly over the video.
    var thumbnails: [Thumbnail]
    /// How long the analysis took, in seconds.
    var analysisSeconds: Double

    private enum CodingKeys: String, CodingKey {
        case container, duration, frames, cuts, thumbnails
        case frameRate = "frame_rate"
        case analysisSeconds = "analysis_seconds"
    }
}

extension Analyst {
    /// How many small pictures are made.
    static let thumbnails = 12
    /// More frames a second than this are not looked at.
    private static let mostFrames = 60.0

    /// What the quick analysis leaves behind.
    struct Quick: Sendable {
        var result: QuickResult
        /// Where the small pictures are, in their order.
        var files: [String]
    }

    /// Finds cuts and makes small pictures, in one pass.
    /// - Parameter progress: told now and then how much is done, 0 to 1.
    func quick(
        _ file: MediaFile, in folder: SandboxFolder, progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> Quick {
        let clock = ContinuousClock()
        let beginning = clock.now
        let facts = try await facts(of: file, in: folder)
        let place = try await folder.newPlace()
        var rate = facts.frameRate
        while rate.value > Self.mostFrames { rate.seconds *= 2 }
        let length = facts.duration ?? 60
        // One at the beginning of each part of the video.
        let every = max(length / Double(Self.thumbnails), 0.2)
        let expected = max(1, length * rate.value)
        let small = "scale=\(CutFinder.width):\(CutFinder.height):flags=area,format=yuv420p"
        let graph =
            "[0:\(facts.videoStream)]split=2[a][b];[a]fps=\(rate.text),\(small)[s];"
            + "[b]fps=\(Figures.decimal(1 / every, digits: 6)),scale=320:-2:flags=area,format=yuvj420p[t]"
        let arguments =
            Self.ffmpeg + file.options + ["-i", file.url, "-filter_complex", graph]
            + ["-map", "[s]", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]
            + [
                "-map", "[t]", "-frames:v", "\(Self.thumbnails)", "-q:v", "5", "-f", "image2",
                "thumbnail-%02d.jpg",
            ]
        let state = (cutter: FrameCutter(size: CutFinder.frameSize), finder: CutFinder())
        let found = try await run(
            "ffmpeg", arguments, for: .quick, in: place,
            into: Reading(cutter: state.cutter, taker: state.finder)
        ) { reading, bytes in
            reading.cutter.add(bytes) { reading.taker.add($0) }
            progress(min(1, Double(reading.cutter.count) / expected))
        }
        let finder = found.taker
        guard finder.frames > 0 else {
            throw Failure.userFixable("The video holds no frame that can be decoded.", code: "no_frames")
        }
        let files = try await Self.files(in: place)
        let cuts = finder.cuts().map {
            QuickResult.Cut(frame: $0, seconds: Figures.rounded(Double($0) / rate.value))
        }
        let pictures = files.indices.map {
            QuickResult.Thumbnail(
                name: Self.thumbnailName($0), seconds: Figures.rounded(Double($0) * every))
        }
        let result = QuickResult(
            container: facts, duration: Figures.rounded(Double(finder.frames) / rate.value),
            frameRate: Figures.rounded(rate.value), frames: finder.frames, cuts: cuts, thumbnails: pictures,
            analysisSeconds: (clock.now - beginning).seconds)
        return Quick(result: result, files: files)
    }

    /// `thumbnail-01.jpg`, and so on.
    static func thumbnailName(_ index: Int) -> String {
        "thumbnail-\(index + 1 < 10 ? "0" : "")\(index + 1).jpg"
    }

    private static func files(in place: String) async throws -> [String] {
        try await Offload.run { _ in
            try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasSuffix(".jpg") }
                .sorted()
                .map { "\(place)/\($0)" }
        }
    }
}

/// Frames on their way to what looks at them.
struct Reading<Taker: Sendable>: Sendable {
    var cutter: FrameCutter
    var taker: Taker
}
