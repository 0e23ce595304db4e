import HTTPTypes
import Hummingbird
import Lockstep

/// The page of a lifecycle: its picture, its rules in words, its moves, and its pauses.
struct LifecyclePage {
    let frame: DashboardFrame
    let definition: Definition
    /// What is there now; empty for those who see their own jobs alone.
    let live: [StatusCount]
    let ended: EndedCounts.Count?
    let pauses: Pauses
    var message: (text: String, isGood: Bool)?

    func response(status: HTTPResponse.Status = .ok) -> Response {
        frame.page(definition.name, part: nil, status: status, body: body)
    }

    private var now: Timestamp { frame.now }
    private var isOperator: Bool { frame.identity.operates }

    private var body: Markup {
        """
        <p class="crumbs"><a href="/dashboard">\(isOperator ? "Overview" : "Jobs")</a> / Lifecycle</p>
        <div class="head"><h1>\(definition.name)</h1>
        <p class="small"><a href="/dashboard/jobs?lifecycle=\(DashboardParts.encoded(definition.name))">Its jobs</a></p></div>
        \(note)
        <div id="pauses" data-swap>\(pauses.all.filter { $0.lifecycle == definition.name }.map { DashboardParts.pauseNote($0, now) })</div>
        \(diagram)
        <div class="columns spaced"><div>
        \(rules)
        \(moves)
        </div><aside>
        \(time)
        \(isOperator ? pauseForms : .empty)
        </aside></div>
        """
    }

    private var note: Markup {
        guard let message else { return .empty }
        return
            "<p class=\"note \(message.isGood ? "good" : "bad")\" role=\"\(message.isGood ? "status" : "alert")\">\(message.text)</p>"
    }

    private var diagram: Markup {
        let liveNames = Set(live.map(\.status))
        var drawing = LifecycleDrawing(
            definition, counts: live + (ended?.counts ?? []).filter { !liveNames.contains($0.status) })
        let name = definition.name
        drawing.link = { DashboardParts.jobs(of: name, in: $0) }
        drawing.paused = DashboardParts.pausedStatuses(pauses, in: definition)
        let asOf: Markup =
            ended.map { "<p class=\"soft small\">Ended jobs counted \(TimeWords.ago($0.at, now))</p>" }
            ?? .empty
        return """
            <section id="diagram" class="card" data-swap aria-labelledby="diagram-title">
            <div class="top"><h2 id="diagram-title">Diagram</h2>\(asOf)</div>
            <div class="scroll diagram" tabindex="0" role="group" aria-label="Diagram of \(name)">\(Markup(trusted: drawing.svg(standalone: false)))</div>
            \(Self.legend)
            </section>
            """
    }

    private static let legend: Markup = {
        let kinds: [(StatusRule.Kind, String)] = [
            (.queue, "queue"), (.work, "work"), (.wait, "wait"), (.success, "good end"),
            (.failure, "bad end"),
            (.closed, "other end"),
        ]
        let tags = kinds.map { kind, words -> Markup in
            "<li><span class=\"tag \(kind.rawValue)\">\(DashboardParts.icon(kind))\(words)</span></li>"
        }
        let lines: [(String, String)] = [
            ("flow main", "happy path"), ("flow", "other moves"), ("failure", "failure"),
            ("cancellation", "cancelled"), ("time", "by time"), ("reopening", "reopened"),
        ]
        let samples = lines.map { kind, words -> Markup in
            """
            <li><svg class="drawing" viewBox="0 0 34 10" width="34" height="10" aria-hidden="true"><g class="way \(kind)">\
            <path class="stroke" d="M1 5H33"/></g></svg>\(words)</li>
            """
        }
        return "<ul class=\"legend\">\(tags)<li>● a job may start here</li>\(samples)</ul>"
    }()

    // MARK: In words

