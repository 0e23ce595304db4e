import GRDB
import Lockstep

/// Pauses: a small table that every claim looks at within its own transaction.
extension SQLiteStore {
    /// See ``Lockstep/Store/pause(_:status:by:reason:)``.
    @discardableResult
    public func pause(
        _ lifecycle: String, status: String?, by actor: Actor, reason: String?
    ) async throws -> Pause {
        try await writer.perform(savepoint: true) { [catalog, time] db in
            let wish = Pause(lifecycle, status: status, at: time.now(), by: actor, reason: reason)
            let definition = try catalog.entry(lifecycle, db).definition
            let (pause, isNew) = try catalog.pauses.adding(wish, in: definition)
            guard isNew else { return pause }
            try db.execute(
                sql: """
                    INSERT INTO lockstep_pauses (lifecycle, status, paused_at, by_kind, by_name, reason)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    lifecycle, pause.status ?? "", pause.pausedAt.microseconds, actor.kind.rawValue,
                    actor.name, pause.reason,
                ])
            catalog.pauses = try Pauses.read(db)
            return pause
        }
    }

    /// See ``Lockstep/Store/resume(_:status:)``.
    @discardableResult
    public func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await writer.perform(savepoint: true) { [catalog] db in
            let definition = try catalog.entry(lifecycle, db).definition
            guard let lifted = try catalog.pauses.lifting(status, in: definition) else { return nil }
            try db.execute(
                sql: "DELETE FROM lockstep_pauses WHERE lifecycle = ? AND status = ?",
                arguments: [lifecycle, lifted.status ?? ""])
            catalog.pauses = try Pauses.read(db)
            return lifted
        }
    }

    /// See ``Lockstep/Store/pauses()``.
    public func pauses() async throws -> Pauses { try await reading { try Pauses.read($0) } }
}

extension Pauses {
    /// The pauses in the database.
    static func read(_ db: Database) throws -> Pauses {
        let statement = try db.cachedStatement(
            sql: "SELECT lifecycle, status, paused_at, by_kind, by_name, reason FROM lockstep_pauses")
        let rows = try Row.fetchCursor(statement)
        var all: [Pause] = []
        while let row = try rows.next() {
            let status: String = row[1]
            // A kind that only a newer version knows must not keep the pause from holding here.
            let kind = Actor.Kind(rawValue: row[3]) ?? .operator
            all.append(
                Pause(
                    row[0], status: status.isEmpty ? nil : status, at: Timestamp(microseconds: row[2]),
                    by: Actor(kind, name: row[4]), reason: row[5]))
        }
        return all.isEmpty ? .none : Pauses(all)
    }
}
