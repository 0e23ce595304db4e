/// What the in-memory store does to its state; every change of a job goes through the road.
extension MemoryStore.State {
    func definition(_ lifecycle: String) throws(Refusal) -> Definition {
        guard let definition = definitions[lifecycle] else {
            throw .unknownLifecycle(lifecycle, known: Array(definitions.keys))
        }
        return definition
    }

    /// Takes a definition into use. Jobs that are there get the deadlines of the new time limits.
    package mutating func install(_ definition: Definition) {
        let stored = definitions[definition.name]
        if let stored { replaced.insert(stored) }
        replaced.remove(definition)
        definitions[definition.name] = definition
        guard let stored else { return }
        for name in definition.statusesWithNewLimits(since: stored) {
            guard let rule = definition.rule(for: name) else { continue }
            for record in jobs.values
            where record.lifecycle == definition.name && record.status == name && record.hold == nil {
                jobs[record.id]?.deadline = max(record.enteredAt, record.availableAt).adding(rule.limit)
            }
        }
    }

    package mutating func start(_ job: NewJob, now: Timestamp) -> StartOutcome {
        do {
            let definition = try definition(job.lifecycle)
            if let id = job.id, let existing = jobs[id] { return .reused(existing) }
            if let key = job.key,
                let existing = jobs.values.first(where: {
                    $0.lifecycle == job.lifecycle && $0.key == key && $0.isLive
                })
            {
                return .reused(existing)
            }
            var (record, entry) = try Road.start(job, definition: definition, now: now)
            sequence += 1
            record.sequence = sequence
            jobs[record.id] = record
            history[record.id] = [entry]
            feed.append((entry.job, entry.number))
            return .started(record)
        } catch {
            return .refused(error)
        }
    }

    package mutating func apply(_ command: Command, now: Timestamp, draw: Double) -> Outcome {
        do throws(Refusal) {
            let definition = try definition(command.lifecycle)
            guard let record = jobs[command.job], record.lifecycle == command.lifecycle else {
                throw Refusal.notFound(command.job, in: command.lifecycle)
            }
            switch Road.decide(
                command, on: record, definition: definition, now: now, draw: draw, pauses: pauses)
            {
            case .write(let after, let entry):
                if after.isLive, !record.isLive, let key = after.key,
                    let other = jobs.values.first(where: {
                        $0.lifecycle == after.lifecycle && $0.key == key && $0.isLive
                    })
                {
                    throw Refusal.keyTaken(key, by: other.id)
                }
                jobs[after.id] = after
                history[after.id, default: []].append(entry)
                feed.append((entry.job, entry.number))
                return .done(after)
            case .update(let after):
                jobs[after.id] = after
                return .done(after)
            case .delete(let record):
                jobs[record.id] = nil
                history[record.id] = nil
                return .deleted(record)
            case .refuse(let refusal): throw refusal
            }
        } catch {
            return .refused(error)
        }
    }

    /// Hands out claimable jobs, best first, to a worker whose lease runs.
    package mutating func claim(
        _ request: ClaimRequest, now: Timestamp, draw: @Sendable () -> Double
    ) -> [JobRecord] {
        guard let worker = workers[request.worker], worker.leaseEnds > now else { return [] }
        let candidates = jobs.values.filter { record in
            guard let definition = definitions[record.lifecycle],
                let wanted = request.statuses[record.lifecycle],
                let rule = definition.rule(for: record.status)
            else { return false }
            let work = rule.claimedAs ?? rule.name
            return wanted.contains(work) && record.claimObstacle(rule: rule, now: now) == nil
                && pauses.onClaims(from: record.status, in: definition) == nil
        }.sorted(by: JobRecord.claimOrder)
        return candidates.prefix(max(0, request.limit)).compactMap { record in
            let command = Command(
                .claim(request.worker), job: record.id, of: record.lifecycle,
                by: .worker(request.worker.text))
            guard case .done(let claimed) = apply(command, now: now, draw: draw()) else { return nil }
            return claimed
        }
    }

