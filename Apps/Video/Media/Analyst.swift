import Lockstep
import LockstepSandbox
import Logging

/// Looks at videos through ffprobe and ffmpeg, in a sandbox.
struct Analyst: Sendable {
    /// Works in folders of its own below this one.
    let scratch: String
    let logger: Logger
    /// A program that watches over ffprobe and ffmpeg, with its arguments; for tests.
    var tracer: [String] = []

    /// How long the programs may take.
    enum Step {
        case probe, quick, motion, reel

        var limits: SandboxLimits {
            switch self {
            case .probe:
                SandboxLimits(time: .seconds(60), processorSeconds: 30, memory: 2 << 30, output: 1 << 20)
            case .quick:
                // The small pictures of four hours at 60 frames a second are 3 GB, of which none is kept.
                SandboxLimits(
                    time: .seconds(25 * 60), processorSeconds: 3600, memory: 4 << 30, output: 8 << 30)
            case .motion:
                SandboxLimits(
                    time: .seconds(60 * 60), processorSeconds: 7200, memory: 4 << 30, output: 16 << 30)
            case .reel:
                SandboxLimits(
                    time: .seconds(30 * 60), processorSeconds: 3600, memory: 4 << 30, output: 1 << 30)
            }
        }
    }

    /// Runs a program on a file.
    /// - Throws: ``Failure`` in words about the video; `CancellationError`.
    func run<Value: Sendable>(
        _ program: String, _ arguments: [String], for step: Step, in place: String, into value: Value,
        read: @escaping @Sendable (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> Value {
        var sandbox = Sandbox(limits: step.limits, logger: logger)
        sandbox.tracer = tracer
        do {
            return try await sandbox.run(program, arguments, in: place, into: value, read: read).value
        } catch let error as SandboxError {
            logger.info(
                "a program did not come to a good end",
                metadata: ["error": "\(error)", "complaints": "\(error.complaints.suffix(1000))"])
            throw Failure(error)
        }
    }

    /// What a file says about itself.
    func facts(of file: MediaFile, in folder: SandboxFolder) async throws -> ContainerFacts {
        let place = try await folder.newPlace()
        let entries =
            "format=duration,bit_rate:stream=index,codec_type,codec_name,width,height,avg_frame_rate,r_frame_rate,"
            + "duration:stream_disposition=attached_pic"
        let json = try await run(
            "ffprobe",
            ["-hide_banner", "-v", "error"] + file.options
                + ["-show_entries", entries, "-of", "json=compact=1", "-i", file.url], for: .probe, in: place,
            into: [UInt8]()
        ) { $0 += $1 }
        return try ContainerFacts(json, of: file.kind)
    }

    /// The words in front of everything that ffmpeg is asked.
    static let ffmpeg = ["-hide_banner", "-nostdin", "-v", "error"]
}

extension Failure {
    /// What the end of a program means for a video.
    init(_ error: SandboxError) {
        switch error.kind {
        case .notStarted, .killed: self = error.failure
        case .time, .processor:
            self = .userFixable(
                "The video takes too long to be decoded; export it smaller or cut it into parts.",
                code: "too_slow")
        case .memory:
            self = .userFixable(
                "The video needs too much memory to be decoded; export it with smaller pictures.",
                code: "too_much_memory")
        case .output:
            self = .userFixable(
                "The video is longer than what can be analysed; cut it into parts.", code: "too_long")
        case .failed:
            self = .userFixable(
                "The file is broken and cannot be decoded; export it again, best as H.264 in an MP4 file.",
                code: "broken_file")
        }
    }
}
