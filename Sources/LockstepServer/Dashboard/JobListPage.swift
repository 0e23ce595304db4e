import Hummingbird
import Lockstep

/// The list of jobs, newest first.
struct JobListPage {
    let frame: DashboardFrame
    let filter: JobFilter
    let definitions: [Definition]
    /// One page, and one more when there are more.
    let found: [JobRecord]

    func response() -> Response { frame.page("Jobs", part: .jobs, body: body) }

    private var body: Markup {
        """
        <div class="head"><h1>\(frame.identity.operates ? "Jobs" : "Your jobs")</h1></div>
        \(form)
        <section id="jobs" class="card" data-swap aria-label="Jobs">\(content)</section>
        """
    }

    // MARK: The filter

    private var form: Markup {
        let lifecycles = definitions.map { ($0.name, $0.name) }
        let chosen = definitions.filter { filter.lifecycle == nil || $0.name == filter.lifecycle }
        var seen: Set<String> = []
        let statuses = chosen.flatMap(\.names).filter { seen.insert($0).inserted }.map { ($0, $0) }
        let audiences = Failure.Audience.allCases.map { ($0.rawValue, DashboardParts.words($0)) }
        let owner: Markup =
            frame.identity.operates ? field("owner", "Owner", filter.owner) : .empty
        return """
            <form class="card filters" action="/dashboard/jobs" aria-label="Filter the jobs">
            \(select("lifecycle", "Lifecycle", lifecycles, filter.lifecycle))
            \(select("status", "Status", statuses, filter.status))
            \(select("state", "State", JobFilter.State.allCases.map { ($0.rawValue, $0.rawValue) }, filter.state?.rawValue))
            \(select("audience", "Failure", audiences, filter.audience?.rawValue))
            \(owner)
            \(field("key", "Key", filter.key))
            <div class="go"><button class="first" type="submit">Show</button>\
            \(filter.isEmpty ? .empty : "<a href=\"/dashboard/jobs\">Clear</a>" as Markup)</div>
            </form>
            """
    }

    private func select(
        _ name: String, _ label: String, _ values: [(String, String)], _ chosen: String?
    ) -> Markup {
        // A value that is no longer there is still what was asked for.
        let strange =
            chosen.map { chosen in values.contains { $0.0 == chosen } ? [] : [(chosen, chosen)] } ?? []
        let options = (values + strange).map { value, words -> Markup in
            "<option value=\"\(value)\"\(value == chosen ? " selected" : "")>\(words)</option>"
        }
        return """
            <div><label for="filter-\(name)">\(label)</label><select id="filter-\(name)" name="\(name)">\
            <option value="">any</option>\(options)</select></div>
            """
    }

    private func field(_ name: String, _ label: String, _ value: String?) -> Markup {
        """
        <div><label for="filter-\(name)">\(label)</label><input id="filter-\(name)" name="\(name)" \
        value="\(value ?? "")" maxlength="255" autocomplete="off" spellcheck="false"></div>
        """
    }

    // MARK: The jobs

    private var content: Markup {
        guard !found.isEmpty else {
            if filter.before != nil {
                var first = filter
                first.before = nil
                return DashboardParts.empty(
                    "That was all.", "<a href=\"\(first.path)\">Back to the newest</a>")
            }
            return filter.isEmpty
                ? DashboardParts.empty(
                    "There are no jobs yet.",
                    "Start one with your program, or with <code>POST /v1/jobs</code>; it will appear here at once."
                )
                : DashboardParts.empty(
                    "No job is like that.",
                    "<a href=\"/dashboard/jobs\">Show all jobs</a>, or change the filter.")
        }
        let byName = Dictionary(definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let owner: Markup = frame.identity.operates ? "<th scope=\"col\">Owner</th>" : .empty
        return """
            <div class="scroll" tabindex="0" role="group" aria-label="Table of jobs"><table>
            <thead><tr><th scope="col">Job</th><th scope="col">Lifecycle</th><th scope="col">Status</th>\
            <th scope="col">What is going on</th>\(owner)<th scope="col">Key</th><th scope="col">Here since</th>\
            <th scope="col">Started</th></tr></thead>
            <tbody>\(found.prefix(JobFilter.pageSize).map { row($0, byName[$0.lifecycle]) })</tbody></table></div>
            \(pager)
            """
    }

    private func row(_ job: JobRecord, _ definition: Definition?) -> Markup {
        let owner: Markup =
            frame.identity.operates ? "<td>\(Self.clip(job.owner))</td>" : .empty
        return """
            <tr><td class="id">\(DashboardParts.link(to: job.id))</td><td>\(job.lifecycle)</td>
            <td>\(definition.map { DashboardParts.tag(job.status, in: $0) })</td><td class="what">\(JobState(job, definition, frame.now).markup)</td>
            \(owner)<td>\(Self.clip(job.key))</td><td>\(TimeWords.ago(job.enteredAt, frame.now))</td>
            <td>\(TimeWords.ago(job.createdAt, frame.now))</td></tr>
            """
    }

    private static func clip(_ text: String?) -> Markup {
        text.map { "<span class=\"clip\" title=\"\($0)\">\($0)</span>" } ?? "<span class=\"soft\">–</span>"
    }

    private var pager: Markup {
        var first = filter
        first.before = nil
        let newest: Markup =
            filter.before == nil ? "<span></span>" : "<a href=\"\(first.path)\">← Newest</a>"
        var older: Markup = .empty
        if found.count > JobFilter.pageSize, let last = found.prefix(JobFilter.pageSize).last {
            var next = filter
            next.before = last.id
            older = "<a href=\"\(next.path)\" rel=\"next\">Older →</a>"
        }
        return "<nav class=\"pager\" aria-label=\"Pages\">\(newest)\(older)</nav>"
    }
}

/// What is going on with a job, in a few words.
struct JobState {
    private let job: JobRecord
    private let rule: StatusRule?
    private let now: Timestamp

    init(_ job: JobRecord, _ definition: Definition?, _ now: Timestamp) {
        self.job = job
        rule = definition?.rule(for: job.status)
        self.now = now
    }

    var markup: Markup {
        if job.parkedAt != nil {
            return "<span class=\"tag warn\">parked</span> \(Self.shortened(job.failure?.message ?? ""))"
        }
        if let hold = job.hold { return "<span class=\"tag warn\">held</span> \(hold)" }
        if !job.isLive {
            guard let failure = job.failure else { return "<span class=\"soft\">ended</span>" }
            return "\(Self.shortened(failure.message))"
        }
        if let worker = job.claimedBy {
            let detail = job.progressDetail.map { " · \(Self.shortened($0))" } ?? ""
            return "\(job.progress) %\(detail) <span class=\"soft\">by \(worker.text)</span>"
        }
        if job.availableAt > now {
            let words: String = job.failure == nil ? "begins" : "tries again"
            return "\(words) \(TimeWords.ago(job.availableAt, now))"
        }
        switch rule?.kind {
        case .queue: return "waits for a free worker"
        case .work: return "waits for a worker to go on"
        case .wait: return "waits for \(rule?.event ?? "an event")"
        default: return .empty
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count > 90 ? text.prefix(89) + "…" : text
    }
}
