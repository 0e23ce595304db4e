/// How a worker works.
public struct WorkerOptions: Sendable {
    /// A name for people; every run of a worker adds something unique.
    public var name: String
    /// How many jobs at once.
    public var concurrency: Int
    /// How many jobs one claim takes, and one commit records, at most.
    public var batch: Int
    /// How long the worker counts as alive after a sign of life. Signs are given three times as often.
    public var lease: Duration
    /// How long an idle worker waits for a hint before it looks by itself.
    public var poll: Duration
    /// How often dead workers, deadlines and retention are looked after.
    public var sweep: Duration
    /// How long running handlers may go on after a stop before they are cancelled.
    public var grace: Duration
    /// How often reports of progress are written at most.
    public var reports: Duration

    /// Makes options.
    public init(
        name: String = "worker", concurrency: Int = 32, batch: Int = 100, lease: Duration = .seconds(15),
        poll: Duration = .seconds(1), sweep: Duration = .seconds(1), grace: Duration = .seconds(30),
        reports: Duration = .milliseconds(200)
    ) {
        self.name = name
        self.concurrency = max(1, concurrency)
        self.batch = max(1, batch)
        self.lease = lease
        self.poll = poll
        self.sweep = sweep
        self.grace = grace
        self.reports = reports
    }
}
