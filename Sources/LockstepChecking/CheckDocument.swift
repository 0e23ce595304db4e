import Foundation
import LockstepSources

/// A report for programs, as JSON.
public struct CheckDocument: Encodable, Sendable {
    /// A finding.
    public struct Item: Encodable, Sendable {
        let type: String
        let severity: String
        let value: String
        let table: String
        let column: String
        let location: String
        let message: String
        let fix: String
        let confidence: String
        /// Every place, the first as in `where`.
        let places: [String]
        /// What it is in a running database, where one was asked.
        let object: String?
        /// Whether it fails the build.
        let fails: Bool

        enum CodingKeys: String, CodingKey {
            case severity, value, table, column, message, fix, confidence, places, object, fails
            case type = "class"
            case location = "where"
        }

        init(_ finding: SourceFinding, fails: Bool) {
            type = finding.type.rawValue
            severity = finding.severity.rawValue
            value = finding.value
            table = finding.table
            column = finding.column
            location = finding.location
            message = finding.message
            fix = finding.fix
            confidence = finding.confidence.word
            places = finding.places.map(\.description)
            object = finding.object
            self.fails = fails
        }
    }

    let findings: [Item]
    let notes: [String]
    let files: Int
    let known: Int

    /// Writes a report down.
    public init(_ report: CheckReport) {
        findings = report.findings.map { Item($0, fails: report.bounds.fails($0)) }
        notes = report.notes
        files = report.files
        known = report.known
    }

    /// The document, a member a line, in an order that never changes.
    public func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
