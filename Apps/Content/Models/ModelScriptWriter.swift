import ContentWriting
import Foundation
import LanguageModels
import Lockstep

/// Has a language model write scripts.
///
/// What the model says is a draft and nothing more: it becomes a script only when ``ContentWriting/Script`` accepts it,
/// which cites none but the passages that the model was given. A draft that is not accepted is a temporary failure: the
/// next attempt may bring a better one, and attempts are counted.
public struct ModelScriptWriter: ScriptModel {
    /// The model that is asked.
    public let model: any ChatModel

    /// Makes the writer.
    public init(_ model: any ChatModel) { self.model = model }

    /// Asks the model for a script.
    /// - Throws: a ``Lockstep/Failure``: the model's own, or a temporary one when its answer is no script;
    ///   `CancellationError`.
    public func answer(_ request: ScriptRequest) async throws -> ScriptAnswer {
        // There is nothing that a script could cite, so that nobody need be asked.
        guard !request.passages.isEmpty else { return .clarification(.nothingFound(for: request.question)) }
        let answer = try await model.answer(
            ChatQuestion(
                system: ScriptPrompt.instructions, user: try ScriptPrompt(request).text,
                mostTokens: Self.mostTokens(request)))
        if let refusal = answer.refusal { return .refused(refusal) }
        guard !answer.isCut else {
            throw Failure.temporary(
                "The model's script reached the limit of its length before it ended.", code: "script_cut")
        }
        do {
            return try ScriptPrompt.answer(Self.object(in: answer.text), to: request)
        } catch let error as ScriptError {
            throw Failure.temporary(
                "The model's script cannot be used: \(error).", code: "script_refused")
        } catch is DecodingError {
            throw Failure.temporary(
                "The model's answer is neither a script nor questions for the learner.",
                code: "script_nonsense")
        }
    }

    /// Asks the model whether the question is clear. Only what it asks in words counts: a refusal, or an answer that is
    /// something else, is no reason to ask anybody back, and the script will show it.
    /// - Throws: the model's ``Lockstep/Failure``; `CancellationError`.
    public func clarification(for request: ScriptRequest) async throws -> Clarification? {
        let answer = try await model.answer(
            ChatQuestion(
                system: ScriptPrompt.checking, user: try ScriptPrompt(request).text, mostTokens: 2048))
        guard answer.refusal == nil, !answer.isCut else { return nil }
        do {
            return try ScriptPrompt.clarification(Self.object(in: answer.text))
        } catch {
            return nil
        }
    }

    /// The most tokens of an answer: a word of English is less than two, and its citations and JSON at most as much
    /// again; what is left is for models that think before they answer.
    private static func mostTokens(_ request: ScriptRequest) -> Int {
        2048 + Int(request.seconds / 60 * 150) * 4
    }

    /// The JSON object of an answer: models put it between marks of code, or a sentence before it, whatever they are
    /// told.
    private static func object(in text: String) -> Data {
        guard let first = text.firstIndex(of: "{"), let last = text.lastIndex(of: "}"), first < last else {
            return Data(text.utf8)
        }
        return Data(text[first...last].utf8)
    }
}
