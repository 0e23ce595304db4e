import CPostgres
import LockstepSQL

/// What the server said when it refused something.
struct PGFault {
    /// The five characters of the SQL standard ("PostgreSQL Error Codes" in its manual); empty when libpq and not
    /// the server made the error.
    let state: String
    let message: String
    let detail: String?
    let constraint: String?
    /// The function of the server that refused; unlike the message, it is the same in every language.
    let function: String?
    /// `ERROR` leaves the connection usable, `FATAL` and `PANIC` do not.
    let severity: String

    /// Reads the error of a result.
    init(_ result: OpaquePointer?) {
        func field(_ field: cpostgres_field) -> String? {
            cpostgres_error_field(result, field).map { String(cString: $0) }
        }
        state = field(CPOSTGRES_SQLSTATE) ?? ""
        message = field(CPOSTGRES_MESSAGE) ?? Self.line(PQresultErrorMessage(result))
        detail = field(CPOSTGRES_DETAIL)
        constraint = field(CPOSTGRES_CONSTRAINT)
        function = field(CPOSTGRES_FUNCTION)
        severity = field(CPOSTGRES_SEVERITY) ?? "ERROR"
    }

    /// A message of libpq's in one line.
    static func line(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        return String(cString: text).split(whereSeparator: \.isNewline)
            .map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
    }

    /// Whether the server hangs up after this.
    var endsConnection: Bool { severity == "FATAL" || severity == "PANIC" }

    /// Whether a named statement is not there, or already is: somebody between changes the server's sessions.
    var isStatementMixUp: Bool { state == "26000" || state == "42P05" }

    /// Whether a prepared statement no longer fits the tables.
    var isStalePlan: Bool { state == "0A000" && function == "RevalidateCachedQuery" }

    /// Whether this is the notice that a commit did not wait for its standby.
    var isCancelledReplication: Bool { state == "01000" && function == "SyncRepWaitForLSN" }

    /// Whether nothing may be written there: a standby, or a server that somebody has set to reading only. It says the
    /// same of a transaction that was begun for reading only.
    var isReadOnly: Bool { state == "25006" }

    /// The refusal as the stores say it.
    var error: SQLError {
        let kind = kind
        let words = detail.map { "\(message) (\($0))" } ?? message
        return SQLError(kind: kind, constraint: kind == .constraint ? refuser : nil, message: words)
    }

    private var kind: SQLError.Kind {
        switch state {
        case "40001", "40P01", "40000", "55P03", "55006", "57014": return .busy
        case "40003", "08007": return .unknown
        case "53100": return .full
        case "53300": return .connection
        // What a trigger raises without a code of its own.
        case "P0001": return .constraint
        case "XX001", "XX002", "53200": return .storage
        default: break
        }
        switch state.prefix(2) {
        case "23", "22", "LS": return .constraint
        case "42", "0A", "26", "25": return .statement
        case "58": return .storage
        case "08", "57": return .connection
        case "40": return .busy
        default: return .other
        }
    }

    /// The constraint, or the trigger that begins its message with its name, `trg_x_move: …`.
    private var refuser: String? {
        if let constraint, !constraint.isEmpty { return constraint }
        return message.hasPrefix("trg_") ? String(message.prefix { $0 != ":" }) : nil
    }
}
