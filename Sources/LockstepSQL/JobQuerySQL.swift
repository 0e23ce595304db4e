import Lockstep

/// A text of SQL with `?` for its parameters, in order.
public struct SQLQuery: Sendable, Hashable {
    /// The text.
    public var text: String
    /// What stands for each `?`.
    public var parameters: [SQLValue]

    init(_ text: String, _ parameters: [SQLValue] = []) {
        self.text = text
        self.parameters = parameters
    }

    static func + (left: SQLQuery, right: SQLQuery) -> SQLQuery {
        SQLQuery(left.text + right.text, left.parameters + right.parameters)
    }

    fileprivate static func joined(_ parts: [SQLQuery], by separator: String) -> SQLQuery {
        SQLQuery(parts.map(\.text).joined(separator: separator), parts.flatMap(\.parameters))
    }
}

/// How jobs are looked for: whatever is asked, by an index that leads to them, however many others have ended.
///
/// The database is not left to choose. Statistics may be missing or old, and a plan that walks through all jobs in the
/// order of their ids, until enough of a rare kind have turned up, looks cheap in them.
public struct JobSearch: Sendable {
    /// The search among the newest jobs alone, if it is worth while: where it gives as many jobs as were asked for,
    /// they are the answer. A long queue is found by it without being sorted.
    public let quick: SQLQuery?
    /// The whole search.
    public let full: SQLQuery

    /// So many of the newest jobs are looked through.
    private static let newest = 1000

    /// Writes the search.
    /// - Parameters:
    ///   - table: the table of jobs, as the statement names it.
    ///   - more: what is selected beside ``JobColumns/selected``.
    ///   - namesIndexes: whether the database wants to be told the index (SQLite).
    public init(
        _ query: JobQuery, definition: Definition, now: Timestamp, table: String? = nil, more: [String] = [],
        namesIndexes: Bool = false
    ) {
        let columns = query.withoutData ? JobColumns.selectedWithoutData : JobColumns.selected
        let writing = SearchWriting(
            query: query, definition: definition, now: now, table: table ?? TableNames(query.lifecycle).jobs,
            columns: ([columns] + more).joined(separator: ", "), namesIndexes: namesIndexes)
        quick =
            writing.isOfLive && query.newestFirst && query.limit <= Self.newest
            ? writing.amongNewest(Self.newest) : nil
        full = writing.whole
    }
}

/// The parts of a search.
private struct SearchWriting {
    let query: JobQuery
    let definition: Definition
    let now: Timestamp
    let table: String
    let columns: String
    let namesIndexes: Bool

    /// Jobs that an index leads to.
    private struct Source {
        let index: String?
        let conditions: [SQLQuery]
        /// What the index begins with, and its value. After that it has the jobs by id, so that no more need be read
        /// than are wanted.
        var lead: (expression: String, value: String)?
        /// Whether the index gives them by id.
        var isOrdered: Bool
    }

    private var order: String { "ORDER BY id \(query.newestFirst ? "DESC" : "ASC") LIMIT ?" }
    private var limit: [SQLValue] { [.integer(Int64(max(0, query.limit)))] }

    // MARK: The texts

    var whole: SQLQuery {
        let sources = sources
        if sources.count == 1, sources[0].isOrdered { return select(columns, sources[0], ordered: true) }
        let arms = sources.map { source in
            guard source.isOrdered else { return select("id", source, ordered: false) }
            return SQLQuery("SELECT id FROM (") + select("id", source, ordered: true) + SQLQuery(") AS arm")
        }
        let none = SQLQuery("SELECT id FROM \(table) WHERE 1 = 0")
        return SQLQuery("WITH found AS MATERIALIZED (")
            + SQLQuery.joined(arms.isEmpty ? [none] : arms, by: " UNION ALL ")
            + SQLQuery("), best AS MATERIALIZED (SELECT id FROM found \(order)) ", limit)
            + SQLQuery("SELECT \(columns) FROM best JOIN \(table) USING (id) ")
            + SQLQuery("ORDER BY id \(query.newestFirst ? "DESC" : "ASC")")
    }

