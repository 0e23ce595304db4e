import ContentRendering
import ContentWriting
import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Synchronization
import Testing

@Suite(.serialized) struct VideoTests {
    @Test(.timeLimit(.minutes(3))) func aVideoAsOthersSeeIt() async throws {
        let script = try Scripts.short()
        let shares = Mutex<[Double]>([])
        let film = try await Film(script) { share in shares.withLock { $0.append(share) } }
        let (video, facts) = (film.video, try await film.facts())

        // Its length is what the script says.
        let duration = try #require(Double(facts.format.duration))
        #expect(abs(duration - script.readingTime) < 0.05 * script.readingTime)
        #expect(abs(duration - video.seconds) < 0.2)

        // What browsers play.
        let picture = try #require(facts.stream("video"))
        #expect(picture.codec_name == "h264" && picture.pix_fmt == "yuv420p" && picture.profile == "High")
        #expect(picture.width == 1280 && picture.height == 720)
        let sound = try #require(facts.stream("audio"))
        #expect(sound.codec_name == "aac" && sound.sample_rate == "48000")
        #expect(abs(try #require(sound.duration.flatMap(Double.init)) - duration) < 0.3)
        #expect(abs(try #require(picture.duration.flatMap(Double.init)) - duration) < 0.3)
        #expect(facts.stream("subtitle")?.codec_name == "mov_text")
        #expect(facts.format.tags["title"] == script.title)
        // The index comes before the pictures.
        let beginning = try film.beginning(1 << 20)
        let index = try #require(beginning.range(of: Data("moov".utf8)))
        let pictures = try #require(beginning.range(of: Data("mdat".utf8)))
        #expect(index.lowerBound < pictures.lowerBound)
        #expect(try await film.ask("ffprobe", ["-v", "error", "FILE"]).complaints.isEmpty)

        // A chapter for each section.
        #expect(facts.chapters.map { $0.tags["title"] } == script.sections.map(\.title))
        for (chapter, ours) in zip(facts.chapters, video.chapters) {
            #expect(abs(try #require(Double(chapter.start_time)) - ours.start) < 0.01)
            #expect(abs(try #require(Double(chapter.end_time)) - ours.end) < 0.01)
        }

        // Progress rises to its end, and nothing is left behind.
        let told = shares.withLock { $0 }
        #expect(told == told.sorted() && told.count > 10 && (told.last ?? 0) > 0.95 && (told.last ?? 2) <= 1)
        #expect(try film.leftBehind == [])
    }

    @Test(.timeLimit(.minutes(3))) func itIsHeardWhenItIsRead() async throws {
        let film = try await Film(try Scripts.short())
        let sound = try await film.sound()
        func level(_ start: Double, _ end: Double) -> Double {
            let part = sound[min(sound.count, Int(start * 8000))..<min(sound.count, Int(end * 8000))]
            let power = part.map { Double($0) * Double($0) }.reduce(0, +) / Double(max(1, part.count))
            return 10 * log10(max(1, power) / (32768 * 32768))
        }
        for (index, cue) in film.video.cues.enumerated() {
            #expect(level(cue.start, cue.end) > -30, "cue \(index + 1)")
            // It begins with the cue and not before, and ends with it.
            #expect(level(cue.start - 0.15, cue.start - 0.03) < level(cue.start, cue.start + 0.4) - 15)
            #expect(level(cue.end + 0.05, cue.end + 0.15) < level(cue.start, cue.end) - 15)
        }
        // As loud as players expect, and nothing clips.
        let report = try await film.ask(
            "ffmpeg", ["-hide_banner", "-i", "FILE", "-af", "ebur128=peak=true", "-f", "null", "-"]
        ).complaints
        func figure(_ label: String) -> Double? {
            report.split(whereSeparator: \.isNewline).last { $0.contains(label) }.flatMap {
                Double($0.split(separator: ":").last?.split(separator: " ").first ?? "")
            }
        }
        let loudness = try #require(figure(" I:"), "\(report)")
        #expect((-20 ... -13).contains(loudness), "\(loudness)")
        #expect(try #require(figure("Peak:")) <= 0)
    }

    @Test(.timeLimit(.minutes(3))) func subtitlesAreTheSentences() async throws {
        let hostile = "Is a < b & c --> d? {\\an8} <b>bold</b> &amp; \\N done."
        let script = try Scripts.make([("One", ["The sea rises.", hostile]), ("Two", ["It falls."])])
        let film = try await Film(script)
        let cues = film.video.cues
        #expect(cues.map(\.text) == script.sections.flatMap(\.sentences).map(\.text))
        #expect(cues.map(\.section) == [0, 0, 1])
        for cue in cues {
            let chapter = film.video.chapters[cue.section]
            #expect(chapter.start <= cue.start && cue.start < cue.end && cue.end <= chapter.end)
        }
        #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.end < $1.start })

        // In the film itself, as its track is read.
        let packets = try await film.ask(
            "ffprobe",
            [
                "-v", "error", "-select_streams", "s", "-show_entries", "packet=pts_time,duration_time,size",
                "-of", "csv=p=0", "FILE",
            ]
        ).text
        let rows = String(decoding: packets, as: UTF8.self).split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",").compactMap { Double($0) }
        }.filter { $0.count == 3 && $0[2] > 2 }
        #expect(rows.count == cues.count)
        for (row, cue) in zip(rows, cues) {
            #expect(abs(row[0] - cue.start) < 0.02 && abs(row[0] + row[1] - cue.end) < 0.02)
        }
        let text = try await film.ask(
            "ffmpeg", ["-v", "error", "-i", "FILE", "-map", "0:s", "-c", "copy", "-f", "data", "-"]
        ).text
        let shown = String(decoding: text, as: UTF8.self)
        #expect(shown.contains("Is a < b & c --> d?") && shown.contains("<b>bold</b> &amp;"), "\(shown)")

        // And in the file beside it.
        let file = try film.captions
        #expect(file.hasPrefix("WEBVTT\n"))
        #expect(file.count(where: { $0 == ">" }) == cues.count)
        #expect(file.contains("Is a &lt; b &amp; c --&gt; d?"))
    }

    @Test(.timeLimit(.minutes(3)), arguments: [0.02, 0.55, 0.75]) func cancellingLeavesNothing(share: Double)
        async throws
    {
        let sentences = (1...6).map {
            "This is the sentence with the number \($0), and it says nothing else."
        }
        let script = try Scripts.make([("One", sentences), ("Two", sentences)])
        let scratch = try Scratch()
        let (reached, tell) = AsyncStream<Void>.makeStream()
        let work = Task {
            try await SandboxFolder.with(in: scratch.folder) { folder in
                let footage = try await VideoRenderer().footage(for: script, in: folder) {
                    if $0 / 2 >= share { tell.yield() }
                }
                _ = try await VideoRenderer().video(of: footage, in: folder) {
                    if 0.5 + $0 / 2 >= share { tell.yield() }
                }
            }
        }
        var iterator = reached.makeAsyncIterator()
        await iterator.next()
        let asked = ContinuousClock.now
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(ContinuousClock.now - asked < .seconds(2))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
        #expect(try Self.processes(naming: scratch.folder) == [])
    }

    /// Processes with a text in their command lines.
    static func processes(naming text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }
}
