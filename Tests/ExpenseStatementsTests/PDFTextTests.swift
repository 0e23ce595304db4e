import ExpenseStatements
import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Testing

@testable import Expenses

/// Files that are no statements, or want more than to be read.
@Suite(.serialized) struct PDFTextTests {
    private static let samples = "\(TruthFile.root)/Apps/Expenses/Samples"

    private static func read(
        _ path: String, in scratch: String, limits: SandboxLimits = PDFText.limits, tracer: [String] = []
    ) async throws -> [PageText] {
        var text = PDFText(limits: limits)
        text.tracer = tracer
        let reader = text
        return try await SandboxFolder.with(in: scratch) { try await reader.read(path, in: $0) }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("7-not-a-pdf", "not_a_pdf"), ("7-truncated", "truncated_file"),
            ("7-encrypted", "encrypted_file"),
            ("7-empty", "empty_file"), ("7-image-only", "no_text"),
        ]) func eachIsRefusedWithASentence(name: String, code: String) async throws
    {
        let scratch = try Scratch()
        let failure = try await #require(throws: Failure.self) {
            try await Self.read("\(Self.samples)/\(name).pdf", in: scratch.folder)
        }
        #expect(failure.code == code && failure.audience == .userFixable, "\(failure)")
        #expect(
            failure.message.hasSuffix(".") && failure.message.contains(" ") && !failure.message.contains("/"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
    }

    /// Bombs, circles and damage: each is refused or read as its truth says, within limits that are small here.
    @Test(.timeLimit(.minutes(5))) func hostileFiles() async throws {
        let (made, scratch) = (try Scratch(), try Scratch())
        try await TruthFile.make(in: made.folder, "--hostile")
        var limits = PDFText.limits
        limits.processorSeconds = 10
        limits.time = .seconds(30)
        var seen = 0
        for truth in try TruthFile.all(in: made.folder) {
            var outcome: String
            var isRead = false
            do {
                let pages = try await Self.read(made.path(truth.file), in: scratch.folder, limits: limits)
                let document = try StatementParser.parse(pages)
                if case .statement(let statement) = document, let rows = truth.transactions {
                    let wanted = rows.map { "\($0.date) \($0.merchant) \($0.amount)" }
                    #expect(statement.rows.sorted() == wanted.sorted(), "\(truth.file)")
                }
                isRead = true
                outcome = "read"
            } catch let failure as Failure {
                #expect(failure.audience == .userFixable && failure.message.hasSuffix("."), "\(failure)")
                outcome = failure.code
            } catch let error as StatementError {
                outcome = error.kind.rawValue
            }
            print("hostile file: \(truth.file): \(outcome)")
            if truth.expects == "refused" { #expect(!isRead, "\(truth.file) was read: \(truth.why ?? "")") }
            if truth.kind == "statement" || truth.expects == "read" {
                #expect(isRead, "\(truth.file) was refused: \(outcome)")
            }
            seen += 1
        }
        #expect(seen > 15)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
        try await Self.watch(made.path("active.pdf"), in: scratch)
    }

    /// What is in a file is not done: the file and libraries are opened, nothing is started, nobody is called.
    private static func watch(_ path: String, in scratch: Scratch) async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") else {
            print("what pdftotext opens: not traced, for strace is not installed")
            return
        }
        let log = scratch.path("trace")
        let tracer = [
            "/usr/bin/strace", "-A", "-f", "-qq", "-e", "trace=%file,%network,execve", "-o", log,
        ]
        _ = try await read(path, in: scratch.path("work"), tracer: tracer)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.contains { $0.contains("open") && $0.contains(path) })
        #expect(lines.filter { $0.contains("socket(AF_INET") || $0.contains("sin_port") } == [])
        let started = lines.filter { $0.contains("execve(") && $0.contains(" = 0") }
        #expect(
            started.count == 2 && started.allSatisfy { $0.contains("pdfinfo") || $0.contains("pdftotext") },
            "\(started)")
        let written = lines.filter {
            $0.contains("O_WRONLY") || $0.contains("O_RDWR") || $0.contains("O_CREAT")
        }
        #expect(written.allSatisfy { $0.contains("/dev/") }, "\(written)")
    }

    @Test(.timeLimit(.minutes(1))) func whatIsNotWantedEnds() async throws {
        let scratch = try Scratch()
        var limits = PDFText.limits
        limits.output = 1000
        let failure = try await #require(throws: Failure.self) {
            try await Self.read("\(Self.samples)/1-one.pdf", in: scratch.folder, limits: limits)
        }
        #expect(failure.code == "too_much_text")
        let task = Task { try await Self.read("\(Self.samples)/3-long.pdf", in: scratch.folder) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
    }

    // MARK: The stream

    private static func pages(_ text: String, pieces: Int = .max, most: Int = 9) throws -> [PageText] {
        var reader = TSVReader(mostPages: most)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(pieces, bytes.count)) {
            let piece = Array(bytes[start..<min(bytes.count, start + min(pieces, bytes.count))])
            try piece.withUnsafeBytes { try reader.read($0) }
        }
        return reader.finished()
    }

    private static let output = """
        level\tpage_num\tpar_num\tblock_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
        1\t1\t0\t0\t0\t0\t0.000000\t0.000000\t595.000000\t842.000000\t-1\t###PAGE###
        4\t1\t0\t0\t0\t0\t40.0\t31.0\t76.0\t16.6\t-1\t###LINE###
        5\t1\t0\t0\t0\t0\t40.00\t31.08\t76.01\t16.65\t100\tMÜLLER\u{AD}
        5\t1\t0\t0\t0\t1\t-4.5\t31.08\t6\t16.65\t100\t12.50
        1\t2\t0\t0\t0\t0\t0\t0\t595\t842\t-1\t###PAGE###

        """

    @Test(arguments: [1, 3, 7, 64, Int.max]) func wordsComeInPieces(size: Int) throws {
        let pages = try Self.pages(Self.output, pieces: size)
        #expect(pages.map(\.number) == [1, 2] && pages[0].width == 595 && pages[0].height == 842)
        #expect(pages[0].words.map(\.text) == ["MÜLLER", "12.50"] && pages[1].words.isEmpty)
        #expect(pages[0].words[1].left == -4.5 && abs(pages[0].words[0].right - 116.01) < 0.001)
    }

    /// A word of a file may hold whatever it likes, ends of lines among it.
    @Test func linesThatAreNoneArePassedOver() throws {
        let forged = [
            "5\t1\t0\t0\t0\t0\tNaN\t1\t1\t1\t100\tx", "5\t1\t0\t0\t0\t0\t1e9\t1\t1\t1\t100\tx", "5",
            "5\t\t\t\t\t\t\t\t\t\t\t",
            "1\t9\t0\t0\t0\t0\t0\t0\t5\t5\t-1\t###PAGE###", "5\t1\t0\t0\t0\t0\t1\t1\t-1\t1\t100\tx",
            "55\t1\t0\t0\t0\t0\t1\t1\t1\t1\t100\tx",
            "5\t1\t0\t0\t0\t0\t999999999999\t1\t1\t1\t100\tx",
        ]
        let pages = try Self.pages(Self.output + forged.joined(separator: "\n") + "\n")
        #expect(pages.count == 2 && pages[1].words.isEmpty)
    }

    @Test func tooLongALineEndsTheReading() throws {
        let failure = try #require(throws: Failure.self) {
            try Self.pages(Self.output + String(repeating: "x", count: 40_000), pieces: 4096)
        }
        #expect(failure.code == "too_much_text")
    }
}
