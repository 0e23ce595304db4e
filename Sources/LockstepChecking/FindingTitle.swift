import LockstepSources

extension SourceFinding.Class {
    /// What the class is about, in a few words.
    public var title: String {
        switch self {
        case .d1: "the database refuses a status that code declares or writes"
        case .d2: "the database accepts a status that nobody declared"
        case .d3: "rows hold a status that nobody declared"
        case .d4: "code names a status that nobody declared"
        case .d5: "nothing constrains the column"
        case .d6: "the constraint is not validated or not enforced"
        case .d7: "the trigger that guards moves is missing, disabled or another"
        case .d8: "the trigger that guards moves can be bypassed"
        case .d9: "the column's default is no initial status"
        case .d10: "copies of the names differ"
        case .d11: "the column takes NULL, or rows differ only in how a status is written"
        case .d12: "statuses are compared by an order that is not theirs"
        case .d13: "rows are past their deadline, or cannot leave their status"
        case .d14: "a live worker knows an older declaration"
        case .d15: "the history holds a move that nobody declared"
        }
    }
}
