import ContentWriting
import Foundation
import Lockstep
import LockstepSandbox
import Logging

/// Makes a narrated video of a script: espeak-ng reads it, slides are drawn, ffmpeg puts both together. The programs
/// run in a sandbox; cancelling the waiting task ends them at once.
///
/// ```swift
/// try await SandboxFolder.with(in: scratch) { folder in
///     let footage = try await renderer.footage(for: script, in: folder)
///     let video = try await renderer.video(of: footage, in: folder)
///     // Keep what lies at `video.path` before the folder goes.
/// }
/// ```
public struct VideoRenderer: Sendable {
    private let logger: Logger

    /// Makes a renderer.
    public init(logger: Logger = Logger(label: "lockstep.content")) {
        self.logger = logger
    }

    /// Reads a script out and draws its slides.
    /// - Parameter progress: told the share that is done, from zero to one, on a thread of anybody's.
    /// - Throws: ``Failure``; `CancellationError`.
    public func footage(
        for script: Script, in folder: SandboxFolder,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> Footage {
        let narrator = Narrator(logger: logger)
        let sentences = script.sections.flatMap(\.sentences)
        var readings: [Samples] = []
        for (index, sentence) in sentences.enumerated() {
            readings.append(try await narrator.read(sentence.text, name: "sentence-\(index + 1)", in: folder))
            progress(0.6 * Double(index + 1) / Double(sentences.count))
        }
        let heard = readings
        let path = folder.path
        return try await Offload.run { stop in
            let (timeline, sound) = Timeline.of(script, readings: heard, rate: Narrator.rate)
            try sound.wav.write(to: URL(filePath: "\(path)/narration.wav"))
            let canvas = try SlideCanvas()
            let slides = SlideDeck.slides(of: script, timeline, fits: canvas.fits)
            var pictures: [Footage.Picture] = []
            for (index, slide) in slides.enumerated() {
                if stop.isRequested { throw CancellationError() }
                let name = "slide-\(index + 1).png"
                try canvas.draw(slide, to: "\(path)/\(name)")
                pictures.append(Footage.Picture(name: name, seconds: slide.seconds))
                progress(0.6 + 0.4 * Double(index + 1) / Double(slides.count))
            }
            return Footage(
                seconds: timeline.seconds, chapters: timeline.chapters, cues: timeline.cues,
                title: script.title,
                sound: "narration.wav", pictures: pictures)
        }
    }

    /// Puts footage together.
    /// - Parameters:
    ///   - folder: the one in which the footage's files are.
    ///   - progress: told the share that is done, from zero to one, on a thread of its own.
    /// - Throws: ``Failure``; `CancellationError`.
    public func video(
        of footage: Footage, in folder: SandboxFolder,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> RenderedVideo {
        let assembly = Assembly(footage: footage, folder: folder.path)
        try await Offload.run { _ in try assembly.writeInputs() }
        let place = try await folder.newPlace()
        do {
            _ = try await Sandbox(limits: Assembly.limits, logger: logger).run(
                "ffmpeg", assembly.words, in: place, into: ProgressLines()
            ) { lines, bytes in
                lines.add(bytes) { progress(min(1, max(0, $0 / footage.seconds))) }
            }
        } catch let error as SandboxError {
            throw Failure(rendering: error, logger)
        }
        let path = "\(place)/\(Assembly.name)"
        let size = try await Offload.run { _ in
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
        }
        guard size > 0 else { throw Failure.temporary("ffmpeg has left no video", code: "no_video") }
        return RenderedVideo(
            path: path, captions: assembly.captions, bytes: size, seconds: footage.seconds,
            chapters: footage.chapters, cues: footage.cues)
    }
}

extension Failure {
    /// What the end of a program means for a video of ours: no user can do anything about it.
    init(rendering error: SandboxError, _ logger: Logger) {
        logger.info(
            "a program did not come to a good end",
            metadata: ["error": "\(error)", "complaints": "\(error.complaints.suffix(1000))"])
        switch error.kind {
        case .notStarted: self = error.failure
        case .killed, .time, .processor, .memory:
            self = .temporary(error.description, code: "rendering_\(error.kind)")
        case .output, .failed: self = .adminRequired(error.description, code: "rendering_\(error.kind)")
        }
    }
}
