import Lockstep

extension ExportPlan {
    /// The request of a call.
    /// - Parameter issue: the issue that a ticket becomes.
    public func request(_ call: ExportCall, issue: (String) throws -> JiraIssue) rethrows -> JiraRequest {
        switch call {
        case .mark: .newest(in: project)
        case .create(let ids):
            .create(
                try ids.map { id in
                    var issue = try issue(id)
                    // The plan's own promise hangs on these two, so they are not left to anybody else.
                    issue.project = project
                    let label = JiraIssue.label(ticket: id)
                    if !issue.labels.contains(label) { issue.labels.append(label) }
                    return issue
                })
        case .identify(let keys): .fetch(keys: keys)
        case .search(let ids): .search(labels: ids.map(JiraIssue.label(ticket:)), project: project)
        case .probe(let from, _):
            .fetch(keys: (from..<(from + JiraRequest.mostFetched)).map { "\(project)-\($0)" })
        }
    }

    /// Notes that a call is about to be made. To be recorded before it is.
    public mutating func begin(_ call: ExportCall, at now: Timestamp) {
        guard case .create(let ids) = call else { return }
        for id in ids { set(id, .inDoubt(.init(since: now, mark: mark ?? 0))) }
        // What a pass finds out is about an earlier call.
        pass?.tickets.removeAll(where: ids.contains)
    }

    /// Notes that a call that had begun was not made after all.
    public mutating func withdraw(_ call: ExportCall) {
        guard case .create(let ids) = call else { return }
        for id in ids where ticket(id)?.doubt != nil { set(id, .waiting) }
    }

    /// Notes what became of a call. To be recorded at once.
    /// - Returns: the failure that ends this run, or `nil` when the next step can be made.
    public mutating func finish(
        _ call: ExportCall, _ outcome: Result<JiraAnswer, any Error>, at now: Timestamp
    ) -> Failure? {
        let answer: JiraAnswer
        switch outcome {
        case .success(let given): answer = given
        case .failure(let error):
            if error is JiraUnsent { withdraw(call) }
            return JiraFailure.noAnswer(error, doing: call.doing)
        }
        if answer.status == 429 {
            withdraw(call)
            let failure = JiraFailure.of(answer, doing: call.doing, at: now)
            pausedUntil = failure.retryAfter.flatMap(now.adding)
            return failure
        }
        pausedUntil = nil
        switch call {
        case .create(let ids): return created(ids, answer, call: call, at: now)
        case .mark: return marked(answer, call: call, at: now)
        case .identify, .search, .probe:
            guard answer.status == 200, let found = FoundIssues(answer) else {
                return JiraFailure.of(answer, doing: call.doing, at: now)
            }
            resolve(found.issues)
            guard found.isComplete else {
                return .temporary("Jira could not read all issues this time.", code: "jira_unavailable")
            }
            return noted(found.issues, call: call)
        }
    }

    private mutating func marked(_ answer: JiraAnswer, call: ExportCall, at now: Timestamp) -> Failure? {
        if answer.status == 400 {
            return .userFixable(
                "Jira does not show the project \(project) to this account: \(JiraErrors(answer.json).text).",
                code: "jira_unknown_project")
        }
        guard answer.status == 200, let found = FoundIssues(answer)?.issues else {
            return JiraFailure.of(answer, doing: call.doing, at: now)
        }
        mark = found.compactMap(\.number).max() ?? 0
        return nil
    }

    private mutating func noted(_ found: [FoundIssue], call: ExportCall) -> Failure? {
        switch call {
        case .identify(let keys): identified(found, keys: keys)
        case .search(let ids):
            for id in ids {
                guard var doubt = ticket(id)?.doubt else { continue }
                doubt.searches += 1
                // The third search is that of a doubt so old that the search knows.
                set(id, doubt.searches > 2 ? .waiting : .inDoubt(doubt))
            }
        case .probe(let from, let ids):
            let start = pass?.start ?? from
            guard !found.isEmpty else {
                for id in ids where ticket(id)?.doubt != nil { set(id, .waiting) }
                pass = nil
                break
            }
            let next = from + JiraRequest.mostFetched
            guard next - start < Self.mostPages * JiraRequest.mostFetched else {
                pass = nil
                return .adminRequired(
                    "The project \(project) has had too many new issues to tell whether a ticket is among them; "
                        + "the search knows in a day, and then a retry goes on.", code: "jira_busy_project")
            }
            pass = Pass(start: start, next: next, tickets: ids)
        case .mark, .create: break
        }
        return nil
    }

