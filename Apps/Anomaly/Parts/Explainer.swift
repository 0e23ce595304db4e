/// Puts into words why a row does not fit.
///
/// Errors say who can do something about them: a ``Lockstep/Failure`` that is temporary is tried again, one
/// that needs an administrator parks the triage. A refusal to answer about one row is no error.
public protocol Explainer: Sendable {
    /// Explains one row.
    /// - Parameter columns: the names of the table's columns, in the order of the row's cells.
    func explain(_ row: AnomalousRow, columns: [String]) async throws -> Explanation
}

/// What an explainer has to say about a row.
public enum Explanation: Hashable, Sendable {
    /// Sentences for people.
    case text(String)
    /// The explainer does not want to answer, and why.
    case refused(String)

    /// The sentences, if there are any.
    var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The reason of a refusal, if it is one.
    var refusal: String? { if case .refused(let reason) = self { reason } else { nil } }
}
