/// Somebody of the directory of employees.
public struct Employee: Sendable, Codable, Hashable {
    /// Who it is, for programs.
    public var id: String
    /// The name.
    public var name: String
    /// Other names under which cards run.
    public var aliases: [String]

    /// Makes an employee.
    public init(id: String, name: String, aliases: [String] = []) {
        self.id = id
        self.name = name
        self.aliases = aliases
    }
}

/// Which employee a printed name stands for.
public struct NameMatch: Sendable, Codable, Hashable {
    /// How it was found.
    public enum How: String, Sendable, Codable, CaseIterable {
        /// The name is that of one employee, but for case, accents, punctuation and the order of its words.
        case exact
        /// The name is an alias of one employee, in the same sense.
        case alias
        /// The name is nearer to one employee's than to anybody else's, and near enough.
        case fuzzy
        /// Nobody's is near enough, or several are equally near.
        case unresolved
    }

    /// The employee's id; `nil` when it is unresolved.
    public var employee: String?
    /// How it was found.
    public var how: How
    /// How near the nearest name is, 0 to 1; also of a name that is unresolved.
    public var confidence: Double
    /// The ids of those who are equally near, when it is unresolved for that; in their order.
    public var candidates: [String]

    /// Makes an answer.
    public init(employee: String?, how: How, confidence: Double, candidates: [String] = []) {
        self.employee = employee
        self.how = how
        self.confidence = confidence
        self.candidates = candidates
    }
}
