import LockstepSources

/// A column of a live database that looks as if it held statuses.
public struct FoundColumn: Hashable, Sendable {
    /// What makes it look so.
    public enum Kind: Hashable, Sendable {
        /// An ENUM, by its name with the schema.
        case labels(type: String)
        /// CHECKs that list values.
        case checks([String])
        /// A domain with a CHECK, by its name with the schema.
        case domain(String)
        /// The bounds of partitions.
        case partitions
        /// No rule; its rows hold few values.
        case fewValues
        /// Nothing does: a text.
        case text
        /// Nothing does: no text.
        case other
    }

    /// A value that rows hold.
    public struct Value: Hashable, Sendable {
        /// The value.
        public let text: String
        /// How many rows hold it; `nil` where nobody has counted.
        public let count: Int64?
    }

    /// The table, with its schema.
    public let table: GuardedColumn.Table
    /// The column.
    public let column: String
    /// The type as the database writes it.
    public let type: String
    /// What makes it look like a status.
    public let kind: Kind
    /// What it accepts, in the order of an ENUM's labels or in that in which a rule names it; `nil` where no rule lists values.
    public let accepted: [String]?
    /// What rows hold, as far as the database's own statistics, or a sample, tell.
    public let held: [Value]
    /// Whether it may be `NULL`.
    public let isNullable: Bool
    /// The expression of its default.
    public let defaultExpression: String?
    /// How sure it is that it holds statuses: high by its name and a rule, low by its values alone.
    public let confidence: Finding.Confidence
    /// How many rows the table may have.
    public let estimatedRows: Int64?
    /// What an error calls the rule, where that is not its name.
    var refusal: String?

    /// For people: `shop.orders.status`.
    public var place: String { "\(table).\(column)" }
    /// Every value that the database knows of.
    public var values: [String] {
        let accepted = accepted ?? []
        return accepted + held.map(\.text).filter { !accepted.contains($0) }
    }
}

extension FoundColumn {
    /// A column that holds no texts.
    init(other column: String, of table: GuardedColumn.Table, type: String, isNullable: Bool) {
        self.init(
            table: table, column: column, type: type, kind: .other, accepted: nil, held: [],
            isNullable: isNullable, defaultExpression: nil, confidence: .low, estimatedRows: nil)
    }
}

/// What names and values of statuses look like.
enum StatusLikeness {
    /// More values than this are no statuses.
    static let most = 30
    private static let telling: Set = ["status", "state", "stage", "phase", "lifecycle"]

    /// Whether a column's name says so.
    static func isNamed(_ column: String) -> Bool {
        words(column).contains(where: telling.contains) || telling.contains(column.lowercased())
    }

    /// The words of a name, in lower case: of `fromStatus` and `from_status` the same.
    static func words(_ name: String) -> [String] {
        var found: [String] = []
        var word = ""
        for character in name + "_" {
            if character == "_" || character == "-" || character == " " || character.isUppercase {
                if !word.isEmpty { found.append(word.lowercased()) }
                word = character.isLetter ? String(character) : ""
            } else {
                word.append(character)
            }
        }
        return found
    }

    /// Whether these could be names of statuses.
    static func areNames(_ values: [String]) -> Bool {
        !values.isEmpty && values.count <= most
            && values.allSatisfy { value in
                guard let first = value.first, first.isLetter, value.utf8.count <= 63 else { return false }
                return value.allSatisfy { $0.isLetter || $0.isNumber || "_-. :/".contains($0) }
            } && values.contains { $0.count > 1 }
    }
}
