extension Catalog {
    mutating func addColumn(_ column: CatalogColumn, to table: SQLName, ifNotExists: Bool) {
        changeOrMake(table, at: column.place) { table in
            guard let index = table.index(of: column.name) else { return table.columns.append(column) }
            if !ifNotExists { table.columns[index] = column }
        }
    }

    mutating func dropColumn(_ column: String, of table: SQLName) {
        change(table) { table in
            guard let index = table.index(of: column) else { return }
            table.columns.remove(at: index)
            table.checks.removeAll { $0.condition.columns.contains(column.lowercased()) }
        }
    }

    mutating func renameColumn(_ column: String, to new: String, of table: SQLName) {
        change(table) { table in
            if let index = table.index(of: column) { table.columns[index].name = new }
            for index in table.checks.indices {
                table.checks[index].condition = table.checks[index].condition.renaming(
                    column.lowercased(), to: new)
            }
            if table.partitionColumn == column.lowercased() { table.partitionColumn = new.lowercased() }
        }
    }

    /// Changes a column; one that is not known is made first, of no type.
    mutating func changeColumn(
        _ column: String, of table: SQLName, at place: SourcePlace, _ body: (inout CatalogColumn) -> Void
    ) {
        changeOrMake(table, at: place) { table in
            if table.index(of: column) == nil {
                table.columns.append(CatalogColumn(column, SQLType("unknown"), at: place))
            }
            if let index = table.index(of: column) { body(&table.columns[index]) }
        }
    }

    /// Adds a CHECK. One of the same name is replaced, or stays when the statement is under a guard.
    mutating func addCheck(_ check: CatalogCheck, to table: SQLName, isGuarded: Bool = false) {
        let isMadeElsewhere = self.table(table) == nil
        changeOrMake(table, at: check.place) { table in
            var check = check
            // A table that other files make: the one column that the rule speaks of is known by it.
            let spoken = check.condition.columns
            if isMadeElsewhere || table.columns.isEmpty, spoken.count == 1, let column = spoken.first {
                table.columns.append(CatalogColumn(column, SQLType("unknown"), at: check.place))
            }
            if let name = check.name {
                if let index = table.checks.firstIndex(where: { $0.name?.lowercased() == name.lowercased() })
                {
                    if !isGuarded { table.checks[index] = check }
                    return
                }
            } else {
                let columns = table.columns.map { $0.name.lowercased() }.filter(
                    check.condition.columns.contains)
                check.name = table.nameOfCheck(on: columns.count == 1 ? columns[0] : nil)
            }
            table.checks.append(check)
        }
    }

    /// Drops a constraint. In MySQL and by hand the name may be a column's.
    mutating func dropConstraint(_ name: String, of table: SQLName) {
        change(table) { table in
            table.checks.removeAll { $0.name?.lowercased() == name.lowercased() }
        }
    }

    mutating func changeConstraint(_ name: String, of table: SQLName, _ body: (inout CatalogCheck) -> Void) {
        change(table) { table in
            for index in table.checks.indices
            where table.checks[index].name?.lowercased() == name.lowercased() {
                body(&table.checks[index])
            }
        }
    }

    mutating func createEnum(
        _ name: SQLName, _ labels: [String], at place: SourcePlace, ifNotExists: Bool = false
    ) {
        let labels = labels.map { CatalogType.Label(text: $0, place: place) }
        create(CatalogType(name: name, kind: .labels(labels), place: place), ifNotExists: ifNotExists)
    }

    /// Adds a label to an ENUM. An ENUM made elsewhere is not known, and stays so.
    mutating func addLabel(
        _ label: String, to type: SQLName, before: String? = nil, after: String? = nil, at place: SourcePlace
    ) {
        let isThere = changeType(type) { type in
            guard case .labels(var labels) = type.kind, !labels.contains(where: { $0.text == label }) else {
                return
            }
            let new = CatalogType.Label(text: label, place: place)
            if let before, let index = labels.firstIndex(where: { $0.text == before }) {
                labels.insert(new, at: index)
            } else if let after, let index = labels.firstIndex(where: { $0.text == after }) {
                labels.insert(new, at: index + 1)
            } else {
                labels.append(new)
            }
            type.kind = .labels(labels)
            type.place = place
        }
        if !isThere {
            note(place, "The type '\(type.name)' gets a value here, and nothing read before makes it.")
        }
    }

    mutating func renameLabel(_ label: String, to new: String, of type: SQLName, at place: SourcePlace) {
        changeType(type) { type in
            guard case .labels(var labels) = type.kind else { return }
            for index in labels.indices where labels[index].text == label {
                labels[index] = CatalogType.Label(text: new, place: place)
            }
            type.kind = .labels(labels)
            type.place = place
        }
    }
}
