import CPostgres

/// What a statement gave back, as text.
package struct PlainResult: Sendable {
    /// The rows.
    package let rows: [[String?]]
    /// How many rows were changed, or selected.
    package let changed: Int

    /// Takes over a result.
    init(_ result: OpaquePointer?, on connection: OpaquePointer) throws {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
        default: throw PlainFault(result, on: connection)
        }
        let (height, width) = (PQntuples(result), PQnfields(result))
        rows = (0..<height).map { row in
            (0..<width).map { column in
                PQgetisnull(result, row, column) == 1
                    ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
        changed = Int(String(cString: PQcmdTuples(result))) ?? 0
    }
}

/// What the server refused.
package struct PlainFault: Error, CustomStringConvertible {
    /// The five characters of "PostgreSQL Error Codes"; empty without a server.
    package let state: String
    /// The constraint that was violated, or the trigger that refused.
    package let constraint: String?
    /// The server's words.
    package let description: String

    init(_ words: String) { (state, constraint, description) = ("", nil, words) }

    init(_ result: OpaquePointer?, on connection: OpaquePointer) {
        func field(_ field: cpostgres_field) -> String? {
            cpostgres_error_field(result, field).map { String(cString: $0) }
        }
        state = field(CPOSTGRES_SQLSTATE) ?? ""
        constraint = field(CPOSTGRES_CONSTRAINT)
        description = field(CPOSTGRES_MESSAGE) ?? String(cString: PQerrorMessage(connection))
    }

    /// Whether a constraint or one of the triggers refused it: class 23, or the triggers' own class.
    package var isRefusal: Bool { state.hasPrefix("23") || state.hasPrefix("LS") }
}
