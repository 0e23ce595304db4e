/// What a store has to do for a step of a rollout. Stores decide nothing themselves.
public enum RolloutDecision: Sendable {
    /// Nothing: it is done already.
    case nothing(Rollout)
    /// Keep the rollout, and make the tables and the installed definition this one, in one transaction.
    case write(Rollout, Definition)

    /// The rollout afterwards.
    public var rollout: Rollout {
        switch self {
        case .nothing(let rollout), .write(let rollout, _): rollout
        }
    }
}

extension RolloutMove {
    /// How many jobs are in each of these statuses, where there are any.
    public typealias CountJobs = ([String]) throws -> [(status: String, jobs: Int)]

    /// Decides about a step, for every store: a pure function of what there is.
    /// - Parameters:
    ///   - lifecycle: the lifecycle's name.
    ///   - stored: the definition that is installed.
    ///   - rollout: the last rollout of the lifecycle.
    ///   - workers: all workers.
    ///   - now: the store's time.
    ///   - count: counts jobs; only asked where that decides.
    /// - Throws: ``RolloutRefusal``, and what `count` throws.
    public func decide(
        _ lifecycle: String, stored: Definition?, rollout: Rollout?, workers: [WorkerRecord], now: Timestamp,
        count: CountJobs
    ) throws -> RolloutDecision {
        guard let stored else {
            throw RolloutRefusal(
                lifecycle, .notInstalled,
                "is not installed here; install it, there is nothing that a change would have to go round")
        }
        if case .expand(let target) = self {
            return try Self.expand(lifecycle, from: stored, to: target, rollout, now)
        }
        guard let rollout else {
            throw RolloutRefusal(
                lifecycle, .notBegun, "is not being changed; begin with the new definition by 'expand'")
        }
        var next = rollout
        next.changedAt = now
        switch self {
        case .expand: return .nothing(rollout)
        case .activate(let despite):
            guard next.phase == .expanded else { return .nothing(rollout) }
            try next.refuseUnknowing(workers, despite: despite, stored: stored, now)
            try next.refuseJobs(
                in: stored.statusesWithOtherEnds(in: next.target), count,
                "cannot be activated, because a status becomes an end or is one no more while jobs are in it:",
                "let them leave, or give the status another name")
            next.phase = .activated
            return .write(next, stored.activated(as: next.target))
        case .contract:
            guard next.phase != .contracted else { return .nothing(rollout) }
            guard next.phase == .activated else {
                throw RolloutRefusal(
                    lifecycle, .notActivated,
                    "still goes by the version before, which needs its statuses; 'activate' the new one first, or 'back'"
                )
            }
            try next.refuseJobs(
                in: stored.names.filter { !next.target.declares($0) }, count,
                "cannot be contracted while jobs are in statuses that go:",
                "move them on, or wait for their end and retention")
            next.phase = .contracted
            return .write(next, next.target)
        case .turnBack:
            guard next.isUnderWay else {
                throw RolloutRefusal(
                    lifecycle, .notBegun,
                    "is wholly of the new version; go back by expanding to the one before")
            }
            // The tables accept both, and the rules that hold are the target's of the way back when it was not
            // activated, its source's when it was.
            (next.source, next.target) = (next.target, next.source)
            next.phase = next.phase == .expanded ? .activated : .expanded
            return .write(next, stored)
        }
    }

    private static func expand(
        _ lifecycle: String, from stored: Definition, to target: Definition, _ rollout: Rollout?,
        _ now: Timestamp
    ) throws(RolloutRefusal) -> RolloutDecision {
        guard target.name == lifecycle else {
            throw RolloutRefusal(
                lifecycle, .unsound, "cannot become '\(target.name)'; a lifecycle keeps its name")
        }
        if let rollout, rollout.isUnderWay {
            guard rollout.target == target else {
                throw RolloutRefusal(
                    lifecycle, .underWay,
                    "is \(rollout.phase.rawValue) on its way to another version already; end that by 'activate' and "
                        + "'contract', or turn 'back'")
            }
            return .nothing(rollout)
        }
        guard stored != target else {
            return .nothing(
                Rollout(
                    lifecycle: lifecycle, phase: .contracted, source: rollout?.source ?? stored,
                    target: target,
                    changedAt: rollout?.changedAt ?? now))
        }
        let expanded = stored.expanded(by: target)
        let faults = expanded.activated(as: target).auditUnreached()
        guard faults.isEmpty else {
            throw RolloutRefusal(
                lifecycle, .unsound,
                "cannot hold both versions at once: \(faults.joined(separator: "; ")); make the change in two, so that "
                    + "what goes and what it leads to change one after the other")
        }
        return .write(
            Rollout(
                lifecycle: lifecycle, phase: .expanded, source: stored, target: target, changedAt: now),
            expanded)
    }
}