    /// Notes which of the created issues were shown.
    private mutating func identified(_ found: [FoundIssue], keys: [String]) {
        let shown = Set(found.map(\.key))
        for index in tickets.indices {
            guard var doubt = tickets[index].doubt else { continue }
            if let issue = doubt.expected, keys.contains(issue.key), !shown.contains(issue.key) {
                // It was created, even if this account may not see it, or somebody has deleted it since.
                tickets[index].state = .created(id: issue.id, key: issue.key)
                continue
            }
            // A key that is none of our tickets has been looked at, and is not looked at again.
            doubt.candidates.removeAll(where: keys.contains)
            tickets[index].state = .inDoubt(doubt)
        }
    }

    private mutating func created(
        _ ids: [String], _ answer: JiraAnswer, call: ExportCall, at now: Timestamp
    ) -> Failure? {
        switch answer.status {
        case 200..<300, 400, 422:
            if ids.count == 1, answer.status < 300 {
                guard let issue = answer.json.flatMap(FoundIssue.init(_:)) else {
                    return JiraFailure.of(answer, doing: call.doing, at: now)
                }
                set(ids[0], .created(id: issue.id, key: issue.key))
                raise(issue)
            } else if ids.count > 1, let result = BulkResult(answer.json, count: ids.count) {
                return bulk(ids, result)
            } else if answer.status < 300 {
                return JiraFailure.of(answer, doing: call.doing, at: now)
            } else {
                refuse(ids, JiraErrors(answer.json).text)
            }
            batch = answer.status < 300 ? min(JiraRequest.mostCreated, batch * 2) : batch
            return nil
        case 413:
            refuse(ids, "it is too large")
            return nil
        case 408, 500...:
            return JiraFailure.of(answer, doing: call.doing, at: now)
        default:
            withdraw(call)
            return JiraFailure.of(answer, doing: call.doing, at: now)
        }
    }

    /// Notes what a bulk creation says of each ticket.
    private mutating func bulk(_ ids: [String], _ result: BulkResult) -> Failure? {
        var failure: Failure?
        for element in result.failed {
            let id = ids[element.index]
            switch element.status {
            case 401, 403:
                set(id, .waiting)
                failure = .adminRequired(
                    "Jira does not allow this account to create issues: \(element.errors.text).",
                    code: "jira_forbidden")
            case 429:
                set(id, .waiting)
                failure = failure ?? .temporary("Jira asks for a pause.", code: "jira_rate_limit")
            case 408, 500...:
                failure =
                    failure
                    ?? .temporary("Jira answered \(element.status) for a ticket.", code: "jira_unavailable")
            default: set(id, .refused(element.errors.text))
            }
        }
        let failed = Set(result.failed.map(\.index))
        let rest = ids.indices.filter { !failed.contains($0) }.map { ids[$0] }
        result.created.forEach { raise($0) }
        for (id, issue) in zip(rest, result.created) {
            guard var doubt = ticket(id)?.doubt else { continue }
            doubt.candidates = result.created.map(\.key)
            doubt.expected = issue
            set(id, .inDoubt(doubt))
        }
        if failure == nil { batch = min(JiraRequest.mostCreated, batch * 2) }
        return failure
    }

    /// A request that Jira took nothing of: a single ticket is refused, several are tried in halves.
    private mutating func refuse(_ ids: [String], _ reason: String) {
        if ids.count == 1 { return set(ids[0], .refused(reason)) }
        for id in ids { set(id, .waiting) }
        batch = max(1, ids.count / 2)
    }

    /// Ends the doubt about tickets that were found.
    private mutating func resolve(_ found: [FoundIssue]) {
        // Whoever clones an issue clones its labels: the lowest number is the one that we made.
        let sorted = found.sorted { ($0.number ?? .max, $0.key) < ($1.number ?? .max, $1.key) }
        for index in tickets.indices where tickets[index].doubt != nil {
            let label = JiraIssue.label(ticket: tickets[index].id)
            guard let issue = sorted.first(where: { $0.labels.contains(label) }) else { continue }
            tickets[index].state = .created(id: issue.id, key: issue.key)
        }
    }

    private mutating func raise(_ issue: FoundIssue) {
        guard issue.key.hasPrefix("\(project)-"), let number = issue.number else { return }
        mark = max(mark ?? 0, number)
    }

    private func ticket(_ id: String) -> ExportTicket? { tickets.first { $0.id == id } }

    private mutating func set(_ id: String, _ state: ExportTicket.State) {
        if let index = tickets.firstIndex(where: { $0.id == id }) { tickets[index].state = state }
    }
}
