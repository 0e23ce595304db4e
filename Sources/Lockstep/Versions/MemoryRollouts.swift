/// Rollouts in the store in memory.
extension MemoryStore.State {
    mutating func rollOut(_ lifecycle: String, _ move: RolloutMove, now: Timestamp) throws -> Rollout {
        let stored = definitions[lifecycle]
        let decision = try move.decide(
            lifecycle, stored: stored, rollout: rollouts[lifecycle], workers: Array(workers.values), now: now
        ) { statuses in
            statuses.map { status in
                (status, jobs.values.count { $0.lifecycle == lifecycle && $0.status == status })
            }
        }
        if case .write(let rollout, let definition) = decision {
            rollouts[lifecycle] = rollout
            if definition != stored { install(definition) }
            if rollout.phase == .contracted { replaced.insert(rollout.source) }
        }
        return decision.rollout
    }
}
