import LockstepSources

/// What a check found, and whether it holds a build up.
public struct CheckReport: Sendable {
    /// What is shown and what fails.
    public struct Bounds: Sendable, Hashable {
        /// What is less sure is left out.
        public var shown = SourceFinding.Confidence.medium
        /// What is at least so sure fails, if it is bad enough.
        public var confidence = SourceFinding.Confidence.high
        /// What is at least so bad fails, if it is sure enough.
        public var severity = SourceFinding.Severity.error

        /// Errors of high confidence fail; what is of low confidence is not shown.
        public init() {}
    }

    /// What is shown, errors and the surest first.
    public let findings: [SourceFinding]
    /// How many more the baseline knows.
    public let known: Int
    /// How many more are not sure enough to be shown.
    public let unsure: Int
    /// What could not be read, one sentence each.
    public let notes: [String]
    /// How many files were read.
    public let files: Int
    /// How many columns the schema has, and how many of them were compared with code.
    public let columns: Int
    /// What is shown and what fails.
    public let bounds: Bounds

    /// Makes a report.
    /// - Parameter baseline: what is known and accepted.
    public init(
        _ findings: [SourceFinding], notes: [String] = [], files: Int, columns: Int,
        baseline: Baseline? = nil,
        bounds: Bounds = Bounds()
    ) {
        let new = findings.filter { !(baseline?.knows($0) ?? false) }
        self.findings = new.filter { $0.confidence >= bounds.shown || bounds.fails($0) }
        known = findings.count - new.count
        unsure = new.count - self.findings.count
        self.notes = notes
        self.files = files
        self.columns = columns
        self.bounds = bounds
    }

    /// What fails a build.
    public var failing: [SourceFinding] { findings.filter(bounds.fails) }
}

extension CheckReport.Bounds {
    /// Whether a finding fails a build.
    public func fails(_ finding: SourceFinding) -> Bool {
        finding.confidence >= confidence && finding.severity >= severity
    }
}
