import TicketDocument

/// A ticket as it was drafted, and as people change it in the review.
public struct TicketDraft: Hashable, Sendable, Codable {
    /// What it is about.
    public var subject: SiteSubject
    /// The title, on one line; ``longestSummary`` characters at most.
    public var summary: String
    /// The description, as ``TicketDocument/Markup``.
    public var body: String
    /// What must hold when it is done; each as markup on one line.
    public var criteria: [String]

    /// Jira takes titles of 255 characters at most.
    public static let longestSummary = 255
    /// The most criteria.
    public static let mostCriteria = 50

    private enum CodingKeys: String, CodingKey {
        case subject, summary, body
        case criteria = "acceptance_criteria"
    }

    /// Makes a draft.
    public init(subject: SiteSubject, summary: String, body: String, criteria: [String]) {
        self.subject = subject
        self.summary = summary
        self.body = body
        self.criteria = criteria
    }

    /// The description with the criteria below it, as Jira stores it.
    public var document: ADFNode {
        var blocks = Markup.blocks(body)
        let items = criteria.map { Markup.blocks($0).flatMap(\.runs) }.filter { !$0.isEmpty }
        if !items.isEmpty { blocks += [.heading(3, "Acceptance criteria"), .bullets(items)] }
        return .document(blocks)
    }

    /// What keeps the ticket from being exported: its title, or a node of its description; one sentence each.
    public var faults: [String] {
        var faults: [String] = []
        let title = PlainLine.cleaned(summary)
        if title.isEmpty {
            faults.append("The summary is empty.")
        } else if title != summary {
            faults.append(
                "The summary must stand on one line, without blanks around it and hidden characters.")
        } else if summary.utf16.count > Self.longestSummary {
            faults.append(
                "The summary has \(summary.utf16.count) characters, and Jira takes \(Self.longestSummary).")
        }
        if body.unicodeScalars.count > Markup.longest {
            faults.append("The description is longer than \(Markup.longest) characters.")
        }
        if criteria.count > Self.mostCriteria {
            faults.append("There are more than \(Self.mostCriteria) acceptance criteria.")
        }
        return faults + ADFValidator().faults(in: document).map(\.description)
    }
}

extension Block {
    /// The runs of a block that can stand in an item.
    fileprivate var runs: [Inline] {
        switch self {
        case .heading(_, let runs), .paragraph(let runs): runs
        case .bullets(let items), .numbers(let items): items.flatMap { $0 + [" "] }
        case .code(let text, _): [Inline(text, style: .code)]
        case .table(let header, let rows): (header + rows.flatMap(\.self)).flatMap { $0 + [" "] }
        }
    }
}
