import CPostgres
import Dispatch
import LockstepSQL

/// Waiting for answers.
extension PGConnection {
    /// Waits until libpq has a result, or the end of a command's results, and takes it.
    /// - Throws: ``SQLError`` when the connection is lost; it is closed then.
    func next(_ turn: inout PGTurn) throws -> OpaquePointer? {
        guard let handle else { throw lose("it is closed", mayHaveCommitted: turn.mayCommit) }
        if turn.isSending { try flush(&turn) }
        while PQisBusy(handle) == 1, PQstatus(handle) != CONNECTION_BAD {
            guard PGSocket.wait(PQsocket(handle), toWrite: turn.isSending, until: turn.deadline) != .overdue
            else {
                try stop(&turn)
                continue
            }
            // Once the server has hung up, its last words, or libpq's own, are the result.
            guard PQconsumeInput(handle) == 1 else { break }
            if turn.isSending { try flush(&turn) }
        }
        let result = PQgetResult(handle)
        if result == nil, PQstatus(handle) == CONNECTION_BAD { throw loss(turn) }
        return result
    }

    /// Hands what libpq holds to the system, as far as that takes it.
    private func flush(_ turn: inout PGTurn) throws {
        switch PQflush(handle) {
        case 0: turn.isSending = false
        case 1: turn.isSending = true
        default: throw loss(turn)
        }
    }

    /// What took too long is to stop: first by request, then by closing the connection.
    private func stop(_ turn: inout PGTurn) throws {
        guard !turn.isOverdue, cancelTimeout > .zero, let handle else {
            throw lose("no answer came within \(turn.limit)", mayHaveCommitted: turn.mayCommit)
        }
        turn.isOverdue = true
        turn.cancellation = PGCancellation(handle)
        turn.deadline = .now + cancelTimeout
    }

    /// Looks at a result that is no rows: notes the server's refusal.
    /// - Returns: whether the command was carried out.
    /// - Throws: ``SQLError`` when the connection is lost with it.
    func isGood(_ result: OpaquePointer, _ turn: inout PGTurn) throws -> Bool {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC: return true
        case PGRES_PIPELINE_ABORTED: return false
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
            let fault = PGFault(result)
            if turn.fault == nil || fault.endsConnection { turn.fault = fault }
            if fault.endsConnection || PQstatus(handle) == CONNECTION_BAD { throw loss(turn) }
            return false
        default:
            turn.fault = nil
            throw lose(
                "COPY is not supported here; use INSERT with arrays", mayHaveCommitted: turn.mayCommit)
        }
    }

    /// The connection is gone. Whether something was committed only its confirmation tells: also a session that an
    /// administrator ends (57P01) may have committed, and have waited for a standby.
    func loss(_ turn: PGTurn) -> SQLError {
        let words = turn.fault.map { $0.message } ?? PGFault.line(PQerrorMessage(handle))
        // These end a session that was idle: it has not read what was sent.
        let wasIdle = ["25P03", "57P05"].contains(turn.fault?.state ?? "")
        return lose(
            words.isEmpty ? "it was closed" : words,
            mayHaveCommitted: wasIdle ? turn.hasCommitted : turn.mayCommit)
    }

    /// Ends a turn in which everything was answered.
    /// - Throws: the turn's error.
    func finish(_ turn: PGTurn) throws {
        if let cancellation = turn.cancellation, !cancellation.finish(within: .seconds(5)) {
            // A request under way might stop the next statement.
            close()
        }
        if notices.isNotReplicated {
            throw SQLError(
                kind: .unknown,
                message: "what \(place) committed may not have reached its standby, for waiting for that was "
                    + "cancelled; look before trying again")
        }
        if let fault = turn.fault, fault.isReadOnly, !isForReading {
            // Whatever was meant is still to be done, where the next connection leads to.
            throw lose("nothing can be written there: \(fault.message)", mayHaveCommitted: turn.hasCommitted)
        }
        if let error = turn.error { throw error }
    }
}
