import Lockstep

/// A session as its table shows it: thirteen fields, and nothing that takes another question to the database.
public struct SessionRecord: Codable, Hashable, Sendable {
    /// Its id, a UUID; the job's too.
    public var id: JobID
    /// The user whom it belongs to.
    public var jiraUserID: String
    /// What the user is called.
    public var jiraDisplayName: String
    /// The site; `nil` until it is given.
    public var siteName: String?
    /// What the site is about.
    public var siteDescription: String?
    /// The project that tickets go to; `nil` until the review.
    public var jiraProjectKey: String?
    /// Which language model drafts; `nil` for the rules.
    public var llmProviderChoice: ProviderChoice?
    /// How far it is.
    public var currentStage: SessionStage
    /// What goes on there.
    public var status: SessionStatus
    /// How many tickets were drafted.
    public var totalTicketsGenerated: Int
    /// When it began.
    public var createdAt: Timestamp
    /// When anything of it changed last.
    public var updatedAt: Timestamp
    /// When it was completed.
    public var completedAt: Timestamp?

    /// The language models that may be chosen.
    public enum ProviderChoice: String, Codable, Hashable, Sendable, CaseIterable {
        case openai, anthropic
    }

    /// For so long after it was touched a session can be recovered.
    public static let recoveryWindow = Duration.seconds(7 * 86_400)

    private enum CodingKeys: String, CodingKey {
        case id
        case jiraUserID = "jira_user_id"
        case jiraDisplayName = "jira_display_name"
        case siteName = "site_name"
        case siteDescription = "site_description"
        case jiraProjectKey = "jira_project_key"
        case llmProviderChoice = "llm_provider_choice"
        case currentStage = "current_stage"
        case status
        case totalTicketsGenerated = "total_tickets_generated"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case completedAt = "completed_at"
    }

    /// Why a session cannot go to a stage; `nil` when it can: to the next one only.
    public func obstacle(to stage: SessionStage) -> String? {
        currentStage.next == stage
            ? nil : "Cannot transition from \(currentStage.rawValue) to \(stage.rawValue)"
    }

    /// Whether a session can go to a stage.
    public func canTransition(to stage: SessionStage) -> Bool { obstacle(to: stage) == nil }

    /// Whether it can be taken up again: it is not completed and was touched within seven days, to the microsecond.
    public func isRecoverable(at now: Timestamp) -> Bool {
        status != .completed && now - updatedAt <= Self.recoveryWindow
    }

    /// The direct columns alone, by their names, as JSON has them.
    public var dictionary: [String: JSONValue] {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        func time(_ value: Timestamp?) -> JSONValue { value.map { .string("\($0)") } ?? .null }
        return [
            "id": .string(id.text), "jira_user_id": .string(jiraUserID),
            "jira_display_name": .string(jiraDisplayName), "site_name": text(siteName),
            "site_description": text(siteDescription), "jira_project_key": text(jiraProjectKey),
            "llm_provider_choice": text(llmProviderChoice?.rawValue),
            "current_stage": .string(currentStage.rawValue), "status": .string(status.rawValue),
            "total_tickets_generated": .integer(Int64(totalTicketsGenerated)), "created_at": time(createdAt),
            "updated_at": time(updatedAt), "completed_at": time(completedAt),
        ]
    }
}
