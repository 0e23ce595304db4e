import LockstepSources

extension Finding {
    /// What reading source code and schema files found, in the form of all findings.
    public init(_ found: SourceFinding) {
        self.init(
            found.type, found.severity, confidence: found.confidence, value: found.value, table: found.table,
            column: found.column, places: found.places.map { .line(file: $0.file, line: $0.line) },
            message: found.message, fix: found.fix)
    }
}
