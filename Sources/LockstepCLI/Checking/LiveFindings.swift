import LockstepDrift
import LockstepSources

/// What a running database holds against declarations, in the form of all findings of a check.
enum LiveFindings {
    /// Both, errors and the surest first. What files and database say alike is said once: by the surer of them, and by
    /// the lines that lead there where both are.
    static func join(_ files: [SourceFinding], _ live: [SourceFinding]) -> [SourceFinding] {
        let confidences = Dictionary(
            (files.map { (key($0), $0.confidence) }), uniquingKeysWith: { max($0, $1) })
        let kept = live.filter { finding in confidences[key(finding)].map { $0 < finding.confidence } ?? true
        }
        let better = Set(kept.map(key))
        let all = files.filter { !better.contains(key($0)) } + kept
        return all.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            if one.severity != other.severity { return one.severity > other.severity }
            if one.confidence != other.confidence { return one.confidence > other.confidence }
            return left.offset < right.offset
        }.map(\.element)
    }

    private static func key(_ finding: SourceFinding) -> [String] {
        let table = (finding.table.split(separator: ".").last.map(String.init) ?? finding.table).lowercased()
        let place = "\(table).\(finding.column.lowercased())"
        // Where the column as a whole is meant, files and databases name it in several ways.
        let value = finding.value.lowercased()
        let isWhole =
            value == place || value.hasSuffix("." + place) || finding.type == .d11 && value == "null"
        return [finding.type.rawValue, place, isWhole ? "" : finding.value]
    }

    /// A finding of a database in the form of those of files.
    static func finding(_ found: Finding) -> SourceFinding {
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
