import Lockstep
import LockstepSQLite

enum Export: String, Lifecycle {
    case queued, rendering, done, failed
    static let initial: Set = [queued]
    static let failure = failed
    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .rendering, within: .hours(1))
        case .rendering: .works(within: .minutes(5)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30)).reopens(to: .queued)
        }
    }
}

let store = try await SQLiteStore(path: "exports.sqlite")
let exports = try await Jobs<Export>(on: store)
let worker = Worker(on: store) { Handler(Export.rendering) { work in .done } }
async let running: Void = worker.run()
let started = try await exports.start(NoValue(), key: "report-2026-01")
for try await job in exports.watch(started.id) { print(job.status) }
worker.stop()
try await running
