import Lockstep

/// Something that somebody may do with a job, as a form offers it.
enum JobAction: Hashable {
    case move(String)
    case cancel
    case retry
    case hold(String)
    case release
    case reopen
    case erase

    /// The action of a form.
    /// - Throws: ``Problem`` 422 for one that there is not.
    init(_ form: FormFields) throws {
        func needed(_ name: String) throws -> String {
            guard let text = form[name], !text.isEmpty else {
                throw Problem.unprocessable("'\(name)' is missing in the form")
            }
            return text
        }
        switch try needed("action") {
        case "move": self = .move(try needed("to"))
        case "cancel": self = .cancel
        case "retry": self = .retry
        case "hold": self = .hold(try needed("hold"))
        case "release": self = .release
        case "reopen": self = .reopen
        case "erase": self = .erase
        case let other:
            throw Problem.unprocessable(
                "there is no action '\(Problem.shortened(other))'",
                accepted: ["move", "cancel", "retry", "hold", "release", "reopen", "erase"])
        }
    }

    /// The command that carries it out.
    var change: Command.Change {
        switch self {
        case .move(let status): .move(to: status)
        case .cancel: .cancel
        case .retry: .retry
        case .hold(let name): .hold(name)
        case .release: .release
        case .reopen: .reopen
        case .erase: .erase
        }
    }

    /// The word of the form's field.
    var word: String {
        switch self {
        case .move: "move"
        case .cancel: "cancel"
        case .retry: "retry"
        case .hold: "hold"
        case .release: "release"
        case .reopen: "reopen"
        case .erase: "erase"
        }
    }
}

/// What somebody may do with a job now, as its page offers it: no two forms do the same.
struct JobActions {
    let all: [JobAction]

    init(_ job: JobRecord, _ definition: Definition, for identity: Identity, now: Timestamp) {
        let allowed = AllowedActions(on: job, definition, for: identity, now: now)
        let rule = definition.rule(for: job.status)
        let words = Set(allowed.actions)
        var all: [JobAction] = []
        // Trying an ended job again is reopening it.
        if words.contains(.retry), !words.contains(.reopen) { all.append(.retry) }
        if words.contains(.release) { all.append(.release) }
        if words.contains(.reopen) { all.append(.reopen) }
        all += allowed.holds.map(JobAction.hold)
        let others = [
            words.contains(.cancel) ? rule?.cancellation : nil, words.contains(.reopen) ? rule?.reopens : nil,
        ]
        all += allowed.moves.filter { !others.contains($0) }.map(JobAction.move)
        if words.contains(.cancel) { all.append(.cancel) }
        if words.contains(.erase) { all.append(.erase) }
        self.all = all
    }

    /// The command of an action; an owner's touches no job but its own.
    static func command(_ action: JobAction, on job: JobRecord, by identity: Identity) -> Command {
        var command = Command(action.change, job: job.id, of: job.lifecycle, by: identity.actor)
        command.ownedBy = identity.operates ? nil : identity.user
        return command
    }
}

/// The forms of a job's page.
struct JobForms {
    let job: JobRecord
    let definition: Definition
    let frame: DashboardFrame

    var markup: Markup {
        let actions = JobActions(job, definition, for: frame.identity, now: frame.now).all
        let moves = actions.compactMap { if case .move(let to) = $0 { to } else { nil } }
        let holds = actions.compactMap { if case .hold(let name) = $0 { name } else { nil } }
        var forms: [Markup] = []
        for action in actions {
            switch action {
            case .retry:
                forms.append(
                    form("retry", "Try it again now, with fresh attempts.", "Try again", first: true))
            case .release:
                forms.append(form("release", "Lift the hold \(quoted(job.hold)).", "Release", first: true))
            case .reopen:
                let target = definition.rule(for: job.status)?.reopens
                forms.append(
                    form("reopen", "Let it run again, from \(quoted(target)).", "Reopen", first: true))
            case .cancel:
                let target = definition.rule(for: job.status)?.cancellation
                forms.append(form("cancel", "End it in \(quoted(target)).", "Cancel the job", danger: true))
            case .erase:
                forms.append(
                    form("erase", "Delete it and its history, for good.", "Erase", danger: true))
            case .move, .hold: break
            }
        }
        if !holds.isEmpty {
            forms.append(
                form("hold", "Keep workers from taking it.", "Hold", choice: ("hold", "Hold", holds)))
        }
        if !moves.isEmpty {
            forms.append(
                form("move", "Move it on yourself.", "Move", choice: ("to", "To status", moves)))
        }
        return """
            <section id="actions" class="card actions" data-swap aria-labelledby="actions-title">
            <div class="top"><h2 id="actions-title">What you can do now</h2></div>
            \(forms.isEmpty ? "<p class=\"soft\">Nothing. \(whyNot)</p>" : Markup(trusted: forms.map(\.html).joined()))
            </section>
            """
    }

    private var whyNot: String {
        if !job.isLive { return "The job has ended, and its lifecycle lets no one reopen it." }
        return job.claimedBy == nil ? "Its lifecycle leaves the next move to others." : "A worker is at it."
    }

    private func quoted(_ text: String?) -> Markup { "<b>\(text ?? "")</b>" }

    /// What cannot be undone is not done by one click.
    private static let sure: Markup = """
        <label class="sure"><input type="checkbox" required>Yes, for good</label>
        """

    private func reason(_ action: String) -> Markup {
        """
        <div><label for="\(action)-reason">Reason</label><input id="\(action)-reason" name="reason" \
        maxlength="\(APILimits.longestReason / 4)" autocomplete="off" placeholder="for the history"></div>
        """
    }

    private func form(
        _ action: String, _ what: Markup, _ button: String, first: Bool = false, danger: Bool = false,
        choice: (field: String, label: String, values: [String])? = nil
    ) -> Markup {
        let choices: Markup =
            choice.map { choice in
                let options = choice.values.map { value -> Markup in
                    "<option value=\"\(value)\">\(value)</option>"
                }
                return """
                    <div><label for="\(action)-choice">\(choice.label)</label>\
                    <select id="\(action)-choice" name="\(choice.field)">\(options)</select></div>
                    """
            } ?? .empty
        return """
            <form method="post" action="\(DashboardParts.path(to: job.id))/actions">\(frame.formField)
            <input type="hidden" name="action" value="\(action)"><input type="hidden" name="expecting" value="\(job.status)">
            <p class="what">\(what)</p>
            <div class="fields">\(choices)\(action == "erase" ? Self.sure : reason(action))
            <button type="submit"\(first ? " class=\"first\"" : danger ? " class=\"danger\"" : "" as Markup)>\(button)</button></div></form>
            """
    }
}
