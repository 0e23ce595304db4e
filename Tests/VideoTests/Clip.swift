import Foundation
import Lockstep
import LockstepTesting
import Testing

/// A clip whose truth is known; all are made once for a run of the tests.
struct Clip: Sendable {
    /// What `scripts/make-video-samples` writes beside a clip.
    private struct Truth: Decodable {
        let file: String
        let rate: String
        let frames: Int
        let cuts: [Int]
        let active: [[Double]]
    }

    /// Where it is.
    let path: String
    /// Its name.
    let name: String
    /// Frames a second.
    let rate: Double
    /// How many frames it has.
    let frames: Int
    /// The frames that begin a scene.
    let cuts: [Int]
    /// The seconds in which something moves.
    let active: [ClosedRange<Double>]

    /// All clips.
    static let names = ["similar.mp4", "light.mkv", "phases.ts", "busy.webm"]

    private static let scratch = Result { try Scratch() }
    private static let made = Task { try await make() }

    /// The clip of a name.
    static func named(_ name: String) async throws -> Clip {
        try #require(try await made.value.first { $0.name == name })
    }

    private static func make() async throws -> [Clip] {
        let folder = try scratch.get().folder
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "scripts/make-video-samples")
        let child = try ChildProcess(script, [folder], complaints: .withOutput)
        let text = await child.text()
        guard await child.ended() == .exited(0) else { throw NotMade(text: text) }
        return try names.map { name in
            let file = "\(folder)/\(name.prefix { $0 != "." }).json"
            let truth = try JSONDecoder().decode(Truth.self, from: Data(contentsOf: URL(filePath: file)))
            let parts = truth.rate.split(separator: "/").compactMap { Double($0) }
            return Clip(
                path: "\(folder)/\(truth.file)", name: name,
                rate: parts[0] / (parts.count > 1 ? parts[1] : 1),
                frames: truth.frames, cuts: truth.cuts, active: truth.active.map { $0[0]...$0[1] })
        }
    }

    private struct NotMade: Error {
        let text: String
    }

    /// How well spans agree with the truth: the time that both hold over the time that either holds, 0 to 1.
    func agreement(with found: [ClosedRange<Double>]) -> Double {
        let step = 0.001
        var (both, either) = (0, 0)
        for tick in 0..<Int(Double(frames) / rate / step) {
            let time = (Double(tick) + 0.5) * step
            let (isTrue, isFound) = (
                active.contains { $0.contains(time) }, found.contains { $0.contains(time) }
            )
            if isTrue && isFound { both += 1 }
            if isTrue || isFound { either += 1 }
        }
        return either == 0 ? 1 : Double(both) / Double(either)
    }
}
