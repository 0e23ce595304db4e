import AppSupport
import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import NIOHTTP1
import Testing

@testable import Video

/// Files that are no videos, or want more than to be looked at: their jobs fail with a sentence, nothing else is opened
/// and nobody is called.
@Suite(.serialized) struct BadVideoTests {
    @Test(.timeLimit(.minutes(4))) func eachFailsWithASentence() async throws {
        let files = try await BadVideo.all()
        try await Harness.run { harness in
            var jobs: [(file: BadVideo, job: JobID)] = []
            for file in files {
                jobs.append((file, try await harness.upload(file.content, named: file.name)))
            }
            let begun = jobs
            try await harness.working {
                for (file, id) in begun {
                    let job = try await harness.end(of: id)
                    if file.isHarmless, job.status == VideoJob.done {
                        print("bad video: \(file.what): analysed without what it refers to")
                        continue
                    }
                    let failure = job.failure
                    #expect(job.status == VideoJob.failed, "\(file.what): \(job.record.status)")
                    #expect(failure?.audience == .userFixable, "\(file.what): \(failure.debugDescription)")
                    let sentence = failure?.message ?? ""
                    #expect(sentence.hasSuffix(".") && sentence.contains(" "), "\(file.what): \(sentence)")
                    // Nothing of this machine is told, and nothing was tried twice.
                    #expect(!sentence.contains("/"), "\(file.what): \(sentence)")
                    let history = try await harness.jobs.history(of: id)
                    #expect(history.allSatisfy { $0.attempt <= 1 })
                    let reply = try await harness.send(.GET, "/api/videos/\(id)")
                    #expect(try reply["reason"]?.text == sentence)
                    #expect(try await harness.send(.GET, "/api/videos/\(id)/result").status == 409)
                    print("bad video: \(file.what): \(sentence)")
                }
            }
            // Nothing is left of what was worked on.
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.scratch) == [])
        }
    }

    /// Also when a file is taken for each kind of video in turn, whatever its first bytes say: what ffprobe and ffmpeg
    /// open is traced, and it is the file and libraries alone.
    @Test(.timeLimit(.minutes(5))) func nothingElseIsOpenedAndNobodyIsCalled() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") else {
            print("what ffmpeg opens: not traced, for strace is not installed")
            return
        }
        var seen = 0
        for file in try await BadVideo.all() {
            let scratch = try Scratch()
            let path = scratch.path("video")
            try file.content.write(to: URL(filePath: path))
            for kind in MediaKind.allCases {
                for program in ["ffprobe", "ffmpeg"] {
                    let log = scratch.path("trace-\(kind)-\(program)")
                    var analyst = Analyst(scratch: scratch.path("work"), logger: AnalysisTests.silence)
                    analyst.tracer = [
                        "/usr/bin/strace", "-f", "-qq", "-e", "trace=%file,%network", "-o", log,
                    ]
                    await Self.look(analyst, MediaFile(path: path, kind: kind), with: program)
                    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
                    #expect(lines.contains { $0.contains(path) }, "\(file.what) was not opened as \(kind)")
                    // A program may look up who runs it; nobody but libraries has asked for these files here.
                    let opened = lines.filter { $0.contains("open") && $0.contains(BadVideo.secret) }
                    #expect(opened.isEmpty, "\(file.what) as \(kind): \(opened)")
                    let called = lines.filter { $0.contains("socket(AF_INET") || $0.contains("sin_port") }
                    #expect(called.isEmpty, "\(file.what) as \(kind): \(called)")
                    seen += 1
                }
            }
        }
        print("bad videos: \(seen) traces without another file or a connection")
    }

    /// The trace sees what it is to see: the same file, taken as what it is and with all protocols, does open the other.
    @Test(.timeLimit(.minutes(1))) func theTraceWouldSeeIt() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") else { return }
        let scratch = try Scratch()
        let list = try #require(try await BadVideo.all().first { $0.what == "a list to concatenate" })
        let (path, log) = (scratch.path("video"), scratch.path("trace"))
        try list.content.write(to: URL(filePath: path))
        let child = try ChildProcess(
            URL(filePath: "/usr/bin/strace"),
            [
                "-f", "-qq", "-e", "trace=%file,%network", "-o", log, "ffprobe", "-v", "quiet", "-f",
                "concat", "-safe",
                "0", path,
            ])
        _ = await child.text()
        await child.ended()
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("\"\(BadVideo.secret)\""))
    }

    private static func look(_ analyst: Analyst, _ file: MediaFile, with program: String) async {
        do {
            try await SandboxFolder.with(in: analyst.scratch) { folder in
                if program == "ffprobe" {
                    _ = try await analyst.facts(of: file, in: folder)
                } else {
                    let place = try await folder.newPlace()
                    let words =
                        ["-v", "error"] + file.options + ["-i", file.url, "-f", "null", "-t", "5", "-"]
                    _ = try await analyst.run("ffmpeg", words, for: .probe, in: place, into: 0) { _, _ in }
                }
            }
        } catch {
            // That it fails is shown elsewhere; here it is what it did until then that counts.
        }
    }
}
