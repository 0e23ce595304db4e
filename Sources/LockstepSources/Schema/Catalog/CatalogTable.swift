/// A table while its schema is being read.
struct CatalogTable: Sendable {
    var name: SQLName
    var columns: [CatalogColumn] = []
    var checks: [CatalogCheck] = []
    var place: SourcePlace
    /// The column whose values say which LIST partition a row goes to, in lower case.
    var partitionColumn: String?
    var partitions: [CatalogPartition] = []
    /// Whether only changes of it were read so far: what makes it may come later, or never.
    var isAssumed = false
    /// Whether it is a partition of another table and holds no columns of its own.
    var isPartition = false

    func index(of column: String) -> Int? {
        columns.firstIndex { $0.name == column }
            ?? columns.firstIndex { $0.name.lowercased() == column.lowercased() }
    }

    /// The name PostgreSQL gives a CHECK that has none.
    func nameOfCheck(on column: String?) -> String {
        let base = [name.name, column, "check"].compactMap { $0 }.joined(separator: "_")
        var candidate = base
        var number = 1
        while checks.contains(where: { $0.name == candidate }) {
            candidate = "\(base)\(number)"
            number += 1
        }
        return candidate
    }
}

/// A column while its schema is being read.
struct CatalogColumn: Sendable {
    var name: String
    var type: SQLType
    var isNotNull = false
    var defaultValue: String?
    var place: SourcePlace
    /// Where its type was last said.
    var typePlace: SourcePlace

    init(
        _ name: String, _ type: SQLType, isNotNull: Bool = false, defaultValue: String? = nil,
        at place: SourcePlace
    ) {
        self.name = name
        self.type = type
        self.isNotNull = isNotNull
        self.defaultValue = defaultValue
        self.place = place
        typePlace = place
    }
}

/// A CHECK of a table or a domain.
struct CatalogCheck: Sendable, Hashable {
    var name: String?
    /// False where the name is the one that PostgreSQL would give it.
    var isNamed = true
    var condition: SQLExpression
    var isValidated = true
    var isEnforced = true
    var place: SourcePlace
    /// Where each text in it is written.
    var words: [String: SourcePlace] = [:]
}

/// A LIST partition.
struct CatalogPartition: Sendable {
    var name: SQLName
    /// The values that go there, nil for NULL; nil for the partition that takes all the rest.
    var bounds: [String?]?
    var place: SourcePlace
}

/// A type while its schema is being read.
struct CatalogType: Sendable {
    struct Label: Sendable {
        var text: String
        var place: SourcePlace
    }

    enum Kind: Sendable {
        case labels([Label])
        case domain(SQLType, [CatalogCheck], isNotNull: Bool, defaultValue: String?)
    }

    var name: SQLName
    var kind: Kind
    /// Where it was made or last changed.
    var place: SourcePlace
}
