import Foundation
import Lockstep
import LockstepTesting
import NIOHTTP1
import Testing

/// `lockstep serve` takes uploads, and `lockstep upload` sends them.
@Suite(.timeLimit(.minutes(3))) struct UploadTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The blocks of docs/uploads.md in a language.
    private static func blocks(_ language: String) throws -> [String] {
        let text = try String(contentsOf: root.appending(path: "docs/uploads.md"), encoding: .utf8)
        return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    /// A served folder with the lifecycle of the document and a file.
    private func serve() async throws -> (place: Served.Place, served: Served) {
        let place = try Served.Place(try #require(try Self.blocks("yaml").first))
        var generator = SystemRandomNumberGenerator()
        var bytes = Data()
        for _ in 0..<200_000 {
            withUnsafeBytes(of: generator.next() as UInt64) { bytes.append(contentsOf: $0) }
        }
        try bytes.write(to: URL(filePath: place.scratch.path("match.mp4")))
        return (place, try await Served(place))
    }

    private func run(
        _ program: String, _ arguments: [String], _ place: Served.Place, _ served: Served,
        _ more: [String: String] = [:]
    ) async throws -> Tool.Run {
        var environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "TERM": "xterm",
            "LOCKSTEP": try Tool.program().path, "LOCKSTEP_TOKEN": served.token, "SERVED": served.url,
        ]
        environment.merge(more) { $1 }
        return try await Tool.run(URL(filePath: program), arguments, in: place.scratch, environment) { _ in }
    }

    private func status(_ job: String, _ served: Served) async throws -> String? {
        try await served.call(.GET, "/v1/jobs/\(job)").json["status"]?.text
    }

    @Test func theLinesOfTheDocumentRun() async throws {
        let (place, served) = try await serve()
        let blocks = try Self.blocks("sh")
        let first = "URL=http://127.0.0.1:8080 TOKEN=$(cat .lockstep/admin.token)\n"
        #expect(blocks.count == 2 && blocks.first?.hasPrefix(first) == true)
        let other = try await served.start("video")
        let script =
            "set -euo pipefail\nlockstep() { \"$LOCKSTEP\" \"$@\"; }\nURL=$SERVED TOKEN=$LOCKSTEP_TOKEN\n"
            + blocks[0].dropFirst(first.count) + "\necho\necho \"ID $ID\"\nID=\(other)\n" + blocks[1]
        let run = try await run("/bin/bash", ["-c", script], place, served)
        #expect(run.code == 0, "\(run.out)\n\(run.errors)")
        let job = try #require(run.lines.first { $0.hasPrefix("ID ") }?.dropFirst(3))
        #expect(try await status(String(job), served) == "queued")
        #expect(try await status(other, served) == "queued")
        #expect(run.lines.last == "The uploads are verified: job \(other) is queued")
        let beginning = try Data(contentsOf: URL(filePath: place.scratch.path("beginning")))
        #expect(
            beginning == (try Data(contentsOf: URL(filePath: place.scratch.path("match.mp4"))).prefix(1024)))
        #expect(await served.terminate() == .exited(0))
    }

    @Test func aBarOnATerminalAndJSONForPrograms() async throws {
        let (place, served) = try await serve()
        let job = try await served.start("video")
        let command =
            "'\(try Tool.program().path)' upload match.mp4 --server \(served.url)/ --job \(job) --name video"
        // `script` gives it a terminal.
        let run = try await run("/usr/bin/script", ["-qec", command, "/dev/null"], place, served)
        #expect(run.code == 0 && run.out.contains("█") && run.out.contains("100 %"), "\(run.out)")
        #expect(run.out.contains("1.5 MiB of 1.5 MiB"))
        let other = try await served.start("video")
        let quiet = try await self.run(
            try Tool.program().path,
            ["upload", "match.mp4", "--server", served.url, "--job", other, "--name", "video", "--json"],
            place, served)
        #expect(try quiet.json()["outcome"]?.text == "verified")
        #expect(try quiet.json()["job"]?["status"]?.text == "queued")
        #expect(await served.terminate() == .exited(0))
    }

    @Test func whatGoesWrongIsOneSentence() async throws {
        let (place, served) = try await serve()
        let job = try await served.start("video")
        func upload(_ file: String, job: String, name: String = "video", token: String? = nil) async throws
            -> Tool.Run
        {
            try await run(
                try Tool.program().path,
                ["upload", file, "--server", served.url, "--job", job, "--name", name], place, served,
                token.map { ["LOCKSTEP_TOKEN": $0] } ?? [:])
        }
        for (run, words) in [
            (try await upload("nothing.mp4", job: job), "the file 'nothing.mp4' cannot be read"),
            (try await upload("match.mp4", job: job, name: "audio"), "no upload 'audio' is needed"),
            (try await upload("match.mp4", job: JobID().text), "there is no job"),
            (try await upload("match.mp4", job: job, token: "lst_x"), "the token is not known here"),
        ] {
            #expect(run.code == 1 && run.out.isEmpty)
            #expect(run.errors.hasPrefix("lockstep: ") && run.errors.contains(words), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1)
        }
        #expect(try await upload("match.mp4", job: "x").code == 2)
        #expect(try await status(job, served) == "awaiting_upload")
        #expect(await served.terminate() == .exited(0))
    }
}
