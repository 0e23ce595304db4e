import GRDB
import GRDBSQLite
import LockstepSQL

/// A statement that runs for every job: bound and read value by value over SQLite's own interface.
///
/// GRDB prepares it and keeps it. GRDB's arguments and rows are made for convenience: measured on a drain of
/// jobs, boxing and unboxing them took longer than SQLite took for its work.
final class HotStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer?
    private var place: Int32 = 0
    private var bindingError: Int32 = SQLITE_OK

    /// Takes the statement from the connection's cache, or prepares it.
    init(_ sql: String, _ db: Database) throws {
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        connection = db.sqliteConnection
    }

    // MARK: Binding, from the first parameter on

    /// Forgets the last run; what was bound stays bound until it is bound anew.
    @discardableResult
    func begin() -> HotStatement {
        sqlite3_reset(handle)
        place = 0
        bindingError = SQLITE_OK
        return self
    }

    /// Binds the next parameter.
    @discardableResult
    func bind(_ value: Int64) -> HotStatement {
        place += 1
        note(sqlite3_bind_int64(handle, place, value))
        return self
    }

    /// Binds the next parameter.
    @discardableResult
    func bind(_ value: Int) -> HotStatement { bind(Int64(value)) }

    /// Binds the next parameter.
    @discardableResult
    func bind(_ value: Int64?) -> HotStatement {
        if let value { return bind(value) }
        return bindNull()
    }

    /// Binds the next parameter.
    @discardableResult
    func bind(_ value: String) -> HotStatement {
        place += 1
        var value = value
        let code = value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty text has no address, which SQLite would take for NULL.
                guard let start = characters.baseAddress else {
                    return sqlite3_bind_text(handle, place, "", 0, Self.copied)
                }
                return sqlite3_bind_text64(
                    handle, place, start, UInt64(characters.count), Self.copied, UInt8(SQLITE_UTF8))
            }
        }
        note(code)
        return self
    }

    /// Binds the next parameter.
    @discardableResult
    func bind(_ value: String?) -> HotStatement {
        if let value { return bind(value) }
        return bindNull()
    }

    /// Binds the next parameter.
    @discardableResult
    func bind(_ value: SQLValue) -> HotStatement {
        switch value {
        case .null: return bindNull()
        case .integer(let value): return bind(value)
        case .text(let value): return bind(value)
        case .real(let value):
            place += 1
            note(sqlite3_bind_double(handle, place, value))
        case .blob(let bytes):
            place += 1
            note(
                bytes.withUnsafeBytes {
                    sqlite3_bind_blob64(handle, place, $0.baseAddress, UInt64($0.count), Self.copied)
                })
        }
        return self
    }

    /// Binds the next parameter to `NULL`.
    @discardableResult
    func bindNull() -> HotStatement {
        place += 1
        note(sqlite3_bind_null(handle, place))
        return self
    }

    private func note(_ code: Int32) { if code != SQLITE_OK { bindingError = code } }

    /// SQLite makes a copy of what is bound (`SQLITE_TRANSIENT`, a macro that Swift does not see).
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    // MARK: Running

    /// Goes to the next row.
    /// - Returns: whether there is one.
    /// - Throws: `DatabaseError`; the statement is reset.
    func step() throws -> Bool {
        guard bindingError == SQLITE_OK else { throw failure(bindingError) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let error = failure(code)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement that gives no rows.
    /// - Returns: how many rows it changed, those of its triggers not counted.
    /// - Throws: `DatabaseError`.
    @discardableResult
    func run() throws -> Int {
        while try step() {}
        return Int(sqlite3_changes(connection))
    }

    /// Runs the statement and gives its first row to `body`.
    /// - Returns: `nil` when there is no row.
    func first<Result>(_ body: (HotStatement) throws -> Result) throws -> Result? {
        guard try step() else { return nil }
        defer { sqlite3_reset(handle) }
        return try body(self)
    }

    /// Runs the statement and gives every row to `body`.
    func all<Result>(_ body: (HotStatement) throws -> Result) throws -> [Result] {
        var results: [Result] = []
        defer { sqlite3_reset(handle) }
        while try step() { results.append(try body(self)) }
        return results
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
        let isOfThisCall = extended & 0xFF == code & 0xFF
        return DatabaseError(
            resultCode: ResultCode(rawValue: isOfThisCall ? extended : code),
            message: isOfThisCall ? connection.map { String(cString: sqlite3_errmsg($0)) } : nil)
    }

    // MARK: Reading the row, by position

    /// A number; 0 for `NULL`.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A number, unless it is `NULL`.
    func optionalInteger(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
    }

    /// A text; empty for `NULL`.
    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    /// A text, unless it is `NULL`.
    func optionalText(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
