import GRDB
import Lockstep
import LockstepSQL

extension SQLError {
    /// Any error of GRDB as the store's; others are left as they are.
    static func from(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let message = error.message ?? "\(error.resultCode)"
        let kind: Kind =
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: .constraint
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
            case .SQLITE_FULL: .full
            case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_READONLY: .storage
            case .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_TOOBIG, .SQLITE_SCHEMA: .statement
            default: .other
            }
        return SQLError(
            kind: kind, constraint: kind == .constraint ? constraintName(in: message) : nil, message: message)
    }

    /// `CHECK constraint failed: chk_x` names a constraint, `trg_x_move: …` a trigger of Lockstep.
    private static func constraintName(in message: String) -> String? {
        if message.hasPrefix("trg_") { return String(message.prefix { $0 != ":" }) }
        guard let separator = message.firstRange(of: "failed: ") else { return nil }
        return String(message[separator.upperBound...])
    }
}
