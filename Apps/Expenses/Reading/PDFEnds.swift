import Foundation
import Lockstep
import LockstepSandbox

/// The beginning and the end of a PDF file, which tell most files that are none, or not all of one.
enum PDFEnds {
    /// Looks at both ends of a file. It blocks: never call it on the cooperative pool.
    /// - Throws: ``Failure``: why it cannot be read.
    static func check(_ path: String) throws {
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: URL(filePath: path))
        } catch {
            throw Failure.temporary("the uploaded file cannot be opened: \(error)", code: "storage")
        }
        defer { try? handle.close() }
        let size: UInt64
        let (head, tail): (Data, Data)
        do {
            size = try handle.seekToEnd()
            try handle.seek(toOffset: 0)
            head = try handle.read(upToCount: headLength) ?? Data()
            try handle.seek(toOffset: size > UInt64(tailLength) ? size - UInt64(tailLength) : 0)
            tail = try handle.read(upToCount: tailLength) ?? Data()
        } catch {
            throw Failure.temporary("the uploaded file cannot be read: \(error)", code: "storage")
        }
        guard size > 0 else {
            throw Failure.userFixable(
                "The file is empty; download it again and upload it.", code: "empty_file")
        }
        guard head.range(of: Data("%PDF-".utf8)) != nil else {
            throw Failure.userFixable(
                "The file is no PDF; upload the statement as the PDF that the bank offers.", code: "not_a_pdf"
            )
        }
        guard tail.range(of: Data("%%EOF".utf8)) != nil else {
            throw Failure.userFixable(
                "The file ends in the middle; download it again and upload it.", code: "truncated_file")
        }
    }

    /// The head may stand behind so many bytes (ISO 32000-1, annex H, note 13), and readers take as many behind the end.
    private static let headLength = 1024
    private static let tailLength = 2048
}

extension Failure {
    /// What is said of a file whose inside cannot be read.
    static var brokenPDF: Failure {
        .userFixable(
            "The file is broken and cannot be read to its end; download it again and upload it.",
            code: "broken_file")
    }

    /// What the end of a program means for a PDF file.
    init(pdf error: SandboxError) {
        switch error.kind {
        case .notStarted, .killed: self = error.failure
        case .time, .processor:
            self = .userFixable(
                "The file takes too long to be read; upload the PDF that the bank offers, or fewer pages of it.",
                code: "too_slow")
        case .memory:
            self = .userFixable(
                "The file needs too much memory to be read; upload the PDF that the bank offers, or fewer pages of it.",
                code: "too_much_memory")
        case .output:
            self = .userFixable(
                "The file holds more text than can be read; upload it in parts.", code: "too_much_text")
        case .failed:
            if error.complaints.contains("password") || error.complaints.contains("not allowed") {
                self = .userFixable(
                    "The file is protected by a password; save it without one and upload it again.",
                    code: "encrypted_file")
            } else {
                self = .brokenPDF
            }
        }
    }
}
