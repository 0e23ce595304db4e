import Lockstep

/// Small parts that several pages of the dashboard have.
enum DashboardParts {
    /// A status with the picture of its kind.
    static func tag(_ status: String, in definition: Definition) -> Markup {
        let kind = definition.rule(for: status)?.kind
        return """
            <span class="tag \(kind?.rawValue ?? "retired")">\(icon(kind ?? .retired))\(status)</span>
            """
    }

    static func icon(_ kind: StatusRule.Kind) -> Markup {
        """
        <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true"><path d="\(DrawingStyle.icon(kind))"/></svg>
        """
    }

    /// The address of a job's page.
    static func path(to job: JobID) -> String { "/dashboard/jobs/\(job)" }

    /// The end of an id: its beginning is the time, which is alike for jobs that were started together.
    static func link(to job: JobID) -> Markup {
        """
        <a class="mono" href="\(path(to: job))" title="\(job.text)"><span class="hidden">Job </span>…\(job.text.suffix(12))</a>
        """
    }

    /// The address of a lifecycle's page.
    static func path(toLifecycle name: String) -> String { "/dashboard/lifecycles/\(encoded(name))" }

    /// A text as a part of a path or a value of a query (RFC 3986, section 2.3).
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + byte.hex.uppercased()
            }
        }.joined()
    }

    /// Who can do something about a failure, in words.
    static func words(_ audience: Failure.Audience) -> String {
        switch audience {
        case .userFixable: "for the user to fix"
        case .adminRequired: "for an administrator"
        case .temporary: "may pass by itself"
        }
    }

    /// What holds back claims, as a note above a page.
    static func pauseNote(_ pause: Pause, _ now: Timestamp) -> Markup {
        let reason = pause.reason.map { " “\($0)”" } ?? ""
        return """
            <p class="note warn"><span><strong>Paused:</strong> <a href="\(path(toLifecycle: pause.lifecycle))">\
            \(pause.place)</a>, \(TimeWords.ago(pause.pausedAt, now)) by \(pause.actor.description).\(reason)</span></p>
            """
    }

    /// What stands where nothing is.
    static func empty(_ title: String, _ more: Markup) -> Markup {
        "<div class=\"empty\"><strong>\(title)</strong>\(more)</div>"
    }
}
