/// Which jobs are asked for. All conditions must hold.
public struct JobQuery: Sendable, Hashable {
    /// The lifecycle.
    public var lifecycle: String
    /// These jobs only.
    public var ids: [JobID]?
    /// In one of these statuses.
    public var statuses: [String]?
    /// Of this owner.
    public var owner: String?
    /// With this key.
    public var key: String?
    /// `true`: live ones; `false`: ended ones.
    public var isLive: Bool?
    /// Only those that are stuck: parked, or longer in a status than its `stuckAfter`.
    public var isStuck = false
    /// Whose failure concerns these people or the clock.
    public var audience: Failure.Audience?
    /// Started at this time or later.
    public var createdAfter: Timestamp?
    /// Started before this time.
    public var createdBefore: Timestamp?
    /// Started before the job with this id (for the next page, newest first).
    public var before: JobID?
    /// Started after the job with this id (for the next page, oldest first).
    public var after: JobID?
    /// Newest first; otherwise oldest first.
    public var newestFirst = true
    /// How many at most.
    public var limit = 100
    /// Leaves out what is only there for programs, and may be long: of what is found, ``JobRecord/input`` is `null`,
    /// ``JobRecord/output`` is `nil`, and ``JobRecord/metadata`` is `{}`, whatever the jobs have.
    public var withoutData = false

    /// Asks for jobs of a lifecycle; conditions are set afterwards.
    public init(_ lifecycle: String) { self.lifecycle = lifecycle }

    /// Whether a record meets the conditions (the limit and the order aside).
    public func matches(_ record: JobRecord, definition: Definition, now: Timestamp) -> Bool {
        if record.lifecycle != lifecycle { return false }
        if let ids, !ids.contains(record.id) { return false }
        if let statuses, !statuses.contains(record.status) { return false }
        if let owner, !Owner.isSame(record.owner, owner) { return false }
        if let key, record.key != key { return false }
        if let isLive, record.isLive != isLive { return false }
        if let audience, record.failure?.audience != audience { return false }
        if let createdAfter, record.createdAt < createdAfter { return false }
        if let createdBefore, record.createdAt >= createdBefore { return false }
        if let before, record.id >= before { return false }
        if let after, record.id <= after { return false }
        if isStuck { return record.isStuck(definition: definition, now: now) }
        return true
    }
}

extension JobRecord {
    /// The record as a query ``JobQuery/withoutData`` gives it.
    package func withoutData() -> JobRecord {
        var record = self
        record.input = "null"
        record.output = nil
        record.metadata = "{}"
        return record
    }

    /// Whether somebody should look at the job: it is parked, or longer in its status than the `stuckAfter`.
    public func isStuck(definition: Definition, now: Timestamp) -> Bool {
        if parkedAt != nil { return true }
        guard let limit = definition.rule(for: status)?.stuckAfter, let since = enteredAt.adding(limit) else {
            return false
        }
        return since <= now
    }
}

extension StatusRule {
    /// Why a job that is not parked is listed as stuck.
    package static func stuckWords(_ rule: StatusRule?) -> String {
        let limit = rule?.stuckAfter ?? .forever
        return rule?.kind == .work
            ? "is worked on, or waits for a worker, longer than \(limit)"
            : "waits for \(rule?.event ?? "an event") longer than \(limit)"
    }
}

/// How many jobs are in a status.
public struct StatusCount: Sendable, Hashable {
    /// The status.
    public var status: String
    /// All jobs in it.
    public var jobs: Int
    /// Those of them that are parked.
    public var parked: Int

    /// Makes a count.
    public init(status: String, jobs: Int, parked: Int) {
        self.status = status
        self.jobs = jobs
        self.parked = parked
    }
}

extension Definition {
    /// What a store counted, in the order of the declaration, with zeros for what it did not find.
    ///
    /// A status that is not declared cannot be there, unless somebody lifted the constraints; then it comes last.
    package func statusCounts(_ found: [StatusCount]) -> [StatusCount] {
        let counts = Dictionary(found.map { ($0.status, $0) }, uniquingKeysWith: { first, _ in first })
        let strange = counts.keys.filter { !declares($0) }.sorted()
        return (names + strange).map { counts[$0] ?? StatusCount(status: $0, jobs: 0, parked: 0) }
    }

    /// What a store counted of live jobs: as ``statusCounts(_:)``, without the ends.
    package func liveStatusCounts(_ found: [StatusCount]) -> [StatusCount] {
        statusCounts(found).filter { rule(for: $0.status)?.kind.isEnd != true }
    }
}
