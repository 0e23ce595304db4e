import LanguageModels
import Lockstep
import Logging
import TicketDrafting

/// Which drafters an installation has, of which each session takes one: the rules, and the models whose keys its
/// environment holds, in the variables of ``LanguageModels/ModelChoice``.
///
/// `LOCKSTEP_LLM_MODEL` names the model of the service that `LOCKSTEP_LLM` names, or else of the only one that there
/// is; the other one is asked for its usual model.
public struct DrafterChoice: Sendable {
    /// The word for drafting without a model.
    public static let offline = "offline"
    /// The models that a session can choose from.
    public static let providers = ["openai", "anthropic"]
    /// How long a model may take for one part of a draft: it has some 10,000 tokens, and models say fifty a second.
    public static let timeout = Duration.seconds(240)

    private let models: [String: Result<any ChatModel, Failure>]
    private let logger: Logger

    /// Makes a choice of models.
    /// - Parameter models: by provider; others than ``providers`` are left out.
    public init(models: [String: any ChatModel], logger: Logger = Logger(label: "tickets.drafting")) {
        self.models = models.filter { Self.providers.contains($0.key) }.mapValues { .success($0) }
        self.logger = logger
    }

    /// Makes the choice that an environment gives. What is wrong in it is told to whoever chooses it.
    public init(environment: [String: String], logger: Logger = Logger(label: "tickets.drafting")) {
        self.logger = logger
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let present = Self.providers.filter {
            value("\($0.uppercased())_API_KEY") != nil || value("\($0.uppercased())_BASE_URL") != nil
        }
        let named = value("LOCKSTEP_LLM")?.lowercased()
        var models: [String: Result<any ChatModel, Failure>] = [:]
        for provider in present {
            var own = environment
            own["LOCKSTEP_LLM"] = provider
            let isNamed = named.map(Self.providers.contains) == true ? named == provider : present.count == 1
            if !isNamed { own["LOCKSTEP_LLM_MODEL"] = nil }
            models[provider] = Self.model(own)
        }
        self.models = models
    }

    private static func model(_ environment: [String: String]) -> Result<any ChatModel, Failure>? {
        do {
            return try ModelChoice.model(from: environment, timeout: timeout).map { .success($0) }
        } catch let failure as Failure {
            return .failure(failure)
        } catch {
            return .failure(.adminRequired("The model cannot be used: \(error).", code: "bad_model_choice"))
        }
    }

    /// The drafters that can be chosen: ``offline``, and the providers that are set up.
    public var available: [String] {
        [Self.offline]
            + Self.providers.filter { if case .success = models[$0] { true } else { false } }
    }

    /// The drafter of a session's choice.
    /// - Parameter provider: one of ``providers``; `nil` and ``offline`` draft by rules.
    /// - Throws: a ``Lockstep/Failure``: for an administrator when the provider is not set up, or set up wrongly; for the
    ///   user when there is no such provider.
    public func drafter(for provider: String?) throws(Failure) -> any TicketDrafter {
        guard let provider, provider != Self.offline else { return OfflineDrafter() }
        guard Self.providers.contains(provider) else {
            throw .userFixable(
                "There is no provider of that name; choose one of \(available.joined(separator: ", ")).",
                code: "unknown_provider")
        }
        switch models[provider] {
        case .success(let model): return ModelDrafter(model, logger: logger)
        case .failure(let failure): throw failure
        case nil:
            throw .adminRequired(
                "Drafting by \(provider) needs \(provider.uppercased())_API_KEY, which is not set; set it, or draft by "
                    + "\(available.joined(separator: " or ")).", code: "no_model_key")
        }
    }
}
