import Lockstep
import Synchronization

/// The jobs that this process's workers hold, as it last wrote them: what a worker hands back need not be read
/// again.
///
/// A kept record may be out of date at any time, for others write to the table too. What is decided on one is
/// written only when the row is still the version that was kept (its `xmin`), and a refusal that was decided on
/// one is looked at again on the row itself.
final class HeldRecords: Sendable {
    private let records = Mutex<[JobID: KeptRecord]>([:])
    /// How many are kept at most; beyond that they are read, as if there were no such list.
    private static let most = 16_384

    /// The job as it was last written, if it is held.
    func find(_ id: JobID, in lifecycle: String) -> KeptRecord? {
        records.withLock { $0[id] }.flatMap { $0.record.lifecycle == lifecycle ? $0 : nil }
    }

    /// Takes note of what was written and committed.
    func note(_ written: [KeptRecord]) {
        records.withLock { records in
            for kept in written {
                if kept.record.claimedBy == nil {
                    records.removeValue(forKey: kept.record.id)
                } else if records.count < Self.most || records[kept.record.id] != nil {
                    records[kept.record.id] = kept
                }
            }
        }
    }

    /// Forgets jobs: they are gone, or are not what was kept.
    func forget(_ jobs: [JobID]) {
        records.withLock { records in
            for job in jobs { records.removeValue(forKey: job) }
        }
    }
}
