/// A language model that answers one question at a time.
///
/// Errors say who can do something about them: a ``Lockstep/Failure`` that is temporary may pass by itself, one that
/// needs an administrator will not. A refusal to answer is an answer (``ChatAnswer/refusal``), not an error.
public protocol ChatModel: Sendable {
    /// Asks the model.
    /// - Throws: a ``Lockstep/Failure``; `CancellationError` when the task is cancelled.
    func answer(_ question: ChatQuestion) async throws -> ChatAnswer
}
