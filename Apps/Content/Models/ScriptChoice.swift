import ContentWriting
import LanguageModels

/// Which writer an installation uses, as its environment says: the model of ``LanguageModels/ModelChoice``, or none.
public enum ScriptChoice {
    /// How long a model may take for a script: five minutes of video are some 5000 tokens, and models say fifty a second.
    public static let timeout = Duration.seconds(180)

    /// The writer that an environment asks for.
    /// - Throws: a ``Lockstep/Failure`` for an administrator when something is missing or not understood.
    public static func writer(from environment: [String: String]) throws -> any ScriptModel {
        guard let model = try ModelChoice.model(from: environment, timeout: timeout) else {
            return OfflineWriter()
        }
        return ModelScriptWriter(model)
    }
}