extension Rollout {
    /// Every live worker must know what may come its way: a job in a status that its code does not have, and that a
    /// move that it may still make is no more.
    fileprivate func refuseUnknowing(
        _ workers: [WorkerRecord], despite: Set<WorkerID>, stored: Definition, _ now: Timestamp
    ) throws {
        let known = try unknowing(workers, stored: stored, now: now).filter { !despite.contains($0.worker) }
        guard !known.isEmpty else { return }
        let words = known.map { "worker '\($0.worker)' (\($0.host)) \($0.sentence)" }
        var refusal = RolloutRefusal(
            lifecycle, .unknowingWorkers,
            "cannot be activated while a live worker does not know it: \(words.joined(separator: "; ")); start the new "
                + "version in its place")
        refusal.workers = known.map(\.worker)
        throw refusal
    }

    /// A live worker that is in the way of an activation.
    public struct Unknowing: Hashable, Sendable {
        /// The worker.
        public let worker: WorkerID
        /// The machine and process.
        public let host: String
        /// What it does not know, as the rest of a sentence about it.
        public let sentence: String
    }

    /// The live workers that do not know what the target's rules may bring them.
    /// - Parameters:
    ///   - workers: all workers.
    ///   - stored: the definition that is installed.
    ///   - now: the store's time.
    public func unknowing(
        _ workers: [WorkerRecord], stored: Definition, now: Timestamp
    ) throws -> [Unknowing] {
        let changesMoves = !stored.activated(as: target).covers(source)
        let past = try source.fingerprint()
        return workers.filter { $0.leaseEnds > now }.compactMap { worker in
            guard worker.statuses[lifecycle] != nil || worker.knows[lifecycle] != nil else { return nil }
            func because(_ words: String) -> Unknowing {
                Unknowing(worker: worker.id, host: worker.host, sentence: words)
            }
            guard let knows = worker.knows[lifecycle] else {
                return because("does not say which statuses it knows")
            }
            let missing = added.filter { !knows.statuses.contains($0) }
            if !missing.isEmpty {
                return because("does not know \(missing.map { "'\($0)'" }.joined(separator: ", "))")
            }
            if changesMoves, knows.version == past {
                return because("is of the version before, some of whose moves are no more")
            }
            return nil
        }
    }

    fileprivate func refuseJobs(
        in statuses: [String], _ count: RolloutMove.CountJobs, _ words: String, _ cure: String
    ) throws {
        guard !statuses.isEmpty else { return }
        let found = try count(statuses).filter { $0.jobs > 0 }
        guard !found.isEmpty else { return }
        let list = found.map { "'\($0.status)' (\($0.jobs) \($0.jobs == 1 ? "job" : "jobs"))" }
        var refusal = RolloutRefusal(
            lifecycle, .jobsInTheWay, "\(words) \(list.joined(separator: ", ")); \(cure)")
        refusal.jobs = Dictionary(found.map { ($0.status, $0.jobs) }, uniquingKeysWith: +)
        throw refusal
    }

    /// What installing a definition of the lifecycle means while a rollout is under way or has just ended; `nil` when it
    /// goes the ordinary way.
    /// - Parameters:
    ///   - definition: what a process installs.
    ///   - stored: what is installed.
    /// - Throws: ``RolloutRefusal`` when the process is of another version than these two, or of the one before and
    ///   would make moves that are no more.
    public func installing(
        _ definition: Definition, stored: Definition
    ) throws(RolloutRefusal) -> DefinitionChange? {
        if definition == stored { return .equal }
        switch phase {
        case .expanded:
            if definition == target { return .coming }
            if definition == source { return .equal }
        case .activated:
            if definition == target { return .equal }
            if definition == source { return try past(stored) }
        case .contracted:
            return definition == source && stored == target ? try past(stored) : nil
        }
        throw RolloutRefusal(
            lifecycle, .underWay,
            "is \(phase.rawValue) on its way from one version to the next, and this is neither of them; end that by "
                + "'lockstep rollout activate' and 'contract', or turn 'back', first")
    }

    private func past(_ stored: Definition) throws(RolloutRefusal) -> DefinitionChange {
        if stored.covers(source) { return .superseded }
        throw RolloutRefusal(
            lifecycle, .pastVersion,
            "goes by a newer version, and this process is of the one before, some of whose statuses or moves are no "
                + "more; start the new one, or go back by 'lockstep rollout'")
    }
}
