import Foundation
import Lockstep

/// A clip that is made for the demo, with its truth.
struct VideoSample: Sendable {
    /// The file's name.
    let name: String
    /// The file.
    let content: Data
    /// The frames that begin a scene.
    let cuts: [Int]
    /// The seconds in which something moves.
    let active: [ClosedRange<Double>]
    /// Its length in seconds.
    let duration: Double

    private struct Truth: Decodable {
        let rate: String
        let frames: Int
        let cuts: [Int]
        let active: [[Double]]
    }

    /// Makes the clip with ffmpeg, by the script that makes those of the tests.
    static func make(_ name: String, in folder: String) async throws -> VideoSample {
        let script = "scripts/make-video-samples"
        return try await Offload.run { _ in
            guard FileManager.default.isExecutableFile(atPath: script) else {
                throw DemoError("'\(script)' is not there; start the demo in the repository's folder.")
            }
            let process = Process()
            process.executableURL = URL(filePath: script)
            process.arguments = [folder, name]
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw DemoError("'\(script)' could not make the demo's video; ffmpeg is needed for it.")
            }
            let stem = name.prefix { $0 != "." }
            let truth = try JSONDecoder().decode(
                Truth.self, from: Data(contentsOf: URL(filePath: "\(folder)/\(stem).json")))
            guard let rate = Double(truth.rate) else {
                throw DemoError("The rate of the demo's video must be a whole number, not '\(truth.rate)'.")
            }
            return VideoSample(
                name: name, content: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")),
                cuts: truth.cuts,
                active: truth.active.map { $0[0]...$0[1] }, duration: Double(truth.frames) / rate)
        }
    }

    /// How well spans agree with the truth: the time that both hold over the time that either holds, 0 to 1.
    func agreement(with found: [ClosedRange<Double>]) -> Double {
        let step = 0.005
        var (both, either) = (0, 0)
        for tick in 0..<Int(duration / step) {
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