    func amongNewest(_ count: Int) -> SQLQuery {
        let owner = query.owner.map { Self.owned(by: $0) }
        let newest =
            select(columns, owner ?? Source(index: nil, conditions: [], isOrdered: true), filtered: false)
            + SQLQuery(" LIMIT \(count)")
        return SQLQuery("SELECT newest.* FROM (") + newest + SQLQuery(") AS newest")
            + filter(place + conditions())
            + SQLQuery(" \(order)", limit)
    }

    private func select(_ columns: String, _ source: Source, ordered: Bool) -> SQLQuery {
        let text = select(columns, source, filtered: true)
        return ordered ? text + SQLQuery(" LIMIT ?", limit) : text
    }

    /// The jobs of a source, in order if it has one.
    private func select(_ columns: String, _ source: Source, filtered: Bool) -> SQLQuery {
        let index = source.index.flatMap {
            namesIndexes ? " INDEXED BY \(TableNames(query.lifecycle).jobs)_\($0)" : nil
        }
        let more = filtered ? conditions(without: source.lead?.expression) : []
        let (bounds, order) = bounds(source)
        return SQLQuery("SELECT \(columns) FROM \(table)\(index ?? "")")
            + filter(source.conditions + bounds + more)
            + SQLQuery(source.isOrdered ? " ORDER BY \(order)" : "")
    }

    /// Where in a source the page begins, and its order. A database that is not told the index is asked for an order
    /// that no other one has: of a column that is equal to something it knows that it need not be sorted by, but not of
    /// one between something and the same.
    private func bounds(_ source: Source) -> (conditions: [SQLQuery], order: String) {
        let way = query.newestFirst ? "DESC" : "ASC"
        guard let (expression, value) = source.lead else { return (place, "id \(way)") }
        guard !namesIndexes else {
            return ([SQLQuery("\(expression) = ?", [.text(value)])] + place, "id \(way)")
        }
        func bound(_ comparison: String, _ id: JobID?) -> SQLQuery {
            guard let id else { return SQLQuery("\(expression) \(comparison)= ?", [.text(value)]) }
            return SQLQuery("(\(expression), id) \(comparison) (?, ?)", [.text(value), .text(id.text)])
        }
        return ([bound(">", query.after), bound("<", query.before)], "\(expression) \(way), id \(way)")
    }

    private func filter(_ conditions: [SQLQuery]) -> SQLQuery {
        conditions.isEmpty ? SQLQuery("") : SQLQuery(" WHERE ") + SQLQuery.joined(conditions, by: " AND ")
    }

    // MARK: What is asked

    private func oneOf(_ column: String, _ values: [String]) -> SQLQuery {
        if values.isEmpty { return SQLQuery("1 = 0") }
        let places = Array(repeating: "?", count: values.count).joined(separator: ", ")
        return SQLQuery("\(column) IN (\(places))", values.map { .text($0) })
    }

    /// Where the page begins.
    private var place: [SQLQuery] {
        var conditions: [SQLQuery] = []
        if let before = query.before { conditions.append(SQLQuery("id < ?", [.text(before.text)])) }
        if let after = query.after { conditions.append(SQLQuery("id > ?", [.text(after.text)])) }
        return conditions
    }

    /// Everything that is asked. Of being stuck the indexes say enough, where they lead there.
    private func conditions(without lead: String? = nil) -> [SQLQuery] {
        var conditions: [SQLQuery] = []
        if query.isStuck, query.ids != nil || query.key != nil { conditions.append(stuck) }
        if let ids = query.ids { conditions.append(oneOf("id", ids.map(\.text))) }
        if let statuses = query.statuses, lead != "status" { conditions.append(oneOf("status", statuses)) }
        for (column, value) in [("owner", query.owner), ("key", query.key)] {
            if let value, lead != column { conditions.append(SQLQuery("\(column) = ?", [.text(value)])) }
        }
        if let isLive = query.isLive {
            conditions.append(SQLQuery("ended_at IS \(isLive ? "" : "NOT ")NULL"))
        }
        if let audience = query.audience {
            conditions.append(SQLQuery("failure IS NOT NULL"))
            if lead != Self.audience {
                conditions.append(SQLQuery("\(Self.audience) = ?", [.text(audience.rawValue)]))
            }
        }
        for (comparison, moment) in [(">=", query.createdAfter), ("<", query.createdBefore)] {
            guard let moment else { continue }
            conditions.append(SQLQuery("created_at \(comparison) ?", [.integer(moment.microseconds)]))
        }
        return conditions
    }

