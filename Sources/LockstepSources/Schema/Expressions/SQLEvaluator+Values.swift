import Foundation

extension SQLEvaluator {
    /// The value of an expression; nil where it may be any.
    func compute(_ expression: SQLExpression) -> SQLScalar? {
        switch expression {
        case .null: return .null
        case .text(let text): return .text(text)
        case .number(let number): return .number(number)
        case .bool(let bool): return .bool(bool)
        case .column(let name, let isQuoted):
            if name.lowercased() == column { return value }
            if isQuoted, dialect == .sqlite || dialect == .mysql, !names.contains(name.lowercased()) {
                return .text(name)
            }
            return nil
        case .cast(let part, let type): return cast(compute(part), to: type)
        case .collate(let part, _): return compute(part)
        case .join(let parts): return join(parts)
        case .choice(let operand, let branches, let otherwise): return choose(operand, branches, otherwise)
        case .array(let parts):
            let values = parts.map(compute)
            return values.contains(nil) ? nil : .array(values.compactMap { $0 })
        case .call(let name, let arguments): return call(name, arguments)
        case .unknown: return nil
        default:
            switch truth(expression) {
            case .yes: return .bool(true)
            case .no: return .bool(false)
            case .null: return .null
            default: return nil
            }
        }
    }

    private func cast(_ value: SQLScalar?, to type: String) -> SQLScalar? {
        guard let value, value != .null else { return value }
        let base = type.prefix { $0 != "(" }
        guard case .text(let text) = value else { return base.hasSuffix("[]") ? value : nil }
        switch base {
        case "text", "varchar", "citext", "nvarchar", "string", "name": break
        case "char", "character", "bpchar": return nil
        default:
            // A cast to an ENUM or a domain keeps the text; to a number, a time or JSON it does not.
            if SQLTypeKind(String(base)) != .named { return nil }
        }
        if let open = type.firstIndex(of: "("), let most = Int(type[type.index(after: open)...].dropLast()) {
            return .text(String(text.prefix(most)))
        }
        return value
    }

    private func join(_ parts: [SQLExpression]) -> SQLScalar? {
        let values = parts.map(compute)
        if values.contains(.null) { return .null }
        var text = ""
        for value in values {
            guard case .text(let part) = value else { return nil }
            text += part
        }
        return .text(text)
    }

    private func choose(
        _ operand: SQLExpression?, _ branches: [SQLExpression.Branch], _ otherwise: SQLExpression?
    ) -> SQLScalar? {
        var results: [SQLScalar?] = []
        for branch in branches {
            let truth =
                operand.map { self.truth(.compare($0, .equal, branch.condition)) }
                ?? self.truth(branch.condition)
            if truth.contains(.yes) { results.append(compute(branch.result)) }
            if truth == .yes { return agreed(results) }
        }
        results.append(otherwise.map(compute) ?? .null)
        return agreed(results)
    }

    private func agreed(_ results: [SQLScalar?]) -> SQLScalar? {
        guard let first = results.first, results.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private func call(_ name: String, _ arguments: [SQLExpression]) -> SQLScalar? {
        let values = arguments.map(compute)
        if name == "coalesce" || name == "ifnull" { return coalesce(values) }
        if name == "nullif", values.count == 2, let first = values[0], let second = values[1] {
            return first == second ? .null : first
        }
        if name == "iif" || name == "if", arguments.count == 3 {
            return choose(
                nil, [SQLExpression.Branch(condition: arguments[0], result: arguments[1])], arguments[2])
        }
        guard let first = values.first, let first else { return nil }
        if name == "typeof", dialect == .sqlite, first == .null { return .text("null") }
        if first == .null { return Self.strict.contains(name) ? .null : nil }
        guard case .text(let text) = first else { return nil }
        if name == "array_length" || name == "instr" { return nil }
        guard arguments.count == 1 else { return nil }
        switch name {
        case "lower", "lcase":
            return .text(dialect == .sqlite ? ascii(text) { $0.lowercased() } : text.lowercased())
        case "upper", "ucase":
            return .text(dialect == .sqlite ? ascii(text) { $0.uppercased() } : text.uppercased())
        case "trim", "btrim": return .text(text.trimmingCharacters(in: CharacterSet(charactersIn: " ")))
        case "ltrim": return .text(String(text.drop { $0 == " " }))
        case "rtrim": return .text(String(text.reversed().drop { $0 == " " }.reversed()))
        case "length", "char_length", "character_length": return .number(Double(text.unicodeScalars.count))
        case "octet_length": return .number(Double(text.utf8.count))
        case "typeof" where dialect == .sqlite: return .text("text")
        default: return nil
        }
    }

    /// Functions that give NULL for NULL.
    private static let strict: Set<String> = [
        "lower", "lcase", "upper", "ucase", "trim", "btrim", "ltrim", "rtrim", "length", "char_length",
        "character_length", "octet_length",
    ]

    private func coalesce(_ values: [SQLScalar?]) -> SQLScalar? {
        for value in values {
            guard let value else { return nil }
            if value != .null { return value }
        }
        return .null
    }

    /// SQLite's own functions change ASCII letters only.
    private func ascii(_ text: String, _ change: (Character) -> String) -> String {
        text.reduce(into: "") { $0 += $1.isASCII ? change($1) : String($1) }
    }
}
