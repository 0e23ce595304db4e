import Lockstep

/// How the rules of a status are written: one opening key that says what a job does there, and what refines it.
struct StatusForm {
    let scope: LifecycleForm.Scope
    let failure: String
    let cancellation: String?

    private typealias Opening = (key: String, kind: StatusRule.Kind, place: String, refinements: [String])

    private static let leaving = ["else", "fails_to", "never_fails", "not_cancellable", "shows"]
    private static let openings: [Opening] = [
        (
            "works", .work, "in a working status",
            ["moves_to", "attempts", "backoff", "needs", "stuck_after", "webhook"] + leaving
        ),
        ("queues_for", .queue, "in a queue", ["within", "holds", "needs"] + leaving),
        ("waits_for", .wait, "in a wait", ["within", "by", "stuck_after", "moves_to"] + leaving),
        ("succeeds", .success, "in an end", ["then", "reopens_to", "shows"]),
        ("fails", .failure, "in an end", ["then", "reopens_to", "shows"]),
        ("closes", .closed, "in an end", ["reopens_to", "shows"]),
        ("retired_as", .retired, "in a retired status", []),
    ]

    private static let hints = [
        "retries": "write 'attempts', which counts the first one too: 'attempts: 3'",
        "timeout": "a working status says 'works: 5m', all others 'within: 6h'",
        "within": "its time limit stands at the key that opens it, as in 'works: 5m' or 'succeeds: 90d'",
        "kept_for": "an end says how long it is kept at its opening key: 'succeeds: 90d'",
        "kind": "the opening key says it: \(openings.map(\.key).joined(separator: ", "))",
    ]

    /// Reads the rules of a status.
    func read(_ value: YAMLValue, named name: String) throws(FileFault) -> StatusRule {
        let all = Self.openings.map(\.key)
        let object = try value.object("its rules, such as {works: 5m, moves_to: done}")
        let found = object.keys.filter(all.contains)
        guard let opening = Self.openings.first(where: { found.first == $0.key }), found.count == 1,
            let first = object[opening.key]
        else {
            throw value.fault(
                found.isEmpty
                    ? "nothing says what a job does here; begin with one of \(all.joined(separator: ", "))"
                    : "\(Words.list(found)) exclude each other; keep one of them")
        }
        try object.refuse(
            unknownTo: [opening.key] + opening.refinements, opening.place, hints: Self.hints)
        var rule = StatusRule(name: name, kind: opening.kind, limit: .forever)
        try open(&rule, first, object)
        if !rule.kind.isEnd, rule.kind != .retired { try leave(&rule, object) }
        try refine(&rule, object)
        return rule
    }

    /// What the opening key says, with what belongs to it alone.
    private func open(_ rule: inout StatusRule, _ value: YAMLValue, _ object: YAMLObject) throws(FileFault) {
        switch rule.kind {
        case .work:
            rule.limit = try value.limit()
            rule.retry = try attempts(object)
            rule.webhook = try object["webhook"].map { value throws(FileFault) in
                Webhook(try value.text("a webhook's name, or its URL"))
            }
        case .queue:
            rule.claimedAs = try scope.status(value)
            rule.limit = try within(object)
            if let holds = object["holds"] { rule.holds = try self.holds(holds) }
        case .wait:
            rule.event = try value.text("what is waited for, in words: 'waits_for: the upload'")
            rule.limit = try within(object)
            rule.source = try object["by"]?.word(EventSource.self) ?? .anyone
        case .success, .failure, .closed:
            rule.limit = try value.limit()
            if let then = object["then"] { rule.then = try scope.status(then) }
            if let reopens = object["reopens_to"] { rule.reopens = try scope.status(reopens) }
        case .retired: rule.retiredAs = try scope.status(value)
        }
        if let stuck = object["stuck_after"] { rule.stuckAfter = try stuck.limit() }
    }

    private func within(_ object: YAMLObject) throws(FileFault) -> TimeLimit {
        try object.required(
            "within", "say how long a job may stay here, such as 6h, or that it may stay forever"
        ).limit()
    }

