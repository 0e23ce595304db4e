import CPostgres
import LockstepSQL

/// Carrying out steps.
extension PGConnection {
    /// Carries the steps out in libpq's pipeline mode and returns one result for each.
    /// - Throws: ``SQLError``: the first refusal, with the connection usable again; of kind `connection` or
    ///   `unknown` when the connection broke, and is closed; `busy` when the same may succeed at once.
    func run(_ steps: [Step]) throws -> [PGResult] {
        for step in steps { try Self.check(step) }
        if mustDeallocate, !isInTransaction { try deallocate() }
        guard let handle else {
            throw SQLError(kind: .connection, message: "the connection to \(place) is closed")
        }
        guard PQpipelineStatus(handle) != PQ_PIPELINE_OFF || PQenterPipelineMode(handle) == 1 else {
            throw lose("libpq cannot enter its pipeline mode", mayHaveCommitted: false)
        }
        let mayCommit = PGTransactionEffect.mayCommit(
            steps.lazy.map(\.statement.effect), isInTransaction: isInTransaction)
        var turn = PGTurn(limit: statementTimeout, mayCommit: mayCommit)
        notices.beginTurn()
        let isFirstUse = try send(steps, handle, turn)
        return try receive(steps, isFirstUse, &turn)
    }

    private static func check(_ step: Step) throws {
        guard !step.statement.isCutShort, !step.parameters.isCutShort else {
            throw SQLError(
                kind: .constraint,
                message: "a text holds the character U+0000, which PostgreSQL cannot; leave it out")
        }
        guard step.parameters.count <= 65_535 else {
            throw SQLError(
                kind: .statement,
                message:
                    "a statement has \(step.parameters.count) parameters; PostgreSQL takes at most 65,535")
        }
    }

    /// Whether a step's statement is called by name. The texts of applications may be without number: they are
    /// not kept.
    private func isNamed(_ step: Step) -> Bool { preparesStatements && !mustDeallocate && !step.isText }

    /// Hands everything to libpq, which keeps what the system does not take at once.
    /// - Returns: for each step whether its statement is prepared just before it.
    private func send(_ steps: [Step], _ handle: OpaquePointer, _ turn: PGTurn) throws -> [Bool] {
        var isFirstUse = [Bool](repeating: false, count: steps.count)
        var preparing: Set<String> = []
        hasSent = true
        for (index, step) in steps.enumerated() {
            let statement = step.statement
            var isSent: Bool
            if isNamed(step) {
                isSent = true
                if !prepared.contains(statement.name), preparing.insert(statement.name).inserted {
                    isFirstUse[index] = true
                    isSent =
                        PQsendPrepare(
                            handle, statement.name, statement.text, Int32(statement.types.count),
                            statement.types) == 1
                }
                isSent = isSent && Self.sendByName(step, handle)
            } else {
                isSent = Self.sendByText(step, handle)
            }
            guard isSent else { throw loss(turn) }
        }
        guard PQpipelineSync(handle) == 1 else { throw loss(turn) }
        return isFirstUse
    }

    private static func sendByName(_ step: Step, _ handle: OpaquePointer) -> Bool {
        step.parameters.withAddresses { values, lengths, formats in
            PQsendQueryPrepared(
                handle, step.statement.name, Int32(step.parameters.count), values, lengths, formats,
                step.isText ? 0 : 1) == 1
        }
    }

    private static func sendByText(_ step: Step, _ handle: OpaquePointer) -> Bool {
        let (types, count) = (step.statement.types, step.parameters.count)
        // Here, other than for a prepared statement, libpq reads a type for each parameter.
        let padded = types.count < count ? types + [UInt32](repeating: 0, count: count - types.count) : types
        return step.parameters.withAddresses { values, lengths, formats in
            PQsendQueryParams(
                handle, step.statement.text, Int32(count), padded, values, lengths, formats,
                step.isText ? 0 : 1) == 1
        }
    }

    private func receive(_ steps: [Step], _ isFirstUse: [Bool], _ turn: inout PGTurn) throws -> [PGResult] {
        var results: [PGResult] = []
        results.reserveCapacity(steps.count)
        var usesNames = false
        for (index, step) in steps.enumerated() {
            usesNames = usesNames || isNamed(step)
            if isFirstUse[index], try answer(&turn) != nil { prepared.insert(step.statement.name) }
            guard let result = try answer(&turn) else { continue }
            if step.statement.effect == .commits { turn.hasCommitted = true }
            results.append(result)
        }
        guard let sync = try next(&turn) else {
            throw lose("libpq gave no end of the pipeline", mayHaveCommitted: turn.mayCommit)
        }
        defer { PQclear(sync) }
        // The commit of steps outside a transaction happens now, and may be refused: by a deferred constraint.
        if try isGood(sync, &turn), PQresultStatus(sync) != PGRES_PIPELINE_SYNC {
            throw lose("libpq's pipeline is out of step", mayHaveCommitted: turn.mayCommit)
        }
        if PQresultStatus(sync) != PGRES_PIPELINE_SYNC { try drain(&turn) }
        if let fault = turn.fault, usesNames { try recover(from: fault) }
        try finish(turn)
        return results
    }

    /// The answer to one command; `nil` when it was refused, or not reached.
    private func answer(_ turn: inout PGTurn) throws -> PGResult? {
        guard let handle = try next(&turn) else {
            throw lose("libpq gave no result", mayHaveCommitted: turn.mayCommit)
        }
        let result = PGResult(handle)
        let isGood = try isGood(handle, &turn)
        // A second result never comes, but the end of this command's.
        if let more = try next(&turn) {
            PQclear(more)
            throw lose("libpq gave two results for one command", mayHaveCommitted: turn.mayCommit)
        }
        return isGood ? result : nil
    }

    /// Reads on to the end of the pipeline after an error that belongs to no command.
    private func drain(_ turn: inout PGTurn) throws {
        var ends = 0
        while ends < 3 {
            guard let result = try next(&turn) else {
                ends += 1
                continue
            }
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC { return }
            _ = try isGood(result, &turn)
        }
        throw loss(turn)
    }

    /// Some refusals are about the names of prepared statements, and pass when the same is tried again.
    private func recover(from fault: PGFault) throws {
        if fault.isStatementMixUp {
            prepared = []
            preparesStatements = false
            throw SQLError(
                kind: .busy,
                message:
                    "the server's prepared statements changed (\(fault.message)); is a pooler between? this "
                    + "connection now does without")
        }
        if fault.isStalePlan {
            prepared = []
            mustDeallocate = true
            throw SQLError(
                kind: .busy, message: "a table was changed under a prepared statement (\(fault.message))")
        }
    }

    private func deallocate() throws {
        try execute("DEALLOCATE ALL")
        mustDeallocate = false
    }
}
