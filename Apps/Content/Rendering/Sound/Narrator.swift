import ContentWriting
import Foundation
import Lockstep
import LockstepSandbox
import Logging

/// Has sentences read out by espeak-ng, each in a sandbox of its own run, so that the length of each is known.
struct Narrator: Sendable {
    /// What espeak-ng may use for one sentence.
    static let limits = SandboxLimits(
        time: .seconds(60), processorSeconds: 20, memory: 1 << 30, output: 64 << 20)

    let logger: Logger

    /// Reads one sentence out; what cannot be spoken is silence.
    /// - Parameters:
    ///   - text: the sentence, which may hold anything.
    ///   - name: what the files of this sentence are called within the folder.
    func read(_ text: String, name: String, in folder: SandboxFolder) async throws -> Samples {
        let spoken = SpokenText.of(text)
        guard !spoken.isEmpty else { return Self.silence }
        let (words, sound) = ("\(folder.path)/\(name).txt", "\(folder.path)/\(name).wav")
        try await Offload.run { _ in try Data((spoken + "\n").utf8).write(to: URL(filePath: words)) }
        do {
            try await Sandbox(limits: Self.limits, logger: logger).run(
                "espeak-ng",
                [
                    "-v", ReadingTime.voice, "-s", "\(ReadingTime.speed)", "-b", "1", "-z", "-f", words, "-w",
                    sound,
                ], in: folder.newPlace())
        } catch let error as SandboxError {
            throw Failure(rendering: error, logger)
        }
        return try await Offload.run { _ in
            // What has no sound at all, such as signs that the voice does not know, leaves no file.
            guard FileManager.default.fileExists(atPath: sound) else { return Self.silence }
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: sound)))
            try FileManager.default.removeItem(atPath: sound)
            try FileManager.default.removeItem(atPath: words)
            guard let samples = Samples(wav: bytes), samples.rate == Self.rate else {
                throw Failure.temporary(
                    "espeak-ng has written sound that is not of \(Self.rate) samples a second in one channel",
                    code: "no_sound")
            }
            return samples
        }
    }

    /// The samples a second of espeak-ng's own voices.
    static let rate = 22050

    private static let silence = Samples(
        rate: rate, values: Array(repeating: 0, count: Int(ReadingTime.unspoken * Double(rate))))
}
