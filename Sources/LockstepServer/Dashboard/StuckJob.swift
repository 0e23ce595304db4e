import Lockstep

/// A job that somebody should look at, and who can do what about it.
struct StuckJob {
    /// So many of a lifecycle are looked at.
    static let most = 50

    let record: JobRecord
    let audience: Failure.Audience
    let reason: String
    let since: Timestamp

    init(_ record: JobRecord, in definition: Definition) {
        self.record = record
        since = record.parkedAt ?? record.enteredAt
        let rule = definition.rule(for: record.status)
        if record.parkedAt != nil {
            audience = record.failure?.audience ?? .adminRequired
            reason = record.failure?.message ?? "parked without a reason"
        } else {
            // What a person has to do is the user's business; a program's silence is the administrator's.
            audience = rule?.source == .person ? .userFixable : .adminRequired
            reason = StatusRule.stuckWords(rule)
        }
    }

    /// The stuck jobs of some lifecycles, the oldest first.
    static func find(_ definitions: [Definition], in store: any Store) async throws -> [StuckJob] {
        var found: [StuckJob] = []
        for definition in definitions {
            var query = JobQuery(definition.name)
            query.isStuck = true
            query.newestFirst = false
            query.limit = most
            query.withoutData = true
            found += try await store.find(query).map { StuckJob($0, in: definition) }
        }
        return found.sorted { $0.since < $1.since }
    }
}

/// What is stuck and why, by audience.
struct StuckSection {
    /// So many jobs of an audience are shown.
    private static let shown = 6

    let jobs: [StuckJob]
    let definitions: [String: Definition]
    let now: Timestamp

    var markup: Markup {
        """
        <section id="stuck" class="card" data-swap aria-labelledby="stuck-title">
        <div class="top"><h2 id="stuck-title">Needs attention</h2>\
        \(jobs.isEmpty ? .empty : "<a href=\"/dashboard/jobs?state=stuck\">All stuck jobs</a>" as Markup)</div>
        \(content)
        </section>
        """
    }

    private var content: Markup {
        if jobs.isEmpty {
            return DashboardParts.empty(
                "Nothing is stuck.",
                "Parked jobs, and jobs that wait longer than they should, will be listed here.")
        }
        let order: [Failure.Audience] = [.adminRequired, .userFixable, .temporary]
        return Markup(
            trusted: order.compactMap { audience in
                let group = jobs.filter { $0.audience == audience }
                return group.isEmpty ? nil : self.group(audience, group).html
            }.joined(separator: "\n"))
    }

    private func group(_ audience: Failure.Audience, _ group: [StuckJob]) -> Markup {
        let isCut = group.count >= StuckJob.most
        let more: Markup =
            group.count > Self.shown
            ? """
            <p class="small"><a href="/dashboard/jobs?state=stuck">\(group.count - Self.shown)\(isCut ? "+" : "") more</a></p>
            """ : .empty
        return """
            <div class="group"><h3>\(Self.title(audience)) <span>\(group.count)\(isCut ? "+" : "")</span></h3>
            <ul class="stuck">\(group.prefix(Self.shown).map(line))</ul>\(more)</div>
            """
    }

    private static func title(_ audience: Failure.Audience) -> String {
        switch audience {
        case .adminRequired: "An administrator has to act"
        case .userFixable: "The user has to act"
        case .temporary: "It may pass by itself"
        }
    }

    private func line(_ job: StuckJob) -> Markup {
        let record = job.record
        let tag = definitions[record.lifecycle].map { DashboardParts.tag(record.status, in: $0) }
        let owner: Markup = record.owner.map { " · \($0)" } ?? .empty
        return """
            <li><span class="why">\(job.reason)</span> \(DashboardParts.link(to: record.id))
            <span class="meta">\(record.lifecycle) \(tag) since \(TimeWords.ago(job.since, now))\(owner)</span></li>
            """
    }
}
