import Lockstep
import LockstepSQL

/// A query for jobs as PostgreSQL takes it.
enum PostgresQuery {
    static func search(_ query: JobQuery, _ entry: PostgresCatalog.Entry, now: Timestamp) -> JobSearch {
        JobSearch(
            query, definition: entry.definition, now: now, table: entry.statements.jobs,
            more: ["ctid::text", "xmin::text"].map { "\(entry.statements.jobs).\($0)" })
    }

    static func step(_ query: SQLQuery) -> PGConnection.Step {
        let (text, values) = (query.text, query.parameters)
        var numbered = ""
        var place = 0
        for character in text {
            guard character == "?" else {
                numbered.append(character)
                continue
            }
            place += 1
            numbered += "$\(place)"
        }
        var parameters = PGParameters(reserving: values.count)
        var types: [UInt32] = []
        for value in values {
            if let number = value.integer {
                parameters.add(number)
                types.append(PGType.int8)
            } else {
                parameters.add(value.text)
                types.append(PGType.text)
            }
        }
        return PGConnection.Step(statement: PGStatement(numbered, types), parameters: parameters)
    }
}
