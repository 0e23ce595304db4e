/// What a sweep is to look at.
public struct SweepRequest: Sendable {
    /// How many jobs of each kind at most; a store sweeps in bounded transactions.
    public var limit: Int
    /// The lifecycles whose ended jobs the sweep may delete or move on. Only a process that knows how to
    /// clean up after a lifecycle names it here.
    public var retain: [String]
    /// The lifecycles whose ended jobs are only reported, because a clean-up hook has to run first.
    public var report: [String]

    /// Makes a request.
    public init(limit: Int = 500, retain: [String] = [], report: [String] = []) {
        self.limit = limit
        self.retain = retain
        self.report = report
    }
}

/// What a sweep did.
public struct SweepReport: Sendable, Hashable {
    /// Workers whose leases had ended.
    public var deadWorkers: [WorkerID] = []
    /// Jobs whose claims were taken back.
    public var lost: [JobID] = []
    /// Jobs whose deadlines had passed.
    public var expired: [JobID] = []
    /// Jobs that were deleted or moved on after they had been kept long enough.
    public var retired: [JobID] = []
    /// Jobs that were kept long enough and whose clean-up hook must run before they are retired.
    public var toCleanUp: [JobRecord] = []
    /// Whether more is left to do at once.
    public var hasMore = false

    /// Makes an empty report.
    public init() {}
}
