import Lockstep
import Logging
import TicketExport
import TicketServices
import Tickets

/// Who drafts tickets and where they go, as an installation's environment says: see `DrafterChoice` and `JiraSite`.
enum TicketChoice {
    /// - Parameter patience: how long it takes until a call is over for certain whose outcome is not known; that of
    ///   `ExportTimes` when it is `nil`. A test has a Jira on this machine, and no minutes.
    static func services(
        from environment: [String: String], patience: Duration? = nil, logger: Logger
    ) throws -> SessionServices {
        let times = patience.map {
            ExportTimes(send: $0 / 4, call: $0 / 2, settled: $0, indexed: ExportTimes.standard.indexed)
        }
        let drafters = DrafterChoice(environment: environment, logger: logger)
        let jira = try JiraSite.read(environment).map { site in
            JiraConnection(HTTPJira(site, times: times ?? .standard, logger: logger)) { site.page(of: $0) }
        }
        return SessionServices(jira: jira, times: times ?? .standard) {
            try drafters.drafter(for: $0?.rawValue)
        }
    }
}
