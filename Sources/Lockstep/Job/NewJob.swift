/// A job that is to be started.
public struct NewJob: Hashable, Sendable {
    /// The lifecycle.
    public var lifecycle: String
    /// The id, when the caller made it: starting the same id again changes nothing.
    public var id: JobID?
    /// The initial status; may be left out when there is only one.
    public var status: String?
    /// What the job is started with, as JSON text.
    public var input: String
    /// The idempotency key: while a job with it lives, starting again gives that job.
    public var key: String?
    /// Whom the job belongs to.
    public var owner: String?
    /// Higher is claimed first.
    public var priority = 0
    /// The job is not claimed before this time has passed.
    public var delay: TimeLimit = .seconds(0)
    /// Free data: a JSON object as text.
    public var metadata: String?
    /// The trace in which the job is started; kept in its metadata under ``TraceContext/metadataKey``.
    public var trace: TraceContext?
    /// Needs that are met already, as tokens.
    public var met: Set<String> = []
    /// Who starts it.
    public var actor: Actor = .event
    /// Why, for the history.
    public var reason: String?

    /// Makes a job to start; the rest is set afterwards.
    public init(lifecycle: String, input: String = "{}") {
        self.lifecycle = lifecycle
        self.input = input
    }

    /// The longest input in bytes: 1 MiB. Larger things belong in object storage.
    public static let longestInput = 1 << 20
    /// The longest metadata in bytes: 64 KiB.
    public static let longestMetadata = 1 << 16
    /// The longest key or owner in bytes.
    public static let longestName = 255

    /// The metadata that the job is kept with: the caller's, and the trace.
    /// - Throws: ``Refusal`` when the caller's is no JSON object.
    func keptMetadata() throws(Refusal) -> String {
        guard let trace else { return metadata ?? "{}" }
        return try trace.written(into: metadata ?? "{}")
    }

    func checkLimits() throws(Refusal) {
        if input.utf8.count > Self.longestInput {
            throw Refusal(
                .badValue,
                "the input has \(input.utf8.count) bytes; \(Self.longestInput) are allowed: store it elsewhere "
                    + "and start the job with its name")
        }
        if let metadata, metadata.utf8.count > Self.longestMetadata {
            throw Refusal(
                .badValue,
                "the metadata has \(metadata.utf8.count) bytes; \(Self.longestMetadata) are allowed")
        }
        if let metadata { _ = try JSONValue.object(parsing: metadata) }
        for (what, text) in [("key", key), ("owner", owner)] {
            guard let text else { continue }
            if text.isEmpty || text.utf8.count > Self.longestName || text.utf8.contains(0) {
                throw Refusal(.badValue, "the \(what) must have 1 to \(Self.longestName) bytes of text")
            }
        }
        if delay == .forever {
            throw Refusal(.badValue, "a job that is delayed for ever would never run; give the delay an end")
        }
        if !(-1000...1000).contains(priority) {
            throw Refusal(.badValue, "the priority \(priority) is out of range; use -1000 to 1000")
        }
    }
}

/// What became of a start.
public enum StartOutcome: Sendable {
    /// A new job.
    case started(JobRecord)
    /// The live job that has the key, or the job that has the id.
    case reused(JobRecord)
    /// Not started, and nothing changed.
    case refused(Refusal)

    /// The job and whether it was there before.
    /// - Throws: the ``Refusal``.
    public func get() throws(Refusal) -> (record: JobRecord, reused: Bool) {
        switch self {
        case .started(let record): return (record, false)
        case .reused(let record): return (record, true)
        case .refused(let refusal): throw refusal
        }
    }
}
