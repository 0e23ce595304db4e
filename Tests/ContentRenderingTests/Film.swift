import ContentRendering
import ContentWriting
import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Testing

/// A script that was rendered into a folder of a test's own, and what other programs say about it.
struct Film {
    let video: RenderedVideo
    let scratch: Scratch
    private let path: String

    static let limits = SandboxLimits(
        time: .seconds(120), processorSeconds: 120, memory: 4 << 30, output: 256 << 20)

    init(_ script: Script, progress: @escaping @Sendable (Double) -> Void = { _ in }) async throws {
        let scratch = try Scratch()
        let kept = scratch.path("kept.mp4")
        video = try await SandboxFolder.with(in: scratch.path("work")) { folder in
            let renderer = VideoRenderer()
            let footage = try await renderer.footage(for: script, in: folder) { progress($0 / 2) }
            let video = try await renderer.video(of: footage, in: folder) { progress(0.5 + $0 / 2) }
            try FileManager.default.copyItem(atPath: video.path, toPath: kept)
            try FileManager.default.copyItem(atPath: video.captions, toPath: scratch.path("kept.vtt"))
            return video
        }
        (self.scratch, path) = (scratch, kept)
    }

    /// What lies in the folder of the work.
    var leftBehind: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: scratch.path("work")) }
    }

    /// The subtitles that came with it.
    var captions: String {
        get throws { try String(contentsOfFile: scratch.path("kept.vtt"), encoding: .utf8) }
    }

    /// The first bytes of the file.
    func beginning(_ count: Int) throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        return try file.read(upToCount: count) ?? Data()
    }

    /// What a program writes about it; `FILE` in the arguments stands for it.
    func ask(_ program: String, _ arguments: [String]) async throws -> (text: [UInt8], complaints: String) {
        let path = path
        return try await SandboxFolder.with(in: scratch.path("asking")) { folder in
            let (text, use) = try await Sandbox(limits: Self.limits).run(
                program, arguments.map { $0 == "FILE" ? path : $0 }, in: folder.newPlace(), into: [UInt8]()
            ) { $0 += $1 }
            return (text, use.complaints)
        }
    }

    struct Facts: Decodable {
        struct Format: Decodable {
            let duration: String
            let tags: [String: String]
        }
        struct Stream: Decodable {
            let codec_type: String
            let codec_name: String?
            let profile: String?
            let pix_fmt: String?
            let width: Int?
            let height: Int?
            let sample_rate: String?
            let duration: String?
        }
        struct Chapter: Decodable {
            let start_time: String
            let end_time: String
            let tags: [String: String]
        }
        let format: Format
        let streams: [Stream]
        let chapters: [Chapter]

        func stream(_ type: String) -> Stream? { streams.first { $0.codec_type == type } }
    }

    func facts() async throws -> Facts {
        let words = ["-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", "FILE"]
        return try JSONDecoder().decode(Facts.self, from: Data(try await ask("ffprobe", words).text))
    }

    /// The sound as it is heard, 8,000 samples a second.
    func sound() async throws -> [Int16] {
        let words = [
            "-v", "error", "-i", "FILE", "-map", "0:a", "-ar", "8000", "-ac", "1", "-f", "s16le", "-",
        ]
        let bytes = try await ask("ffmpeg", words).text
        return stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }
}

/// Scripts for the tests.
enum Scripts {
    /// A script whose sections have a title and sentences; each sentence cites the one passage.
    static func make(question: String = "What is a tide?", _ sections: [(String, [String])]) throws -> Script
    {
        try Script(
            ScriptDraft(
                title: "Tides; or = why # the sea \\ moves",
                sections: sections.map { title, sentences in
                    ScriptSection(
                        title: title,
                        sentences: sentences.map { ScriptSentence(text: $0, citations: ["tides.1"]) })
                }), for: Question(question),
            from: [Passage(id: "tides.1", title: "Tides", text: "The sea rises and falls.")])
    }

    static func short() throws -> Script {
        try make([
            ("The question", ["You asked: “What is a tide?”", "The answer comes from one article."]),
            (
                "Tides = 50% [Chapter]; #1",
                [
                    "The sea rises and falls twice a day on most coasts.",
                    "It rises by up to 16 metres in the Bay of Fundy, and hardly at all in the Mediterranean.",
                ]
            ), ("In short", ["The cause is mainly the gravity of the Moon."]),
        ])
    }
}
