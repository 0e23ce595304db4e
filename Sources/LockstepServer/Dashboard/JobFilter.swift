import Lockstep

/// Which jobs a list shows, as the address of the page says.
struct JobFilter: Equatable {
    /// Which of them, by how they are.
    enum State: String, CaseIterable {
        case live, ended, stuck
    }

    /// So many jobs are on a page.
    static let pageSize = 50

    var lifecycle: String?
    var status: String?
    var state: State?
    var audience: Failure.Audience?
    var owner: String?
    var key: String?
    /// Only jobs that were started before this one.
    var before: JobID?

    init() {}

    /// Reads a query; fields that are empty ask for nothing.
    /// - Throws: ``Problem`` 422 for a value that is none of those there are.
    init(_ parameters: QueryParameters) throws {
        func one<Value: RawRepresentable & CaseIterable>(_ name: String) throws -> Value?
        where Value.RawValue == String {
            guard let text = parameters.field(name) else { return nil }
            guard let value = Value(rawValue: text) else {
                throw Problem.unprocessable(
                    "'\(name)' is '\(Problem.shortened(text))', which is none of its values",
                    accepted: Value.allCases.map(\.rawValue))
            }
            return value
        }
        lifecycle = parameters.field("lifecycle")
        status = parameters.field("status")
        state = try one("state")
        audience = try one("audience")
        owner = parameters.field("owner")
        key = parameters.field("key")
        if let cursor = parameters.field("before") {
            guard let id = JobID(cursor) else {
                throw Problem.unprocessable("'before' must be the id of a job; go back to the first page")
            }
            before = id
        }
    }

    /// Whether it asks for anything.
    var isEmpty: Bool { self == JobFilter() }

    /// The address of the list with this filter.
    var path: String {
        let fields: [(String, String?)] = [
            ("lifecycle", lifecycle), ("status", status), ("state", state?.rawValue),
            ("audience", audience?.rawValue), ("owner", owner), ("key", key), ("before", before?.text),
        ]
        let query = fields.compactMap { name, value in value.map { "\(name)=\(DashboardParts.encoded($0))" } }
        return "/dashboard/jobs" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// The question to the store about one lifecycle; `nil` when no job of it can be meant.
    func query(_ definition: Definition, ownedBy only: String?) -> JobQuery? {
        if let lifecycle, lifecycle != definition.name { return nil }
        if let status, !definition.declares(status) { return nil }
        if let only, let owner, !Owner.isSame(owner, only) { return nil }
        var query = JobQuery(definition.name)
        query.statuses = status.map { [$0] }
        query.owner = only ?? owner
        query.key = key
        query.isLive = state == .live ? true : state == .ended ? false : nil
        query.isStuck = state == .stuck
        query.audience = audience
        query.before = before
        query.limit = Self.pageSize + 1
        query.withoutData = true
        return query
    }
}
