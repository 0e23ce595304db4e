import Lockstep

/// What must hold of the store's jobs, judged from outside after every commit.
///
/// It knows the definition's data, what was asked and what came of it, and keeps its own account of every job.
/// It never decides what is to be done (that is the road's business): it looks whether what was done was
/// allowed, was recorded once, and is all that changed.
final class Oracle {
    /// A rule, kept by reference because it is read at every step.
    final class Declared: Sendable {
        let rule: StatusRule
        init(_ rule: StatusRule) { self.rule = rule }
        var kind: StatusRule.Kind { rule.kind }
        /// Attempts that may fail before the job does.
        var attempts: Int { rule.retry?.attempts ?? 1 }
    }

    /// The account of one job.
    final class Account {
        let id: JobID
        /// What the client said, whatever the store made of it.
        let key: String?
        let priority: Int
        var status: String
        var declared: Declared
        var fence: Int64 = 0
        var holder: WorkerID?
        /// Attempts that failed since the job entered its status or was resumed.
        var failures = 0
        var progress = 0
        var hold: String?
        var isParked = false
        var availableAt: Timestamp
        var deadline: Timestamp?
        var met: Set<String>
        /// How often each counted move was made.
        var counted: [String: Int] = [:]
        var lines: [Line] = []

        var isLive: Bool { !declared.kind.isEnd }

        init(_ job: NewJob, _ id: JobID, in status: String, _ declared: Declared, now: Timestamp) {
            self.id = id
            key = job.key
            priority = job.priority
            self.status = status
            self.declared = declared
            availableAt = now.adding(job.delay) ?? now
            deadline = availableAt.adding(declared.rule.limit)
            met = job.met
        }
    }

    /// What is remembered of a line of history.
    struct Line: Equatable {
        var kind: HistoryEntry.Kind
        var to: String
        var fence: Int64
    }

    let definition: Definition
    let declared: [String: Declared]
    var accounts: [Account] = []
    var places: [JobID: Int] = [:]
    /// Jobs that were deleted after their time.
    var deleted: Set<JobID> = []
    /// Until when each worker counts as alive; gone once it was swept.
    var leases: [WorkerID: Timestamp] = [:]
    var witnessed = Witnesses()
    /// The first thing that must not be.
    private(set) var violation: String?

    init(_ definition: Definition) {
        self.definition = definition
        declared = Dictionary(
            definition.statuses.map { ($0.name, Declared($0)) }, uniquingKeysWith: { first, _ in first })
    }

    func require(_ condition: Bool, _ words: @autoclosure () -> String) {
        if !condition, violation == nil { violation = words() }
    }

    // MARK: Starts

    func judge(
        _ job: NewJob, _ outcome: StartOutcome, in state: MemoryStore.State, now: Timestamp
    ) {
        guard let id = job.id else { return }
        let rival = job.key.flatMap { key in accounts.firstIndex { $0.key == key && $0.isLive } }
        switch outcome {
        case .started(let record):
            require(places[id] == nil, "I1: job \(id) was started a second time")
            require(
                rival == nil,
                "I6: job \(id) was started with key \(job.key ?? "") although a live job has it")
            require(state.jobs[id] == record, "I1: the start of job \(id) was acknowledged and is not stored")
            require(
                definition.initial.contains(record.status) && (job.status ?? record.status) == record.status,
                "I4: job \(id) was started in '\(record.status)'")
            open(job, id, in: record.status, now: now)
            if let lines = state.history[id] {
                require(lines.count == 1, "I4: the start of job \(id) left \(lines.count) lines of history")
                for line in lines { accounts[accounts.count - 1].lines.append(.init(line)) }
            }
            witnessed.note(.started)
        case .reused(let record):
            if let place = places[id] {
                require(accounts[place].id == record.id, "I1: the start of job \(id) gave job \(record.id)")
                witnessed.note(.startRepeated)
            } else {
                require(
                    rival.map { accounts[$0].id } == record.id,
                    "I6: the start of job \(id) gave job \(record.id), which does not live with its key")
                witnessed.note(.keyReused)
            }
        case .refused(let refusal):
            let status = job.status.flatMap { declared[$0] }
            let lacks = status?.rule.needs.contains { !job.met.contains($0.token) } ?? true
            require(
                lacks || !definition.initial.contains(job.status ?? ""),
                "a sound start was refused: \(refusal)")
        }
        settle(state)
    }

    private func open(_ job: NewJob, _ id: JobID, in status: String, now: Timestamp) {
        guard let rule = declared[status] else { return }
        for need in rule.rule.needs {
            require(job.met.contains(need.token), "I7: job \(id) was started without \(need.token)")
        }
        deleted.remove(id)
        places[id] = accounts.count
        accounts.append(Account(job, id, in: status, rule, now: now))
    }

    // MARK: Heartbeats

    func judge(_ heartbeat: Heartbeat, _ reply: HeartbeatReply, now: Timestamp) {
        let worker = heartbeat.worker
        let known = leases[worker] != nil
        if heartbeat.isLast {
            if known { leases[worker] = now }
            return
        }
        guard reply.isAlive else {
            require(
                !known && !heartbeat.isFirst, "I2: worker \(worker) was taken for dead before it was swept")
            witnessed.note(.takenForDead)
            return
        }
        require(
            known || heartbeat.isFirst, "I2: worker \(worker), which was swept as dead, was taken for alive")
        leases[worker] = now + heartbeat.lease
        var holding = 0
        for account in accounts where account.holder == worker {
            holding += 1
            require(
                reply.held[account.id] == account.fence,
                "I2: worker \(worker) was not told that it holds job \(account.id)")
        }
        require(
            reply.held.count == holding, "I2: worker \(worker) was told to hold jobs that it does not hold")
    }

