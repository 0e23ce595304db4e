import LockstepDrift

/// A plan for programs.
struct GuardDocument: Encodable {
    struct Step: Encodable {
        let kind: String
        let title: String
        let statements: [String]
        let isTransactional: Bool
        let lock: String
        let reverse: [String]

        init(_ step: GuardPlan.Step) {
            kind = step.kind.rawValue
            title = step.title
            statements = step.statements
            isTransactional = step.isTransactional
            lock = step.lock
            reverse = step.reverse
        }

        enum CodingKeys: String, CodingKey {
            case kind, title, statements, lock, reverse
            case isTransactional = "transactional"
        }
    }

    struct Repair: Encodable {
        let value: String?
        let count: Int64
        let suggestion: String?
        let statement: String

        init(_ repair: GuardPlan.Repair) {
            value = repair.value
            count = repair.count
            suggestion = repair.suggestion
            statement = repair.statement
        }
    }

    let column: String
    let steps: [Step]
    let repairs: [Repair]
    let notes: [String]
    /// The kinds of the steps that were carried out; nil where nothing was to be.
    let applied: [String]?

    init(_ plan: GuardPlan, applied: [GuardPlan.Step]?) {
        column = plan.place
        steps = plan.steps.map(Step.init)
        repairs = plan.repairs.map(Repair.init)
        notes = plan.notes
        self.applied = applied.map { $0.map(\.kind.rawValue) }
    }
}
