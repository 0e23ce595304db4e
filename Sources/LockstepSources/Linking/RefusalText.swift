/// What a database says to a value that a column refuses, and the migration that would let it in.
struct RefusalText {
    let column: SchemaColumn

    /// `column orders.status (CHECK orders_status_check)`.
    var title: String {
        let rule =
            switch column.kind {
            case .nativeEnum(let type): type.map { "ENUM \($0)" } ?? "ENUM"
            case .check: column.constraint.map { "CHECK \($0)" } ?? "CHECK"
            case .domain(let type): "domain \(type)"
            case .partitions: "the bounds of its partitions"
            case .apiSchema: "API schema"
            case .mongoValidator: column.origin.kind == .mongoose ? "Mongoose schema" : "validator"
            case .declared: "declared in \(column.place.file)"
            case .text, .other: column.type
            }
        return "\(column.table).\(column.column) (\(rule))"
    }

    /// What becomes of a write, behind "which": `orders.status (…) refuses: the first write gets ‘…’`.
    func verdict(_ value: String) -> String {
        if column.kind == .declared {
            return "\(title) does not hold: nothing refuses the write, and no reader knows the status"
        }
        return "\(title) refuses: the first write gets ‘\(error(value))’"
    }

    /// What the first write of the value gets.
    func error(_ value: String) -> String {
        switch (column.kind, column.dialect) {
        // Only PostgreSQL's have a name of their own.
        case (.nativeEnum(let type?), _):
            "invalid input value for enum \(type): \"\(value)\" (SQLSTATE 22P02)"
        case (.nativeEnum(nil), _): "Data truncated for column '\(column.column)' (MySQL 1265)"
        case (.domain(let type), _): "value for domain \(type) violates check constraint (SQLSTATE 23514)"
        case (.partitions, _): "no partition of relation \"\(column.table)\" found for row (SQLSTATE 23514)"
        case (.check, .sqlite): "CHECK constraint failed: \(saidBySQLite(value))"
        case (.check, .mysql): "Check constraint '\(checkName(value))' is violated (MySQL 3819)"
        case (.mongoValidator, _) where column.origin.kind == .mongoose:
            "`\(value)` is not a valid enum value for path `\(column.column)`."
        case (.mongoValidator, _): "Document failed validation (MongoDB 121)"
        case (.apiSchema, _): "a refusal by whatever validates requests against the API schema"
        default:
            "new row for relation \"\(column.table)\" violates check constraint \"\(checkName(value))\" (SQLSTATE 23514)"
        }
    }

    /// SQLite calls a CHECK without a name by its text, which is not kept word for word.
    private func saidBySQLite(_ value: String) -> String {
        guard let check = column.refusing(value).first else { return column.constraint ?? column.column }
        return check.isNamed ? check.name ?? column.column : "\(column.column) …"
    }

    private func checkName(_ value: String) -> String { refusing(value) ?? checkName(column.constraint) }

    private func checkName(_ name: String?) -> String {
        name ?? "\(column.table)_\(column.column)_check"
    }

    /// The CHECK that a write of the value hears of.
    private func refusing(_ value: String) -> String? {
        column.refusing(value).first?.name ?? column.constraint
    }

    /// What to do instead, where something is better, and the statement that lets the value in.
    /// - Parameters:
    ///   - instead: what is better.
    ///   - before: the value that follows it in the order of the code.
    ///   - all: everything that the column refuses and code needs: a list that is written anew names all of it.
    func fix(_ value: String, instead: String?, before: String?, among all: [String]) -> String {
        let statement = statement(value, before, all)
        return instead.map { "\($0) \(statement)" } ?? statement
    }

    private func statement(_ value: String, _ before: String?, _ missing: [String]) -> String {
        let text = Self.quoted(value)
        let all = ((column.accepted ?? []) + missing).map(Self.quoted).joined(separator: ", ")
        return switch (column.kind, column.dialect) {
        case (.declared, _): "If it is meant, declare it in \(column.place.file)."
        case (.nativeEnum(let type?), _):
            "If it is meant, add it in a migration of its own, outside a transaction: ALTER TYPE \(type) ADD VALUE IF NOT EXISTS \(text)\(before.map { " BEFORE \(Self.quoted($0))" } ?? "");"
        case (.nativeEnum(nil), _):
            "If it is meant, widen the column: ALTER TABLE \(column.table) MODIFY \(column.column) ENUM(\(all));"
        case (.check, .sqlite):
            "If it is meant, rebuild the table with CHECK (\(column.column) IN (\(all))): SQLite cannot change a CHECK in place."
        case (.check, _): check(value, missing)
        case (.mongoValidator, _) where column.origin.kind == .mongoose:
            "If it is meant, add \(text) to the list in \(column.place)."
        case (.mongoValidator, _):
            "If it is meant, add \(text) to the list in \(column.place) and give it to the database with collMod."
        case (.apiSchema, _): "If it is meant, add \(text) to the list in \(column.place)."
        default: "If it is meant, add \(text) to what \(title) accepts."
        }
    }

    /// Every CHECK that refuses the value has to let it in.
    private func check(_ value: String, _ missing: [String]) -> String {
        var refusing = column.refusing(value)
        if refusing.isEmpty {
            refusing = [
                RefusingCheck(
                    name: column.constraint, isNamed: true, place: column.place,
                    accepted: column.accepted ?? [], others: [])
            ]
        }
        let lists = refusing.compactMap { check in check.accepted.map { (checkName(check.name), $0) } }
        var steps: [String] = []
        if !lists.isEmpty {
            let changes = lists.map { name, known in
                let all = known + missing.filter { !known.contains($0) }
                let list = all.map(Self.quoted).joined(separator: ", ")
                return
                    "DROP CONSTRAINT \(name), ADD CONSTRAINT \(name) CHECK (\(column.column) IN (\(list))) NOT VALID"
            }
            steps.append("ALTER TABLE \(column.table) \(changes.joined(separator: ", "));")
            steps += lists.map { "then, by itself: ALTER TABLE \(column.table) VALIDATE CONSTRAINT \($0.0);" }
        }
        for check in refusing where check.accepted == nil {
            let looks =
                check.others.isEmpty
                ? "is no plain list" : "also looks at \(check.others.joined(separator: ", "))"
            steps.append(
                "\(lists.isEmpty ? "let" : "and let") it into CHECK \(checkName(check.name)) (\(check.place)), which \(looks): how is for a person to say."
            )
        }
        return "If it is meant: \(steps.joined(separator: " "))"
    }

    private static func quoted(_ value: String) -> String { "'" + value.replacing("'", with: "''") + "'" }
}
