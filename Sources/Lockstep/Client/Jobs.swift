/// The jobs of one lifecycle in a store.
///
/// ```swift
/// let exports = try await Jobs<Export>(on: store)
/// let started = try await exports.start(Page(title: "Hello"), key: "page-1")
/// for try await job in exports.watch(started.id) { print(job.status) }
/// ```
///
/// ## Topics
/// ### Starting
/// - ``start(_:in:key:owner:priority:delay:metadata:by:reason:)``
/// - ``start(many:)``
/// ### Changing
/// - ``move(_:to:by:expecting:ownedBy:reason:)``
/// - ``cancel(_:by:ownedBy:reason:)``
/// - ``retry(_:by:ownedBy:reason:)``
/// - ``reopen(_:by:ownedBy:reason:)``
/// - ``hold(_:for:by:reason:)``
/// - ``release(_:by:metadata:reason:)``
/// - ``fail(_:with:by:reason:)``
/// - ``pause(_:by:reason:)``
/// - ``resume(_:)``
/// ### Reading
/// - ``find(_:ownedBy:)``
/// - ``find(where:)``
/// - ``history(of:after:limit:)``
/// - ``watch(_:)``
public struct Jobs<Status: Lifecycle>: Sendable {
    /// The store.
    public let store: any Store
    /// The lifecycle's definition.
    public let definition: Definition

    /// Installs the lifecycle in a store and gives access to its jobs.
    /// - Throws: ``AuditError`` for a bad declaration, ``InstallRefusal`` when the store holds jobs that the
    ///   declaration no longer knows.
    public init(on store: any Store) async throws {
        self.store = store
        definition = try Definition(Status.self).audited()
        try await store.install([definition])
    }

    // MARK: Starting

    /// A job to be started, with its input encoded, in the trace of the caller's span.
    public func new(
        _ input: Status.Input, in status: Status? = nil, key: String? = nil, owner: String? = nil,
        priority: Int = 0, delay: TimeLimit = .seconds(0), metadata: JSONValue? = nil, by actor: Actor? = nil,
        reason: String? = nil
    ) throws -> NewJob {
        var job = NewJob(lifecycle: definition.name, input: try JSONText.encode(input))
        job.status = status?.rawValue
        job.key = key
        job.owner = owner
        job.priority = priority
        job.delay = delay
        job.metadata = try metadata?.encoded()
        job.actor = actor ?? owner.map(Actor.owner) ?? .event
        job.reason = reason
        job.trace = TraceContext.current
        return job
    }

    /// Starts a job, or finds the live one with the same key.
    /// - Parameters:
    ///   - input: what the job is started with; kept as JSON.
    ///   - status: the initial status; may be left out when there is only one.
    ///   - key: while a job with this key lives, starting again gives that job and says `reused`.
    ///   - owner: whom the job belongs to.
    ///   - priority: higher is claimed first; −1000 to 1000.
    ///   - delay: the job is not claimed before this time has passed.
    ///   - metadata: free data beside the job, a JSON object of at most 64 KiB.
    ///   - actor: who starts it, for the history; the owner when left out.
    /// - Throws: ``Refusal``; an error of the store.
    public func start(
        _ input: Status.Input, in status: Status? = nil, key: String? = nil, owner: String? = nil,
        priority: Int = 0, delay: TimeLimit = .seconds(0), metadata: JSONValue? = nil, by actor: Actor? = nil,
        reason: String? = nil
    ) async throws -> Started<Status> {
        let job = try new(
            input, in: status, key: key, owner: owner, priority: priority, delay: delay, metadata: metadata,
            by: actor, reason: reason)
        return try await start(many: [job])[0].get()
    }

    /// Starts many jobs in one transaction; each outcome stands for itself.
    public func start(many jobs: [NewJob]) async throws -> [Result<Started<Status>, Refusal>] {
        try await store.start(jobs).map { outcome in
            do throws(Refusal) {
                let (record, reused) = try outcome.get()
                return .success(Started(job: Job(record), reused: reused))
            } catch {
                return .failure(error)
            }
        }
    }

    // MARK: Changing

    /// Carries out a command on a job of this lifecycle.
    /// - Throws: ``Refusal``; an error of the store.
    @discardableResult
    public func apply(
        _ change: Command.Change, to job: JobID, by actor: Actor,
        _ refine: (inout Command) -> Void = { _ in }
    ) async throws -> Job<Status> {
        var command = Command(change, job: job, of: definition.name, by: actor)
        refine(&command)
        return Job(try await store.apply([command])[0].get())
    }

