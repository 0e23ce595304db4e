/// A set of values that code states in one place: an enum, a union of literals, a list, a map.
public struct Vocabulary: Sendable, Hashable {
    /// How it is written.
    public enum Kind: String, Sendable, Hashable {
        /// An enum, or a class that serves as one.
        case enumeration = "enum"
        /// A union of literals, `Literal[…]`.
        case union
        /// Constants that belong together by their type or the beginning of their names.
        case constants
        /// A list, tuple or set of literals.
        case list
        /// What a validator lets through: `z.enum`, `inclusion: { in: … }`, `isIn`.
        case validator
        /// The choices of a command's argument or of a form's field.
        case choices
        /// The keys of a map, such as labels by status.
        case keys
        /// The values of a map, such as statuses by event.
        case values
        /// The states of a state machine.
        case machine
    }

    /// One of its values.
    public struct Member: Sendable, Hashable {
        /// What it is called in code; nil for a bare literal.
        public let name: String?
        /// The text it stands for; nil where it is a number or cannot be told.
        public let value: String?
        /// The line it is written on.
        public let line: Int
    }

    /// What it is called in code; empty where it has no name of its own.
    public let name: String
    /// The types, models or variables around it, outermost first.
    public let owners: [String]
    /// How it is written.
    public let kind: Kind
    /// Its values.
    public let members: [Member]
    /// Where it begins.
    public let place: SourcePlace
    /// Whether it also holds what could not be read: another type, a spread.
    public let isOpen: Bool
    /// The language it is written in.
    public let language: SourceLanguage

    /// The file's role.
    public let role: SourceFile.Role

    /// `OrderStatus`, or what stands around a nameless one.
    public var title: String { name.isEmpty ? owners.last ?? "a list of literals" : name }
}

/// What of a vocabulary a column holds.
enum Stored: Sendable, Hashable {
    /// The values, as written.
    case values
    /// The names of the members: SQLAlchemy's `Enum(Type)`, JPA's `EnumType.STRING`.
    case names
}

/// A model that says: this column holds values of that type.
struct ColumnBinding: Sendable, Hashable {
    /// What decides the values.
    enum Values: Sendable, Hashable {
        /// A type, a constant: to be looked up by its name.
        case named(String)
        /// Values that stand right there.
        case given(Vocabulary)
    }

    /// The name of the table, or of the model where no table is named.
    let table: String
    /// Whether `table` is the database's own name.
    let isTableNamed: Bool
    /// The column's name, as well as the model tells.
    let column: String
    let values: Values
    let stored: Stored
    /// Whether a type of the program's own keeps the values, so that which of the two it stores is for the fit to tell.
    var isOwn = false
    /// Whether the type is only annotated, so that what SQLAlchemy does with all enums holds.
    var isAnnotated = false
    /// Whether it certainly is a table's model. A struct of Go may be anything.
    var isModel = true
    let place: SourcePlace
    let role: SourceFile.Role
}

/// A literal next to a column's name.
struct ValueUse: Sendable, Hashable {
    /// How they stand together.
    enum Form: String, Sendable, Hashable {
        /// `order.status = "paid"`, `set_status("paid")`, SQL's SET and VALUES.
        case write
        /// A keyword argument, a dictionary entry, a property: a write or the choice of rows.
        case entry
        /// `status == "paid"`, `status IN (…)`, `case "paid":`.
        case comparison
    }

    enum Value: Sendable, Hashable {
        case literal(String)
        /// The name of a constant.
        case constant(String)
    }

    /// The name it stands next to, as written.
    let name: String
    /// What stands before the name: `order` in `order.status`.
    let receiver: String?
    /// The table that SQL names.
    let table: String?
    /// Words of the calls and types around it, the nearest bracket first; in each the function or type that the
    /// bracket belongs to, then what stands before it in its chain: `values`, `insert`, `orders`, `db`.
    let context: [[String]]
    let value: Value
    let form: Form
    let place: SourcePlace
    let language: SourceLanguage
    let role: SourceFile.Role
    /// Whether a type of a database driver holds the value: `pgtype.Text{String: "x"}`.
    var isWrapped = false
    /// Whether SQL says that the column does not hold it: `<>`, `NOT IN`.
    var isNegated = false
    /// Whether it stands in SQL.
    var isSQL: Bool { table != nil }
}

/// A single constant of text.
struct TextConstant: Sendable, Hashable {
    let name: String
    let value: String
    let place: SourcePlace
    let role: SourceFile.Role
    /// Whether it stands inside of something: no other file, and no other function, can mean it.
    var isLocal = false
}

/// What was read of the source files.
struct CodeFacts: Sendable {
    var vocabularies: [Vocabulary] = []
    var bindings: [ColumnBinding] = []
    var uses: [ValueUse] = []
    var constants: [TextConstant] = []
    var moves: [CodeMoves] = []
    /// Lines that say `lockstep:ignore`.
    var ignored: Set<SourcePlace> = []
    /// The tables of models, by the model's name: `Order` → `orders`.
    var tables: [String: String] = [:]

    /// Types that are another name for a constant of the same file, by the file and the name with a line break between: `type Status = (typeof statuses)[number]`.
    var aliases: [String: String] = [:]

    /// Drizzle's ENUMs, by the variable: their name in the database, or the type that lists their values.
    var enums: [String: String] = [:]

    /// What is saved, by the file and the variable's name with a line break between: `order.save()`.
    var saved: Set<String> = []

    /// What each Go file imports, and the names that each script does, by the file's path.
    var imports: [String: [String]] = [:]
    /// Whether SQLAlchemy is told once, for all models, to store the values of enums instead of their names.
    var storesValues = false

    mutating func add(_ other: CodeFacts) {
        storesValues = storesValues || other.storesValues
        imports.merge(other.imports) { first, _ in first }
        vocabularies += other.vocabularies
        bindings += other.bindings
        uses += other.uses
        constants += other.constants
        moves += other.moves
        ignored.formUnion(other.ignored)
        saved.formUnion(other.saved)
        enums.merge(other.enums) { first, _ in first }
        tables.merge(other.tables) { first, _ in first }
        aliases.merge(other.aliases) { first, _ in first }
    }
}
