import CPostgres
import LockstepSQL

/// The simple protocol, for what needs no parameters.
extension PGConnection {
    /// Carries out a text of one or more statements; several are one transaction unless they say otherwise.
    /// - Throws: ``SQLError`` as `run` does.
    func execute(_ text: String) throws {
        guard !text.utf8.contains(0) else {
            throw SQLError(
                kind: .statement, message: "an SQL text holds the character U+0000; leave it out")
        }
        guard let handle else {
            throw SQLError(kind: .connection, message: "the connection to \(place) is closed")
        }
        guard PQexitPipelineMode(handle) == 1 else {
            throw lose("libpq cannot leave its pipeline mode", mayHaveCommitted: false)
        }
        let effects = text.split(separator: ";").map { PGTransactionEffect(of: String($0)) }
        let mayCommit = PGTransactionEffect.mayCommit(effects, isInTransaction: isInTransaction)
        var turn = PGTurn(limit: statementTimeout, mayCommit: mayCommit)
        notices.beginTurn()
        hasSent = true
        guard PQsendQuery(handle, text) == 1 else { throw loss(turn) }
        while let result = try next(&turn) {
            defer { PQclear(result) }
            // Which of several statements commits is not told apart here.
            if try isGood(result, &turn), effects.contains(.commits) { turn.hasCommitted = true }
        }
        try finish(turn)
    }
}