    func lives(_ worker: WorkerID, at now: Timestamp) -> Bool { leases[worker].map { $0 > now } ?? false }

    // MARK: Claims

    func isClaimable(_ account: Account, by statuses: [String], now: Timestamp) -> Bool {
        let rule = account.declared
        guard rule.kind == .queue || rule.kind == .work else { return false }
        guard statuses.contains(rule.rule.claimedAs ?? account.status) else { return false }
        return account.holder == nil && !account.isParked && account.hold == nil
            && account.availableAt <= now && account.deadline.map { $0 > now } ?? true
    }

    func judge(
        _ request: ClaimRequest, _ records: [JobRecord], in state: MemoryStore.State, now: Timestamp
    ) {
        let statuses = request.statuses[definition.name] ?? []
        require(
            records.isEmpty || lives(request.worker, at: now),
            "I2: worker \(request.worker) got a claim without a lease")
        for record in records {
            let account = places[record.id].map { accounts[$0] }
            require(account?.hold == nil, "a held job was claimed: \(record.id)")
            require(account.map { !$0.isParked } ?? true, "a parked job was claimed: \(record.id)")
        }
        var possible = 0
        var best = Int.min
        for account in accounts where isClaimable(account, by: statuses, now: now) {
            possible += 1
            if !records.contains(where: { $0.id == account.id }) { best = max(best, account.priority) }
        }
        if lives(request.worker, at: now) {
            require(
                records.count == min(request.limit, possible),
                "a claim of \(request.limit) gave \(records.count) of \(possible) claimable jobs")
        }
        for record in records {
            guard let place = places[record.id] else {
                require(false, "a claim gave job \(record.id), which was never started")
                continue
            }
            require(
                isClaimable(accounts[place], by: statuses, now: now), "job \(record.id) was not claimable")
            require(accounts[place].priority >= best, "job \(record.id) was claimed before a more urgent one")
            require(state.jobs[record.id] == record, "the claim of job \(record.id) is not what is stored")
            let claim = Command(
                .claim(request.worker), job: record.id, of: record.lifecycle,
                by: .worker(request.worker.text))
            readLines(of: place, after: claim, expecting: 1...1, in: state, now: now)
        }
        settle(state)
    }

    // MARK: The whole

    /// Whether the store holds what the accounts say, and nothing else.
    func settle(_ state: MemoryStore.State) {
        require(
            state.jobs.count == accounts.count,
            "I1: the store holds \(state.jobs.count) jobs, \(accounts.count) should be there")
        for account in accounts {
            guard let record = state.jobs[account.id] else {
                require(false, "I1: job \(account.id) is gone")
                continue
            }
            if let difference = account.difference(from: record) {
                require(false, "job \(account.id) changed without being asked to: \(difference)")
            }
        }
    }

    func judge(history entries: [HistoryEntry], of job: JobID) {
        guard let place = places[job] else { return }
        let lines = accounts[place].lines
        require(
            entries.map(\.number) == (1...max(1, Int64(entries.count))).map { $0 },
            "I4: the history of job \(job) is numbered \(entries.map(\.number))")
        require(
            entries.map(Line.init) == lines.suffix(entries.count) && entries.count <= lines.count,
            "I4: the history of job \(job) does not tell what happened")
    }
}

extension Oracle.Line {
    init(_ entry: HistoryEntry) {
        self.init(kind: entry.kind, to: entry.to, fence: entry.fence)
    }
}

extension Oracle.Account {
    /// What a record says otherwise.
    func difference(from record: JobRecord) -> String? {
        if record.status != status { return "it is in '\(record.status)', not in '\(status)'" }
        if record.fence != fence { return "its fence is \(record.fence), not \(fence)" }
        if record.claimedBy != holder {
            return "it is held by \(record.claimedBy?.text ?? "nobody"), not by \(holder?.text ?? "nobody")"
        }
        let attempt = failures + (holder == nil ? 0 : 1)
        if record.attempt != attempt { return "its attempt is \(record.attempt), not \(attempt)" }
        if record.progress != progress { return "its progress is \(record.progress), not \(progress)" }
        if record.hold != hold { return "its hold is \(record.hold ?? "none"), not \(hold ?? "none")" }
        if (record.parkedAt != nil) != isParked { return "parked or not: \(!isParked)" }
        if record.deadline != deadline {
            return "its deadline is \("\(record.deadline, or: "none")"), not \("\(deadline, or: "none")")"
        }
        if record.version != Int64(lines.count) {
            return "its version is \(record.version), its history has \(lines.count) lines"
        }
        if record.isLive != isLive { return "it \(record.isLive ? "has not" : "has") ended" }
        return nil
    }
}

extension DefaultStringInterpolation {
    mutating func appendInterpolation(_ moment: Timestamp?, or words: String) {
        if let moment { appendInterpolation(moment) } else { appendLiteral(words) }
    }
}
