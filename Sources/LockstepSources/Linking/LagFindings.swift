extension FindingMaker {
    /// Where migrations end otherwise than the running database: it is behind them, or ahead of them.
    mutating func addLag() {
        guard !written.isEmpty else { return }
        for (index, target) in originals.enumerated() {
            let live = target.variants[0]
            let key = "\(target.lowerTable).\(target.column.lowercased())"
            guard live.isLive, let makers = written[key], let best = makers.first else { continue }
            // Two services with a table of one name: which of them made this one is not known.
            let origins = Set(makers.filter { $0.origin.rank == best.origin.rank }.map(\.origin))
            guard origins.count == 1 else { continue }
            let confidence: SourceFinding.Confidence = best.origin.rank == 0 ? .high : .medium
            addLag(index, live, best, confidence)
        }
    }

    private mutating func addLag(
        _ index: Int, _ live: SchemaColumn, _ written: SchemaColumn, _ confidence: SourceFinding.Confidence
    ) {
        let title = "\(live.table).\(live.column)"
        switch (live.accepted, written.accepted) {
        case (let here?, let there?):
            for value in there where !here.contains(value) && live.accepts(value) == .refused {
                let place = written.valuePlaces[value] ?? written.place
                if has(.d1, index, value) {
                    prefer(
                        .d1, index, value,
                        "\(written.origin) lets it in (\(written.place)), and the database does not yet: run the migrations."
                    )
                    continue
                }
                add(
                    .d10, index, value,
                    Draft(
                        severity: .warning, confidence: confidence, places: [place, live.place],
                        message:
                            "The database is behind \(written.origin): they accept ‘\(value)’ for \(title), and \(RefusalText(column: live).title) of the database does not.",
                        fix: "Run the migrations there, or take ‘\(value)’ out of them."))
            }
            for value in here where !there.contains(value) && written.accepts(value) == .refused {
                add(
                    .d10, index, value,
                    Draft(
                        severity: .warning, confidence: confidence, places: [written.place, live.place],
                        message:
                            "The database is ahead of \(written.origin): \(RefusalText(column: live).title) accepts ‘\(value)’, which a database made by them would refuse.",
                        fix:
                            "Write the migration that accepts it, or take ‘\(value)’ out of the database."))
            }
        case (nil, .some) where has(.d5, index, title):
            prefer(
                .d5, index, title,
                "\(written.origin) has \(RefusalText(column: written).title) (\(written.place)): run the migrations, or see who took the rule away."
            )
        case (nil, .some) where live.kind == .text:
            add(
                .d10, index, title,
                Draft(
                    severity: .warning, confidence: confidence, places: [written.place, live.place],
                    message:
                        "The database is behind \(written.origin): they have \(RefusalText(column: written).title), and the database takes any text.",
                    fix: "Run the migrations there, or see who took the rule away."))
        case (.some, nil) where written.kind == .text && !written.isChecked:
            add(
                .d10, index, title,
                Draft(
                    severity: .warning, confidence: confidence, places: [written.place, live.place],
                    message:
                        "The database is ahead of \(written.origin): it has \(RefusalText(column: live).title), and a database made by them would take any text.",
                    fix: "Write the migration that adds the rule."))
        default: break
        }
    }
}