    /// Renews a lease, or says that the worker counts as dead.
    package mutating func beat(_ heartbeat: Heartbeat, now: Timestamp) -> HeartbeatReply {
        let known = workers[heartbeat.worker]
        if heartbeat.isLast {
            workers[heartbeat.worker]?.leaseEnds = now
            return HeartbeatReply(isAlive: false, held: [:])
        }
        guard heartbeat.isFirst || known != nil else { return HeartbeatReply(isAlive: false, held: [:]) }
        let held = jobs.values.filter { $0.claimedBy == heartbeat.worker }
        var record = WorkerRecord(
            id: heartbeat.worker, host: heartbeat.host, statuses: heartbeat.statuses,
            startedAt: known?.startedAt ?? now, beatAt: now, leaseEnds: now + heartbeat.lease,
            holding: held.count)
        record.knows = known?.knows ?? heartbeat.knows
        workers[heartbeat.worker] = record
        return HeartbeatReply(
            isAlive: true, held: Dictionary(uniqueKeysWithValues: held.map { ($0.id, $0.fence) }),
            lifecycles: Dictionary(uniqueKeysWithValues: held.map { ($0.id, $0.lifecycle) }))
    }

    package mutating func sweep(
        _ request: SweepRequest, now: Timestamp, draw: @Sendable () -> Double
    ) -> SweepReport {
        var report = SweepReport()
        for worker in workers.values.filter({ $0.leaseEnds <= now }).map(\.id).sorted(by: {
            $0.text < $1.text
        }) {
            let held = jobs.values.filter { $0.claimedBy == worker }.sorted { $0.sequence < $1.sequence }
            let lost = held.prefix(request.limit).filter { run(.lose, on: $0, now: now, draw: draw()) }
            report.lost += lost.map(\.id)
            // The worker stays on the list until all of its claims are taken back.
            guard held.count < request.limit else {
                report.hasMore = true
                continue
            }
            guard lost.count == held.count else { continue }
            workers[worker] = nil
            report.deadWorkers.append(worker)
        }
        let due = jobs.values.filter { $0.deadline.map { $0 <= now } ?? false }.sorted(by: JobRecord.dueOrder)
        let late = due.filter(\.isLive)
        report.expired = late.prefix(request.limit).filter { run(.expire, on: $0, now: now, draw: draw()) }
            .map(\.id)
        let ended = due.filter { !$0.isLive }
        report.toCleanUp = Array(
            ended.filter { request.report.contains($0.lifecycle) }.prefix(request.limit))
        let retained = ended.filter { request.retain.contains($0.lifecycle) }
        report.retired = retained.prefix(request.limit).filter {
            run(.retire, on: $0, now: now, draw: draw())
        }
        .map(\.id)
        report.hasMore =
            report.hasMore || report.expired.count == request.limit || report.retired.count == request.limit
        return report
    }

    private mutating func run(
        _ change: Command.Change, on record: JobRecord, now: Timestamp, draw: Double
    ) -> Bool {
        let command = Command(change, job: record.id, of: record.lifecycle, by: .engine)
        guard case .refused = apply(command, now: now, draw: draw) else { return true }
        if change == .lose { return false }
        // What cannot be done now must not stand in the way of the others.
        let later = Command(.postpone(.minutes(5)), job: record.id, of: record.lifecycle, by: .engine)
        _ = apply(later, now: now, draw: draw)
        return false
    }
}

extension JobRecord {
    /// The order in which the sweep looks at jobs: the longest overdue first.
    public static func dueOrder(_ left: JobRecord, _ right: JobRecord) -> Bool {
        (left.deadline?.microseconds ?? 0, left.sequence) < (
            right.deadline?.microseconds ?? 0, right.sequence
        )
    }

    /// The order in which jobs are handed out: by priority, then by the time they became available, then by
    /// the order of starts.
    public static func claimOrder(_ left: JobRecord, _ right: JobRecord) -> Bool {
        if left.priority != right.priority { return left.priority > right.priority }
        if left.availableAt != right.availableAt { return left.availableAt < right.availableAt }
        return left.sequence < right.sequence
    }
}

extension Refusal {
    /// Another live job has the key.
    public static func keyTaken(_ key: String, by other: JobID) -> Refusal {
        Refusal(
            .keyTaken,
            "the live job \(other) has the key '\(key)' already; let it end before this one runs again")
    }

    /// What was to be written in the same transaction failed; who can do something about it is kept.
    public static func companionFailed(_ error: any Error) -> Refusal {
        if let refusal = error as? Refusal { return refusal }
        let failure = Failure(error)
        var refusal = Refusal(
            .companionFailed, "what was to be written with the move failed: \(failure.message)")
        refusal.cause = failure
        return refusal
    }
}
