/// The type of a column as it was written.
struct SQLType: Sendable, Hashable {
    /// The name without its size, in lower case unless it was in quotes.
    var name: SQLName
    /// The size, or the labels of MySQL's inline ENUM.
    var arguments: [String] = []
    var isArray = false

    init(_ name: String, namespace: String? = nil, arguments: [String] = [], isArray: Bool = false) {
        self.name = SQLName(namespace: namespace, name: name)
        self.arguments = arguments
        self.isArray = isArray
    }

    var kind: SQLTypeKind { isArray ? .other : SQLTypeKind(name.name) }

    /// The most characters of a text.
    var longest: Int? {
        guard kind == .text, ["varchar", "char", "character", "nvarchar", "nchar"].contains(name.name) else {
            return nil
        }
        return arguments.first.flatMap { Int($0) }
    }

    /// As it is written, `varchar(32)`.
    var written: String {
        let size = name.name == "enum" || name.name == "set" ? arguments.map { "'\($0)'" } : arguments
        return name.name + (size.isEmpty ? "" : "(" + size.joined(separator: ", ") + ")")
            + (isArray ? "[]" : "")
    }
}

/// What a type's name says.
enum SQLTypeKind: Sendable, Hashable {
    case text
    /// A number, a time, a truth value, JSON, bytes …
    case other
    /// No type was written, as SQLite allows.
    case none
    /// None of the types that databases come with: an ENUM or a domain.
    case named

    init(_ name: String) {
        switch name.lowercased() {
        case "": self = .none
        case "text", "varchar", "char", "character", "nvarchar", "nchar", "string", "citext", "bpchar",
            "clob",
            "tinytext", "mediumtext", "longtext", "name", "varchar2", "nvarchar2", "ntext", "lowcardinality",
            "native", "varying", "fixedstring":
            self = .text
        case let name where Self.others.contains(name): self = .other
        default: self = .named
        }
    }

    private static let others: Set<String> = [
        "int", "integer", "bigint", "smallint", "tinyint", "mediumint", "serial", "bigserial", "smallserial",
        "int2",
        "int4", "int8", "numeric", "decimal", "real", "float", "float4", "float8", "double", "money",
        "number",
        "boolean", "bool", "bit", "date", "time", "timetz", "timestamp", "timestamptz", "datetime",
        "datetime2",
        "datetimeoffset", "year", "interval", "json", "jsonb", "uuid", "bytea", "blob", "binary", "varbinary",
        "tinyblob", "mediumblob", "longblob", "inet", "cidr", "macaddr", "tsvector", "tsquery", "xml", "oid",
        "hstore",
        "point", "polygon", "geometry", "geography", "vector", "halfvec", "ltree", "regclass", "int4range",
        "int8range", "tstzrange", "tsrange", "daterange", "numrange", "any", "null", "uniqueidentifier",
        "unsigned",
        "int64", "int32", "uint64", "uint32", "uint8", "int16", "float64", "float32", "set", "array", "map",
    ]
}
