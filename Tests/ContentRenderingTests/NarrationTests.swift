@testable import ContentRendering
import ContentWriting
import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Logging
import Testing

@Suite struct NarrationTests {
    static func read(_ sentences: [String]) async throws -> [Samples] {
        let scratch = try Scratch()
        return try await SandboxFolder.with(in: scratch.folder) { folder in
            var readings: [Samples] = []
            for (index, sentence) in sentences.enumerated() {
                readings.append(
                    try await Narrator(logger: Logger(label: "test")).read(
                        sentence, name: "\(index)", in: folder))
            }
            return readings
        }
    }

    /// The figures of ``ReadingTime`` are those of the program that is installed here.
    @Test(.timeLimit(.minutes(2))) func readingTimesAreMeasured() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let passages = try Corpus(folder: root.appending(path: "Apps/Content/Corpus").path()).passages
        // Every eleventh paragraph.
        let texts = stride(from: 0, to: passages.count, by: 11).map { passages[$0].text }
            .flatMap { $0.replacing(". ", with: ".\n").split(separator: "\n").map(String.init) }
        let measured = try await Self.read(texts).map(\.seconds)
        let (sum, stated) = (
            measured.reduce(0, +), texts.map { ReadingTime.seconds(of: $0) }.reduce(0, +)
        )
        #expect(sum > 200 && abs(stated - sum) < 0.02 * sum, "stated \(stated), measured \(sum)")
        let words = texts.map { $0.split(separator: " ").count }.reduce(0, +)
        let pace = Double(words) / sum * 60
        #expect(abs(pace - ReadingTime.wordsPerMinute) < 0.03 * pace, "\(pace) words a minute")
    }

    /// What would be a command to espeak-ng, or a file to read, is spoken or left out.
    @Test(.timeLimit(.minutes(1))) func commandsAreWords() async throws {
        let sentences = [
            "Tea <break time=\"20s\"/> comes.", "Tea break time 20s comes.", "Tea [[h@'loU:::::::::]] comes.",
            "Tea h 'loU comes.", "\u{1}10sTea comes.", "10sTea comes.", "-f /etc/passwd", "-f etc passwd",
            "[[]]",
        ]
        let readings = try await Self.read(sentences)
        for pair in [(0, 1), (4, 5), (6, 7)] {
            #expect(readings[pair.0].values == readings[pair.1].values, "\(sentences[pair.0])")
        }
        #expect(readings.allSatisfy { $0.seconds < 6 })
        #expect(readings[8].seconds == ReadingTime.unspoken && readings[8].values.allSatisfy { $0 == 0 })
        #expect(readings[0].values.contains { abs(Int($0)) > 3000 })
    }

    @Test func wavFilesThereAndBack() throws {
        let samples = Samples(rate: 22050, values: [0, 1, -1, .max, .min, 12345])
        let bytes = [UInt8](samples.wav)
        let back = try #require(Samples(wav: bytes))
        #expect(back.values == samples.values && back.rate == 22050)
        // Cut at any place it is shorter or none, and never a crash.
        for count in 0..<bytes.count {
            let cut = Samples(wav: Array(bytes[..<count]))
            #expect(cut == nil || cut.map { samples.values.starts(with: $0.values) } == true)
        }
        var stereo = bytes
        stereo[22] = 2
        #expect(Samples(wav: stereo) == nil)
    }

    /// Whatever the readings take, as far as pauses can make up for it, the whole takes what the script says.
    @Test(arguments: [0.85, 0.95, 1.0, 1.05, 1.1]) func pausesMakeUp(pace: Double) throws {
        let script = try Scripts.short()
        let readings = script.sections.flatMap(\.sentences).map { sentence in
            let seconds = ReadingTime.seconds(of: sentence.text) * pace
            return Samples(rate: 1000, values: Array(repeating: 1, count: Int(seconds * 1000)))
        }
        let (timeline, sound) = Timeline.of(script, readings: readings, rate: 1000)
        #expect(abs(timeline.seconds - script.readingTime) < 0.1)
        #expect(timeline.seconds == sound.seconds)
        for (cue, reading) in zip(timeline.cues, readings) {
            #expect(abs(cue.end - cue.start - reading.seconds) < 0.0001)
            #expect(sound.values[Int((cue.start * 1000).rounded())] == 1)
            #expect(sound.values[Int((cue.start * 1000).rounded()) - 1] == 0)
        }
        #expect(timeline.chapters.first?.start == 0 && timeline.chapters.last?.end == timeline.seconds)
        #expect(zip(timeline.chapters, timeline.chapters.dropFirst()).allSatisfy { $0.end == $1.start })
    }
}
