/// How far a session is: one dimension of what its callers know.
public enum SessionStage: String, Codable, Hashable, Sendable, CaseIterable {
    case siteInfoCollection = "site_info_collection"
    case upload, processing, review
    case jiraExport = "jira_export"
    case completed

    /// The only stage that follows; `nil` for the last.
    public var next: SessionStage? {
        guard let place = Self.allCases.firstIndex(of: self) else { return nil }
        return Self.allCases.dropFirst(place + 1).first
    }

    /// Words for people.
    public var displayName: String {
        switch self {
        case .siteInfoCollection: "Site information"
        case .upload: "File upload"
        case .processing: "Drafting tickets"
        case .review: "Review"
        case .jiraExport: "Export to Jira"
        case .completed: "Completed"
        }
    }
}

/// What goes on in a stage: the other dimension.
public enum SessionStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case active, exporting, failed, completed
}
