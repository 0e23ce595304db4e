/// Writes scripts: a language model, or the rules of ``OfflineWriter``.
public protocol ScriptModel: Sendable {
    /// Writes the script that answers a question from passages, or says why there is none.
    /// - Throws: what stands between it and an answer, such as a service that cannot be reached; `CancellationError`.
    func answer(_ request: ScriptRequest) async throws -> ScriptAnswer

    /// What the learner must be asked before a script is written; `nil` when nothing.
    /// - Throws: see ``answer(_:)``.
    func clarification(for request: ScriptRequest) async throws -> Clarification?
}

extension ScriptModel {
    /// Nothing: the rules have looked at the question before.
    public func clarification(for request: ScriptRequest) async throws -> Clarification? { nil }
}

/// What a script is written from.
public struct ScriptRequest: Hashable, Sendable {
    /// The question.
    public let question: Question
    /// The passages that may be used and cited, best first.
    public let passages: [RankedPassage]
    /// How many seconds the video should take, roughly.
    public let seconds: Double

    /// Makes a request.
    /// - Parameter seconds: between 20 and 300; what lies outside is brought inside.
    public init(question: Question, passages: [RankedPassage], seconds: Double = 75) {
        self.question = question
        self.passages = passages
        self.seconds = min(300, max(20, seconds))
    }
}

/// What a writer answers.
public enum ScriptAnswer: Hashable, Sendable {
    /// The script.
    case script(Script)
    /// The question is too vague, or the passages do not answer it; the learner must be asked.
    case clarification(Clarification)
    /// The writer will not write it, and says why.
    case refused(String)
}