    /// The ways out that every living status has.
    private func leave(_ rule: inout StatusRule, _ object: YAMLObject) throws(FileFault) {
        if let late = object["else"] { rule.late = try scope.status(late) }
        if let target = object["fails_to"] {
            rule.failure = try scope.status(target)
        } else if rule.name != failure, try object["never_fails"]?.flag() != true {
            rule.failure = failure
        }
        if let never = object["never_fails"], object["fails_to"] != nil {
            throw never.fault("'never_fails' and 'fails_to' exclude each other; keep one of them")
        }
        if rule.name != cancellation, try object["not_cancellable"]?.flag() != true {
            rule.cancellation = cancellation
        }
    }

    private func refine(_ rule: inout StatusRule, _ object: YAMLObject) throws(FileFault) {
        if let moves = object["moves_to"] {
            for item in moves.items { rule.moves.append(try move(item)) }
        }
        if let needs = object["needs"] {
            for item in needs.items { rule.needs.append(try need(item)) }
        }
        if let shows = object["shows"] {
            for (column, value) in try shows.object("a mapping from columns to texts").members {
                rule.shows[column] = try value.text()
            }
        }
    }

    private func move(_ value: YAMLValue) throws(FileFault) -> DeclaredMove {
        guard value.isObject else { return DeclaredMove(to: try scope.status(value)) }
        let object = try value.object("a status, or {to: a status, holding: a hold, at_most: 3}")
        try object.refuse(unknownTo: ["to", "holding", "at_most"], "in a move")
        let to = try scope.status(try object.required("to", "name the status that is moved to"))
        return DeclaredMove(
            to: to, holding: try object["holding"]?.text(), atMost: try object["at_most"]?.count())
    }

    private func need(_ value: YAMLValue) throws(FileFault) -> Need {
        let text = try value.text("what is needed, such as upload:video")
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == Need.Kind.upload.rawValue, !parts[1].isEmpty else {
            throw value.fault("'\(text)' cannot be needed; write upload: and a name, such as upload:video")
        }
        return .upload(parts[1])
    }

    private func holds(_ value: YAMLValue) throws(FileFault) -> [Hold] {
        var holds: [Hold] = []
        for (name, value) in try value.object("a mapping from each hold to its rules").members {
            let object = try value.object("its rules, such as {within: 3d}")
            try object.refuse(unknownTo: ["by", "within", "else"], "in a hold")
            var hold = Hold(name: name, limit: try within(object))
            if let source = object["by"] { hold.source = try source.word(EventSource.self) }
            if let late = object["else"] { hold.late = try scope.status(late) }
            holds.append(hold)
        }
        return holds
    }

    // MARK: Attempts

    private func attempts(_ object: YAMLObject) throws(FileFault) -> RetryPolicy? {
        guard let value = object["attempts"] else {
            guard let backoff = object["backoff"] else { return nil }
            throw backoff.fault("'backoff' needs 'attempts'; say how often the work may be tried")
        }
        let backoff = try object["backoff"].map(self.backoff) ?? .exponential
        return RetryPolicy(backoff: backoff, attempts: try value.count())
    }

    private enum NamedBackoff: String, CaseIterable { case exponential, immediate }

    private func backoff(_ value: YAMLValue) throws(FileFault) -> Backoff {
        guard value.isObject else {
            switch try value.word(NamedBackoff.self) {
            case .exponential: return .exponential
            case .immediate: return .immediate
            }
        }
        let object = try value.object("exponential, immediate, {every: 10s} or {from: 1s, up_to: 5m}")
        try object.refuse(unknownTo: ["every", "from", "up_to", "factor", "jitter"], "in a backoff")
        if let every = object["every"] {
            guard object.members.count == 1 else {
                throw every.fault("'every' stands alone; for growing pauses write {from: 1s, up_to: 5m}")
            }
            return .every(try every.limit())
        }
        var backoff = Backoff.exponential(
            from: try object.required("from", "say the first pause: {from: 1s, up_to: 5m}").limit(),
            upTo: try object.required("up_to", "say the longest pause: {from: 1s, up_to: 5m}").limit())
        if let factor = object["factor"] { backoff.factor = try factor.number() }
        if let jitter = object["jitter"] { backoff.jitter = try jitter.flag() }
        return backoff
    }
}
