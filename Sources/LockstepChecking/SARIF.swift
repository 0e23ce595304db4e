import Foundation
import LockstepSources

/// A report in the Static Analysis Results Interchange Format 2.1.0 (OASIS), which code scanning services read.
public struct SARIF: Encodable, Sendable {
    let version = "2.1.0"
    let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    let runs: [Run]

    enum CodingKeys: String, CodingKey {
        case version, runs
        case schema = "$schema"
    }

    /// Writes a report down.
    public init(_ report: CheckReport) {
        let types = Set(report.findings.map(\.type))
        let rules = SourceFinding.Class.allCases.filter(types.contains)
        runs = [
            Run(
                tool: Tool(driver: Driver(rules: rules.map(Rule.init))),
                results: report.findings.map { Result($0, rules: rules, fails: report.bounds.fails($0)) })
        ]
    }

    /// The document.
    public func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension SARIF {
    struct Run: Encodable, Sendable {
        let tool: Tool
        let results: [Result]
        let columnKind = "unicodeCodePoints"
    }

    struct Tool: Encodable, Sendable {
        let driver: Driver
    }

    struct Driver: Encodable, Sendable {
        let name = "lockstep"
        let rules: [Rule]
    }

    struct Text: Encodable, Sendable {
        let text: String
    }

    struct Rule: Encodable, Sendable {
        let id: String
        let shortDescription: Text

        init(_ type: SourceFinding.Class) {
            id = type.rawValue
            shortDescription = Text(text: type.title)
        }
    }

    struct Result: Encodable, Sendable {
        struct Properties: Encodable, Sendable {
            let table: String
            let column: String
            let value: String
            let confidence: String
        }

        let ruleId: String
        let ruleIndex: Int
        let level: String
        let message: Text
        let locations: [Location]
        let relatedLocations: [Location]
        let partialFingerprints: [String: String]
        let properties: Properties

        init(_ finding: SourceFinding, rules: [SourceFinding.Class], fails: Bool) {
            ruleId = finding.type.rawValue
            ruleIndex = rules.firstIndex(of: finding.type) ?? 0
            level = fails ? "error" : finding.confidence == .low ? "note" : "warning"
            message = Text(text: "\(finding.message) \(finding.fix)")
            locations =
                finding.places.isEmpty
                ? [Location(object: finding.location)] : finding.places.prefix(1).map(Location.init)
            relatedLocations = finding.places.dropFirst().map(Location.init)
            // As in a baseline: lines move, drift stays.
            partialFingerprints = [
                "drift/v1": [finding.type.rawValue, finding.table, finding.column, finding.value]
                    .joined(separator: "/")
            ]
            properties = Properties(
                table: finding.table, column: finding.column, value: finding.value,
                confidence: finding.confidence.word)
        }
    }

    struct Location: Encodable, Sendable {
        struct Physical: Encodable, Sendable {
            struct Artifact: Encodable, Sendable {
                let uri: String
            }

            struct Region: Encodable, Sendable {
                let startLine: Int
            }

            let artifactLocation: Artifact
            let region: Region
        }

        struct Logical: Encodable, Sendable {
            let fullyQualifiedName: String
        }

        let physicalLocation: Physical?
        let logicalLocations: [Logical]?

        init(_ place: SourcePlace) {
            let allowed = CharacterSet.urlPathAllowed
            physicalLocation = Physical(
                artifactLocation: .init(
                    uri: place.file.addingPercentEncoding(withAllowedCharacters: allowed) ?? place.file),
                region: .init(startLine: max(1, place.line)))
            logicalLocations = nil
        }

        init(object: String) {
            physicalLocation = nil
            logicalLocations = [Logical(fullyQualifiedName: object)]
        }
    }
}
