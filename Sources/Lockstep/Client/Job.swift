/// A job as it was when it was read, with its lifecycle's types.
public struct Job<Status: Lifecycle>: Sendable, Hashable, Identifiable {
    /// Everything the store keeps of the job.
    public let record: JobRecord

    /// The job of a record.
    public init(_ record: JobRecord) { self.record = record }

    /// Its id.
    public var id: JobID { record.id }
    /// Where it was.
    public var status: Reading<Status> { Reading(record.status) }
    /// 0 to 100.
    public var progress: Int { record.progress }
    /// Whom it belongs to.
    public var owner: String? { record.owner }
    /// Whether it had not ended.
    public var isLive: Bool { record.isLive }
    /// The last failure that is not mended.
    public var failure: Failure? { record.failure }
    /// What it was started with.
    /// - Throws: ``UnreadableValue`` when the type changed since.
    public func input() throws -> Status.Input { try read(Status.Input.self, record.input, .input) }
    /// What it left behind, if it did.
    /// - Throws: ``UnreadableValue`` when the type changed since.
    public func output() throws -> Status.Output? {
        try record.output.map { try read(Status.Output.self, $0, .output) }
    }
    /// Free data beside it.
    /// - Throws: ``UnreadableValue`` when somebody wrote by hand what is no JSON.
    public func metadata() throws -> JSONValue { try read(JSONValue.self, record.metadata, .metadata) }

    private func read<Value: Decodable>(
        _ type: Value.Type, _ text: String, _ part: UnreadableValue.Part
    ) throws -> Value {
        do {
            return try JSONText.decode(type, from: text)
        } catch {
            throw UnreadableValue(error, in: text, of: id, part, as: type)
        }
    }
}

/// What a start gave.
public struct Started<Status: Lifecycle>: Sendable {
    /// The job.
    public let job: Job<Status>
    /// Whether the job was there before, under the same key or id.
    public let reused: Bool
    /// The job's id.
    public var id: JobID { job.id }

    /// Makes the answer of a start that joined a transaction.
    public init(job: Job<Status>, reused: Bool) {
        self.job = job
        self.reused = reused
    }
}
