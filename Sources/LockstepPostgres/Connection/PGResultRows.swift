import LockstepSQL

/// Results for the applications' small SQL face.
extension PGResult {
    /// Every row, its values by the type of their column, as SQLite would give them: truth values and whole
    /// `numeric`s are whole numbers, other `numeric`s floating-point ones, what has no counterpart is text.
    func rows() -> [SQLRow] {
        let columns = (0..<width).map { name($0) }
        return (0..<count).map { row in
            SQLRow(columns: columns, values: columns.indices.map { value(row, $0) })
        }
    }

    /// One value, by the type of its column.
    func value(_ row: Int, _ column: Int) -> SQLValue {
        if isNull(row, column) { return .null }
        return isText(column) ? textValue(row, column) : binaryValue(row, column)
    }

    private func textValue(_ row: Int, _ column: Int) -> SQLValue {
        let text = text(row, column)
        switch type(column) {
        case PGType.int2, PGType.int4, PGType.int8, PGType.oid:
            return Int64(text).map(SQLValue.integer) ?? .text(text)
        case PGType.float4, PGType.float8:
            return Double(text).map(SQLValue.real) ?? .text(text)
        case PGType.numeric:
            return Int64(text).map(SQLValue.integer) ?? Double(text).map(SQLValue.real) ?? .text(text)
        case PGType.bool: return .integer(text == "t" ? 1 : 0)
        case PGType.bytea: return Self.bytes(hexadecimal: text).map(SQLValue.blob) ?? .text(text)
        default: return .text(text)
        }
    }

    private func binaryValue(_ row: Int, _ column: Int) -> SQLValue {
        let bytes = bytes(row, column)
        switch type(column) {
        case PGType.int2, PGType.int4, PGType.int8, PGType.oid: return .integer(integer(row, column))
        case PGType.float8 where bytes.count == 8:
            return .real(Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))))
        case PGType.float4 where bytes.count == 4:
            return .real(Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))))
        case PGType.bool: return .integer(bool(row, column) ? 1 : 0)
        case PGType.text, PGType.varchar, PGType.name, PGType.json: return .text(text(row, column))
        default: return .blob(Array(bytes))
        }
    }

    /// Reads `\x00ff…`, as the server writes `bytea` since version 9.
    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.utf8.dropFirst(2)
        guard text.hasPrefix("\\x"), digits.count.isMultiple(of: 2) else { return nil }
        func value(_ digit: UInt8) -> UInt8? { Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var rest = digits.makeIterator()
        while let high = rest.next(), let low = rest.next() {
            guard let high = value(high), let low = value(low) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
