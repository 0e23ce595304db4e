import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepSources

/// What a running database holds against declarations, in the form of all findings of a check.
enum LiveFindings {
    /// Asks the database; nothing in it is changed.
    /// - Throws: a ``Failure`` for a table or column that is not there, `SQLError` for a database that cannot be read.
    static func read(_ columns: [GuardedColumn], in address: DatabaseAddress) async throws -> [SourceFinding]
    {
        let database = try await LiveDatabase.open(address)
        do {
            var findings: [SourceFinding] = []
            for column in columns {
                findings += try await LiveCheck(column, in: database).findings().map(finding)
            }
            try await database.close()
            return findings
        } catch {
            // Why the reading ended matters more than how its connection does.
            try? await database.close()
            throw error
        }
    }

    /// Both, errors and the surest first. What files and database say alike is said once, with the line that leads there.
    static func join(_ files: [SourceFinding], _ live: [SourceFinding]) -> [SourceFinding] {
        let known = Set(files.filter { $0.confidence == .high }.map(key))
        let all = files + live.filter { !known.contains(key($0)) }
        return all.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            if one.severity != other.severity { return one.severity > other.severity }
            if one.confidence != other.confidence { return one.confidence > other.confidence }
            return left.offset < right.offset
        }.map(\.element)
    }

    private static func key(_ finding: SourceFinding) -> [String] {
        let table = finding.table.split(separator: ".").last.map(String.init) ?? finding.table
        return [
            finding.type.rawValue, table.lowercased(), finding.column.lowercased(), finding.value,
        ]
    }

    private static func finding(_ found: Finding) -> SourceFinding {
        var places: [SourcePlace] = []
        var object: String?
        for place in found.places {
            switch place {
            case .line(let file, let line): places.append(SourcePlace(file: file, line: line))
            case .object: object = object ?? place.description
            }
        }
        return SourceFinding(
            type: found.type, severity: found.severity, confidence: found.confidence,
            // Where the column as a whole is meant, it is named as findings of files name it.
            value: found.value.isEmpty ? "\(found.table).\(found.column)" : found.value, table: found.table,
            column: found.column, places: places, object: object, message: found.message, fix: found.fix)
    }
}
