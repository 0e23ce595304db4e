import LanguageModels
import Lockstep
import ModelSupport
import Synchronization
import Testing
import TicketDrafting
import TicketServices

@Suite struct DrafterChoiceTests {
    private static func model(_ choice: DrafterChoice, _ provider: String) throws -> any ChatModel {
        try #require(try choice.drafter(for: provider) as? ModelDrafter).model
    }

    private static func failure(_ choice: DrafterChoice, _ provider: String) throws -> Failure {
        let failure = try #require(throws: Failure.self) { try choice.drafter(for: provider) }
        #expect(failure.message.hasSuffix("."))
        return failure
    }

    @Test func withoutKeysTheRulesDraft() throws {
        let choice = DrafterChoice(environment: ["OPENAI_API_KEY": ""])
        #expect(choice.available == ["offline"])
        #expect(try choice.drafter(for: nil) is OfflineDrafter)
        #expect(try choice.drafter(for: "offline") is OfflineDrafter)
        for (provider, variable) in [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")] {
            let failure = try Self.failure(choice, provider)
            #expect(failure.audience == .adminRequired && failure.code == "no_model_key")
            #expect(failure.message.contains(variable))
        }
    }

    @Test func keysMakeProviders() throws {
        let choice = DrafterChoice(environment: ["OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2"])
        #expect(choice.available == ["offline", "openai", "anthropic"])
        #expect(try Self.model(choice, "openai") is OpenAIChat)
        #expect(try Self.model(choice, "anthropic") is AnthropicChat)
        #expect(try choice.drafter(for: nil) is OfflineDrafter)
        // A service of one's own may want no key.
        let own = DrafterChoice(environment: ["OPENAI_BASE_URL": "http://127.0.0.1:1"])
        #expect(own.available == ["offline", "openai"])
    }

    @Test func nobodyElseIsAProvider() throws {
        let failure = try Self.failure(DrafterChoice(environment: ["ANTHROPIC_API_KEY": "k"]), "Gemini")
        #expect(failure.audience == .userFixable && failure.code == "unknown_provider")
        #expect(failure.message.contains("offline, anthropic"))
    }

    @Test func aWrongKeyIsToldToWhoeverChoosesIt() throws {
        let choice = DrafterChoice(environment: [
            "OPENAI_API_KEY": "sk secret", "ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "ftp://host",
        ])
        #expect(choice.available == ["offline"])
        let key = try Self.failure(choice, "openai")
        #expect(key.audience == .adminRequired && !key.message.contains("secret"))
        #expect(try Self.failure(choice, "anthropic").code == "bad_model_address")
    }

    /// Which model is asked for, as the wire tells.
    private static func name(_ provider: String, _ more: [String: String]) async throws -> String? {
        let wire = provider == "openai" ? Wire.openai : .anthropic
        let server = try ModelServer(wire, [.refuses("No.")])
        let prefix = provider.uppercased()
        try await server.serving { address in
            let environment = ["\(prefix)_API_KEY": ModelServer.key, "\(prefix)_BASE_URL": address].merging(
                more
            ) { $1 }
            let model = try Self.model(DrafterChoice(environment: environment), provider)
            _ = try await model.answer(ChatQuestion(system: "s", user: "u", mostTokens: 10))
        }
        return server.requests.first?.body["model"]?.text
    }

    @Test func theModelsNameIsThatOfItsService() async throws {
        let other = ["ANTHROPIC_API_KEY": "k", "LOCKSTEP_LLM_MODEL": "mine"]
        #expect(try await Self.name("openai", ["LOCKSTEP_LLM_MODEL": "mine"]) == "mine")
        #expect(try await Self.name("openai", other) == "gpt-4.1-mini")
        #expect(try await Self.name("openai", other.merging(["LOCKSTEP_LLM": "OpenAI"]) { $1 }) == "mine")
        #expect(
            try await Self.name("openai", other.merging(["LOCKSTEP_LLM": "anthropic"]) { $1 })
                == "gpt-4.1-mini")
        #expect(
            try await Self.name("anthropic", ["LOCKSTEP_LLM": "offline", "LOCKSTEP_LLM_MODEL": "mine"])
                == "mine")
    }

    private struct Mute: ChatModel {
        func answer(_ question: ChatQuestion) async throws -> ChatAnswer { ChatAnswer("") }
    }

    @Test func modelsCanBeGiven() throws {
        let choice = DrafterChoice(models: ["openai": Mute(), "other": Mute()])
        #expect(choice.available == ["offline", "openai"])
        #expect(try Self.model(choice, "openai") is Mute)
        #expect(try Self.failure(choice, "other").code == "unknown_provider")
    }
}
