/// A column of a table as its schema leaves it after the last statement, with the values it accepts.
public struct SchemaColumn: Sendable, Hashable {
    /// What decides which values the column accepts.
    public enum Kind: Sendable, Hashable {
        /// A native ENUM. MySQL's inline ENUM has no name of its own.
        case nativeEnum(type: String?)
        /// One CHECK or several on a text column.
        case check
        /// A domain with a CHECK.
        case domain(type: String)
        /// The bounds of LIST partitions.
        case partitions
        /// An enumeration in JSON Schema or OpenAPI.
        case apiSchema
        /// MongoDB's `$jsonSchema`.
        case mongoValidator
        /// Nothing in a database: a declaration alone.
        case declared
        /// Text of any kind.
        case text
        /// A number, a time, a boolean, JSON or anything else that is no text; ``SchemaColumn/type`` says which.
        case other
    }

    /// The kind of database.
    public enum Dialect: String, Sendable, Hashable {
        case postgres, sqlite, mysql, mongo, api
        /// Nothing in the files told.
        case unknown
    }

    /// What a schema answers about a value.
    public enum Answer: Sendable, Hashable {
        /// It is accepted.
        case accepted
        /// It is refused.
        case refused
        /// A rule of the column was not understood, or it depends on other columns.
        case unknown
    }

    /// The database schema the table is in, where one is written.
    public let namespace: String?
    /// The table, as the database knows it.
    public let table: String
    /// The column, as the database knows it.
    public let column: String
    /// What decides which values it accepts.
    public let kind: Kind
    /// The type as it was written, in lower case: `varchar(32)`.
    public let type: String
    /// The values it accepts, in the order in which they were written; nil where it accepts more than can be listed.
    ///
    /// Where several rules hold at once this is what all of them let through. Ask ``accepts(_:)`` for one value: a
    /// rule as `lower(status) IN (…)` accepts more spellings than are listed.
    public let accepted: [String]?
    /// Whether it may be NULL.
    public let acceptsNull: Bool
    /// The value a row gets when none is given; nil where there is none or it is no text.
    public let defaultValue: String?
    /// False where a CHECK was added NOT VALID and never validated.
    public let isValidated: Bool
    /// False where a CHECK is NOT ENFORCED.
    public let isEnforced: Bool
    /// Whether a rule also looks at other columns: a listed value may then be refused in some rows.
    public let isConditional: Bool
    /// The name of the constraint that decides, where it has one.
    public let constraint: String?
    /// The most characters, for `varchar(32)`.
    public let longest: Int?
    /// The statement that last decided what is accepted.
    public let place: SourcePlace
    /// The statement that made the column.
    public let definedAt: SourcePlace
    /// The kind of database.
    public let dialect: Dialect
    /// Which schema it belongs to.
    public let origin: SchemaOrigin
    /// Where each accepted value is written, as far as it is known.
    public let valuePlaces: [String: SourcePlace]
    let rules: CheckRules?
    /// Values that rows of a running database hold, as far as they are known.
    let held: [String]

    /// Makes a column.
    init(
        namespace: String? = nil, table: String, column: String, kind: Kind, type: String,
        accepted: [String]?,
        acceptsNull: Bool = true, defaultValue: String? = nil, isValidated: Bool = true,
        isEnforced: Bool = true, isConditional: Bool = false, constraint: String? = nil, longest: Int? = nil,
        place: SourcePlace, definedAt: SourcePlace? = nil, dialect: Dialect, origin: SchemaOrigin,
        valuePlaces: [String: SourcePlace] = [:], rules: CheckRules? = nil, held: [String] = []
    ) {
        self.namespace = namespace
        self.table = table
        self.column = column
        self.kind = kind
        self.type = type
        self.accepted = accepted
        self.acceptsNull = acceptsNull
        self.defaultValue = defaultValue
        self.isValidated = isValidated
        self.isEnforced = isEnforced
        self.isConditional = isConditional
        self.constraint = constraint
        self.longest = longest
        self.place = place
        self.definedAt = definedAt ?? place
        self.dialect = dialect
        self.origin = origin
        self.valuePlaces = valuePlaces
        self.rules = rules
        self.held = held
    }
}

extension SchemaColumn {
    /// The same column, its files by other names.
    func renamed(isGiven: Bool, _ name: (String) -> String) -> SchemaColumn {
        SchemaColumn(
            namespace: namespace, table: table, column: column, kind: kind, type: type, accepted: accepted,
            acceptsNull: acceptsNull, defaultValue: defaultValue, isValidated: isValidated,
            isEnforced: isEnforced, isConditional: isConditional, constraint: constraint, longest: longest,
            place: place.renamed(name), definedAt: definedAt.renamed(name), dialect: dialect,
            origin: SchemaOrigin(
                kind: origin.kind, path: name(origin.path), isAside: origin.isAside && !isGiven),
            valuePlaces: valuePlaces.mapValues { $0.renamed(name) }, rules: rules, held: held)
    }

    /// Whether any CHECK speaks of the column, be it with a list or not.
    public var isChecked: Bool { rules.map { !$0.conditions.isEmpty } ?? false }

    /// What a write of a value gets: the rules are tried, as the database would.
    public func accepts(_ value: String) -> Answer {
        if let longest, value.count > longest { return .refused }
        guard kind != .other else { return .unknown }
        guard let rules else {
            return accepted.map { $0.contains(value) ? .accepted : .refused } ?? .accepted
        }
        return rules.answer(value, column: column.lowercased(), dialect: dialect)
    }
}

/// The rules of a column, for trying any value.
struct CheckRules: Sendable, Hashable {
    /// A CHECK.
    struct Rule: Sendable, Hashable {
        let name: String?
        /// False where the name is the one that PostgreSQL would give it.
        let isNamed: Bool
        let condition: SQLExpression
        let place: SourcePlace
    }

    let rules: [Rule]
    let labels: [String]?
    /// The table's columns in lower case.
    let names: Set<String>

    var conditions: [SQLExpression] { rules.map(\.condition) }

    func answer(_ value: String, column: String, dialect: SchemaColumn.Dialect) -> SchemaColumn.Answer {
        if let labels, !labels.contains(value) {
            // MySQL compares the labels of an ENUM by its collation.
            guard dialect == .mysql, labels.contains(where: { $0.lowercased() == value.lowercased() }) else {
                return .refused
            }
        }
        let evaluator = SQLEvaluator(column: column, value: .text(value), dialect: dialect, names: names)
        let truths = conditions.map(evaluator.truth)
        if truths.contains(where: \.isRefused) { return .refused }
        return truths.contains(where: \.mayRefuse) ? .unknown : .accepted
    }
}
