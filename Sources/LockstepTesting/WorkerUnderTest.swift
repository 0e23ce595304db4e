import Lockstep
import Synchronization

/// A worker for tests: takes one job at a time through its handlers, at once and on the caller's task, without
/// clockwork, leases or sweeps.
///
/// ```swift
/// let worker = WorkerUnderTest {
///     Handler(Export.rendering) { work in
///         try work.output("<h1>\(work.input.title)</h1>")
///         return .done
///     }
/// }
/// let run = try await worker.run(Article(title: "Hello"), from: Export.queued)
/// #expect(run.statuses == [.queued, .rendering, .done])
/// #expect(try run.output == "<h1>Hello</h1>")
/// ```
///
/// Every change goes the road that a real worker's goes: what a store would refuse is refused here. But where a real
/// worker parks the job, because a handler returned what is not declared, this one throws ``UndeclaredReturn``, so
/// that the test fails and says why.
public struct WorkerUnderTest: Sendable {
    /// Where the jobs are.
    public let store: any Store
    private let handlers: [Handler]
    private let name = WorkerID("worker-under-test")

    /// Makes a worker.
    /// - Parameter store: where the jobs are; a fresh store in memory on a clock that stands still when left out.
    public init(
        on store: any Store = MemoryStore(time: TestTime(), draw: { 0.5 }),
        @HandlerBuilder _ handlers: () -> [Handler]
    ) {
        self.store = store
        self.handlers = handlers()
    }

    /// Starts a job and takes it as far as it goes by itself: to an end, to a wait, to a status that no handler works
    /// on, to where it is parked, held or paused, or to where it waits for its next attempt.
    /// - Throws: ``UndeclaredReturn``; ``Lockstep/Refusal`` when the job cannot start so.
    public func run<Status: Lifecycle>(
        _ input: Status.Input, from status: Status, owner: String? = nil, metadata: JSONValue? = nil
    ) async throws -> Run<Status> {
        let jobs = try await Jobs<Status>(on: store)
        let started = try await jobs.start(input, in: status, owner: owner, metadata: metadata)
        return try await go(started.id, jobs)
    }

    /// Takes a job that is there as far as it goes by itself, for instance its next attempt once the time has come.
    /// - Throws: as ``run(_:from:owner:metadata:)``.
    public func run<Status: Lifecycle>(
        _ job: JobID, of lifecycle: Status.Type
    ) async throws -> Run<Status> {
        try await go(job, try await Jobs<Status>(on: store))
    }

    // MARK: Working

    private func go<Status: Lifecycle>(_ id: JobID, _ jobs: Jobs<Status>) async throws -> Run<Status> {
        let reports = Mutex<[Run<Status>.Report]>([])
        while let record = try await claimed(id, jobs) {
            guard let handler = handler(for: record), let worker = record.claimedBy else { break }
            let claim = Claim(worker: worker, fence: record.fence)
            let sent = Mutex<[Command]>([])
            let answer = await handler.run(record, claim) { report in sent.withLock { $0.append(report) } }
            guard var command = answer else { break }
            for report in sent.withLock({ $0 }) {
                if case .report(let progress, let detail) = report.change {
                    reports.withLock { $0.append(.init(progress: progress, detail: detail)) }
                }
                _ = try await store.apply([report]).first().get()
            }
            switch command.change {
            case .move(let next):
                // As a real worker does: finishing here and claiming what follows is one move.
                command.keepsClaim = works(on: next, record.lifecycle)
            case .yield where !Task.isCancelled:
                command.change = .fail(
                    .temporary("the handler was cancelled by its own work", code: "cancelled"))
            default: break
            }
            try await finish(command, record)
        }
        guard let job = try await jobs.find(id) else { throw Refusal.notFound(id, in: jobs.definition.name) }
        let history = try await jobs.history(of: id)
        return Run(job: job, history: history, reports: reports.withLock { $0 })
    }

    /// The job under this worker's claim, or nothing when it cannot be claimed.
    private func claimed<Status: Lifecycle>(_ id: JobID, _ jobs: Jobs<Status>) async throws -> JobRecord? {
        guard let record = try await jobs.find(id)?.record else {
            throw Refusal.notFound(id, in: jobs.definition.name)
        }
        if record.claimedBy == name { return record }
        guard let rule = jobs.definition.rule(for: record.status),
            works(on: rule.claimedAs ?? rule.name, record.lifecycle)
        else { return nil }
        let command = Command(.claim(name), job: id, of: record.lifecycle, by: .worker(name.text))
        do {
            return try await store.apply([command]).first().get()
        } catch let refusal as Refusal where refusal.code == .notClaimable {
            return nil
        }
    }

    private func finish(_ command: Command, _ record: JobRecord) async throws {
        do {
            _ = try await store.apply([command]).first().get()
        } catch let refusal as Refusal {
            guard case .move(let next) = command.change,
                refusal.code == .undeclaredMove || refusal.code == .undeclaredStatus
            else { throw refusal }
            throw UndeclaredReturn(job: record.id, from: record.status, to: next, refusal: refusal)
        }
    }

    private func works(on status: String, _ lifecycle: String) -> Bool {
        handlers.contains { $0.works(on: status, of: lifecycle) }
    }

    private func handler(for record: JobRecord) -> Handler? {
        handlers.first { $0.works(on: record.status, of: record.lifecycle) }
    }

    /// How far a job went, and what came of it.
    public struct Run<Status: Lifecycle>: Sendable {
        /// A report of progress.
        public struct Report: Hashable, Sendable {
            /// 0 to 100.
            public let progress: Int
            /// What was being done.
            public let detail: String?
        }

        /// The job where it rests.
        public let job: Job<Status>
        /// Everything that happened to it.
        public let history: [HistoryEntry]
        /// What handlers reported in this run.
        public let reports: [Report]

        /// The statuses it passed, the present one last.
        public var statuses: [Status] {
            history.filter { $0.from != $0.to }.compactMap { Status(rawValue: $0.to) }
        }
        /// Where it rests.
        public var status: Status? { statuses.last }
        /// The failure that ended, parked or delayed it.
        public var failure: Failure? { job.failure }
        /// Whether it is parked until an administrator acts.
        public var isParked: Bool { job.record.parkedAt != nil }
        /// What it left behind, if it did.
        public var output: Status.Output? { get throws { try job.output() } }
        /// Free data beside it.
        public var metadata: JSONValue { get throws { try job.metadata() } }
    }
}

/// A handler returned a status to which its lifecycle declares no move from where the job was.
public struct UndeclaredReturn: Error, Hashable, CustomStringConvertible {
    /// The job, which is as it was before.
    public let job: JobID
    /// The status that the handler worked on.
    public let from: String
    /// What it returned.
    public let to: String
    /// Why the store refused it, with what is allowed.
    public let refusal: Refusal

    /// One sentence: what was returned where, and what would be right.
    public var description: String {
        "the handler of '\(from)' returned '\(to)': \(refusal.message); declare the move or return another status"
    }
}
