/// A place where code, the schema of a database, its rows and what is declared disagree.
///
/// Reading sources and schemas finds the classes that files tell of; the others take a running database.
public struct SourceFinding: Sendable, Hashable {
    /// The class of a finding, by its short name.
    public enum Class: String, Sendable, Hashable, CaseIterable {
        /// Code declares or writes a value that the database refuses.
        case d1 = "D1"
        /// The database accepts a value that no code knows.
        case d2 = "D2"
        /// Rows hold a value that nobody declared.
        case d3 = "D3"
        /// A literal in code is neither declared nor accepted.
        case d4 = "D4"
        /// A status column without a constraint.
        case d5 = "D5"
        /// A constraint that was never validated, or is not enforced.
        case d6 = "D6"
        /// The trigger that guards the moves is missing, disabled, or differs.
        case d7 = "D7"
        /// The trigger that guards the moves can be bypassed.
        case d8 = "D8"
        /// A default that the column's own rule refuses, or that is no initial status.
        case d9 = "D9"
        /// Copies of the names that differ: two schemas, an index predicate, a view, a function, a second CHECK.
        case d10 = "D10"
        /// A column with a list of values that also takes NULL, or values that differ only in case.
        case d11 = "D11"
        /// An order comparison on an ENUM whose new value was appended.
        case d12 = "D12"
        /// Rows past their deadline, or in a status without a way out.
        case d13 = "D13"
        /// A live worker knows an older declaration.
        case d14 = "D14"
        /// The history holds a move that nobody declared.
        case d15 = "D15"
    }

    /// How bad it is if it is true.
    public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// A write will fail.
        case error
        /// Something to look at.
        case warning
        /// Good to know.
        case note

        private var rank: Int {
            switch self {
            case .error: 2
            case .warning: 1
            case .note: 0
            }
        }

        /// The less bad one first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    }

    /// How sure it is that it is true. Only `high` should fail a build.
    public enum Confidence: Int, Sendable, Hashable, CaseIterable, Comparable {
        /// A guess by values alone.
        case low = 0
        /// Names and values agree, but nothing in code says it outright.
        case medium = 1
        /// The code itself ties the values to the column, or names and values leave no doubt.
        case high = 2

        /// As it is written: `high`.
        public var word: String { String(describing: self) }

        /// The less sure one first.
        public static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }
    }

    /// The class.
    public let type: Class
    /// How bad it is.
    public let severity: Severity
    /// How sure it is.
    public let confidence: Confidence
    /// The value in question; for D5, D6 and D11 the column or the constraint.
    public let value: String
    /// The table.
    public let table: String
    /// The column.
    public let column: String
    /// Where it is in files: the declaration or the first write, then every further place.
    public let places: [SourcePlace]
    /// What it is in the database, where it was found there: `constraint orders_status_check of public.orders`.
    public let object: String?
    /// What is wrong and what will happen, in one or two sentences.
    public let message: String
    /// What would be right.
    public let fix: String

    /// The place that leads, for people and machines: `app.py:3`, or the object of the database.
    public var location: String { places.first?.description ?? object ?? "\(table).\(column)" }

    /// Makes a finding.
    public init(
        type: Class, severity: Severity, confidence: Confidence, value: String, table: String, column: String,
        places: [SourcePlace] = [], object: String? = nil, message: String, fix: String
    ) {
        self.type = type
        self.severity = severity
        self.confidence = confidence
        self.value = value
        self.table = table
        self.column = column
        self.places = places
        self.object = object
        self.message = message
        self.fix = fix
    }

    /// For sorting: errors first, the surest first, then by place.
    var order: (Int, Int, String, String, String) {
        (
            severity == .error ? 0 : severity == .warning ? 1 : 2, -confidence.rawValue,
            places.first.map(\.description) ?? "", type.rawValue, value
        )
    }
}
