import Lockstep

/// The limits of the API, with their defaults; docs/api.md lists them.
public enum APILimits {
    /// How many jobs a list holds unless `limit` says otherwise.
    public static let list = 50
    /// How many jobs a list holds at most.
    public static let longestList = 200
    /// How many entries a history holds at most.
    public static let longestHistory = 1000
    /// How many jobs are started by one request at most.
    public static let longestBatch = 1000
    /// The longest body of a batch in bytes.
    public static let longestBatchBody = 16 << 20
    /// The longest body of every other request in bytes: the longest input and metadata, and 16 KiB for the rest.
    public static let longestBody = NewJob.longestInput + NewJob.longestMetadata + (16 << 10)
    /// The longest reason in bytes.
    public static let longestReason = 4096
    /// The longest failure message in bytes; beyond 2,000 characters it is shortened.
    public static let longestMessage = 16_384
    /// How many jobs one claim takes at most.
    public static let longestClaim = 100
    /// How long a claim waits at most, in seconds.
    public static let longestWait = 60
    /// A worker's lease in seconds unless it says otherwise.
    public static let lease = 30
    /// The leases that a worker may ask for, in seconds.
    public static let leases = 5...3600
    /// The longest name of a worker, in characters.
    public static let longestWorkerName = 64
    /// The longest query in bytes.
    public static let longestQuery = 16_384
    /// The longest time that a failure may ask for before the next attempt, in seconds: 30 days.
    public static let longestRetryAfter = 30 * 86_400
    /// The longest delay, in days: a hundred years. Beyond the year 9999 a time cannot be written as RFC 3339 has it.
    public static let longestDelay = 36_500
    /// The kinds of diagram.
    public static let diagramFormats = ["mermaid", "dot", "svg"]
}
