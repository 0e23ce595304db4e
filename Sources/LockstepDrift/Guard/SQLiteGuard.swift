import Lockstep
import LockstepSQL

/// The steps on SQLite: a CHECK cannot be changed in place, so that the table is made anew in one transaction (SQLite's
/// manual, "ALTER TABLE", section 7); triggers are added by themselves.
extension GuardState {
    private static let writers = "the file's write lock"

    func sqliteSteps() throws -> ([GuardPlan.Step], notes: [String]) {
        var notes: [String] = []
        for check in live.conditionalChecks {
            notes.append(
                "The CHECK '\(check.name)' also looks at other columns; see that it knows every status.")
        }
        if let value = try rightDefault() {
            notes.append(
                "The default of \(live.table).\(live.name) should be '\(value)'; SQLite changes it in a new table alone."
            )
        }
        if refusesNull, live.isNullable {
            notes.append("\(live.table).\(live.name) may be NULL; SQLite changes that in a new table alone.")
        }
        var steps: [GuardPlan.Step] = []
        let wanted = wanted
        if wanted.current == nil || !wanted.outdated.isEmpty {
            let old = wanted.outdated.filter { $0.name != names.values }.map(GuardMemory.clause)
            steps.append(
                try rebuild(keeping: old, statement: live.statement ?? "", "CHECK of the declared statuses"))
        }
        if !hasStarts {
            steps.append(
                step(
                    .starts, "Rows start as \(LiveJudge.list(definition.initial)) alone.", names.starts,
                    startTrigger))
        }
        if !hasMoves { steps.append(step(.moves, "Only declared moves happen.", names.moves, moveTrigger)) }
        return (steps, notes)
    }

    private func step(_ kind: GuardPlan.Step.Kind, _ title: String, _ name: String, _ text: String)
        -> GuardPlan.Step
    {
        let drop = "DROP TRIGGER IF EXISTS \(SQLText.name(name))"
        return GuardPlan.Step(
            kind: kind, title: title, statements: (has(trigger: name) ? [drop] : []) + [text],
            isTransactional: true, lock: "\(Self.writers), for a moment", reverse: [drop])
    }

    // MARK: The table

    /// The clause of the CHECK, with what it takes the place of.
    private func clause(_ memory: [String]) -> String {
        "CONSTRAINT \(SQLText.name(names.values)) CHECK (\(GuardText.condition(live.name, values, isPostgres: false))) "
            + GuardMemory.comment(memory)
    }

    private func rebuild(
        keeping old: [String], statement: String, _ title: String
    ) throws -> GuardPlan.Step {
        var plain = statement
        let before = GuardMemory.take(from: &plain)
        return GuardPlan.Step(
            kind: .rebuild, title: "\(live.table) is made anew with a \(title).",
            statements: try rebuilding(plain, by: clause(before + old)), isTransactional: true,
            lock: "\(Self.writers), while every row is copied; readers go on",
            reverse: try rebuilding(plain, by: (before + old).joined(separator: " ")))
    }

