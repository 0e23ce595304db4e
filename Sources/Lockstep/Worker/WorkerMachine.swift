/// The worker as a pure state machine: events in, actions out, no clock, no task, no store.
///
/// ``Worker`` is the shell that carries the actions out and brings their results back as events. At most one
/// claim, one write, one heartbeat and one sweep are under way at a time; whatever finishes meanwhile is
/// collected and goes out together, so that an idle worker answers at once and a busy one shares commits.
package struct WorkerMachine {
    package enum Event {
        /// Time passed.
        case tick
        /// Something changed in the store.
        case woke
        /// The store gave jobs (perhaps none), or failed to.
        case claimed([JobRecord]?)
        /// A handler ended and this is to be written.
        case finished(Command)
        /// A handler reports progress.
        case reported(Command)
        /// The store wrote commands, or failed to (then nothing is known about any of them).
        case applied([Command], [Outcome]?)
        /// The store renewed the lease, or failed to.
        case beaten(HeartbeatReply?)
        /// A sweep ended; whether it left work behind.
        case swept(hasMore: Bool)
        /// The worker shall stop.
        case stop
    }

    package enum Action {
        case claim(ClaimRequest)
        case run(JobRecord)
        case cancel(JobID, why: Cancellation)
        case apply([Command])
        case beat(Heartbeat)
        case sweep
        /// All is done.
        case end
    }

    /// Why a handler is cancelled.
    package enum Cancellation: Hashable {
        /// Somebody else has the job now; whatever the handler does is void.
        case lost
        /// The worker shuts down; the job is given back.
        case shutdown
    }

    package enum Phase: Equatable {
        case starting
        case working
        /// Handlers may finish until the deadline.
        case stopping(until: Timestamp)
        /// Handlers were cancelled and have until the deadline to notice.
        case cancelling(until: Timestamp)
        /// No handler runs any more; what is left to be written has until the deadline.
        case closing(until: Timestamp)
        case sayingGoodbye
        case ended
    }

    package let options: WorkerOptions
    package let statuses: [String: [String]]
    /// What this process knows of the lifecycles.
    let knows: [String: KnownLifecycle]
    let host: String
    package internal(set) var worker: WorkerID
    package internal(set) var phase = Phase.starting
    /// The fences of the jobs whose handlers run, by job.
    package internal(set) var running: [JobID: Int64] = [:]
    var lifecycles: [JobID: String] = [:]
    var pending: [Command] = []
    var reports: [JobID: Command] = [:]
    var incarnation = 0
    let firstName: WorkerID
    /// The jobs of the write that is under way.
    var applying: Set<JobID> = []
    /// The claims that were begun while a write is under way: what it answers may be older.
    var begunMeanwhile: [JobID: Int64] = [:]
    /// Claims that the store says are held and that nobody here knows, at the last heartbeat.
    var strays: [JobID: Int64] = [:]

    /// Finished jobs that may come back at once, for what follows; each keeps its place until that is known.
    var returning = 0

    var isClaiming = false
    var isApplying = false
    var isSweeping = false
    /// While a heartbeat is under way: what ran when it was sent.
    package internal(set) var beatCovers: [JobID: Int64]?
    var wantsClaim = true

    var nextBeat: Timestamp
    var nextPoll: Timestamp
    var nextSweep: Timestamp
    var nextReport: Timestamp
    var retryApplyAt: Timestamp?
    var lastBeat: Timestamp?
    /// The time of the last event.
    var latest: Timestamp
    /// How many commands still go out alone, because a batch with them failed as a whole.
    var alone = 0
    /// While stopping: whether the store took the worker for dead, so that there is nothing left to renew.
    var isTakenForDead = false

    /// How long handlers may take to notice their cancellation, and the last writes to get through.
    static let lastCall = Duration.seconds(5)
    /// A hint makes a worker with running jobs ask for its claims early, but no more often than this.
    static let shortestBeat = Duration.milliseconds(500)

    package init(
        options: WorkerOptions, statuses: [String: [String]], knows: [String: KnownLifecycle] = [:],
        worker: WorkerID, host: String, now: Timestamp
    ) {
        self.options = options
        self.statuses = statuses
        self.knows = knows
        self.worker = worker
        firstName = worker
        self.host = host
        nextBeat = now
        nextPoll = now
        nextSweep = now
        nextReport = now
        latest = now
    }

    /// When the machine wants its next `tick`; `nil` once it has ended. Only what could then be acted on
    /// counts: a time in the past that nothing can be done about would make the shell spin.
    package var nextTick: Timestamp? {
        var times: [Timestamp] = []
        switch phase {
        case .ended: return nil
        case .sayingGoodbye: break
        case .starting: break
        case .working:
            if !isClaiming, free > 0 { times.append(nextPoll) }
            if !isSweeping { times.append(nextSweep) }
        case .stopping(let until), .cancelling(let until), .closing(let until): times.append(until)
        }
        if mayBeat { times.append(nextBeat) }
        if !isApplying {
            // Until a write is tried again, a report cannot go out either.
            if let retryApplyAt {
                times.append(retryApplyAt)
            } else if !reports.isEmpty {
                times.append(nextReport)
            }
        }
        return times.min()
    }

    /// How many more jobs the worker can run.
    var free: Int { options.concurrency - running.count - returning }

    var mayBeat: Bool {
        guard beatCovers == nil, !isTakenForDead else { return false }
        return phase != .sayingGoodbye && phase != .ended
    }

    /// Takes an event and says what is to be done.
    package mutating func handle(_ event: Event, at now: Timestamp) -> [Action] {
        follow(now)
        var actions: [Action] = []
        switch event {
        case .tick: break
        case .woke: wake(now)
        case .claimed(let jobs): take(jobs, now, &actions)
        case .finished(let command): finish(command)
        case .reported(let command): collect(command)
        case .applied(let commands, let outcomes): settle(commands, outcomes, now, &actions)
        case .beaten(let reply): learn(reply, now, &actions)
        case .swept(let hasMore):
            isSweeping = false
            nextSweep = hasMore ? now : now + options.sweep
        case .stop:
            if phase == .working || phase == .starting { phase = .stopping(until: now + options.grace) }
        }
        plan(now, &actions)
        return actions
    }

    // MARK: Events

    /// A hint may mean new work, or that somebody cancelled what runs here.
    private mutating func wake(_ now: Timestamp) {
        wantsClaim = true
        guard !running.isEmpty, let lastBeat else { return }
        nextBeat = min(nextBeat, max(now, lastBeat + Self.shortestBeat))
    }

    /// Keeps one report per job: the highest progress, and the last thing that was said.
    private mutating func collect(_ command: Command) {
        guard case .report(let progress, let detail) = command.change,
            running[command.job] == command.claim?.fence
        else { return }
        var merged = command
        if case .report(let earlier, let said)? = reports[command.job]?.change {
            merged.change = .report(progress: max(progress, earlier), detail: detail ?? said)
        }
        reports[command.job] = merged
    }

    private mutating func take(_ jobs: [JobRecord]?, _ now: Timestamp, _ actions: inout [Action]) {
        isClaiming = false
        guard let jobs else {
            // The store is out of reach; the next poll tries again.
            nextPoll = now + options.poll
            return
        }
        if !jobs.isEmpty { wantsClaim = true }
        for job in jobs { begin(job, &actions) }
    }

    private mutating func begin(_ job: JobRecord, _ actions: inout [Action]) {
        guard phase == .working || phase == .starting else {
            // What comes while the worker stops is given back before anybody works on it.
            giveBack(job.id, of: job.lifecycle, fence: job.fence)
            return
        }
        if isApplying { begunMeanwhile[job.id] = job.fence }
        // A job that comes back while its earlier handler still runs was taken from that one.
        if running[job.id] != nil { drop(job.id, &actions) }
        running[job.id] = job.fence
        lifecycles[job.id] = job.lifecycle
        actions.append(.run(job))
    }

    mutating func giveBack(_ job: JobID, of lifecycle: String, fence: Int64) {
        var command = Command(.yield, job: job, of: lifecycle, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: fence)
        pending.append(command)
    }

    mutating func forget(_ job: JobID) {
        running[job] = nil
        lifecycles[job] = nil
        reports[job] = nil
    }

    private mutating func finish(_ command: Command) {
        // A handler whose claim was lost says nothing: only the claim that still runs is written.
        guard let claim = command.claim, running[command.job] == claim.fence else { return }
        forget(command.job)
        pending.append(command)
        if command.keepsClaim { returning += 1 }
        wantsClaim = true
    }

    private mutating func settle(
        _ commands: [Command], _ outcomes: [Outcome]?, _ now: Timestamp, _ actions: inout [Action]
    ) {
        isApplying = false
        applying = []
        let overtaking = begunMeanwhile
        begunMeanwhile = [:]
        guard let outcomes else {
            // Nothing is known: perhaps it was committed. Asking again is safe, for the fence tells. One by
            // one, and behind the others, so that one that can never be written holds nobody up.
            let again = commands.filter { $0.change.isFinal }
            pending += again
            alone = pending.count
            retryApplyAt = now + options.poll
            return
        }
        for (command, outcome) in zip(commands, outcomes) {
            if command.keepsClaim { returning -= 1 }
            switch outcome {
            case .done(let record) where command.keepsClaim && record.claimedBy == command.claim?.worker:
                // The job may have been taken away since, and claimed anew: then this claim is past.
                if overtaking[record.id, default: 0] < record.fence { begin(record, &actions) }
            case .done, .deleted: break
            case .refused(let refusal) where !command.change.isFinal:
                if refusal.code == .staleClaim, running[command.job] == command.claim?.fence {
                    drop(command.job, &actions)
                }
            case .refused(let refusal):
                if let consequence = Self.consequence(of: refusal, for: command) {
                    pending.append(consequence)
                }
            }
        }
    }

    /// A refused write is a failure of the job, unless the job is no longer this worker's business.
    static func consequence(of refusal: Refusal, for command: Command) -> Command? {
        if refusal.code == .staleClaim || refusal.code == .notFound { return nil }
        if case .fail = command.change {
            // Not even the failure can be written: leave the job to an administrator.
            guard refusal.failure.audience != .temporary else { return nil }
            if case .fail(let failure) = command.change, failure.audience == .adminRequired { return nil }
        }
        var consequence = Command(
            .fail(refusal.failure), job: command.job, of: command.lifecycle, by: command.actor)
        consequence.claim = command.claim
        return consequence
    }

    private mutating func learn(_ reply: HeartbeatReply?, _ now: Timestamp, _ actions: inout [Action]) {
        let covered = beatCovers ?? [:]
        beatCovers = nil
        if phase == .sayingGoodbye {
            end(&actions)
            return
        }
        // The lease counts from the beat, not from when its answer was heard.
        nextBeat = max(now, (lastBeat ?? now) + options.lease / 3)
        guard let reply else {
            nextBeat = now + min(options.lease / 3, options.poll)
            return
        }
        if reply.isAlive {
            if phase == .starting { phase = .working }
            // In order, as everything the machine says: the same events give the same actions.
            let lost = covered.filter { running[$0.key] == $0.value && reply.held[$0.key] != $0.value }
            for job in lost.keys.sorted() { drop(job, &actions) }
            giveBackStrays(reply)
            return
        }
        // The worker was taken for dead and its claims were given away: begin anew under another name, or
        // end, when it was about to.
        for job in running.keys.sorted() { drop(job, &actions) }
        guard phase == .working || phase == .starting else {
            isTakenForDead = true
            return
        }
        incarnation += 1
        worker = WorkerID("\(firstName.text)~\(incarnation)")
        phase = .starting
        nextBeat = now
    }

    /// A claim whose answer was lost is held by this worker and by no handler. Whatever two heartbeats in a row
    /// show as such is given back; one may be an answer that is still on its way.
    private mutating func giveBackStrays(_ reply: HeartbeatReply) {
        let waiting = applying.union(pending.map(\.job))
        let now = reply.held.filter { running[$0.key] != $0.value && !waiting.contains($0.key) }
        for (job, fence) in now.sorted(by: { $0.key < $1.key }) where strays[job] == fence {
            giveBack(job, of: reply.lifecycles[job] ?? "", fence: fence)
        }
        strays = now
    }

    private mutating func drop(_ job: JobID, _ actions: inout [Action]) {
        forget(job)
        actions.append(.cancel(job, why: .lost))
    }
}

extension Command.Change {
    /// Whether the change ends a worker's claim; reports of progress do not, and losing one loses nothing.
    var isFinal: Bool {
        if case .report = self { false } else { true }
    }
}
