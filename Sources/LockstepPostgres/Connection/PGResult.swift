import CPostgres

/// What one statement gave back.
///
/// Values are read by position. What the type of a column is, the statement's author knows: reading a number from a
/// column that holds none is a mistake in the program, and ends it.
final class PGResult {
    private let handle: OpaquePointer
    /// How many rows there are.
    let count: Int

    /// Takes over a `PGresult`.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        count = Int(PQntuples(handle))
    }

    deinit { PQclear(handle) }

    /// How many columns there are.
    var width: Int { Int(PQnfields(handle)) }

    /// How many rows the statement changed, or selected.
    var changed: Int {
        guard let text = PQcmdTuples(handle) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// Whether the value is `NULL`.
    func isNull(_ row: Int, _ column: Int) -> Bool {
        PQgetisnull(handle, Int32(row), Int32(column)) == 1
    }

    /// A whole number of 2, 4 or 8 bytes; 0 for `NULL`.
    func integer(_ row: Int, _ column: Int) -> Int64 { optionalInteger(row, column) ?? 0 }

    /// A whole number of 2, 4 or 8 bytes, unless it is `NULL`.
    func optionalInteger(_ row: Int, _ column: Int) -> Int64? {
        guard !isNull(row, column) else { return nil }
        let bytes = bytes(row, column)
        let number = isText(column) ? Int64(text(row, column)) : Self.integer(bytes)
        guard let number else {
            preconditionFailure("column \(column + 1) is no whole number; cast it to bigint in the statement")
        }
        return number
    }

    /// A text; empty for `NULL`.
    func text(_ row: Int, _ column: Int) -> String { String(decoding: bytes(row, column), as: UTF8.self) }

    /// A text, unless it is `NULL`.
    func optionalText(_ row: Int, _ column: Int) -> String? {
        isNull(row, column) ? nil : text(row, column)
    }

    /// A truth value; `false` for `NULL`.
    func bool(_ row: Int, _ column: Int) -> Bool {
        guard let byte = bytes(row, column).first else { return false }
        return byte == 1 || byte == UInt8(ascii: "t")
    }

    /// The bytes of a value as they came, good as long as the result is.
    func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(handle, Int32(row), Int32(column)),
            count: Int(PQgetlength(handle, Int32(row), Int32(column))))
    }

    /// The name of a column.
    func name(_ column: Int) -> String { PQfname(handle, Int32(column)).map { String(cString: $0) } ?? "" }

    /// The type of a column, see ``PGType``.
    func type(_ column: Int) -> UInt32 { PQftype(handle, Int32(column)) }

    /// Whether a column came in text format.
    func isText(_ column: Int) -> Bool { PQfformat(handle, Int32(column)) == 0 }

    /// A big-endian number of 2, 4 or 8 bytes.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        switch bytes.count {
        case 8: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case 4: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case 2: Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        default: nil
        }
    }
}
