import Lockstep
import LockstepSQL

/// Reads of one job each that come at the same time, in one statement.
///
/// A server that shows jobs reads them one by one, for many at once. What such a read costs is the way to the server
/// and back, and little of it the row: together they go that way once. A read never waits for others to join it, and
/// what was committed before it was asked for is there, for its statement is sent afterwards.
extension PostgresStore {
    /// Whether a query asks for one job by its id, whatever else it asks of it, and for the whole of it.
    static func isForOne(_ query: JobQuery) -> Bool {
        query.ids?.count == 1 && query.limit > 0 && !query.withoutData
    }

    /// The job of each query, where it is as the query wants it.
    func findTogether(_ queries: [JobQuery]) async throws -> [JobRecord?] {
        let now = time.now()
        return try await reading { [catalog] connection in
            var entries: [String: PostgresCatalog.Entry] = [:]
            for query in queries where entries[query.lifecycle] == nil {
                entries[query.lifecycle] = try catalog.entry(query.lifecycle, connection)
            }
            let groups = entries.sorted { $0.key < $1.key }.map(\.value)
            let steps = groups.map { entry -> PGConnection.Step in
                let asked = queries.lazy.filter { $0.lifecycle == entry.definition.name }
                var parameters = PGParameters(reserving: 1)
                parameters.add(Set(asked.flatMap { $0.ids ?? [] }).map(\.text))
                return PGConnection.Step(statement: entry.statements.selectByID, parameters: parameters)
            }
            var found: [String: [JobID: JobRecord]] = [:]
            for (entry, rows) in zip(groups, try connection.run(steps)) {
                let name = entry.definition.name
                let records = rows.records(of: name).map { ($0.record.id, $0.record) }
                found[name] = Dictionary(records, uniquingKeysWith: { first, _ in first })
            }
            return queries.map { query in
                guard let id = query.ids?.first, let record = found[query.lifecycle]?[id],
                    let definition = entries[query.lifecycle]?.definition,
                    query.matches(record, definition: definition, now: now)
                else { return nil }
                return record
            }
        }
    }
}
