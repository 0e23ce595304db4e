import Foundation
import Lockstep
import LockstepTesting
import Testing

/// What ffprobe and ffmpeg say of a film.
struct FilmProbe: Sendable {
    /// Its length in seconds.
    let seconds: Double
    /// The codecs of its streams, in their order.
    let codecs: [String]
    /// The titles of its chapters.
    let chapters: [String]
    /// How loud it is on the whole, in decibels below the loudest possible.
    let meanVolume: Double

    init(_ film: Data) async throws {
        let files = try Scratch()
        let path = files.path("film.mp4")
        try film.write(to: URL(filePath: path))
        let text = try await Self.say(
            [
                "ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters",
                path,
            ])
        let facts = try JSONDecoder().decode(Facts.self, from: Data(text.utf8))
        seconds = try #require(Double(facts.format.duration))
        // A player makes pictures of chapters, too; they are no stream of the film's own.
        codecs = facts.streams.filter { $0.codec_type != "data" }.compactMap(\.codec_name)
        chapters = facts.chapters.compactMap { $0.tags?["title"] }
        let sound = try await Self.say(
            [
                "ffmpeg", "-hide_banner", "-nostdin", "-i", path, "-map", "0:a", "-af", "volumedetect", "-f",
                "null", "-",
            ])
        let volume = try #require(sound.firstMatch(of: /mean_volume: (-?[\d.]+) dB/), "\(sound)")
        meanVolume = try #require(Double(volume.1))
        withExtendedLifetime(files) {}
    }

    private struct Facts: Decodable {
        struct Format: Decodable { let duration: String }
        struct Stream: Decodable {
            let codec_name: String?
            let codec_type: String
        }
        struct Chapter: Decodable { let tags: [String: String]? }
        let format: Format
        let streams: [Stream]
        let chapters: [Chapter]
    }

    private static func say(_ words: [String]) async throws -> String {
        let child = try ChildProcess(URL(filePath: "/usr/bin/env"), words, complaints: .withOutput)
        let text = await child.text()
        #expect(await child.ended() == .exited(0), "\(text)")
        return text
    }
}
