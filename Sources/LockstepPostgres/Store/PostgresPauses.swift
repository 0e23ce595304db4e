import Lockstep
import LockstepSQL

/// Pauses: a small table. Changing it makes a new revision, so that whoever claims by the old one is refused by the
/// guard of its statement and looks again.
extension PostgresStore {
    /// See ``Lockstep/Store/pause(_:status:by:reason:)``.
    @discardableResult
    public func pause(
        _ lifecycle: String, status: String?, by actor: Actor, reason: String?
    ) async throws -> Pause {
        let wish = Pause(lifecycle, status: status, at: time.now(), by: actor, reason: reason)
        return try await changingPauses(of: lifecycle) { [catalog] present, definition, connection in
            let (pause, isNew) = try present.adding(wish, in: definition)
            guard isNew else { return pause }
            var parameters = PGParameters(reserving: 6)
            parameters.add(lifecycle)
            parameters.add(pause.status ?? "")
            parameters.add(pause.pausedAt.microseconds)
            parameters.add(actor.kind.rawValue)
            parameters.add(actor.name)
            parameters.add(pause.reason)
            _ = try connection.run(
                PGStatement(
                    """
                    INSERT INTO \(catalog.schema).lockstep_pauses
                        (lifecycle, status, paused_at, by_kind, by_name, reason)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [PGType.text, PGType.text, PGType.int8, PGType.text, PGType.text, PGType.text]),
                parameters)
            return pause
        }
    }

    /// See ``Lockstep/Store/resume(_:status:)``.
    @discardableResult
    public func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await changingPauses(of: lifecycle) { [catalog] present, definition, connection in
            guard let lifted = try present.lifting(status, in: definition) else { return nil }
            var parameters = PGParameters(reserving: 2)
            parameters.add(lifecycle)
            parameters.add(lifted.status ?? "")
            _ = try connection.run(
                PGStatement(
                    "DELETE FROM \(catalog.schema).lockstep_pauses WHERE lifecycle = $1 AND status = $2",
                    [PGType.text, PGType.text]), parameters)
            return lifted
        }
    }

    /// See ``Lockstep/Store/pauses()``.
    public func pauses() async throws -> Pauses {
        try await reading { [common] in Pauses(try $0.run(common.pauses)) }
    }

    /// Changes the pauses in a transaction of its own, one change after the other.
    private func changingPauses<Result: Sendable>(
        of lifecycle: String,
        _ body: @escaping @Sendable (Pauses, Definition, PGConnection) throws -> Result
    ) async throws -> Result {
        try await onRoad { [catalog, common] road in
            let connection = road.connection
            let definition = try catalog.entry(lifecycle, connection).definition
            try road.begin()
            _ = try connection.run(common.nextRevision)
            return try body(Pauses(try connection.run(common.pauses)), definition, connection)
        }
    }
}

extension Pauses {
    /// The pauses of a result.
    init(_ rows: PGResult) {
        let all = (0..<rows.count).lazy.filter { !rows.isNull($0, 0) }.map { row in
            let status = rows.text(row, 1)
            // A kind that only a newer version knows must not keep the pause from holding here.
            let kind = Actor.Kind(rawValue: rows.text(row, 3)) ?? .operator
            return Pause(
                rows.text(row, 0), status: status.isEmpty ? nil : status,
                at: Timestamp(microseconds: rows.integer(row, 2)),
                by: Actor(kind, name: rows.optionalText(row, 4)), reason: rows.optionalText(row, 5))
        }
        self = all.isEmpty ? .none : Pauses(Array(all))
    }
}
