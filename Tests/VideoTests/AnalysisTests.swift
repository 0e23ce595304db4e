import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Logging
import Testing

@testable import Video

/// What is found in the clips whose truth is known.
@Suite(.serialized) struct AnalysisTests {
    static let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Analyses a clip, quickly and deeply, and hands over what there is.
    private static func analyse<Result: Sendable>(
        _ clip: Clip,
        _ body: @escaping @Sendable (Analyst.Quick, Analyst.Deep, SandboxFolder) async throws -> Result
    ) async throws -> Result {
        let scratch = try Scratch()
        let analyst = Analyst(scratch: scratch.folder, logger: silence)
        return try await SandboxFolder.with(in: scratch.folder) { folder in
            let file = try await MediaFile.at(clip.path)
            let quick = try await analyst.quick(file, in: folder)
            let deep = try await analyst.deep(file, quick: quick.result, in: folder)
            return try await body(quick, deep, folder)
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: Clip.names) func theTruthIsFound(_ name: String) async throws {
        let clip = try await Clip.named(name)
        let (quick, deep) = try await Self.analyse(clip) { quick, deep, _ in (quick.result, deep.result) }
        #expect(quick.frames == clip.frames)
        #expect(abs(quick.frameRate - clip.rate) < 0.01)
        #expect(abs(quick.duration - Double(clip.frames) / clip.rate) < 0.05)
        // Every cut within a frame, and no other.
        #expect(quick.cuts.count == clip.cuts.count, "\(quick.cuts.map(\.frame)) for \(clip.cuts)")
        for (found, truth) in zip(quick.cuts, clip.cuts) { #expect(abs(found.frame - truth) <= 1) }
        let phases = deep.phases.map { $0.start...$0.end }
        let agreement = clip.agreement(with: phases)
        print(
            "\(name): cuts \(quick.cuts.map(\.frame)) for \(clip.cuts); phases \(phases) for \(clip.active): \(agreement); quick \(quick.analysisSeconds) s, deep \(deep.analysisSeconds) s of \(quick.duration) s"
        )
        #expect(agreement >= 0.9, "\(phases) for \(clip.active)")
        #expect(deep.phases.count == clip.active.count)
    }

    @Test(.timeLimit(.minutes(3)), arguments: Clip.names) func pictures(_ name: String) async throws {
        let clip = try await Clip.named(name)
        try await Self.analyse(clip) { quick, deep, folder in
            #expect(
                quick.files.count == Analyst.thumbnails && quick.result.thumbnails.count == quick.files.count)
            for file in quick.files {
                let bytes = try Data(contentsOf: URL(filePath: file))
                #expect(bytes.starts(with: [0xFF, 0xD8, 0xFF]) && bytes.count > 500)
            }
            let reel = try #require(deep.result.reel)
            let facts = try await Analyst(scratch: folder.path, logger: Self.silence).facts(
                of: try await MediaFile.at(try #require(deep.reel)), in: folder)
            #expect(facts.videoCodec == "h264" && facts.format == .mp4)
            #expect(facts.audioCodec == (name == "similar.mp4" ? "aac" : nil))
            #expect(abs(try #require(facts.duration) - reel.duration) < 0.3)
            // What plays while it is loaded has its index in front.
            let head = try Data(contentsOf: URL(filePath: try #require(deep.reel))).prefix(4096)
            #expect(head.range(of: Data("moov".utf8)) != nil)
        }
    }
}
