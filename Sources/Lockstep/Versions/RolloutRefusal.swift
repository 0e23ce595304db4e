/// Why a step of a rollout was refused, in one sentence. Nothing was changed.
public struct RolloutRefusal: FailureConvertible, Hashable, CustomStringConvertible {
    /// What is in the way. Programs go by it.
    public enum Reason: String, Sendable, CaseIterable {
        /// The lifecycle is not installed.
        case notInstalled = "not_installed"
        /// Nothing is under way for it.
        case notBegun = "not_begun"
        /// Another change is under way.
        case underWay = "under_way"
        /// The rules do not hold yet.
        case notActivated = "not_activated"
        /// The rules of both versions do not go together.
        case unsound
        /// Live workers do not know what would hold.
        case unknowingWorkers = "unknowing_workers"
        /// Jobs are where they cannot be afterwards.
        case jobsInTheWay = "jobs_in_the_way"
        /// The process is of the version before, whose moves are no more.
        case pastVersion = "past_version"
    }

    /// The lifecycle.
    public let lifecycle: String
    /// What is in the way.
    public let reason: Reason
    /// One sentence: what is in the way, where, and what would be right.
    public let description: String
    /// The workers that are in the way.
    public var workers: [WorkerID] = []
    /// How many jobs are in the way, by status.
    public var jobs: [String: Int] = [:]
    /// It takes an administrator.
    public var failure: Failure { .adminRequired(description, code: "rollout_refused") }

    /// Makes a refusal.
    public init(_ lifecycle: String, _ reason: Reason, _ words: String) {
        self.lifecycle = lifecycle
        self.reason = reason
        description = "lifecycle '\(lifecycle)' \(words)"
    }
}
