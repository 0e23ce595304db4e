import GRDB
import Lockstep
import LockstepSQL

/// Rollouts: a row for each lifecycle. Every step is one transaction, so that a killed process leaves whole steps.
extension SQLiteStore {
    /// See ``Lockstep/Store/rollOut(_:_:)``.
    @discardableResult
    public func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout {
        if case .expand(let target) = move { _ = try target.audited() }
        return try await writer.perform(savepoint: true) { [self] db in
            defer { records.forgetAll() }
            let rollout = try Installer(db: db, migrator: migrator(db))
                .rollOut(lifecycle, move, workers: try workers(db), now: time.now())
            try catalog.refresh(db)
            return rollout
        }
    }

    /// See ``Lockstep/Store/rollouts()``.
    public func rollouts() async throws -> [Rollout] { try await reading { try Rollout.read($0) } }
}

extension Installer {
    func rollOut(
        _ lifecycle: String, _ move: RolloutMove, workers: [WorkerRecord], now: Timestamp
    ) throws -> Rollout {
        let stored = try String.fetchOne(
            db, sql: "SELECT json FROM lockstep_definitions WHERE name = ?", arguments: [lifecycle])
        let before = try stored.map { try JSONText.decode(Definition.self, from: $0) }
        let decision = try move.decide(
            lifecycle, stored: before, rollout: try rollout(lifecycle), workers: workers, now: now
        ) { try count($0, lifecycle) }
        guard case .write(let next, let definition) = decision, let before else { return decision.rollout }
        if definition != before { try change(to: definition, from: before, now) }
        if next.phase == .contracted {
            try replace(
                lifecycle, try next.source.canonicalJSON(), by: try next.target.canonicalJSON(), now)
        }
        try keep(next)
        CrashPoint.reach("rollout.kept")
        return next
    }

    private func count(_ statuses: [String], _ lifecycle: String) throws -> [(status: String, jobs: Int)] {
        let table = TableNames(lifecycle).jobs
        return try statuses.map { status in
            let jobs = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM \(table) WHERE status = ?", arguments: [status])
            return (status, jobs ?? 0)
        }
    }

    /// The last rollout of a lifecycle.
    func rollout(_ lifecycle: String) throws -> Rollout? {
        try Rollout.read(db).first { $0.lifecycle == lifecycle }
    }

    private func keep(_ rollout: Rollout) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO lockstep_rollouts VALUES (?, ?, ?, ?, ?)",
            arguments: [
                rollout.lifecycle, rollout.phase.rawValue, try rollout.source.canonicalJSON(),
                try rollout.target.canonicalJSON(), rollout.changedAt.microseconds,
            ])
    }

    /// The lifecycle was changed at once: what it went through before is past.
    func endRollout(_ lifecycle: String) throws {
        try db.execute(sql: "DELETE FROM lockstep_rollouts WHERE name = ?", arguments: [lifecycle])
    }
}

extension Rollout {
    /// The rollouts in the database.
    static func read(_ db: Database) throws -> [Rollout] {
        try Row.fetchAll(
            db, sql: "SELECT name, phase, source, target, changed_at FROM lockstep_rollouts ORDER BY name"
        ).map { row in
            try Rollout(
                lifecycle: row[0], phase: row[1], source: row[2], target: row[3],
                changedAt: Timestamp(microseconds: row[4]))
        }
    }
}
