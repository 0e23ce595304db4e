/// A value that goes into or comes out of a database.
public enum SQLValue: Hashable, Sendable {
    /// `NULL`
    case null
    /// A whole number.
    case integer(Int64)
    /// A floating-point number.
    case real(Double)
    /// A text.
    case text(String)
    /// Bytes.
    case blob([UInt8])

    /// The whole number, if it is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The number, whole or not.
    public var real: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
    /// The text, if it is one.
    public var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The bytes, if it is bytes.
    public var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }
    /// Whether it is `NULL`.
    public var isNull: Bool { self == .null }
}

/// A type that databases can hold.
public protocol SQLConvertible: Sendable {
    /// The value as a database holds it.
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLConvertible {
    /// Itself.
    public var sqlValue: SQLValue { self }
}
extension Int: SQLConvertible {
    /// A whole number.
    public var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension Int64: SQLConvertible {
    /// A whole number.
    public var sqlValue: SQLValue { .integer(self) }
}
extension Double: SQLConvertible {
    /// A number.
    public var sqlValue: SQLValue { .real(self) }
}
extension Bool: SQLConvertible {
    /// 1 or 0.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}
extension String: SQLConvertible {
    /// A text.
    public var sqlValue: SQLValue { .text(self) }
}
extension Array: SQLConvertible where Element == UInt8 {
    /// Bytes.
    public var sqlValue: SQLValue { .blob(self) }
}
extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// The value, or `NULL`.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

/// One row of a result.
public struct SQLRow: Sendable, Hashable {
    private let values: [SQLValue]
    private let columns: [String]

    /// Makes a row of columns and their values.
    public init(columns: [String], values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of the column at this position.
    public subscript(_ position: Int) -> SQLValue {
        values.indices.contains(position) ? values[position] : .null
    }

    /// The value of the column with this name; `NULL` when there is none.
    public subscript(_ name: String) -> SQLValue {
        columns.firstIndex(of: name).map { values[$0] } ?? .null
    }
}
