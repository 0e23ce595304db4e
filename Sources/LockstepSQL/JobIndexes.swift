import Lockstep

/// The indexes of a table of jobs by which lists of jobs and counts of the living stay quick, however many jobs have
/// ended. None of them is touched by a start or a claim; the end of a job without a key and a failure touches one.
package struct JobIndexes: Sendable {
    private let name: String
    private let place: String

    /// Names the indexes of a lifecycle.
    /// - Parameter place: the table, with its schema.
    package init(_ lifecycle: String, on place: String) {
        name = TableNames(lifecycle).jobs
        self.place = place
    }

    /// Whom a failure concerns, from its text: keys are sorted, so that it comes first (``Lockstep/JSONText``). What
    /// cannot be read is an administrator's matter.
    package static let audience: String = {
        let cases = Failure.Audience.allCases.filter { $0 != .adminRequired }.map { audience in
            let start = "{\"audience\":\"\(audience.rawValue)\""
            return "WHEN substr(failure, 1, \(start.count)) = '\(start)' THEN '\(audience.rawValue)'"
        }
        return "CASE \(cases.joined(separator: " ")) ELSE '\(Failure.Audience.adminRequired.rawValue)' END"
    }()

    /// All of them.
    package var lists: [IndexBuild] {
        [
            IndexBuild("\(name)_ended", on: "\(place) (status, id) WHERE ended_at IS NOT NULL"),
            IndexBuild("\(name)_failed", on: "\(place) ((\(Self.audience)), id) WHERE failure IS NOT NULL"),
            IndexBuild(
                "\(name)_ended_key", on: "\(place) (key, id) WHERE key IS NOT NULL AND ended_at IS NOT NULL"),
            IndexBuild("\(name)_onhold", on: "\(place) (status) WHERE hold IS NOT NULL"),
        ]
    }
}
