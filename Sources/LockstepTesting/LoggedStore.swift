import Lockstep

/// A store that writes down every call that changes something, and what came of it, for the ``HistoryChecker``.
///
/// Clients and workers use it in the place of the store that it stands before. It gives every start an id and
/// every command a reason that begins with the call's tag, by which the checker finds it in the histories.
public final class LoggedStore: Store {
    /// Makes what is to be written beside a job in the transaction of a change with this tag.
    public typealias Beside = @Sendable (_ tag: String) -> @Sendable (any StoreTransaction) throws -> Void

    private let base: any Store
    private let log: CallLog
    private let beside: Beside?

    /// Stands before a store.
    /// - Parameter beside: a row for each change that the history records, so that the checker can see that both
    ///   are written or neither; its table is the caller's.
    public init(_ base: any Store, log: CallLog, beside: Beside? = nil) {
        self.base = base
        self.log = log
        self.beside = beside
    }

    /// The store's time.
    public var time: any TimeSource { base.time }

    // MARK: What is written down

    /// See ``Lockstep/Store/start(_:)``.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        let now = time.now()
        var jobs = jobs
        var calls: [LoggedCall] = []
        for place in jobs.indices {
            var call = log.call("start", at: now)
            let id = jobs[place].id ?? JobID(at: now)
            jobs[place].id = id
            jobs[place].reason = Self.reason(call, jobs[place].reason)
            call.job = id
            call.lifecycle = jobs[place].lifecycle
            call.key = jobs[place].key
            call.owner = jobs[place].owner
            call.delay = jobs[place].delay.microseconds
            call.to = jobs[place].status
            call.actor = jobs[place].actor
            calls.append(call)
        }
        let asked = jobs
        return try await noting(&calls) {
            try await base.start(asked)
        } answer: { outcome, call in
            switch outcome {
            case .started(let record): Self.accept(record, &call)
            case .reused(let record):
                // The job that was asked for has another id when a live one has its key.
                call.isReused = true
                call.job = record.id
                Self.accept(record, &call)
            case .refused(let refusal): Self.refuse(refusal, &call)
            }
        }
    }

    /// See ``Lockstep/Store/apply(_:)``.
    public func apply(_ commands: [Command]) async throws -> [Outcome] {
        let now = time.now()
        var commands = commands
        var calls: [LoggedCall] = []
        for place in commands.indices {
            let command = commands[place]
            var call = log.call(command.change.word, at: now)
            call.job = command.job
            call.lifecycle = command.lifecycle
            call.owner = command.ownedBy
            call.actor = command.actor
            call.worker = command.claim?.worker
            call.fence = command.claim?.fence
            call.output = command.output
            if case .move(let status) = command.change { call.to = status }
            let marks = try command.patches.flatMap(Self.keys)
            if !marks.isEmpty { call.marks = marks.sorted() }
            if let beside, call.isRecorded {
                commands[place].also.append(beside(call.tag))
                call.hasRow = true
            }
            commands[place].reason = Self.reason(call, command.reason)
            calls.append(call)
        }
        let asked = commands
        return try await noting(&calls) {
            try await base.apply(asked)
        } answer: { outcome, call in
            switch outcome {
            case .done(let record): Self.accept(record, &call)
            case .deleted: call.answer = .ok
            case .refused(let refusal): Self.refuse(refusal, &call)
            }
        }
    }

    /// See ``Lockstep/Store/claim(_:)``. A claim that gives nothing counts as refused.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        var calls = [log.call("claim", at: time.now())]
        calls[0].worker = request.worker
        return try await noting(&calls) {
            [try await base.claim(request)]
        } answer: { records, call in
            call.answer = records.isEmpty ? .refused : .ok
            call.grants = records.map { LoggedCall.Grant(job: $0.id, fence: $0.fence) }
        }[0]
    }

    /// See ``Lockstep/Store/beat(_:)``. A heartbeat of a worker that is taken for dead counts as refused.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        var calls = [log.call("beat", at: time.now())]
        calls[0].worker = heartbeat.worker
        calls[0].lease = heartbeat.isLast ? 0 : heartbeat.lease.inMicroseconds
        return try await noting(&calls) {
            [try await base.beat(heartbeat)]
        } answer: { reply, call in
            call.answer = reply.isAlive || heartbeat.isLast ? .ok : .refused
        }[0]
    }

    /// Writes the calls down, makes them, and writes down what came of each. What throws stays unknown.
    private func noting<Result>(
        _ calls: inout [LoggedCall], _ body: () async throws -> [Result],
        answer: (Result, inout LoggedCall) -> Void
    ) async throws -> [Result] {
        try log.write(calls)
        let results: [Result]
        do {
            results = try await body()
        } catch {
            let failure = Failure(error)
            for place in calls.indices {
                calls[place].code = failure.code
                calls[place].words = failure.message
                calls[place].end = CallLog.now()
            }
            try log.write(calls)
            throw error
        }
        for (place, result) in zip(calls.indices, results) {
            answer(result, &calls[place])
            calls[place].end = CallLog.now()
        }
        try log.write(calls)
        return results
    }

    private static func reason(_ call: LoggedCall, _ words: String?) -> String {
        words.map { "\(call.tag) \($0)" } ?? call.tag
    }

    /// The keys that a merge patch sets.
    private static func keys(_ patch: String) throws -> [String] {
        guard case .object(let members) = try JSONValue(parsing: patch) else { return [] }
        return members.filter { $0.value != .null }.map(\.key)
    }

    private static func accept(_ record: JobRecord, _ call: inout LoggedCall) {
        call.answer = .ok
        call.version = record.version
        call.fenceAfter = record.fence
    }

    private static func refuse(_ refusal: Refusal, _ call: inout LoggedCall) {
        call.answer = .refused
        call.code = refusal.code.rawValue
        call.words = refusal.message
    }

    // MARK: What goes by

    /// See ``Lockstep/Store/install(_:)``.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        try await base.install(definitions)
    }
    /// See ``Lockstep/Store/definitions()``.
    public func definitions() async throws -> [Definition] { try await base.definitions() }
    /// See ``Lockstep/Store/sweep(_:)``.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport { try await base.sweep(request) }
    /// See ``Lockstep/Store/find(_:)``.
    public func find(_ query: JobQuery) async throws -> [JobRecord] { try await base.find(query) }
    /// See ``Lockstep/Store/history(of:in:after:limit:)``.
    public func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        try await base.history(of: job, in: lifecycle, after: number, limit: limit)
    }
    /// See ``Lockstep/Store/count(_:)``.
    public func count(_ lifecycle: String) async throws -> [StatusCount] { try await base.count(lifecycle) }
    /// See ``Lockstep/Store/liveCount(_:)``.
    public func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await base.liveCount(lifecycle)
    }
    /// See ``Lockstep/Store/feed(_:from:limit:)``.
    public func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await base.feed(lifecycle, from: cursor, limit: limit)
    }
    /// See ``Lockstep/Store/activity(_:since:every:)``.
    public func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        try await base.activity(lifecycle, since: since, every: every)
    }
    /// See ``Lockstep/Store/workers()``.
    public func workers() async throws -> [WorkerRecord] { try await base.workers() }
    /// See ``Lockstep/Store/pause(_:status:by:reason:)``.
    @discardableResult
    public func pause(
        _ lifecycle: String, status: String?, by actor: Actor, reason: String?
    ) async throws -> Pause {
        try await base.pause(lifecycle, status: status, by: actor, reason: reason)
    }
    /// See ``Lockstep/Store/resume(_:status:)``.
    @discardableResult
    public func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await base.resume(lifecycle, status: status)
    }
    /// See ``Lockstep/Store/pauses()``.
    public func pauses() async throws -> Pauses { try await base.pauses() }
    /// See ``Lockstep/Store/wakes()``.
    public func wakes() -> AsyncStream<Void> { base.wakes() }
    /// See ``Lockstep/Store/transaction(_:)``. What is done inside is not written down.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await base.transaction(body)
    }
}
