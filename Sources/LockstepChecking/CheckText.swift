import LockstepSources

/// A report for people: what will happen, where, and the cure.
public struct CheckText {
    /// How a word is shown.
    public enum Style: Sendable {
        /// It fails the build.
        case failing
        /// It does not.
        case warning
        /// All is well.
        case good
        /// What it is about.
        case strong
        /// What stands beside it.
        case faint
    }

    private let report: CheckReport
    private let paint: (String, Style) -> String

    /// How many further places are listed.
    private static let morePlaces = 5

    /// Makes it.
    /// - Parameter paint: gives a word its colour, where there is any.
    public init(_ report: CheckReport, paint: @escaping (String, Style) -> String = { text, _ in text }) {
        self.report = report
        self.paint = paint
    }

    /// The lines.
    public func lines() -> [String] {
        var lines: [String] = []
        for finding in report.findings { lines += self.lines(of: finding) + [""] }
        return lines + [summary] + report.notes.map { show("note: \($0)", .faint) }
    }

    /// A text on one line, without what would steer a terminal: what files hold may come from anybody.
    private func show(_ text: String, _ style: Style? = nil) -> String {
        let plain = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        return style.map { paint(plain, $0) } ?? plain
    }

    private func lines(of finding: SourceFinding) -> [String] {
        let fails = report.bounds.fails(finding)
        let mark = show(fails ? "✗" : "!", fails ? .failing : .warning)
        let name = show("\(finding.table).\(finding.column)", .strong)
        let sure = finding.confidence == .high ? "" : ", not sure (\(finding.confidence.word))"
        let kind = show("\(finding.type.rawValue) \(finding.severity.rawValue)\(sure)", .faint)
        var lines = [
            "\(mark) \(name) \(show("‘\(finding.value)’"))  \(kind)",
            show("    \(finding.location)"), show("    \(finding.message)"), show("    → \(finding.fix)"),
        ]
        let more = finding.places.dropFirst()
        if !more.isEmpty {
            let shown = more.prefix(Self.morePlaces).map(\.description).joined(separator: ", ")
            let rest = more.count - Self.morePlaces
            lines.append(show("    also \(shown)\(rest > 0 ? " and \(rest) more" : "")", .faint))
        }
        if let object = finding.object, !finding.places.isEmpty {
            lines.append(show("    in the database: \(object)", .faint))
        }
        return lines
    }

    /// The last line: how much there is.
    var summary: String {
        var parts: [String] = []
        let failing = report.failing.count
        let others = report.findings.count - failing
        if failing > 0 { parts.append(show(Self.count(failing, "finding") + " to mend", .failing)) }
        if others > 0 { parts.append(show(Self.count(others, "finding") + " to look at", .warning)) }
        if parts.isEmpty {
            parts.append(show(report.known > 0 ? "✓ nothing new disagrees" : "✓ nothing disagrees", .good))
        }
        if report.known > 0 { parts.append("\(report.known) known from the baseline") }
        if report.unsure > 0 { parts.append("\(report.unsure) of low confidence not shown") }
        return parts.joined(separator: ", ")
            + show(
                "  (\(Self.count(report.files, "file")), \(Self.count(report.columns, "column")) with statuses)",
                .faint)
    }

    private static func count(_ number: Int, _ word: String) -> String {
        "\(number) \(word)\(number == 1 ? "" : "s")"
    }
}
