import Lockstep

/// An export of tickets to Jira as a state machine, which promises: whenever the program is killed, between any two
/// steps or in the middle of a call, every ticket that Jira takes exists there exactly once at the end.
///
/// Jira has no idempotency keys, and its search learns of an issue only seconds to minutes after its creation. So the
/// plan works like this, and ``ExportRunner`` makes its steps:
///
/// 1. Before anything is created, the number of the project's newest issue is noted, the *mark*: what is created later
///    has a higher number. An older mark, as a search that lags behind gives, is as right, only further away.
/// 2. Before each call that creates tickets, these are recorded as *in doubt*, with the moment and the mark. What is
///    recorded in doubt is never created again before it has been looked for, whoever goes on, and whenever.
/// 3. An answer that says what became of each ticket ends the doubt. The issues of a bulk creation are fetched by
///    their keys and told apart by their labels, `lockstep-<ticket id>`, rather than by their order.
/// 4. Without such an answer the search is asked for the labels at once: what it finds is created. What it does not
///    find proves nothing yet.
/// 5. When ``ExportTimes/settled`` is over, no call of ours can still be under way. The search is asked again, and
///    then issues are fetched *by key* from the mark upwards, a hundred at a time, until a hundred numbers have no
///    issue. Fetching by key reads the issues themselves and not the search's index. What is not among them was not
///    created, and may be created now.
/// 6. A doubt older than ``ExportTimes/indexed`` is decided by the search alone: by then it knows.
///
/// Two things are taken for granted: the account sees the issues that it creates, and nobody takes the label off an
/// issue, or deletes a hundred neighbours of it, in the minutes before it is found.
public struct ExportPlan: Hashable, Sendable, Codable {
    /// The project's key.
    public let project: String
    /// The tickets, in the order of their export.
    public internal(set) var tickets: [ExportTicket]
    /// The highest number of an issue that the project is known to have; `nil` before it was asked for.
    public internal(set) var mark: Int?
    /// How many tickets one request creates at most: fewer after one was too large, or refused as a whole.
    public internal(set) var batch = JiraRequest.mostCreated
    /// The moment before which Jira wants no request.
    public internal(set) var pausedUntil: Timestamp?
    /// The pass through the keys that is under way.
    public internal(set) var pass: Pass?

    /// A pass through the keys above a mark, which decides the doubts about some tickets. Doubts that become due
    /// meanwhile may have a lower mark, and get a pass of their own.
    public struct Pass: Hashable, Sendable, Codable {
        /// The number that it began with.
        public var start: Int
        /// The number that it goes on with.
        public var next: Int
        /// The tickets that it decides about.
        public var tickets: [String]
    }

    /// The most bytes of one request; larger ones are split before Jira has to say so.
    static let mostBytes = 500_000
    /// The most pages of a hundred keys that are fetched in one pass.
    static let mostPages = 100

    /// Makes a plan.
    /// - Parameter tickets: those that were approved; of equal ids the first one counts.
    /// - Throws: a ``Lockstep/Failure`` that the user can fix, for what is no key of a project.
    public init(project: String, tickets: [ExportTicket]) throws(Failure) {
        guard JiraIssue.isProjectKey(project) else {
            throw .userFixable(
                "A project's key is made of letters, digits and underscores, such as WEB.",
                code: "bad_project_key")
        }
        guard tickets.allSatisfy({ JiraIssue.isTicketID($0.id) }) else {
            throw .adminRequired(
                "A ticket's id must be made of letters, digits and strokes.", code: "bad_ticket_id")
        }
        self.project = project.uppercased()
        var known: Set<String> = []
        self.tickets = tickets.filter { known.insert($0.id).inserted }
    }

    /// What is to be done next.
    public enum Step: Hashable, Sendable {
        /// A call to be made.
        case call(ExportCall)
        /// Nothing until a moment, and why.
        case wait(until: Timestamp, why: String)
        /// Every ticket is created or refused.
        case done
    }

