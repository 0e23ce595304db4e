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
            case .mongoValidator: "validator"
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
        case (.check, .sqlite): "CHECK constraint failed: \(column.constraint ?? column.column)"
        case (.check, .mysql): "Check constraint '\(checkName)' is violated (MySQL 3819)"
        case (.mongoValidator, _): "Document failed validation (MongoDB 121)"
        case (.apiSchema, _): "a refusal by whatever validates requests against the API schema"
        default:
            "new row for relation \"\(column.table)\" violates check constraint \"\(checkName)\" (SQLSTATE 23514)"
        }
    }

    private var checkName: String { column.constraint ?? "\(column.table)_\(column.column)_check" }

    /// What to write instead, where something is near, and the statement that lets the value in.
    /// - Parameter near: the value that was probably meant.
    func fix(_ value: String, near: String? = nil) -> String {
        near.map { "Write ‘\($0)’. " + statement(value) } ?? statement(value)
    }

    private func statement(_ value: String) -> String {
        let text = "'" + value.replacing("'", with: "''") + "'"
        let all = ((column.accepted ?? []) + [value]).map { "'" + $0.replacing("'", with: "''") + "'" }
            .joined(separator: ", ")
        return switch (column.kind, column.dialect) {
        case (.declared, _): "If it is meant, declare it in \(column.place.file)."
        case (.nativeEnum(let type?), _):
            "If it is meant, add it in a migration of its own, outside a transaction: ALTER TYPE \(type) ADD VALUE IF NOT EXISTS \(text);"
        case (.nativeEnum(nil), _):
            "If it is meant, widen the column: ALTER TABLE \(column.table) MODIFY \(column.column) ENUM(\(all));"
        case (.check, .sqlite):
            "If it is meant, rebuild the table with CHECK (\(column.column) IN (\(all))): SQLite cannot change a CHECK in place."
        case (.check, _):
            "If it is meant: ALTER TABLE \(column.table) DROP CONSTRAINT \(checkName), ADD CONSTRAINT \(checkName) CHECK (\(column.column) IN (\(all))) NOT VALID; then VALIDATE CONSTRAINT \(checkName) by itself."
        default: "If it is meant, add \(text) to what \(title) accepts."
        }
    }
}