    private func rebuilding(_ statement: String, by clause: String) throws -> [String] {
        let text = SQLiteTableText(statement, columns: live.siblings.map(\.name))
        let copy = "lockstep_new_\(live.table.name)"
        guard let changed = text.replacingChecks(of: live.name, by: clause),
            let made = Self.renamed(changed, to: copy)
        else {
            throw Failure.adminRequired(
                "the text of the table '\(live.table)' was not understood; add this to its column '\(live.name)' by hand: "
                    + clause, code: "unknown_table_text")
        }
        let name = SQLText.name(copy)
        let columns = try probe.query(
            "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid", live.table.name
        ).compactMap(\.[0].text).map(SQLText.name)
        // Rows keep their numbers, where nobody else calls a column so.
        let keepsNumbers =
            !Self.isWithoutRowID(statement) && !live.siblings.contains { $0.name.lowercased() == "rowid" }
        let list = ((keepsNumbers ? ["rowid"] : []) + columns).joined(separator: ", ")
        var statements = [made, "INSERT INTO \(name) (\(list)) SELECT \(list) FROM \(table)"]
        let counts =
            try probe.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").isEmpty == false
        if counts, SQLTokens(statement).tokens.contains(where: { $0.isWord("autoincrement") }) {
            // A number of a deleted row is not given again.
            statements += [
                "DELETE FROM sqlite_sequence WHERE name = \(SQLText.literal(copy))",
                "INSERT INTO sqlite_sequence (name, seq) SELECT \(SQLText.literal(copy)), seq FROM sqlite_sequence "
                    + "WHERE name = \(SQLText.literal(live.table.name))",
            ]
        }
        let objects = try probe.query(
            """
            SELECT sql FROM sqlite_master WHERE lower(tbl_name) = lower(?1) AND type IN ('index', 'trigger')
                AND sql IS NOT NULL ORDER BY type, name
            """, live.table.name
        ).compactMap(\.[0].text)
        // Renaming must not look at views and triggers that name the table.
        return ["PRAGMA legacy_alter_table = ON"] + statements
            + ["DROP TABLE \(table)", "ALTER TABLE \(name) RENAME TO \(SQLText.name(live.table.name))"]
            + objects + ["PRAGMA legacy_alter_table = OFF"]
    }

    /// `CREATE TABLE name (…`, with another name.
    private static func renamed(_ statement: String, to name: String) -> String? {
        let tokens = SQLTokens(statement)
        guard let word = tokens.tokens.firstIndex(where: { $0.isWord("table") }),
            let open = tokens.tokens.firstIndex(where: { $0.isSign("(") }), word < open
        else { return nil }
        return tokens.text(0..<tokens.tokens[word].range.upperBound) + " \(SQLText.name(name)) "
            + tokens.text(tokens.tokens[open].range.lowerBound..<tokens.scalars.count)
    }

    private static func isWithoutRowID(_ statement: String) -> Bool {
        let tokens = SQLTokens(statement).tokens
        return tokens.indices.dropLast().contains {
            tokens[$0].isWord("without") && tokens[$0 + 1].isWord("rowid")
        }
    }

    // MARK: Triggers

    private var startTrigger: String {
        let initial = definition.initial.map { "new.\(live.quotedName) = \(SQLText.literal($0))" }
            .joined(separator: " OR ")
        let words =
            "\(names.starts): a row of '\(live.table.name)' starts in "
            + definition.initial.map { "'\($0)'" }.joined(separator: " or ")
        return """
            CREATE TRIGGER \(SQLText.name(names.starts)) AFTER INSERT ON \(table)
            WHEN NOT (\(initial))
            BEGIN
                SELECT RAISE(ABORT, \(SQLText.literal(words)));
            END
            """
    }

    private var moveTrigger: String {
        let (old, new) = ("old.\(live.quotedName)", "new.\(live.quotedName)")
        let words = "\(names.moves): the move of '\(live.table.name)' is not declared"
        return """
            CREATE TRIGGER \(SQLText.name(names.moves)) AFTER UPDATE ON \(table)
            WHEN \(old) IS NOT \(new) AND NOT \(allowedMoves(old, new, isTrue: "1", isFalse: "0"))
            BEGIN
                SELECT RAISE(ABORT, \(SQLText.literal(words)));
            END
            """
    }

    // MARK: Away

    func sqliteRemoval() throws -> ([GuardPlan.Step], notes: [String]) {
        var steps = triggerRemoval(lock: "\(Self.writers), \(Self.moment)") { name in
            "DROP TRIGGER \(SQLText.name(name))"
        }
        if live.checks.contains(where: { $0.name == names.values }) {
            var plain = live.statement ?? ""
            let before = GuardMemory.take(from: &plain)
            steps.append(
                GuardPlan.Step(
                    kind: .rebuild,
                    title: "\(live.table) is made anew with the CHECKs that were there before.",
                    statements: try rebuilding(plain, by: before.joined(separator: " ")),
                    isTransactional: true,
                    lock: "\(Self.writers), while every row is copied; readers go on", reverse: []))
        }
        return (steps, [])
    }
}
