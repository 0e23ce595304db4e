import Lockstep
import TicketDrafting
import TicketExport

/// What the application needs from elsewhere: somebody who drafts, and a Jira.
public struct SessionServices: Sendable {
    /// Who drafts, for a choice of a language model; by rules without one. It throws a ``Lockstep/Failure`` when there is
    /// no such model here.
    public var drafter: @Sendable (SessionRecord.ProviderChoice?) throws -> any TicketDrafter
    /// The Jira that tickets go to; `nil` for none.
    public var jira: JiraConnection?
    /// How long the parts of an export take at most.
    public var times: ExportTimes

    /// Services.
    public init(
        jira: JiraConnection? = nil, times: ExportTimes = .standard,
        drafter: @escaping @Sendable (SessionRecord.ProviderChoice?) throws -> any TicketDrafter =
            SessionServices.byRules
    ) {
        self.jira = jira
        self.times = times
        self.drafter = drafter
    }

    /// Drafts by rules, whatever was chosen is not there.
    public static let byRules: @Sendable (SessionRecord.ProviderChoice?) throws -> any TicketDrafter = {
        choice in
        guard let choice else { return OfflineDrafter() }
        throw Failure.adminRequired(
            "this server has no key for \(choice.rawValue); set one, or leave the choice out to draft by rules",
            code: "no_model")
    }
}

/// A Jira site, and how to get there.
public struct JiraConnection: Sendable {
    /// Sends requests to it.
    public var transport: any JiraTransport
    /// The address of an issue's page, by its key.
    public var page: @Sendable (String) -> String

    /// A connection.
    public init(_ transport: any JiraTransport, page: @escaping @Sendable (String) -> String) {
        self.transport = transport
        self.page = page
    }
}
