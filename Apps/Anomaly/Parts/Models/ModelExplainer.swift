import LanguageModels

/// Asks a language model.
public struct ModelExplainer: Explainer {
    /// The most tokens of one explanation.
    private static let mostTokens = 1024

    /// The model that is asked.
    public let model: any ChatModel

    /// Makes the explainer.
    public init(_ model: any ChatModel) { self.model = model }

    /// Asks about one row.
    public func explain(_ row: AnomalousRow, columns: [String]) async throws -> Explanation {
        let question = ChatQuestion(
            system: Prompt.instructions, user: try Prompt(row, columns: columns).text,
            mostTokens: Self.mostTokens)
        return ModelWords.explanation(try await model.answer(question))
    }
}