    /// What is to be done at a moment.
    public func step(at now: Timestamp, times: ExportTimes = .standard) -> Step {
        guard tickets.contains(where: { !$0.isSettled }) else { return .done }
        if let pausedUntil, now < pausedUntil {
            return .wait(until: pausedUntil, why: "Jira asks for a pause.")
        }
        if mark == nil { return .call(.mark) }
        let doubts = tickets.compactMap { ticket in ticket.doubt.map { (id: ticket.id, doubt: $0) } }
        let candidates = doubts.flatMap(\.doubt.candidates)
        if !candidates.isEmpty {
            return .call(.identify(keys: Array(Set(candidates).sorted().prefix(JiraRequest.mostFetched))))
        }
        let unsought = doubts.filter { $0.doubt.searches == 0 }.prefix(JiraRequest.mostCreated)
        if !unsought.isEmpty { return .call(.search(tickets: unsought.map(\.id))) }
        let waiting = nextBatch()
        if !waiting.isEmpty { return .call(.create(tickets: waiting)) }
        if let pass {
            let open = pass.tickets.filter(Set(doubts.map(\.id)).contains)
            if !open.isEmpty { return .call(.probe(from: pass.next, tickets: open)) }
        }
        let due = doubts.filter { now >= $0.doubt.since + times.settled }
        guard !due.isEmpty else {
            let since = doubts.map(\.doubt.since).min() ?? now
            return .wait(
                until: since + times.settled,
                why: "A call to Jira had no answer, and what became of it can be told only when it is over.")
        }
        let sought = due.filter { $0.doubt.searches == 1 }.prefix(JiraRequest.mostCreated)
        if !sought.isEmpty { return .call(.search(tickets: sought.map(\.id))) }
        let young = due.filter { now < $0.doubt.since + times.indexed }
        guard let mark = young.map(\.doubt.mark).min() else {
            return .call(.search(tickets: due.prefix(JiraRequest.mostCreated).map(\.id)))
        }
        return .call(.probe(from: mark + 1, tickets: young.map(\.id)))
    }

    /// The tickets that are created next.
    private func nextBatch() -> [String] {
        var (ids, bytes): ([String], Int) = ([], 0)
        for ticket in tickets where ticket.state == .waiting {
            bytes = bytes.addingReportingOverflow(ticket.bytes).partialValue
            guard ids.isEmpty || bytes <= Self.mostBytes && ids.count < batch else { break }
            ids.append(ticket.id)
        }
        return ids
    }

    /// The keys in Jira of the tickets that are there, by ticket.
    public var keys: [String: String] {
        Dictionary(tickets.compactMap { ticket in ticket.key.map { (ticket.id, $0) } }) { first, _ in first }
    }

    /// The failure that an export ends with when Jira refused tickets: one that the user can fix, by editing them.
    public var refusal: Failure? {
        let refused = tickets.filter { $0.refusal != nil }
        guard let first = refused.first, let reason = first.refusal else { return nil }
        return .userFixable(
            "Jira refused \(refused.count) of \(tickets.count) tickets; of the first it says: \(reason).",
            code: "jira_refused_tickets")
    }

    /// Lets a refused ticket be tried again, after it was edited. Others are left as they are.
    /// - Parameter bytes: how many it has now.
    public mutating func reconsider(_ id: String, bytes: Int) {
        guard let index = tickets.firstIndex(where: { $0.id == id && $0.refusal != nil }) else { return }
        tickets[index].bytes = bytes
        tickets[index].state = .waiting
    }

    /// Adds tickets that were approved later. Those that are there already are left as they are.
    public mutating func add(_ more: [ExportTicket]) {
        let known = Set(tickets.map(\.id))
        tickets += more.filter { !known.contains($0.id) && JiraIssue.isTicketID($0.id) }
    }

    /// Takes tickets out that are no longer wanted. What is in Jira stays, and what may be there.
    public mutating func keep(only ids: Set<String>) {
        tickets.removeAll { !ids.contains($0.id) && !$0.hasBegun }
    }

    /// Whether anything of it is in Jira, or may be.
    public var hasBegun: Bool { tickets.contains(where: \.hasBegun) }
}

/// A call that an export makes.
public enum ExportCall: Hashable, Sendable {
    /// Asks for the number of the newest issue.
    case mark
    /// Creates tickets.
    case create(tickets: [String])
    /// Fetches issues that a bulk creation told of, to see which ticket each one is.
    case identify(keys: [String])
    /// Asks the search for tickets.
    case search(tickets: [String])
    /// Fetches a hundred keys from a number on, to decide the doubts about tickets.
    case probe(from: Int, tickets: [String])

    /// Whether it creates anything, so that its intent must be recorded before it is made.
    public var creates: Bool { if case .create = self { true } else { false } }

    /// What it does, in words that follow "to".
    var doing: String {
        switch self {
        case .mark: "look at the project"
        case .create: "create issues"
        case .identify, .probe: "read issues"
        case .search: "search for issues"
        }
    }
}
