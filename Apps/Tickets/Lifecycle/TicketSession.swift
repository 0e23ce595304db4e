import Lockstep

/// The lifecycle of a session in which somebody turns the structure of a site into tickets, over days.
///
/// Its callers know two dimensions, a stage and a status. Both are functions of the one that is declared here, so that
/// they cannot disagree.
public enum TicketSession: String, Lifecycle {
    /// The site is being described.
    case siteInfoCollection = "site_info_collection"
    /// The site's exports are being uploaded.
    case upload
    /// Tickets are being drafted.
    case processing
    /// Drafting failed; it may be tried again.
    case processingFailed = "processing_failed"
    /// People read the drafts and change them.
    case review
    /// Approved; waits for a worker.
    case jiraExport = "jira_export"
    /// The tickets are being created in Jira.
    case exporting
    /// The export failed; it may be tried again, and goes on where it was.
    case exportFailed = "export_failed"
    /// Every approved ticket is in Jira.
    case completed
    /// It was thrown away: its rows are gone, and the job goes too.
    case discarded

    /// What a session is started with: all of it is in tables of the application.
    public typealias Input = NoValue

    /// The name on every layer.
    public static let name = "tickets"
    /// A session begins with its site.
    public static let initial: Set = [siteInfoCollection]
    /// Where failures lead that no status leads elsewhere.
    public static let failure = processingFailed
    /// Where throwing a session away leads.
    public static let cancellation = discarded

    /// What holds in each status. What waits for people waits for ever: they close their laptops in between. Work has weeks,
    /// for the machine may be off as long; that it takes longer than usual is seen much sooner, by its being stuck.
    public var rules: Rules<Self> {
        switch self {
        case .siteInfoCollection:
            .waits(for: "the site", by: .person, within: .forever).moves(to: .upload).neverFails()
        case .upload:
            .waits(for: "the exports of the site", by: .person, within: .forever).moves(to: .processing)
                .neverFails()
        case .processing:
            .works(within: .days(30), stuckAfter: .minutes(30)).retries(.exponential, attempts: 6)
                .moves(to: .review).fails(to: .processingFailed)
        case .processingFailed:
            .waits(for: "another try", by: .person, within: .forever).moves(to: .processing).neverFails()
        case .review:
            .waits(for: "the approval", by: .person, within: .forever).moves(to: .jiraExport).neverFails()
        case .jiraExport: .queues(for: .exporting, within: .days(30)).fails(to: .exportFailed)
        case .exporting:
            .works(within: .days(30), stuckAfter: .hours(1)).retries(.exponential, attempts: 30)
                .moves(to: .completed).fails(to: .exportFailed)
        case .exportFailed:
            .waits(for: "another try", by: .person, within: .forever).moves(to: .jiraExport).neverFails()
        case .completed: .succeeds(keptFor: .forever)
        case .discarded: .closes(keptFor: .days(1))
        }
    }

    /// The stage and the status that callers know; `nil` where there is nothing to be seen any more.
    public var shown: (stage: SessionStage, status: SessionStatus)? {
        switch self {
        case .siteInfoCollection: (.siteInfoCollection, .active)
        case .upload: (.upload, .active)
        case .processing: (.processing, .active)
        case .processingFailed: (.processing, .failed)
        case .review: (.review, .active)
        case .jiraExport: (.jiraExport, .active)
        case .exporting: (.jiraExport, .exporting)
        case .exportFailed: (.jiraExport, .failed)
        case .completed: (.completed, .completed)
        case .discarded: nil
        }
    }
}
