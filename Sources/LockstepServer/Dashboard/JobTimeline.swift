import Lockstep

/// What happened to a job: how long it stayed where, as a picture, and every line of its history.
struct JobTimeline {
    /// So many lines of the history are shown at first.
    static let shown = 200

    /// A stay in a status.
    private struct Stay {
        let status: String
        let entered: Timestamp
        let left: Timestamp
        var length: Int64 { max(0, left.microseconds.clampedDifference(entered.microseconds)) }
    }

    let job: JobRecord
    let definition: Definition
    let history: [HistoryEntry]
    let now: Timestamp

    // MARK: The picture

    /// The stays that last, each as wide as it was long but never too narrow to be seen; ends are no stays.
    var picture: Markup {
        let stays = self.stays
        let total = Double(stays.reduce(0) { $0 + $1.length })
        guard !stays.isEmpty, total > 0 else { return .empty }
        let least = 7.0, room = 1000 - least * Double(stays.count)
        guard room > 0 else { return .empty }
        var x = 0.0
        var bars: [Markup] = []
        var marks: [Markup] = []
        for stay in stays {
            let width = least + room * Double(stay.length) / total
            bars.append(
                """
                <rect class="\(kind(stay.status))" x="\(number(x))" y="8" width="\(number(width - 2))" height="28" rx="3">\
                <title>\(stay.status), \(TimeWords.span(stay.length))</title></rect>
                """)
            for entry in history
            where Self.troubles.contains(entry.kind) && entry.at >= stay.entered && entry.at < stay.left {
                let share =
                    Double(entry.at.microseconds.clampedDifference(stay.entered.microseconds))
                    / Double(max(1, stay.length))
                marks.append(
                    """
                    <circle class="mark" cx="\(number(x + (width - 2) * share))" cy="22" r="5">\
                    <title>\(entry.kind.rawValue)</title></circle>
                    """)
            }
            x += width
        }
        let words = stays.map { "\($0.status) \(TimeWords.span($0.length))" }.joined(separator: ", ")
        return """
            <svg class="stays" viewBox="0 0 1000 44" preserveAspectRatio="none" role="img" aria-label="Stays: \(words)">\
            \(bars)\(marks)</svg>
            <ul class="legend">\(totals(stays))</ul>
            """
    }

    private static let troubles: Set<HistoryEntry.Kind> = [.retried, .lost, .parked]

    private var stays: [Stay] {
        var stays: [Stay] = []
        var open: (status: String, entered: Timestamp)?
        for entry in history where entry.from != entry.to {
            if let open { stays.append(Stay(status: open.status, entered: open.entered, left: entry.at)) }
            open = (entry.to, entry.at)
        }
        if let open, job.isLive { stays.append(Stay(status: open.status, entered: open.entered, left: now)) }
        return stays.filter { definition.rule(for: $0.status)?.kind.isEnd == false }
    }

    private func totals(_ stays: [Stay]) -> [Markup] {
        var order: [String] = []
        var times: [String: Int64] = [:]
        for stay in stays {
            if times[stay.status] == nil { order.append(stay.status) }
            times[stay.status, default: 0] += stay.length
        }
        return order.map { status in
            "<li>\(DashboardParts.tag(status, in: definition)) \(TimeWords.span(times[status] ?? 0))</li>"
        }
    }

    private func kind(_ status: String) -> String { definition.rule(for: status)?.kind.rawValue ?? "retired" }
    private func number(_ value: Double) -> String { SVGDrawing.number(value) }

    // MARK: The list

    /// The lines, the youngest first: what happened last is what people look for.
    var list: Markup {
        let after = Dictionary(zip(history.dropLast(), history.dropFirst()).map { ($0.number, $1.at) }) {
            first, _ in first
        }
        let lines = history.reversed().map { line($0, until: after[$0.number]) }
        return "<ol class=\"moves\" reversed>\(lines)</ol>"
    }

    private func line(_ entry: HistoryEntry, until next: Timestamp?) -> Markup {
        let end = next ?? (job.isLive ? now : nil)
        let length =
            end.map { TimeWords.span($0.microseconds.clampedDifference(entry.at.microseconds)) }
            .map { next == nil ? ", since \($0)" : ", for \($0)" } ?? ""
        let reason: Markup =
            entry.reason.flatMap { reason in
                reason == entry.failure?.message ? nil : "<p>“\(reason)”</p>"
            } ?? .empty
        let failure: Markup =
            entry.failure.map { "<div class=\"failure-box small\">\(Self.failure($0))</div>" } ?? .empty
        return """
            <li class="\(kind(entry.to))"><p class="when">\(TimeWords.ago(entry.at, now))</p><span class="rail"></span>
            <div class="what"><p>\(words(entry)) <span class="soft small">by \(entry.actor.description)\(length)</span></p>\
            \(reason)\(failure)</div></li>
            """
    }

    /// A failure with its audience and code.
    static func failure(_ failure: Failure) -> Markup {
        """
        <p>\(failure.message)</p><p class="soft small"><code>\(failure.code)</code> · \(DashboardParts.words(failure.audience))</p>
        """
    }

    private func words(_ entry: HistoryEntry) -> Markup {
        let tag = DashboardParts.tag(entry.to, in: definition)
        let attempt = entry.attempt > 1 ? ", attempt \(entry.attempt)" : ""
        switch entry.kind {
        case .started: return "Started in \(tag)"
        case .imported: return "Imported in \(tag)"
        case .moved: return "Moved to \(tag)\(entry.attempt > 1 ? attempt : "")"
        case .claimed: return "Claimed in \(tag)\(attempt)"
        case .retried: return "An attempt failed in \(tag); another one follows"
        case .lost: return "The worker was lost in \(tag); another one may go on"
        case .yielded: return "Given back by its worker in \(tag)"
        case .parked: return "Parked in \(tag)"
        case .resumed: return "Let go on in \(tag)"
        case .held: return "Held in \(tag)"
        case .released: return "Released in \(tag)"
        case .met: return "A need was met in \(tag)"
        case .noted: return "Noted in \(tag)"
        }
    }
}
