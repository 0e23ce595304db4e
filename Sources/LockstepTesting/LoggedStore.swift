import Lockstep

/// A store that writes down every call that changes something, and what came of it, for the ``HistoryChecker``.
///
/// Clients and workers use it in the place of the store that it stands before. It gives every start an id and
/// every command a reason that begins with the call's tag, by which the checker finds it in the histories. What is done
/// inside a transaction is not written down.
public final class LoggedStore: WrappingStore {
    /// Makes what is to be written beside a job in the transaction of a change with this tag.
    public typealias Beside = @Sendable (_ tag: String) -> @Sendable (any StoreTransaction) throws -> Void

    /// The store behind it.
    public let base: any Store
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
}
