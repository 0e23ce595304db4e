import Lockstep

/// What every store must do, as a list of checks that any test framework can run.
///
/// ```swift
/// @Test(arguments: Conformance.checks)
/// func conforms(_ check: Conformance.Check) async throws {
///     try await check.run { time in try await MyStore(time: time) }
/// }
/// ```
public enum Conformance {
    /// Makes a fresh, empty store on a test's clock.
    public typealias MakeStore = @Sendable (TestTime) async throws -> any Store

    /// One thing that a store must do.
    public struct Check: Sendable, CustomStringConvertible {
        /// What it is, as a sentence.
        public let description: String
        let body: @Sendable (Bench) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (Bench) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the check on a fresh store.
        /// - Throws: ``Violation`` when the store does otherwise.
        public func run(_ make: MakeStore) async throws {
            let time = TestTime()
            let store = try await make(time)
            let parcels = try await Jobs<Parcel>(on: store)
            try await body(Bench(store: store, time: time, parcels: parcels))
        }
    }

    /// A store that does otherwise.
    public struct Violation: Error, CustomStringConvertible {
        /// What was seen.
        public let description: String

        /// Makes a violation.
        public init(description: String) { self.description = description }
    }

    /// All checks.
    public static var checks: [Check] {
        startChecks + claimChecks + fenceChecks + failureChecks + sweepChecks + moveChecks + readChecks
            + pauseChecks + feedChecks + rolloutChecks
    }
}

/// What a check works with.
struct Bench: Sendable {
    let store: any Store
    let time: TestTime
    let parcels: Jobs<Parcel>
    let worker = WorkerID("w1")
    let statuses = ["parcel": ["packing", "labelling"]]

    func require(_ condition: Bool, _ words: @autoclosure () -> String) throws {
        if !condition { throw Conformance.Violation(description: words()) }
    }

    func equal<Value: Equatable>(_ seen: Value, _ wanted: Value, _ what: String) throws {
        try require(seen == wanted, "\(what): saw \(seen), wanted \(wanted)")
    }

    /// Runs `body` and gives back the code of its refusal.
    func refused(_ code: Refusal.Code, _ what: String, _ body: () async throws -> Void) async throws
        -> Refusal
    {
        do {
            try await body()
        } catch let refusal as Refusal {
            try equal(refusal.code, code, what)
            return refusal
        }
        throw Conformance.Violation(description: "\(what): was accepted, wanted \(code)")
    }

    func beat(_ worker: WorkerID? = nil, isFirst: Bool = true) async throws -> HeartbeatReply {
        var heartbeat = Heartbeat(
            worker: worker ?? self.worker, lease: .seconds(15), statuses: statuses, host: "test")
        heartbeat.isFirst = isFirst
        return try await store.beat(heartbeat)
    }

    func claim(_ limit: Int = 10, by worker: WorkerID? = nil) async throws -> [JobRecord] {
        _ = try await beat(worker)
        return try await store.claim(
            ClaimRequest(worker: worker ?? self.worker, statuses: statuses, limit: limit))
    }

    /// Starts a job in `queued` and claims it.
    func claimed() async throws -> JobRecord {
        _ = try await parcels.start([:], in: .queued)
        guard let record = try await claim(1).first else {
            throw Conformance.Violation(description: "a queued job was not claimed")
        }
        return record
    }

    /// A worker's command under the claim that the record shows.
    func command(_ change: Command.Change, _ record: JobRecord) -> Command {
        let worker = record.claimedBy ?? worker
        var command = Command(change, job: record.id, of: "parcel", by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: record.fence)
        return command
    }

    @discardableResult
    func apply(_ change: Command.Change, _ record: JobRecord) async throws -> JobRecord {
        try await store.apply([command(change, record)]).first().get()
    }

    func record(_ id: JobID) async throws -> JobRecord {
        guard let job = try await parcels.find(id) else {
            throw Conformance.Violation(description: "job \(id) is gone")
        }
        return job.record
    }

    func kinds(_ id: JobID) async throws -> [HistoryEntry.Kind] {
        try await parcels.history(of: id).map(\.kind)
    }
}

extension Array {
    /// The first element. A store that gives none breaks its word, which is no reason to crash.
    func first() throws -> Element {
        guard let first else { throw Conformance.Violation(description: "the store gave nothing back") }
        return first
    }
}
