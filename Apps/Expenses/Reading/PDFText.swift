import ExpenseStatements
import Foundation
import Lockstep
import LockstepSandbox
import Logging

/// Reads the words of PDF files that nobody vouches for, through poppler's `pdfinfo` and `pdftotext` in a sandbox.
///
/// The words come as a stream and are kept as words and boxes alone: 200 pages with 5,000 transactions are some
/// megabytes here, and as much again in `pdftotext`.
public struct PDFText: Sendable {
    /// How far the reading has come.
    public struct Progress: Sendable, Hashable {
        /// So many pages are read.
        public var pages: Int
        /// Of so many.
        public var of: Int
    }

    /// Files with more pages are refused.
    public static let mostPages = 1000
    /// Files with more words are refused.
    public static let mostWords = 1_000_000

    /// What each program may use.
    public static let limits = SandboxLimits(
        time: .seconds(90), processorSeconds: 45, memory: 1 << 30, output: 256 << 20)

    /// A program that watches over the others, with its arguments; for tests.
    var tracer: [String] = []
    private let limits: SandboxLimits
    private let logger: Logger

    /// Makes a reader.
    public init(
        limits: SandboxLimits = PDFText.limits, logger: Logger = Logger(label: "lockstep.expenses")
    ) {
        self.limits = limits
        self.logger = logger
    }

    /// Reads a file, page after page.
    /// - Parameters:
    ///   - path: where it is, an absolute path.
    ///   - folder: the programs work in places of their own there.
    ///   - progress: told after every page, on a thread of its own.
    /// - Throws: ``Failure`` with a sentence and a code that the user can act on: `empty_file`, `not_a_pdf`,
    ///   `truncated_file`, `encrypted_file`, `broken_file`, `no_text`, `too_many_pages`, `too_much_text`, `too_slow`,
    ///   `too_much_memory`; `CancellationError`.
    public func read(
        _ path: String, in folder: SandboxFolder,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> [PageText] {
        try await Offload.run { _ in try PDFEnds.check(path) }
        let count = try await pages(of: path, in: folder)
        let place = try await folder.newPlace()
        let arguments = ["-tsv", "-enc", "UTF-8", "-l", "\(count)", path, "-"]
        let (reader, complaints) = try await run(
            "pdftotext", arguments, in: place, into: TSVReader(mostPages: count)
        ) {
            reader, bytes in
            let before = reader.pagesDone
            try reader.read(bytes)
            if reader.pagesDone > before { progress(Progress(pages: reader.pagesDone, of: count)) }
        }
        try Self.judge(complaints)
        let pages = reader.finished()
        guard pages.count == count else { throw Failure.brokenPDF }
        guard pages.contains(where: { !$0.words.isEmpty }) else {
            throw Failure.userFixable(
                "The file holds pictures of pages and no text; upload the PDF that the bank offers instead of a scan.",
                code: "no_text")
        }
        progress(Progress(pages: count, of: count))
        return pages
    }

    /// How many pages a file has.
    private func pages(of path: String, in folder: SandboxFolder) async throws -> Int {
        let place = try await folder.newPlace()
        let (said, _) = try await run("pdfinfo", [path], in: place, into: [UInt8]()) { said, bytes in
            // What a file says about itself may be long; the count of its pages comes in time.
            if said.count < 1 << 20 { said += bytes }
        }
        // The words of the file itself stand behind their own labels and may hold anything; lines they are not.
        let line = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline)
            .last { $0.hasPrefix("Pages:") }
        guard let count = line.flatMap({ Int($0.dropFirst(6).trimmingCharacters(in: .whitespaces)) }),
            count > 0
        else { throw Failure.brokenPDF }
        guard count <= Self.mostPages else {
            throw Failure.userFixable(
                "The file has \(count) pages; at most \(Self.mostPages) are read, so upload it in parts.",
                code: "too_many_pages")
        }
        return count
    }

    private func run<Value: Sendable>(
        _ program: String, _ arguments: [String], in place: String, into value: Value,
        read: @escaping @Sendable (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> (Value, complaints: String) {
        do {
            var sandbox = Sandbox(limits: limits, logger: logger)
            sandbox.tracer = tracer
            let (value, use) = try await sandbox.run(program, arguments, in: place, into: value, read: read)
            return (value, use.complaints)
        } catch let error as SandboxError {
            logger.info(
                "a program did not come to a good end",
                metadata: ["error": "\(error)", "complaints": "\(error.complaints.suffix(1000))"])
            throw Failure(pdf: error)
        }
    }

    /// A page that cannot be read to its end is left there by `pdftotext`, which then ends well all the same: the
    /// statement would lack transactions, and nobody would know. Such complaints bear the place in the file; those
    /// about fonts, colours and the like do not.
    private static func judge(_ complaints: String) throws {
        let isDamaged = complaints.split(whereSeparator: \.isNewline).contains {
            $0.hasPrefix("Syntax Error (")
        }
        if isDamaged { throw Failure.brokenPDF }
    }
}
