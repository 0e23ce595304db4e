import CPostgres
import LockstepSQL

/// Opening a connection.
extension PGConnection {
    /// Connects within the options' time, over all hosts.
    /// - Parameter connection: another connection string than the options'.
    /// - Throws: ``SQLError`` of kind `connection`; `statement` when the connection string itself is wrong.
    static func connect(_ options: PostgresOptions, to connection: String? = nil) throws -> PGConnection {
        let text = connection ?? options.connection
        let target = try PGTarget(text)
        let deadline = ContinuousClock.now + options.connectTimeout
        var hosts = target.hosts
        while true {
            let attempt = try PGAttempt(text, hosts: hosts, of: target)
            switch attempt.finish(until: deadline) {
            case .open: return try open(attempt, options, until: deadline)
            case .refused(let words): throw failure(words, at: target.place)
            case .silent(let host):
                // One host that does not answer must not take the others' time: on without it.
                hosts.removeAll { $0 == host }
                guard deadline > .now, host != nil, !hosts.isEmpty else {
                    throw failure("no answer came within \(options.connectTimeout)", at: target.place)
                }
            }
        }
    }

    /// Asks the one question that every connection begins with. It sets nothing, so that it may go through a pooler
    /// that gives the server's session to somebody else afterwards.
    private static func open(
        _ attempt: PGAttempt, _ options: PostgresOptions, until deadline: ContinuousClock.Instant
    ) throws -> PGConnection {
        let place = attempt.place
        guard let handle = attempt.takeOver() else { throw failure("it was closed", at: place) }
        let connection = PGConnection(
            handle, place: place, statementTimeout: max(deadline - .now, .milliseconds(100)),
            notices: attempt.notices)
        guard PQsetnonblocking(handle, 1) == 0 else { throw failure("the socket cannot be set", at: place) }
        let cancelTimeout = connection.cancelTimeout
        connection.cancelTimeout = .zero
        let announced = Int64(PQbackendPID(handle))
        do {
            let actual = try connection.run(PGStatement("SELECT pg_backend_pid()")).integer(0, 0)
            connection.isPooled = actual != announced
        } catch let error as SQLError {
            // Whatever it is: nothing has happened yet.
            throw failure(error.message, at: place)
        }
        connection.preparesStatements = options.preparesStatements ?? !connection.isPooled
        if !connection.isPooled { try limitSilence(of: connection, to: options.abandonTimeout) }
        connection.cancelTimeout = cancelTimeout
        connection.statementTimeout = options.statementTimeout
        connection.hasSent = false
        return connection
    }

    /// Has the server undo what this process leaves open for too long, unless it is told so already.
    private static func limitSilence(of connection: PGConnection, to limit: Duration) throws {
        let name = "idle_in_transaction_session_timeout"
        let milliseconds = max(1, Int64(limit / .milliseconds(1)))
        try connection.execute(
            "SELECT set_config('\(name)', '\(milliseconds)', false) WHERE current_setting('\(name)') = '0'")
    }

    private static func failure(_ words: String, at place: String) -> SQLError {
        SQLError(kind: .connection, message: "no connection to \(place): \(words)")
    }
}
