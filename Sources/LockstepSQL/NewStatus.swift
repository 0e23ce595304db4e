import Lockstep

/// What the triggers give a job that plain SQL put into a status, as functions of `new.status`: equal in all dialects but
/// for how they say the time and an absent number.
package struct NewStatus {
    private let definition: Definition
    private let now: String
    private let noDeadline: String

    /// - Parameters:
    ///   - now: the present time in microseconds, as SQL.
    ///   - noDeadline: what stands where a status has no time limit.
    package init(_ definition: Definition, now: String, noDeadline: String = "NULL") {
        self.definition = definition
        self.now = now
        self.noDeadline = noDeadline
    }

    /// When the status ends by itself.
    package var deadline: String {
        cases { rule in rule.limit.microseconds.map { "\(now) + \($0)" } ?? noDeadline }
    }

    /// When the job ended, if the status is an end.
    package var ended: String { cases { $0.kind.isEnd ? "coalesce(old.ended_at, \(now))" : "NULL" } }

    /// The progress, which a queue and a wait reset and a success completes.
    package var progress: String {
        cases { rule in
            switch rule.kind {
            case .queue, .wait: "0"
            case .success: "100"
            default: "progress"
            }
        }
    }

    private func cases(_ value: (StatusRule) -> String) -> String {
        let cases = definition.names.compactMap { name in
            definition.rule(for: name).map { "WHEN \(SQLText.literal(name)) THEN \(value($0))" }
        }
        return "CASE new.status \(cases.joined(separator: " ")) END"
    }
}
