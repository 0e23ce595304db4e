// Reads PDF files as the expense application does, and prints one JSON line for each: {file, pages, transactions,
// read_seconds, parse_seconds, own_memory, child_memory}, or {file, error}; with `--documents` in front, the whole
// document as well. "read" is from the file to words and boxes, "parse" from there to the document. Memory is in bytes:
// this process's largest resident set so far, and the largest that pdftotext had.

import ExpenseStatements
import Expenses
import Foundation
import Glibc
import LockstepSandbox

struct Line: Encodable {
    var file: String
    var error: String?
    var pages: Int?
    var transactions: Int?
    var readSeconds: Double?
    var parseSeconds: Double?
    var ownMemory: Int?
    var childMemory: Int?
    var document: Document?
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// The largest resident set so far, in bytes: of this process, or of those that it waited for.
func largest(_ who: __rusage_who_t) -> Int {
    var usage = rusage()
    return getrusage(who, &usage) == 0 ? usage.ru_maxrss * 1024 : 0
}

func line(_ path: String, scratch: String, withDocument: Bool) async -> Line {
    var line = Line(file: URL(fileURLWithPath: path).lastPathComponent)
    do {
        let clock = ContinuousClock()
        let start = clock.now
        let pages = try await SandboxFolder.with(in: scratch) { folder in
            try await PDFText().read(path, in: folder)
        }
        let read = clock.now
        let document = try StatementParser.parse(pages)
        let parsed = clock.now
        line.pages = pages.count
        if case .statement(let statement) = document { line.transactions = statement.transactions.count }
        line.readSeconds = seconds(read - start)
        line.parseSeconds = seconds(parsed - read)
        line.ownMemory = largest(RUSAGE_SELF.rawValue)
        line.childMemory = largest(RUSAGE_CHILDREN.rawValue)
        if withDocument { line.document = document }
    } catch {
        line.error = "\(error)"
    }
    return line
}

var paths = Array(CommandLine.arguments.dropFirst())
let withDocuments = paths.first == "--documents"
if withDocuments { paths.removeFirst() }
let scratch = FileManager.default.temporaryDirectory.appending(path: "expenses-bench-\(getpid())").path
let encoder = JSONEncoder()
encoder.keyEncodingStrategy = .convertToSnakeCase
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
for path in paths {
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    let line = await line(absolute, scratch: scratch, withDocument: withDocuments)
    print(String(decoding: try encoder.encode(line), as: UTF8.self))
}
if FileManager.default.fileExists(atPath: scratch) { try FileManager.default.removeItem(atPath: scratch) }
