import CPostgres
import LockstepSQL

/// One connection of libpq's. It lives on a thread of its own, and every call blocks that thread.
///
/// Statements go through libpq's pipeline mode over a socket that does not block, so that a time limit and a dead
/// network are noticed and so that both sides can have full buffers without waiting for each other.
final class PGConnection {
    /// What is sent together: all steps, then one Sync. Outside `BEGIN` … `COMMIT` they are one transaction.
    struct Step {
        var statement: PGStatement
        var parameters: PGParameters
        /// Whether the result comes in text format.
        var isText: Bool

        /// Makes a step.
        init(_ statement: PGStatement, _ parameters: PGParameters = PGParameters(), isText: Bool = false) {
            self.statement = statement
            self.parameters = parameters
            self.isText = isText
        }

        /// Makes a step.
        init(statement: PGStatement, parameters: PGParameters, isText: Bool = false) {
            self.init(statement, parameters, isText: isText)
        }
    }

    /// `nil` once the connection is broken.
    private(set) var handle: OpaquePointer?
    /// Where it leads to, for people: host, port and database.
    let place: String
    /// Whether a pooler stands between this and the server: the server's process is not the one that was announced.
    var isPooled = false
    /// Whether statements are prepared by name.
    var preparesStatements = false
    /// How long what is sent together may take.
    var statementTimeout: Duration
    /// How long the server has for stopping what took too long; zero closes the connection at once.
    var cancelTimeout: Duration = .seconds(5)
    /// Whether anything was sent since this was last set to `false`.
    var hasSent = false

    /// The names that the server knows on this connection.
    var prepared: Set<String> = []
    /// Whether the server's statements are stale and must be given up as soon as no transaction is open.
    var mustDeallocate = false
    /// Whether whoever uses it has begun a transaction for reading only, so that a refused write is his own fault.
    var isForReading = false
    /// What the server said when nothing was asked of it.
    let notices: PGNotices

    /// Takes over an open connection whose notices go to `notices`; see ``connect(_:to:)``.
    init(_ handle: OpaquePointer, place: String, statementTimeout: Duration, notices: PGNotices) {
        self.handle = handle
        self.place = place
        self.statementTimeout = statementTimeout
        self.notices = notices
    }

    deinit { close() }

    /// Closes the connection; closing again does nothing.
    func close() {
        guard let handle else { return }
        self.handle = nil
        PQfinish(handle)
    }

    /// Whether the connection can no longer be used.
    var isBroken: Bool { handle == nil }

    /// Whether a transaction is open, be it a failed one.
    var isInTransaction: Bool {
        guard let handle else { return false }
        return PQtransactionStatus(handle) != PQTRANS_IDLE
    }

    /// Looks without waiting whether the server has hung up meanwhile, and closes the connection then.
    /// - Returns: whether the connection is still good, as far as anybody can know without asking.
    func isAlive() -> Bool {
        guard let handle else { return false }
        let socket = PQsocket(handle)
        while PGSocket.hasNews(socket) {
            // Reading what has come makes libpq notice the end; what the server says unasked is read along.
            guard PQconsumeInput(handle) == 1, PQisBusy(handle) == 0, !notices.endsConnection else {
                close()
                return false
            }
        }
        return true
    }

    /// Closes the connection and says what that means for what was sent.
    func lose(_ what: String, mayHaveCommitted: Bool) -> SQLError {
        close()
        return SQLError(
            kind: mayHaveCommitted ? .unknown : .connection,
            message: mayHaveCommitted
                ? "the connection to \(place) broke while a commit was under way (\(what)); look before trying again"
                : "the connection to \(place) broke before anything was committed (\(what))")
    }

    /// Carries out one statement.
    /// - Throws: as ``run(_:)-(Step)``.
    @discardableResult
    func run(_ statement: PGStatement, _ parameters: PGParameters = PGParameters()) throws -> PGResult {
        guard let result = try run([Step(statement, parameters)]).first else {
            throw SQLError(kind: .other, message: "a statement ended without a result: \(statement.text)")
        }
        return result
    }
}
