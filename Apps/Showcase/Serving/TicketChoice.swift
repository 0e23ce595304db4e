import Lockstep
import Logging
import TicketServices
import Tickets

/// Who drafts tickets and where they go, as an installation's environment says: see `DrafterChoice` and `JiraSite`.
enum TicketChoice {
    static func services(from environment: [String: String], logger: Logger) throws -> SessionServices {
        let drafters = DrafterChoice(environment: environment, logger: logger)
        let jira = try JiraSite.read(environment).map { site in
            JiraConnection(HTTPJira(site, logger: logger)) { site.page(of: $0) }
        }
        return SessionServices(jira: jira) { try drafters.drafter(for: $0?.rawValue) }
    }
}
