import Lockstep

/// A job as the API shows it. Times are ISO 8601 in UTC with microseconds; what is not there is `null`.
public struct JobDocument: Sendable {
    private let record: JobRecord

    /// The document of a job.
    public init(_ record: JobRecord) { self.record = record }

    /// The document as JSON text.
    /// - Parameter reused: whether the job was there before; left out when `nil`.
    public func json(reused: Bool? = nil) throws -> String {
        try JobText.encode(record, reused.map { [("reused", $0 ? "true" : "false")] } ?? [])
    }
}
