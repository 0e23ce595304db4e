/// A place where source code and the schema of a database disagree.
public struct SourceFinding: Sendable, Hashable {
    /// The class of a finding, by its short name.
    public enum Class: String, Sendable, Hashable, CaseIterable {
        /// Code declares or writes a value that the database refuses.
        case d1 = "D1"
        /// The database accepts a value that no code knows.
        case d2 = "D2"
        /// A literal in code is neither declared nor accepted.
        case d4 = "D4"
        /// A status column without a constraint.
        case d5 = "D5"
        /// A constraint that was never validated, or is not enforced.
        case d6 = "D6"
        /// A default that the column's own rule refuses.
        case d9 = "D9"
        /// Two schemas of the same column in one repository accept different values.
        case d10 = "D10"
        /// A column with a list of values that also takes NULL, or values that differ only in case.
        case d11 = "D11"
    }

    /// How bad it is if it is true.
    public enum Severity: String, Sendable, Hashable {
        /// A write will fail.
        case error
        /// Something to look at.
        case warning
        /// Good to know.
        case note
    }

    /// How sure it is that it is true. Only `high` should fail a build.
    public enum Confidence: Int, Sendable, Hashable, Comparable {
        /// A guess by values alone.
        case low = 0
        /// Names and values agree, but nothing in code says it outright.
        case medium = 1
        /// The code itself ties the values to the column, or names and values leave no doubt.
        case high = 2

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
    /// Where it is: the declaration or the first write, then every further place.
    public let places: [SourcePlace]
    /// What is wrong and what will happen, in one or two sentences.
    public let message: String
    /// What would be right.
    public let fix: String

    /// For sorting: errors first, the surest first, then by place.
    var order: (Int, Int, String, String, String) {
        (
            severity == .error ? 0 : severity == .warning ? 1 : 2, -confidence.rawValue,
            places.first.map(\.description) ?? "", type.rawValue, value
        )
    }
}
