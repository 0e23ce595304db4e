import HTTPTypes
import Hummingbird
import Lockstep

/// The page of a job.
struct JobPage {
    let frame: DashboardFrame
    let job: JobRecord
    let definition: Definition
    /// The last lines of its history.
    let history: [HistoryEntry]
    /// What was done last, or why it was refused.
    var message: (text: String, isGood: Bool)?

    func response(status: HTTPResponse.Status = .ok) -> Response {
        frame.page("Job \(job.id)", part: .jobs, status: status, body: body)
    }

    private var now: Timestamp { frame.now }
    private var timeline: JobTimeline {
        JobTimeline(job: job, definition: definition, history: history, now: now)
    }

    private var body: Markup {
        """
        <p class="crumbs"><a href="/dashboard/jobs">Jobs</a> / <a href="\(DashboardParts.path(toLifecycle: job.lifecycle))">\(job.lifecycle)</a></p>
        <div class="head"><h1><span class="hidden">Job </span><span class="mono">\(job.id.text)</span></h1></div>
        \(note)
        <div class="columns"><div>\(summary)</div>
        <aside>\(JobForms(job: job, definition: definition, frame: frame).markup)</aside></div>
        \(diagram)
        <div class="grid">
        \(historySection)
        \(texts)
        </div>
        """
    }

    private var note: Markup {
        guard let message else { return .empty }
        return
            "<p class=\"note \(message.isGood ? "good" : "bad")\" role=\"\(message.isGood ? "status" : "alert")\">\(message.text)</p>"
    }

    // MARK: How it is

    private var summary: Markup {
        var facts: [(String, Markup)] = []
        facts.append(("Status", DashboardParts.tag(job.status, in: definition)))
        facts.append(("Here since", TimeWords.ago(job.enteredAt, now)))
        facts.append(("Started", TimeWords.ago(job.createdAt, now)))
        if let endedAt = job.endedAt { facts.append(("Ended", TimeWords.ago(endedAt, now))) }
        if let deadline = job.deadline {
            facts.append((job.isLive ? "Deadline" : "Kept until", TimeWords.ago(deadline, now)))
        }
        if let owner = job.owner { facts.append(("Owner", ownerLink(owner))) }
        if let key = job.key { facts.append(("Key", "\(key)")) }
        if job.attempt > 0 || definition.rule(for: job.status)?.kind == .work {
            let attempts = definition.rule(for: job.status)?.retryPolicy.attempts ?? 1
            facts.append(("Attempt", "\(job.attempt) of \(attempts)"))
        }
        if let worker = job.claimedBy { facts.append(("Worker", "\(worker.text)")) }
        if job.isLive, job.claimedBy == nil, job.availableAt > now {
            facts.append(("Next try", TimeWords.ago(job.availableAt, now)))
        }
        if job.priority != 0 { facts.append(("Priority", "\(job.priority)")) }
        if let hold = job.hold { facts.append(("Held by", "\(hold)")) }
        if !job.met.isEmpty { facts.append(("Needs met", "\(job.met.sorted().joined(separator: ", "))")) }
        for (move, count) in job.spent.sorted(by: { $0.key < $1.key }) {
            facts.append(("Moves \(move.replacing(">", with: " → "))", "\(count)"))
        }
        let list = facts.map { name, value -> Markup in "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }
        return """
            <section id="summary" class="card" data-swap aria-label="How it is">
            <p class="hidden"><span data-announce="status">The job is in \(job.status).</span></p>
            <dl class="facts">\(list)</dl>\(progress)\(failure)
            </section>
            """
    }

    private func ownerLink(_ owner: String) -> Markup {
        guard frame.identity.operates else { return "\(owner)" }
        var filter = JobFilter()
        filter.owner = owner
        return "<a href=\"\(filter.path)\">\(owner)</a>"
    }

    private var progress: Markup {
        let isBegun = job.progress > 0 || job.claimedBy != nil || job.progressDetail != nil
        guard isBegun, job.isLive || job.progress < 100 else { return .empty }
        let detail: Markup = job.progressDetail.map { "<p class=\"soft small\">\($0)</p>" } ?? .empty
        return """
            <div class="progress spaced"><progress value="\(job.progress)" max="100" aria-label="Progress">\(job.progress) %</progress>\
            <span class="num small" data-count="progress">\(job.progress) %</span>\(detail)</div>
            """
    }

    private var failure: Markup {
        guard let failure = job.failure else { return .empty }
        let parked: Markup =
            job.parkedAt.map {
                "<p><strong>Parked</strong> \(TimeWords.ago($0, now)): nothing happens until somebody acts.</p>"
            }
            ?? .empty
        return
            "<div class=\"failure-box spaced\" role=\"group\" aria-label=\"Failure\">\(parked)\(JobTimeline.failure(failure))</div>"
    }

    private var diagram: Markup {
        var drawing = LifecycleDrawing(definition)
        drawing.current = definition.rule(for: job.status)?.name ?? job.status
        return """
            <section id="diagram" class="card" data-swap aria-labelledby="diagram-title">
            <div class="top"><h2 id="diagram-title">Where it is</h2></div>
            <div class="scroll diagram" tabindex="0" role="group" aria-label="Diagram of \(job.lifecycle)">\(Markup(trusted: drawing.svg(standalone: false)))</div>
            </section>
            """
    }

    // MARK: What happened

    private var historySection: Markup {
        let first = history.first?.number ?? 1
        let more: Markup =
            first > 1
            ? "<p class=\"small\"><a href=\"\(DashboardParts.path(to: job.id))?after=0\">\(first - 1) earlier lines</a></p>"
            : .empty
        return """
            <section id="history" class="card" data-swap aria-labelledby="history-title">
            <div class="top"><h2 id="history-title">What happened</h2></div>
            \(timeline.picture)<div class="spaced">\(timeline.list)</div>\(more)
            </section>
            """
    }

    // MARK: What it carries

    private var texts: Markup {
        """
        <section id="texts" class="card texts" data-swap aria-labelledby="texts-title">
        <div class="top"><h2 id="texts-title">What it carries</h2></div>
        \(text("Input", job.input, isOpen: true))\(job.output.map { text("Output", $0, isOpen: true) })\
        \(text("Metadata", job.metadata, isOpen: job.metadata != "{}"))
        </section>
        """
    }

    private func text(_ name: String, _ json: String, isOpen: Bool) -> Markup {
        let (shown, left) = PrettyJSON.text(json)
        let rest: Markup =
            left > 0
            ? "<p class=\"soft small\">\(left) more bytes; <code>GET /v1/jobs/\(job.id.text)</code> gives them all.</p>"
            : .empty
        return """
            <details data-key="\(name)"\(isOpen ? " open" : "")><summary>\(name) <span class="soft small">\(Self.size(json.utf8.count))</span></summary>
            <pre class="scroll" tabindex="0" role="group" aria-label="\(name)"><code>\(shown)</code></pre>\(rest)</details>
            """
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1024 ? "\(bytes) bytes" : "\((bytes + 512) / 1024) KiB"
    }
}
