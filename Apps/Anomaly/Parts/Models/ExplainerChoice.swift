import LanguageModels

/// Which explainer an installation uses, as its environment says: the model of ``LanguageModels/ModelChoice``, or none.
public enum ExplainerChoice {
    /// The explainer that an environment asks for.
    /// - Throws: a ``Lockstep/Failure`` for an administrator when something is missing or not understood.
    public static func explainer(from environment: [String: String]) throws -> any Explainer {
        guard let model = try ModelChoice.model(from: environment) else { return OfflineExplainer() }
        return ModelExplainer(model)
    }
}
