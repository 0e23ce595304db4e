extension FindingMaker {
    /// What somebody declared against what the schema accepts.
    mutating func addDeclared() {
        for (index, declaration) in declared.sorted(by: { $0.key < $1.key }) {
            let column = originals[index].variants[0]
            guard column.kind != .declared else { continue }
            addRefused(index, declaration, column)
            addUndeclared(index, declaration, column)
            if let value = column.defaultValue, !declaration.initial.isEmpty,
                !declaration.initial.contains(value)
            {
                let starts = declaration.initial.sorted().map { "‘\($0)’" }.joined(separator: ", ")
                add(
                    .d9, index, value,
                    Draft(
                        severity: .error, confidence: .high, places: [column.definedAt, declaration.place],
                        message:
                            "The default ‘\(value)’ of \(column.table).\(column.column) is no initial status; rows begin in \(starts).",
                        fix: "Make the default an initial status, or drop it."))
            }
        }
    }

    /// Declared, and the database refuses it.
    private mutating func addRefused(_ index: Int, _ declaration: DeclaredColumn, _ column: SchemaColumn) {
        let text = RefusalText(column: column)
        for status in declaration.statuses where column.accepts(status) == .refused {
            add(
                .d1, index, status,
                Draft(
                    severity: .error, confidence: .high,
                    places: [declaration.place(of: status), column.place],
                    message: "‘\(status)’ is declared, which \(text.verdict(status)).", fix: "",
                    cure: Cure(
                        column: column,
                        before: Self.next(status, declaration.statuses, Set(column.accepted ?? [])))))
        }
    }

    /// Accepted, and nobody declared it.
    private mutating func addUndeclared(_ index: Int, _ declaration: DeclaredColumn, _ column: SchemaColumn) {
        for value in column.accepted ?? [] where !declaration.statuses.contains(value) {
            let meant = Spelling.nearest(to: value, among: declaration.statuses).map {
                " Did you mean ‘\($0)’?"
            }
            add(
                .d2, index, value,
                Draft(
                    severity: .warning, confidence: .high,
                    places: [column.valuePlaces[value] ?? column.place, declaration.place],
                    message:
                        "\(RefusalText(column: column).title) accepts ‘\(value)’, which nobody declared: a row with it is unknown to the code.\(meant ?? "")",
                    fix:
                        "Declare ‘\(value)’ in \(declaration.place.file), or take it out of the column once no row holds it."
                ))
        }
    }
}
