extension FindingMaker {
    /// What the schema alone says: no constraint, one that is not valid, a default that is refused, copies that differ.
    mutating func addColumnFacts() {
        let strong = Set(
            linker.links.filter { $0.confidence == .high || $0.isBound && !$0.isHint }.map(\.target))
        for (index, target) in originals.enumerated() {
            let best = target.variants[0]
            guard best.kind != .declared else { continue }
            let text = RefusalText(column: best)
            if best.accepted == nil, best.kind == .text,
                linker.declared[index] != nil || declared[index] != nil
                    || (target.isStatusLike && (best.defaultValue != nil || best.held.count > 1))
                    || strong.contains(index)
            {
                add(
                    .d5, index, "\(target.table).\(target.column)",
                    Draft(
                        severity: .warning,
                        confidence: linker.declared[index] != nil || declared[index] != nil ? .high : .medium,
                        places: [best.place] + target.variants.map(\.definedAt),
                        message: "\(text.title) takes any text: nothing in the database knows its statuses.",
                        fix: constraint(index, best)))
            }
            for other in target.variants.dropFirst() where !other.isModel && best.accepted != nil {
                guard other.accepted == nil, other.kind == .text, target.isStatusLike else { continue }
                add(
                    .d5, index, "\(target.table).\(target.column)",
                    Draft(
                        severity: .warning, confidence: .medium, places: [other.place, other.definedAt],
                        message:
                            "\(RefusalText(column: other).title) takes any text in \(other.origin), while \(best.origin) has a list.",
                        fix: "Bring both to the same list."))
            }
            if !best.isValidated || !best.isEnforced {
                add(
                    .d6, index, best.constraint ?? "\(target.table).\(target.column)",
                    Draft(
                        severity: best.isEnforced ? .warning : .error, confidence: .high,
                        places: [best.place],
                        message: best.isEnforced
                            ? "\(text.title) was added NOT VALID and never validated: rows from before may hold anything."
                            : "\(text.title) is NOT ENFORCED: it refuses nothing.",
                        fix:
                            "ALTER TABLE \(target.table) VALIDATE CONSTRAINT \(best.constraint ?? "…"); after the rows are repaired."
                    ))
            }
            if let value = best.defaultValue, best.accepted != nil, best.accepts(value) == .refused {
                add(
                    .d9, index, value,
                    Draft(
                        severity: .error, confidence: .high, places: [best.definedAt],
                        message:
                            "The default ‘\(value)’ of \(text.title) is refused by the column's own rule: a row without a value gets ‘\(text.error(value))’.",
                        fix: "Make the default one of the values, or drop it."))
            }
            addCopies(index, target)
            addNull(index, target)
        }
    }

    /// The statement that adds the missing rule, as far as the values are known.
    private func constraint(_ index: Int, _ column: SchemaColumn) -> String {
        let values: [String]
        if let declared = declared[index] {
            values = declared.statuses
        } else if let link = linker.declared[index] {
            values = Linker.values(of: linker.vocabularies[link.vocabulary], link.stored).map(\.value)
        } else {
            values = []
        }
        guard !values.isEmpty else {
            return "Add a CHECK with its values, NOT VALID first and validated by itself."
        }
        let list = values.map { "'" + $0.replacing("'", with: "''") + "'" }.joined(separator: ", ")
        let name = "\(column.table)_\(column.column)_check"
        if column.dialect == .sqlite {
            return
                "Rebuild the table with CHECK (\(column.column) IN (\(list))): SQLite cannot add a CHECK in place."
        }
        return
            "ALTER TABLE \(column.table) ADD CONSTRAINT \(name) CHECK (\(column.column) IN (\(list))) NOT VALID; then, when the rows are repaired, ALTER TABLE \(column.table) VALIDATE CONSTRAINT \(name);"
    }

    /// Schemas of the same column that accept different values.
    private mutating func addCopies(_ index: Int, _ target: ColumnTarget) {
        let makers = target.variants.filter { !$0.isModel && $0.accepted != nil }
        guard makers.count > 1, let first = makers.first else { return }
        let values = Set(first.accepted ?? [])
        for other in makers.dropFirst() {
            let theirs = Set(other.accepted ?? [])
            // Two tables of one name in two databases need not be related.
            guard !values.isDisjoint(with: theirs) else { continue }
            for value in values.symmetricDifference(theirs).sorted() {
                add(
                    .d10, index, value,
                    Draft(
                        severity: .warning, confidence: .medium, places: [first.place, other.place],
                        message:
                            "Two schemas of \(target.table).\(target.column) differ: only one of \(first.origin) and \(other.origin) accepts ‘\(value)’.",
                        fix: "Bring both to the same list."))
            }
        }
    }

    private mutating func addNull(_ index: Int, _ target: ColumnTarget) {
        let best = target.variants[0]
        guard best.acceptsNull, best.accepted != nil, best.defaultValue != nil else { return }
        add(
            .d11, index, "NULL",
            Draft(
                severity: .warning, confidence: .high, places: [best.definedAt, best.place],
                message:
                    "\(RefusalText(column: best).title) has a default and a list of values, and takes NULL all the same: a CHECK lets NULL pass.",
                fix:
                    "ALTER TABLE \(target.table) ALTER COLUMN \(target.column) SET NOT NULL, once no row holds NULL."
            ))
    }
}
