import LockstepSources

/// A place where what is declared differs from what a database, its rows or source code hold.
public struct Finding: Hashable, Sendable {
    /// The class of a finding, as findings of files have it.
    public typealias Class = SourceFinding.Class
    /// How bad it is if it is true.
    public typealias Severity = SourceFinding.Severity
    /// How sure it is that it is true. Only `high` should fail a build.
    public typealias Confidence = SourceFinding.Confidence

    /// Where it is.
    public enum Place: Hashable, Sendable, CustomStringConvertible {
        /// A line of a file, counted from 1.
        case line(file: String, line: Int)
        /// Something in a database, such as a `trigger` and its name.
        case object(kind: String, name: String)

        /// As compilers write it, `schema.sql:7`; or `trigger trg_orders_move`.
        public var description: String {
            switch self {
            case .line(let file, let line): "\(file):\(line)"
            case .object(let kind, let name): "\(kind) \(name)"
            }
        }
    }

    /// The class.
    public let type: Class
    /// How bad it is.
    public let severity: Severity
    /// How sure it is.
    public let confidence: Confidence
    /// The value, or the move (`a → b`); empty where the column as a whole is meant.
    public let value: String
    /// The table, with its schema where it was named with one.
    public let table: String
    /// The column.
    public let column: String
    /// Where it is: the place that matters most first.
    public let places: [Place]
    /// What is wrong and what will happen, in one or two sentences.
    public let message: String
    /// What would be right.
    public let fix: String

    /// Makes a finding.
    public init(
        _ type: Class, _ severity: Severity, confidence: Confidence = .high, value: String = "",
        table: String, column: String, places: [Place], message: String, fix: String
    ) {
        self.type = type
        self.severity = severity
        self.confidence = confidence
        self.value = value
        self.table = table
        self.column = column
        self.places = places
        self.message = message
        self.fix = fix
    }
}

extension Finding: Comparable {
    private var order: (Int, Int, String, String, Int, String) {
        (
            Severity.allCases.firstIndex(of: severity) ?? 0,
            Confidence.allCases.count - (Confidence.allCases.firstIndex(of: confidence) ?? 0), table, column,
            Class.allCases.firstIndex(of: type) ?? 0, value
        )
    }

    /// Errors first, the surest first, then by table, column and class.
    public static func < (left: Finding, right: Finding) -> Bool { left.order < right.order }
}

extension Finding: Encodable {
    private enum CodingKeys: String, CodingKey {
        case type = "class"
        case severity, value, table, column, places = "where", message, fix, confidence
    }

    /// Writes the form that `lockstep check --json` prints; of several places the first, the others are in the
    /// message where they matter.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type.rawValue, forKey: .type)
        try container.encode(severity.rawValue, forKey: .severity)
        try container.encode(value, forKey: .value)
        try container.encode(table, forKey: .table)
        try container.encode(column, forKey: .column)
        try container.encode(places.first?.description ?? "\(table).\(column)", forKey: .places)
        try container.encode(message, forKey: .message)
        try container.encode(fix, forKey: .fix)
        try container.encode(confidence.word, forKey: .confidence)
    }
}
