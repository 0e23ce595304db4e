import LockstepSources

extension Finding {
    /// What reading source code and schema files found, in the form of all findings.
    public init(_ found: SourceFinding) {
        // The classes of source code are some of all classes, by the same names.
        guard let type = Class(rawValue: found.type.rawValue) else {
            preconditionFailure("'\(found.type.rawValue)' is no class of findings")
        }
        let severity: Severity =
            switch found.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        let confidence: Confidence =
            switch found.confidence {
            case .high: .high
            case .medium: .medium
            case .low: .low
            }
        self.init(
            type, severity, confidence: confidence, value: found.value, table: found.table,
            column: found.column, places: found.places.map { .line(file: $0.file, line: $0.line) },
            message: found.message, fix: found.fix)
    }
}
