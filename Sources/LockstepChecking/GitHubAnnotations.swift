import LockstepSources

/// A report as the annotations that GitHub's workflows read from standard output, a line each: they stand beside the
/// lines of a pull request.
///
/// Source: "Workflow commands for GitHub Actions", docs.github.com.
public enum GitHubAnnotations {
    /// The lines, and behind them one for whoever reads the log: a check that prints nothing looks as if it had not
    /// run.
    public static func text(_ report: CheckReport) -> String {
        report.findings.map { line($0, fails: report.bounds.fails($0)) + "\n" }.joined()
            + CheckText(report).summary + "\n"
    }

    private static func line(_ finding: SourceFinding, fails: Bool) -> String {
        let word = fails ? "error" : finding.confidence == .low ? "notice" : "warning"
        var properties: [String] = []
        if let place = finding.places.first {
            properties = ["file=\(property(place.file))", "line=\(place.line)"]
        }
        properties.append(
            "title=\(property("\(finding.type.rawValue) \(finding.table).\(finding.column): \(finding.value)"))"
        )
        return "::\(word) \(properties.joined(separator: ","))::\(data("\(finding.message) \(finding.fix)"))"
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
