import Lockstep
import LockstepSandbox
import LockstepServer
import VideoSignals

/// What the deep analysis finds.
struct DeepResult: Codable, Hashable, Sendable {
    /// A span of time in which something happens.
    struct Phase: Codable, Hashable, Sendable {
        /// Where it begins, in seconds.
        var start: Double
        /// Where it ends.
        var end: Double
        /// How much moves, in levels of 255, averaged over pixels and frames.
        var strength: Double
    }

    /// How much moves, over time.
    struct Motion: Codable, Hashable, Sendable {
        /// The seconds from one value to the next.
        var every: Double
        /// The values, in levels of 255.
        var values: [Double]
    }

    /// A film of the strongest phases.
    struct Reel: Codable, Hashable, Sendable {
        /// The name under which it can be read.
        var name: String
        /// Its length in seconds.
        var duration: Double
        /// What it shows, in seconds of the video.
        var segments: [Segment]
    }

    /// A part of the video.
    struct Segment: Codable, Hashable, Sendable {
        /// Where it begins, in seconds.
        var start: Double
        /// Where it ends.
        var end: Double
    }

    /// How much moves, over time.
    var motion: Motion
    /// When something happens.
    var phases: [Phase]
    /// How long something happens, in seconds.
    var activeSeconds: Double
    /// A film of it; `nil` when nothing happens.
    var reel: Reel?
    /// How long the analysis took, in seconds.
    var analysisSeconds: Double

    private enum CodingKeys: String, CodingKey {
        case motion, phases, reel
        case activeSeconds = "active_seconds"
        case analysisSeconds = "analysis_seconds"
    }
}

extension Analyst {
    /// So many values of the curve are kept at most.
    private static let keptValues = 600
    /// Motion is looked at in about so many frames a second.
    private static let motionFrames = 30.0

    /// What the deep analysis leaves behind.
    struct Deep: Sendable {
        var result: DeepResult
        /// Where the reel is.
        var reel: String?
    }

    /// Measures motion, finds the phases in which something happens, and cuts a reel from them.
    /// - Parameters:
    ///   - quick: what is known already: nothing of it is computed again.
    ///   - progress: told now and then how much is done, 0 to 1.
    func deep(
        _ file: MediaFile, quick: QuickResult, in folder: SandboxFolder,
        progress: @escaping @Sendable (Double, String) -> Void = { _, _ in }
    ) async throws -> Deep {
        let clock = ContinuousClock()
        let beginning = clock.now
        var rate = quick.container.frameRate
        // Whole frames are left out, so that the steps stay even.
        var skip = 1
        while rate.value / Double(skip) > Self.motionFrames { skip += 1 }
        rate.seconds *= skip
        let expected = max(1, quick.duration * rate.value)
        let motion = try await motion(of: file, stream: quick.container.videoStream, rate: rate, in: folder) {
            progress(min(1, Double($0) / expected) * 0.7, "measuring motion")
        }
        let cuts = quick.cuts.map { Int(($0.seconds * rate.value).rounded()) }
        let found = PhaseFinder(rate: rate.value).phases(of: motion, cuts: cuts)
        let phases = found.map { phase in
            DeepResult.Phase(
                start: Figures.rounded(Double(phase.frames.lowerBound) / rate.value),
                end: Figures.rounded(Double(phase.frames.upperBound) / rate.value),
                strength: Figures.rounded(Double(phase.strength)))
        }
        let segments = Highlights.segments(
            of: phases.map { ($0.start, $0.end, $0.strength) }, duration: quick.duration)
        progress(0.7, "cutting the highlights")
        let reel = try await reel(of: file, segments, quick.container, in: folder) {
            progress(0.7 + 0.3 * $0, "cutting the highlights")
        }
        let result = DeepResult(
            motion: Self.curve(PhaseFinder.bridged(motion, over: cuts), rate: rate.value), phases: phases,
            activeSeconds: Figures.rounded(phases.map { $0.end - $0.start }.reduce(0, +)),
            reel: reel.map { reel in
                DeepResult.Reel(
                    name: Self.reelName,
                    duration: Figures.rounded(segments.map { $0.end - $0.start }.reduce(0, +)),
                    segments: segments.map {
                        DeepResult.Segment(start: Figures.rounded($0.start), end: Figures.rounded($0.end))
                    })
            }, analysisSeconds: (clock.now - beginning).seconds)
        return Deep(result: result, reel: reel)
    }

    private func motion(
        of file: MediaFile, stream: Int, rate: FrameRate, in folder: SandboxFolder,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws -> [Float] {
        let place = try await folder.newPlace()
        let filter =
            "fps=\(rate.text),scale=\(MotionMeter.width):\(MotionMeter.height):flags=area,format=yuv420p"
        let arguments =
            Self.ffmpeg + file.options + ["-i", file.url, "-map", "0:\(stream)", "-vf", filter]
            + ["-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]
        let reading = Reading(
            cutter: FrameCutter(size: MotionMeter.frameSize), taker: MotionMeter(rate: rate.value))
        let meter = try await run("ffmpeg", arguments, for: .motion, in: place, into: reading) {
            reading, bytes in
            reading.cutter.add(bytes) { reading.taker.add($0) }
            progress(reading.cutter.count)
        }.taker
        return try await Offload.run { _ in meter.motion() }
    }

    /// The curve with no more values than are kept: each is the mean of as many as it stands for.
    private static func curve(_ motion: [Float], rate: Double) -> DeepResult.Motion {
        let count = max(1, (motion.count + keptValues - 1) / keptValues)
        let values = stride(from: 0, to: motion.count, by: count).map { start in
            let part = motion[start..<min(motion.count, start + count)]
            return Figures.rounded(Double(part.reduce(0, +)) / Double(part.count))
        }
        return DeepResult.Motion(every: Figures.rounded(Double(count) / rate), values: values)
    }
}
