// A program of its own that knows nothing of Lockstep but the embedded store.
import Foundation
import Lockstep
import LockstepSQLite

enum Export: String, Lifecycle {
    case rendering, done, failed
    typealias Input = [String]
    typealias Output = String
    static let initial: Set = [rendering]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .rendering: .works(within: .minutes(5)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30)).reopens(to: .rendering)
        }
    }
}

let folder = FileManager.default.temporaryDirectory.appending(path: "embedded-\(JobID())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let store = try await SQLiteStore(path: folder.appending(path: "exports.sqlite").path)
let exports = try await Jobs<Export>(on: store)
let worker = Worker(on: store) {
    Handler(Export.rendering) { work in
        try work.output("<h1>\(work.input.joined(separator: " "))</h1>")
        return .done
    }
}
let running = Task { try await worker.run() }
let started = try await exports.start(["Hello,", "Lockstep"])
for try await job in exports.watch(started.id) {
    print(job.status, try job.output() ?? "")
}
worker.stop()
try await running.value
try FileManager.default.removeItem(at: folder)
