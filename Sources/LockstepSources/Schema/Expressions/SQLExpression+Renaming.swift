extension SQLExpression {
    /// The same condition after a column got another name.
    func renaming(_ old: String, to new: String) -> SQLExpression {
        func all(_ parts: [SQLExpression]) -> [SQLExpression] { parts.map { $0.renaming(old, to: new) } }
        func one(_ part: SQLExpression) -> SQLExpression { part.renaming(old, to: new) }
        return switch self {
        case .null, .text, .number, .bool: self
        case .column(let name, _): name.lowercased() == old ? .column(new, isQuoted: false) : self
        case .not(let part): .not(one(part))
        case .test(let part, let test): .test(one(part), test)
        case .cast(let part, let type): .cast(one(part), type)
        case .collate(let part, let name): .collate(one(part), name)
        case .and(let parts): .and(all(parts))
        case .or(let parts): .or(all(parts))
        case .call(let name, let parts): .call(name, all(parts))
        case .array(let parts): .array(all(parts))
        case .unknown(let parts): .unknown(all(parts))
        case .join(let parts): .join(all(parts))
        case .compare(let left, let sign, let right): .compare(one(left), sign, one(right))
        case .distinct(let left, let right): .distinct(one(left), one(right))
        case .quantified(let left, let sign, let right, let every):
            .quantified(one(left), sign, one(right), all: every)
        case .matches(let left, let right, let kind, let ignoringCase):
            .matches(one(left), one(right), kind, ignoringCase: ignoringCase)
        case .isIn(let part, let list): .isIn(one(part), all(list))
        case .between(let part, let low, let high): .between(one(part), one(low), one(high))
        case .choice(let operand, let branches, let otherwise):
            .choice(
                operand.map(one),
                branches.map { Branch(condition: one($0.condition), result: one($0.result)) },
                otherwise: otherwise.map(one))
        }
    }
}
