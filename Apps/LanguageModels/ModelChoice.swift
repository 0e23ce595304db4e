import Lockstep

/// Which model an installation uses, as its environment says.
///
/// | variable | |
/// |---|---|
/// | `LOCKSTEP_LLM` | `offline` (the default), `openai` or `anthropic` |
/// | `LOCKSTEP_LLM_MODEL` | the model's name |
/// | `OPENAI_API_KEY`, `OPENAI_BASE_URL` | for `openai` and services that speak like it |
/// | `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL` | for `anthropic` |
public enum ModelChoice: String, CaseIterable, Sendable {
    /// No model: nothing is sent anywhere.
    case offline
    /// OpenAI's Chat Completions.
    case openai
    /// Anthropic's Messages.
    case anthropic

    /// The model that an environment asks for; `nil` when it asks for none.
    /// - Parameter timeout: how long one answer may take.
    /// - Throws: a ``Lockstep/Failure`` for an administrator when something is missing or not understood.
    public static func model(
        from environment: [String: String], timeout: Duration = .seconds(60)
    ) throws -> (any ChatModel)? {
        let word = environment["LOCKSTEP_LLM"].flatMap { $0.isEmpty ? nil : $0.lowercased() } ?? "offline"
        guard let choice = ModelChoice(rawValue: word) else {
            throw Failure.adminRequired(
                "LOCKSTEP_LLM must be offline, openai or anthropic.", code: "bad_model_choice")
        }
        switch choice {
        case .offline: return nil
        case .openai:
            return OpenAIChat(
                try service(
                    environment, prefix: "OPENAI", address: "https://api.openai.com", model: "gpt-4.1-mini",
                    timeout))
        case .anthropic:
            return AnthropicChat(
                try service(
                    environment, prefix: "ANTHROPIC", address: "https://api.anthropic.com",
                    model: "claude-haiku-4-5", timeout))
        }
    }

    private static func service(
        _ environment: [String: String], prefix: String, address: String, model: String, _ timeout: Duration
    ) throws -> ModelService {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let ownAddress = value("\(prefix)_BASE_URL")
        let given = value("\(prefix)_API_KEY")
        let key = given.flatMap { APIKey($0) }
        // A service of one's own may want no key; the public ones do. A key that cannot be sent is a mistake.
        guard key != nil || (given == nil && ownAddress != nil) else {
            throw Failure.adminRequired(
                "\(prefix)_API_KEY is missing or holds characters that no key has; set it, or set LOCKSTEP_LLM to "
                    + "offline.", code: "no_model_key")
        }
        return try ModelService(
            baseURL: ownAddress ?? address, model: value("LOCKSTEP_LLM_MODEL") ?? model, key: key,
            timeout: timeout)
    }
}
