/// Makes tickets of a site: a language model, or the rules of ``OfflineDrafter``.
public protocol TicketDrafter: Sendable {
    /// Drafts one ticket for each subject, in their order.
    /// - Throws: what stands between it and an answer, such as a service that cannot be reached; `CancellationError`.
    func drafts(for request: DraftRequest) async throws -> [TicketDraft]
}

/// What tickets are drafted from.
public struct DraftRequest: Hashable, Sendable {
    /// What the consultant calls the site.
    public let siteName: String
    /// What the consultant says about it.
    public let siteDescription: String
    /// Its structure.
    public let site: Site
    /// What tickets are wanted for.
    public let subjects: [SiteSubject]

    /// Makes a request.
    /// - Parameter subjects: those of the site; all of them when it is `nil`.
    public init(siteName: String, siteDescription: String, site: Site, subjects: [SiteSubject]? = nil) {
        self.siteName = siteName
        self.siteDescription = siteDescription
        self.site = site
        let all = site.subjects
        self.subjects = subjects.map { wanted in all.filter(Set(wanted).contains) } ?? all
    }

    /// The same request in parts of so many subjects at most, since a model's answers are bounded.
    public func parts(of size: Int) -> [DraftRequest] {
        stride(from: 0, to: subjects.count, by: max(1, size)).map { start in
            DraftRequest(
                siteName: siteName, siteDescription: siteDescription, site: site,
                subjects: Array(subjects[start..<min(start + max(1, size), subjects.count)]))
        }
    }
}