    /// The statuses in which jobs may be stuck, and since when they must be there for that.
    private var waits: [(status: String, since: Int64)] {
        definition.names.compactMap { name in
            definition.rule(for: name)?.stuckAfter.microseconds.map { (name, now.microseconds - $0) }
        }
    }

    private func waiting(_ wait: (status: String, since: Int64)) -> SQLQuery {
        SQLQuery("status = ? AND entered_at <= ?", [.text(wait.status), .integer(wait.since)])
    }

    private var stuck: SQLQuery {
        let reasons =
            [SQLQuery("parked_at IS NOT NULL")] + waits.map { SQLQuery("(") + waiting($0) + SQLQuery(")") }
        return SQLQuery("(") + SQLQuery.joined(reasons, by: " OR ") + SQLQuery(")")
    }

    private func isEnd(_ status: String) -> Bool { definition.rule(for: status)?.kind.isEnd ?? false }

    /// Whether only living jobs are asked for, and nothing else leads to them.
    var isOfLive: Bool {
        guard query.ids == nil, query.key == nil, !query.isStuck else { return false }
        return query.isLive == true || query.statuses.map { !$0.contains(where: isEnd) } ?? false
    }

    // MARK: What leads there

    private static let audience = "(\(JobIndexes.audience))"

    private static func owned(by owner: String) -> Source {
        Source(index: "owner", conditions: [], lead: ("owner", owner), isOrdered: true)
    }

    private var sources: [Source] {
        if query.ids != nil { return [Source(index: nil, conditions: [], isOrdered: true)] }
        if let key = query.key { return ofKey(key) }
        if query.isStuck { return ofStuck }
        if isOfLive { return ofLive() }
        if let owner = query.owner { return [Self.owned(by: owner)] }
        if let audience = query.audience {
            return [
                Source(
                    index: "failed", conditions: [], lead: (Self.audience, audience.rawValue), isOrdered: true
                )
            ]
        }
        guard query.statuses != nil || query.isLive == false else {
            return [Source(index: nil, conditions: [], isOrdered: true)]
        }
        let ends = (query.statuses ?? definition.names).filter(isEnd).map { status in
            Source(
                index: "ended", conditions: [SQLQuery("ended_at IS NOT NULL")], lead: ("status", status),
                isOrdered: true)
        }
        return (query.isLive == nil ? ofLive() : []) + ends
    }

    private func ofKey(_ key: String) -> [Source] {
        let live = Source(index: "live_key", conditions: [SQLQuery("ended_at IS NULL")], isOrdered: false)
        let ended = Source(
            index: "ended_key", conditions: [SQLQuery("ended_at IS NOT NULL")], lead: ("key", key),
            isOrdered: true)
        return switch query.isLive {
        case true: [live]
        case false: [ended]
        case nil: [live, ended]
        }
    }

    /// Living jobs, by the indexes that hold no others, each job by one of them.
    private func ofLive(_ more: [SQLQuery] = [], parked: Bool = true) -> [Source] {
        let kinds = [
            ("claim", "claimed_by IS NULL AND parked_at IS NULL AND hold IS NULL AND ended_at IS NULL"),
            ("held", "claimed_by IS NOT NULL AND parked_at IS NULL AND ended_at IS NULL"),
            ("onhold", "hold IS NOT NULL AND claimed_by IS NULL AND parked_at IS NULL AND ended_at IS NULL"),
            ("parked", "parked_at IS NOT NULL AND ended_at IS NULL"),
        ]
        return kinds.filter { parked || $0.0 != "parked" }.map { index, condition in
            Source(index: index, conditions: [SQLQuery(condition)] + more, isOrdered: false)
        }
    }

    private var ofStuck: [Source] {
        [Source(index: "parked", conditions: [SQLQuery("parked_at IS NOT NULL")], isOrdered: false)]
            + waits.flatMap { ofLive([waiting($0)], parked: false) }
    }
}
