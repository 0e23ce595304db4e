import AppSupport
import Anomaly
import Foundation
import Lockstep
import NIOHTTP1
import Testing

/// Files that cannot be analysed, from the upload to the sentence that their owner reads. What they cost is
/// measured by ``LargeTableTortureTests``, where nothing else runs; the time limit here is for hangs alone.
@Suite("Bad files", .timeLimit(.minutes(5)))
struct BadFileTests {
    @Test("end in error with a sentence to act on", arguments: BadFile.all)
    func ends(file: BadFile) async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(file.content, named: file.name)
            let session = try await harness.start("/analyze", id)
            try await harness.working {
                let job = try await harness.end(of: session)
                #expect(job.status == .error)
                let failure = try #require(job.failure)
                #expect(failure.audience == .userFixable, "\(failure)")
                for word in file.words { #expect(failure.message.contains(word), "\(failure.message)") }
                #expect(failure.message.hasSuffix("."), "\(failure.message)")
                #expect(failure.message.utf8.count < 400, "\(failure.message)")
                // Never tried again: other bytes are needed.
                let kinds = try await harness.jobs.history(of: session).map(\.kind)
                #expect(!kinds.contains(.retried))
            }
            let status = try await harness.send(.GET, dataset: id, "/status").json()
            #expect(status["status"] == "error")
            #expect(status["session"]?["reason"]?.text?.isEmpty == false)
            #expect(try await harness.send(.GET, dataset: id, "/report").status == 200)
        }
    }

    @Test(
        "files that only look bad are read",
        arguments: [
            (
                "UTF-16 without a mark",
                Data(Tables.small.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
            ),
            ("UTF-16 the other way", Data(Tables.small.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })),
            ("invalid UTF-8", Data(Tables.small.utf8) + Data("1,2,3,".utf8) + [0xE9, 0xFF, 0x0A]),
        ])
    func reads(what: String, content: Data) async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(content, named: "table.csv")
            let session = try await harness.start("/analyze", id)
            try await harness.working {
                let job = try await harness.end(of: session)
                #expect(job.status == .completed, "\(String(describing: job.failure))")
                #expect(try (60...61).contains(job.output()?.rows ?? 0))
            }
        }
    }
}
