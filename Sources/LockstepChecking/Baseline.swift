import Foundation
import LockstepSources

/// Findings that are known and no longer hold a build up, in a file beside the code.
///
/// A finding is known by its class, column and value: lines move with every edit. The same value written at one more
/// place is the same drift; another value is new.
public struct Baseline: Sendable, Hashable {
    /// What cannot be read as one.
    public struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    private struct Entry: Codable, Hashable {
        let type: String
        let table: String
        let column: String
        let value: String
        /// Where it was, for people.
        let location: String?

        enum CodingKeys: String, CodingKey {
            case table, column, value
            case type = "class"
            case location = "where"
        }

        init(_ finding: SourceFinding) {
            type = finding.type.rawValue
            table = finding.table
            column = finding.column
            value = finding.value
            location = finding.location
        }

        var key: [String] { [type, table.lowercased(), column.lowercased(), value] }
    }

    private struct File: Codable {
        let version: Int
        let findings: [Entry]
    }

    private let entries: [Entry]
    private let keys: Set<[String]>

    /// Takes all of these as known.
    public init(of findings: [SourceFinding]) { self.init(findings.map(Entry.init)) }

    private init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        keys = Set(entries.map(\.key))
    }

    /// Reads a file that ``text()`` wrote.
    /// - Throws: ``Unreadable``.
    public init(reading text: String, named file: String) throws(Unreadable) {
        let read: File
        do {
            read = try JSONDecoder().decode(File.self, from: Data(text.utf8))
        } catch {
            throw Unreadable(
                description: "'\(file)' is no baseline; write one with --write-baseline \(file)")
        }
        guard read.version == 1 else {
            throw Unreadable(
                description:
                    "the baseline '\(file)' has version \(read.version), and this program reads 1; write it again with --write-baseline"
            )
        }
        self.init(read.findings)
    }

    /// Whether a finding is known.
    public func knows(_ finding: SourceFinding) -> Bool { keys.contains(Entry(finding).key) }

    /// How many of it no longer occur.
    public func gone(from findings: [SourceFinding]) -> Int {
        keys.subtracting(findings.map { Entry($0).key }).count
    }

    /// The file: a finding a line, sorted, so that a change of it reads well.
    public func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try entries.map { "  " + String(decoding: try encoder.encode($0), as: UTF8.self) }
        return "{\"version\": 1, \"findings\": [\n" + lines.joined(separator: ",\n") + "\n]}\n"
    }
}
