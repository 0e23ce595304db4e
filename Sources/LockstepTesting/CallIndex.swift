import Lockstep

/// The calls by what the checker asks for.
struct CallIndex {
    /// By tag.
    var tagged: [String: LoggedCall] = [:]
    /// The calls that gave a claim: by job.
    var grants: [JobID: [(fence: Int64, call: LoggedCall)]] = [:]
    /// What a write that was not refused may have left in a job: a worker that got no answer asks again, and the
    /// second write is refused when the first was carried out.
    var mayBeThere: Set<String> = []
    /// The workers of whose claims one has no answer.
    var unansweredClaims: Set<WorkerID> = []
    /// The signs of life that each worker gave or may have given.
    private var beats: [WorkerID: [(at: Timestamp, ends: Timestamp)]] = [:]
    /// The keys that jobs were started with.
    var keys: [JobID: String] = [:]
    /// Jobs that were erased, or may have been.
    var mayBeErased: Set<JobID> = []
    /// The answered writes under a claim: by job.
    var writes: [JobID: [LoggedCall]] = [:]
    /// How long the slowest answered start or reopening of a job took.
    var waited: [JobID: Duration] = [:]

    init(_ calls: [LoggedCall]) {
        for call in calls {
            tagged[call.tag] = call
            if let job = call.job, call.answer != .refused {
                for trace in (call.marks ?? []) + (call.output.map { [$0] } ?? []) {
                    mayBeThere.insert("\(job) \(trace)")
                }
            }
            if let job = call.job, ["start", "reopen"].contains(call.call), call.isReused != true,
                let end = call.end
            {
                waited[job] = max(waited[job, default: .zero], .microseconds(end - call.begin))
            }
            switch call.call {
            case "claim":
                for grant in call.grants ?? [] { grants[grant.job, default: []].append((grant.fence, call)) }
                if call.answer == .unknown, let worker = call.worker { unansweredClaims.insert(worker) }
            case "beat":
                guard let worker = call.worker, call.answer != .refused, let lease = call.lease else { break }
                beats[worker, default: []].append(
                    (call.at, Timestamp(microseconds: call.at.microseconds + lease)))
            case "start":
                if let job = call.job, call.isReused != true { keys[job] = call.key }
            case "erase", "retire":
                if let job = call.job, call.answer != .refused { mayBeErased.insert(job) }
            default:
                guard let job = call.job, let fence = call.fence, call.answer == .ok else { break }
                writes[job, default: []].append(call)
                // Finishing one stage and claiming the next is one move.
                if let after = call.fenceAfter, after > fence {
                    grants[job, default: []].append((after, call))
                }
            }
        }
    }

    /// When a worker's lease ended at the latest, as far as it was known at a moment.
    func leaseEnd(of worker: WorkerID, at moment: Timestamp) -> Timestamp? {
        beats[worker]?.last { $0.at <= moment }?.ends
    }
}
