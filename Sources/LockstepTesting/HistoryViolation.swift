import Lockstep

extension HistoryChecker {
    /// What the checker looks for. Each belongs to one of the invariants (docs/invariants.md).
    public enum Check: String, CaseIterable, Sendable {
        /// A start was acknowledged, and there is no such job.
        case startLost
        /// A fence falls, or does not rise at a claim.
        case fenceFalls
        /// A job is claimed while another claim on it is valid.
        case claimsOverlap
        /// Two claims were told the same fence of a job, or a claim was told one that the history does not show.
        case claimUnrecorded
        /// A worker wrote without the claim, or with another fence than that of its claim.
        case writeWithoutClaim
        /// A write was accepted after a later claim of the job had been acknowledged.
        case staleAccepted
        /// A refused write has left something behind: metadata, an output, a row.
        case refusedLeftTraces
        /// The history is not numbered 1, 2, 3 …
        case numbering
        /// An entry does not begin where the one before it ended.
        case chain
        /// A status is not declared, or no job starts there.
        case undeclaredStatus
        /// A move is not declared, or not for whoever made it.
        case undeclaredMove
        /// The job is not as its history says.
        case stateDiffers
        /// A write was acknowledged and is not in the history, or not where the answer said.
        case writeLost
        /// A call is in the history twice.
        case recordedTwice
        /// A refused call is in the history.
        case refusedRecorded
        /// Something is in the history that nobody asked for.
        case unasked
        /// An entry is not of the kind that was asked for.
        case otherKind
        /// A call that had ended before another began stands behind it.
        case orderReversed
        /// A row and the change that it was to be written with: one is there without the other.
        case rowTorn
        /// A job stayed longer than its time limit allows.
        case overdue
        /// A claim outlives its worker's lease.
        case claimOutlives
        /// Two live jobs had the same key at the same time.
        case keyTwice

        /// The invariant, 1 to 6.
        public var invariant: Int {
            switch self {
            case .startLost: 1
            case .fenceFalls, .claimsOverlap, .claimUnrecorded: 2
            case .writeWithoutClaim, .staleAccepted, .refusedLeftTraces: 3
            case .numbering, .chain, .undeclaredStatus, .undeclaredMove, .stateDiffers, .writeLost,
                .recordedTwice, .refusedRecorded, .unasked, .otherKind, .orderReversed, .rowTorn:
                4
            case .overdue, .claimOutlives: 5
            case .keyTwice: 6
            }
        }
    }

    /// A promise that was not kept.
    public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
        /// What was looked for.
        public let check: Check
        /// The job.
        public let job: JobID?
        /// What was seen, and what would have been right.
        public let sentence: String

        /// The invariant, the job and the sentence.
        public var description: String {
            "invariant \(check.invariant) (\(check.rawValue)), job \(job?.text ?? "–"): \(sentence)"
        }
    }

    /// What a store holds when all is over: the records and their histories.
    public struct Ledger: Sendable {
        /// The jobs.
        public var records: [JobID: JobRecord]
        /// Their histories, in order.
        public var histories: [JobID: [HistoryEntry]]
        /// How many rows were written beside the jobs with each tag (``LoggedStore``); `nil` when none are.
        public var rows: [String: Int]?
        /// The store's time when it was read.
        public var readAt: Timestamp

        /// Reads everything that a store holds of these lifecycles. Nobody may write meanwhile.
        public init(of store: any Store, _ definitions: [Definition]) async throws {
            records = [:]
            histories = [:]
            readAt = store.time.now()
            for definition in definitions {
                var query = JobQuery(definition.name)
                query.newestFirst = false
                query.limit = .max
                for record in try await store.find(query) {
                    records[record.id] = record
                    histories[record.id] = try await store.history(
                        of: record.id, in: definition.name, after: 0)
                }
            }
        }
    }
}
