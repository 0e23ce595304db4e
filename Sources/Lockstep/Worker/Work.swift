import Logging
import Synchronization

/// A job in a handler's hands.
///
/// The handler returns the next status. What it says here beforehand (output, metadata, further writes) is
/// written together with that move, in one transaction, or not at all.
public final class Work<Status: Lifecycle>: Sendable {
    private struct Staged {
        var output: String?
        var patches: [JSONValue] = []
        var also: [@Sendable (any StoreTransaction) throws -> Void] = []
    }

    /// The job as it was claimed.
    public let job: Job<Status>
    /// What the job was started with.
    public let input: Status.Input
    /// Writes lines that carry the job: `lifecycle`, `job`, `status`, `attempt`, and `trace_id` where it has a trace.
    public let logger: Logger
    private let staged = Mutex(Staged())
    private let send: @Sendable (Command.Change) -> Void

    init(job: Job<Status>, logger: Logger, send: @escaping @Sendable (Command.Change) -> Void) throws {
        self.job = job
        self.logger = logger
        self.send = send
        input = try job.input()
    }

    /// The job's id.
    public var id: JobID { job.id }
    /// The attempt in this status, counted from 1.
    public var attempt: Int { job.record.attempt }
    /// The trace in which the job was started, when that was said.
    public var trace: TraceContext? { job.record.trace }

    /// Reports progress, 0 to 100, and what is being done. It never falls; reports that follow each other
    /// quickly are written as one.
    public func report(_ progress: Int, _ detail: String? = nil) {
        send(.report(progress: progress, detail: detail))
    }

    /// Leaves an output behind, written with the move.
    public func output(_ value: Status.Output) throws {
        let text = try JSONText.encode(value)
        staged.withLock { $0.output = text }
    }

    /// Changes the job's metadata by a merge patch (RFC 7396), written with the move.
    public func annotate(_ patch: JSONValue) {
        staged.withLock { $0.patches.append(patch) }
    }

    /// Writes something else in the transaction of the move. Throwing refuses the move; a violated
    /// constraint parks the job.
    public func also(_ write: @escaping @Sendable (any StoreTransaction) throws -> Void) {
        staged.withLock { $0.also.append(write) }
    }

    func complete(_ command: inout Command) throws {
        let staged = staged.withLock { $0 }
        command.output = staged.output
        command.patches = try staged.patches.map { try $0.encoded() }
        command.also = staged.also
    }
}
