import Lockstep

extension JobQuery {
    /// The query as SQL with `?` parameters.
    /// - Parameters:
    ///   - table: the table of jobs; `nil` for its plain name.
    ///   - more: what is selected beside ``JobColumns/selected``.
    public func sql(
        definition: Definition, now: Timestamp, table: String? = nil, more: [String] = []
    ) -> (text: String, parameters: [SQLValue]) {
        var conditions: [String] = []
        var parameters: [SQLValue] = []
        func places(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }
        if let ids {
            conditions.append("id IN (\(places(ids.count)))")
            parameters += ids.map { .text($0.text) }
        }
        if let statuses {
            conditions.append("status IN (\(places(statuses.count)))")
            parameters += statuses.map { .text($0) }
        }
        for (column, value) in [("owner", owner), ("key", key)] {
            guard let value else { continue }
            conditions.append("\(column) = ?")
            parameters.append(.text(value))
        }
        if let isLive { conditions.append("ended_at IS \(isLive ? "" : "NOT ")NULL") }
        if let before {
            conditions.append("id < ?")
            parameters.append(.text(before.text))
        }
        if isStuck {
            var reasons = ["parked_at IS NOT NULL"]
            for name in definition.names {
                guard let limit = definition.rule(for: name)?.stuckAfter.microseconds else { continue }
                reasons.append("(status = ? AND entered_at <= ?)")
                parameters += [.text(name), .integer(now.microseconds - limit)]
            }
            conditions.append("(\(reasons.joined(separator: " OR ")))")
        }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        parameters.append(.integer(Int64(max(0, limit))))
        let table = table ?? TableNames(lifecycle).jobs
        let columns = ([JobColumns.selected] + more).joined(separator: ", ")
        let text =
            "SELECT \(columns) FROM \(table)\(filter) "
            + "ORDER BY id \(newestFirst ? "DESC" : "ASC") LIMIT ?"
        return (text, parameters)
    }
}
