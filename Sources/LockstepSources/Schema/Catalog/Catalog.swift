/// What a database would hold after the statements read so far.
///
/// Every kind of migration changes it through the same verbs, in its own order; the last word wins.
struct Catalog: Sendable {
    private(set) var tables: [CatalogTable?] = []
    private(set) var types: [CatalogType?] = []
    private(set) var notes: [Schema.Note] = []
    private var tablesByName: [String: [Int]] = [:]
    private var typesByName: [String: [Int]] = [:]

    private static let mostNotes = 200

    mutating func note(_ place: SourcePlace, _ sentence: String) {
        // Once is enough: a type made elsewhere may get many values.
        guard notes.count < Self.mostNotes, !notes.contains(where: { $0.sentence == sentence }) else {
            return
        }
        notes.append(Schema.Note(place, sentence))
    }

    // MARK: Finding

    /// PostgreSQL's `public`, SQLite's `main` and SQL Server's `dbo` are what is meant without a name.
    private static func isDefault(_ namespace: String?) -> Bool {
        namespace.map { ["public", "main", "dbo"].contains($0) || $0.hasPrefix("{") } ?? true
    }

    private static func fits(_ wanted: SQLName, _ there: SQLName) -> Bool {
        wanted.namespace == there.namespace || (isDefault(wanted.namespace) && isDefault(there.namespace))
    }

    func table(_ name: SQLName) -> Int? {
        let indexes = (tablesByName[name.name.lowercased()] ?? []).filter { tables[$0] != nil }
        let exact = indexes.filter { tables[$0].map { Self.fits(name, $0.name) } ?? false }
        if let found = exact.last(where: { tables[$0]?.name.name == name.name }) ?? exact.last {
            return found
        }
        // A search path may lead anywhere; one table of that name is meant.
        return indexes.count == 1 && (name.namespace == nil) ? indexes[0] : nil
    }

    func type(_ name: SQLName) -> Int? {
        let indexes = (typesByName[name.name.lowercased()] ?? []).filter { types[$0] != nil }
        let exact = indexes.filter { types[$0].map { Self.fits(name, $0.name) } ?? false }
        if let found = exact.last(where: { types[$0]?.name.name == name.name }) ?? exact.last { return found }
        return indexes.count == 1 && (name.namespace == nil) ? indexes[0] : nil
    }

    // MARK: Tables

    /// Makes a table. One that is there already stays when the statement says IF NOT EXISTS, else it is replaced.
    mutating func create(_ table: CatalogTable, ifNotExists: Bool) {
        if let index = self.table(table.name), let old = tables[index] {
            if ifNotExists, !old.isAssumed { return }
            if old.isAssumed { return tables[index] = Self.joined(table, with: old) }
            tables[index] = nil
            tablesByName[old.name.name.lowercased()]?.removeAll { $0 == index }
        }
        tables.append(table)
        tablesByName[table.name.name.lowercased(), default: []].append(tables.count - 1)
    }

    /// A table, and what was said of it before it was made.
    private static func joined(_ table: CatalogTable, with assumed: CatalogTable) -> CatalogTable {
        var table = table
        table.columns += assumed.columns.filter {
            $0.type.name.name != "unknown" && table.index(of: $0.name) == nil
        }
        table.checks += assumed.checks.filter { check in !table.checks.contains { $0.name == check.name } }
        table.partitions += assumed.partitions
        return table
    }

    mutating func dropTable(_ name: SQLName) {
        guard let index = table(name), let old = tables[index] else { return }
        tablesByName[old.name.name.lowercased()]?.removeAll { $0 == index }
        tables[index] = nil
    }

    mutating func renameTable(_ name: SQLName, to new: SQLName) {
        guard let index = table(name), var found = tables[index] else { return }
        tablesByName[found.name.name.lowercased()]?.removeAll { $0 == index }
        found.name = SQLName(namespace: new.namespace ?? found.name.namespace, name: new.name)
        tables[index] = found
        tablesByName[new.name.lowercased(), default: []].append(index)
    }

    /// Changes a table in place; does nothing when there is none of that name.
    @discardableResult
    mutating func change(_ name: SQLName, _ body: (inout CatalogTable) -> Void) -> Bool {
        guard let index = table(name), var found = tables[index] else { return false }
        body(&found)
        tables[index] = found
        return true
    }

    /// As `change`, and makes the table when it is not known: a migration may speak of tables made elsewhere.
    mutating func changeOrMake(_ name: SQLName, at place: SourcePlace, _ body: (inout CatalogTable) -> Void) {
        if table(name) == nil {
            var table = CatalogTable(name: name, place: place)
            table.isAssumed = true
            create(table, ifNotExists: true)
        }
        change(name, body)
    }

    // MARK: Types

    mutating func create(_ type: CatalogType, ifNotExists: Bool = false) {
        if let index = self.type(type.name), types[index]?.name.name == type.name.name {
            if !ifNotExists { types[index] = type }
            return
        }
        types.append(type)
        typesByName[type.name.name.lowercased(), default: []].append(types.count - 1)
    }

    mutating func dropType(_ name: SQLName) {
        guard let index = type(name), let old = types[index] else { return }
        typesByName[old.name.name.lowercased()]?.removeAll { $0 == index }
        types[index] = nil
    }

    /// Renames a type, and with it the type of every column that has it.
    mutating func renameType(_ name: SQLName, to new: String) {
        guard let index = type(name), var found = types[index] else { return }
        for place in tables.indices {
            guard var table = tables[place] else { continue }
            for column in table.columns.indices where table.columns[column].type.kind == .named {
                guard self.type(table.columns[column].type.name) == index else { continue }
                table.columns[column].type.name = SQLName(namespace: found.name.namespace, name: new)
            }
            tables[place] = table
        }
        typesByName[found.name.name.lowercased()]?.removeAll { $0 == index }
        found.name = SQLName(namespace: found.name.namespace, name: new)
        types[index] = found
        typesByName[new.lowercased(), default: []].append(index)
    }

    @discardableResult
    mutating func changeType(_ name: SQLName, _ body: (inout CatalogType) -> Void) -> Bool {
        guard let index = type(name), var found = types[index] else { return false }
        body(&found)
        types[index] = found
        return true
    }
}
