/// What a statement does to the transaction it runs in: only this says, when a connection breaks, whether what was
/// sent may have been committed.
enum PGTransactionEffect: Sendable {
    case begins
    case commits
    case undoes
    case none

    /// Looks at the first words.
    init(of text: String) {
        let words = text.prefix(64).uppercased().split { $0.isWhitespace || $0 == ";" }
        switch words.first {
        case "BEGIN": self = .begins
        case "START" where words.dropFirst().first == "TRANSACTION": self = .begins
        case "COMMIT", "END": self = .commits
        case "PREPARE" where words.dropFirst().first == "TRANSACTION": self = .commits
        // What stands behind a comment is not looked for: the worst is assumed.
        case let first? where first.hasPrefix("--") || first.hasPrefix("/*"): self = .commits
        case "ROLLBACK", "ABORT": self = words.contains("TO") ? .none : .undoes
        default: self = .none
        }
    }

    /// Whether carrying these out one after the other may commit something.
    /// - Parameter isInTransaction: whether a transaction is open before the first.
    static func mayCommit(_ effects: some Sequence<PGTransactionEffect>, isInTransaction: Bool) -> Bool {
        var isOpen = isInTransaction
        for effect in effects {
            switch effect {
            case .begins: isOpen = true
            case .commits: return true
            case .undoes: isOpen = false
            case .none: if !isOpen { return true }
            }
        }
        return false
    }
}
