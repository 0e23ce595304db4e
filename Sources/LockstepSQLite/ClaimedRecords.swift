import GRDB
import Lockstep
import Synchronization

/// The jobs that this process's workers hold, as it last wrote them: what a worker hands back need not be read
/// again.
///
/// A record is kept only as long as nobody else can have changed the row. Commits of other connections show in
/// SQLite's `data_version`; plain SQL on the writing connection and everything that is undone make it forget all.
/// What is decided on a kept record is written under the guard of its version and fence, like everything else.
final class ClaimedRecords: Sendable {
    private struct State {
        var records: [JobID: JobRecord] = [:]
        var version: Int64?
    }
    private let state = Mutex(State())
    /// How many are kept at most; beyond that they are read, as if there were no such list.
    private static let most = 4096

    /// To be called at the beginning of every writing transaction.
    func begin(_ db: Database) throws {
        let version = try HotStatement("PRAGMA data_version", db).begin().first { $0.integer(0) }
        state.withLock { state in
            guard state.version != version else { return }
            state.version = version
            state.records.removeAll(keepingCapacity: true)
        }
    }

    /// The job as it was last written, if it is held.
    func find(_ id: JobID, in lifecycle: String) -> JobRecord? {
        state.withLock { $0.records[id] }.flatMap { $0.lifecycle == lifecycle ? $0 : nil }
    }

    /// Takes note of what was written.
    func note(_ record: JobRecord) {
        state.withLock { state in
            if record.claimedBy == nil {
                state.records.removeValue(forKey: record.id)
            } else if state.records.count < Self.most || state.records[record.id] != nil {
                state.records[record.id] = record
            }
        }
    }

    /// Forgets a job that was deleted.
    func forget(_ id: JobID) { state.withLock { _ = $0.records.removeValue(forKey: id) } }

    /// Forgets everything: rows may have changed, or what was written may have been undone.
    func forgetAll() { state.withLock { $0.records.removeAll(keepingCapacity: true) } }
}