    private var rules: Markup {
        let items = definition.statuses.map { rule -> Markup in
            "<li>\(DashboardParts.tag(rule.name, in: definition)) <span>\(RuleWords.sentences(of: rule, in: definition))</span></li>"
        }
        return """
            <section class="card" aria-labelledby="rules-title"><div class="top"><h2 id="rules-title">The rules in words</h2></div>
            <ul class="rules">\(items)</ul></section>
            """
    }

    private var time: Markup {
        let longest = definition.longestTime()
        let path = longest.path.map { "<li>\(DashboardParts.tag($0, in: definition))</li>" as Markup }
        let words: Markup =
            if let endless = longest.endless {
                "There is no bound: a job may stay in <b>\(endless)</b> for ever."
            } else {
                "Without a person’s doing, a job ends within <b>\(TimeWords.span(longest.limit.microseconds ?? 0))</b> at the latest\(longest.countedMoves > 0 ? ", its \(longest.countedMoves) counted moves included" : ""):"
            }
        return """
            <section class="card" aria-labelledby="time-title"><div class="top"><h2 id="time-title">Longest time to an end</h2></div>
            <p>\(words)</p><ol class="legend">\(path)</ol></section>
            """
    }

    private var moves: Markup {
        let rows = definition.edges.map { edge -> Markup in
            let counted = definition.rule(for: edge.from)?.move(to: edge.to)?.atMost
            let causes = edge.causes.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                cause, actors -> Markup in
                "<div>\(RuleWords.cause(cause)): <span class=\"soft\">\(actors.map(\.rawValue).sorted().joined(separator: ", "))</span></div>"
            }
            let most: Markup = counted.map { "<div class=\"soft small\">\($0) times at most</div>" } ?? .empty
            return """
                <tr><td>\(DashboardParts.tag(edge.from, in: definition))</td><td>\(DashboardParts.tag(edge.to, in: definition))</td>\
                <td>\(causes)\(most)</td></tr>
                """
        }
        return """
            <section class="card" aria-labelledby="moves-title"><div class="top"><h2 id="moves-title">Every move, and who makes it</h2></div>
            <div class="scroll" tabindex="0" role="group" aria-label="Table of moves"><table><thead><tr><th scope="col">From</th>\
            <th scope="col">To</th><th scope="col">Why, and who makes it</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    // MARK: Pauses

    private var pauseForms: Markup {
        let places: [String?] =
            [nil] + definition.statuses.filter { $0.kind == .queue || $0.kind == .work }.map(\.name)
        let held = pauses.all.filter { $0.lifecycle == definition.name }
        let free = places.filter { place in !held.contains { $0.status == place } }
        let resumes = held.map { pause -> Markup in
            form(
                "resume",
                "\(pause.status.map { "<b>\($0)</b>" as Markup } ?? "The whole lifecycle") is paused.",
                "<input type=\"hidden\" name=\"status\" value=\"\(pause.status ?? "")\">", "Resume",
                isFirst: true)
        }
        let options = free.map { place -> Markup in
            "<option value=\"\(place ?? "")\">\(place ?? "the whole lifecycle")</option>"
        }
        let pause: Markup =
            free.isEmpty
            ? .empty
            : form(
                "pause", "Let workers take no job there. What runs goes on.",
                """
                <div><label for="pause-status">What</label><select id="pause-status" name="status">\(options)</select></div>
                <div><label for="pause-reason">Reason</label><input id="pause-reason" name="reason" maxlength="1000" autocomplete="off"></div>
                """, "Pause", isFirst: false)
        return """
            <section id="pause-forms" class="card actions" data-swap aria-labelledby="pause-title">
            <div class="top"><h2 id="pause-title">Pause and resume</h2></div>\(resumes)\(pause)</section>
            """
    }

    private func form(
        _ action: String, _ what: Markup, _ fields: Markup, _ button: String, isFirst: Bool
    ) -> Markup {
        """
        <form method="post" action="\(DashboardParts.path(toLifecycle: definition.name))/\(action)">\(frame.formField)
        <p class="what">\(what)</p><div class="fields">\(fields)<button type="submit"\(isFirst ? " class=\"first\"" : "" as Markup)>\(button)</button></div></form>
        """
    }
}