    /// Moves a job, as the awaited event unless another actor is named.
    /// - Parameter expecting: refuses when the job is in another status.
    @discardableResult
    public func move(
        _ job: JobID, to status: Status, by actor: Actor = .event, expecting: Status? = nil,
        ownedBy owner: String? = nil, reason: String? = nil
    ) async throws -> Job<Status> {
        try await apply(.move(to: status.rawValue), to: job, by: actor) {
            $0.expecting = expecting?.rawValue
            $0.ownedBy = owner
            $0.reason = reason
        }
    }

    /// Cancels a job, where the lifecycle declares it.
    @discardableResult
    public func cancel(
        _ job: JobID, by actor: Actor, ownedBy owner: String? = nil, reason: String? = nil
    ) async throws -> Job<Status> {
        try await apply(.cancel, to: job, by: actor) {
            $0.ownedBy = owner
            $0.reason = reason
        }
    }

    /// Lets a parked or waiting job be tried again with fresh attempts; an ended one reopens.
    @discardableResult
    public func retry(
        _ job: JobID, by actor: Actor, ownedBy owner: String? = nil, reason: String? = nil
    ) async throws -> Job<Status> {
        try await apply(.retry, to: job, by: actor) {
            $0.ownedBy = owner
            $0.reason = reason
        }
    }

    /// Runs an ended job again, where the lifecycle declares it.
    @discardableResult
    public func reopen(
        _ job: JobID, by actor: Actor, ownedBy owner: String? = nil, reason: String? = nil
    ) async throws -> Job<Status> {
        try await apply(.reopen, to: job, by: actor) {
            $0.ownedBy = owner
            $0.reason = reason
        }
    }

    /// Puts a declared hold on a queued job.
    @discardableResult
    public func hold(
        _ job: JobID, for name: String, by actor: Actor, reason: String? = nil
    ) async throws -> Job<Status> {
        try await apply(.hold(name), to: job, by: actor) { $0.reason = reason }
    }

    /// Lifts a job's hold.
    @discardableResult
    public func release(
        _ job: JobID, by actor: Actor, metadata: JSONValue? = nil, reason: String? = nil
    ) async throws -> Job<Status> {
        let patch = try metadata?.encoded()
        return try await apply(.release, to: job, by: actor) {
            $0.metadata = patch
            $0.reason = reason
        }
    }

    /// Moves a job to its failure status.
    @discardableResult
    public func fail(
        _ job: JobID, with failure: Failure, by actor: Actor, reason: String? = nil
    ) async throws -> Job<Status> {
        try await apply(.fail(failure), to: job, by: actor) { $0.reason = reason }
    }

    // MARK: Pausing

    /// Pauses one of the lifecycle's queues or working statuses, or the whole lifecycle: until
    /// ``resume(_:)`` no job is claimed there. What runs goes on; time limits do too.
    /// - Throws: ``Refusal`` for a status from which no job is claimed; an error of the store.
    @discardableResult
    public func pause(
        _ status: Status? = nil, by actor: Actor, reason: String? = nil
    ) async throws -> Pause {
        try await store.pause(definition.name, status: status?.rawValue, by: actor, reason: reason)
    }

    /// Lifts the pause of a status, or that of the whole lifecycle.
    /// - Returns: the pause that held; `nil` when nothing was paused there.
    @discardableResult
    public func resume(_ status: Status? = nil) async throws -> Pause? {
        try await store.resume(definition.name, status: status?.rawValue)
    }

    // MARK: Reading

    /// The job with this id; `nil` when there is none, or when it is not the given owner's.
    public func find(_ id: JobID, ownedBy owner: String? = nil) async throws -> Job<Status>? {
        var query = JobQuery(definition.name)
        query.ids = [id]
        query.owner = owner
        return try await store.find(query).first.map(Job.init)
    }

    /// The jobs that meet conditions, newest first unless said otherwise.
    public func find(where conditions: (inout JobQuery) -> Void = { _ in }) async throws -> [Job<Status>] {
        var query = JobQuery(definition.name)
        conditions(&query)
        return try await store.find(query).map(Job.init)
    }

    /// A job's history after the entry with this number, in order; all of it, unless a limit is given.
    public func history(
        of job: JobID, after number: Int64 = 0, limit: Int = .max
    ) async throws -> [HistoryEntry] {
        try await store.history(of: job, in: definition.name, after: number, limit: limit)
    }

    /// The job now, and again after every change, until it has ended.
    ///
    /// Changes that follow each other quickly may be seen as one; the last one is always seen. Beside the
    /// store's hints the job is looked at every `interval`.
    public func watch(_ job: JobID, interval: Duration = .seconds(1)) -> JobChanges<Status> {
        JobChanges(store: store, lifecycle: definition.name, job: job, interval: interval)
    }
}
