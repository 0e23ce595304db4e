import GRDB
import Lockstep
import LockstepSQL

/// The small SQL face on a reading connection.
struct SQLiteReading: SQLReading {
    let db: Database

    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
        do {
            let statement = try db.cachedStatement(sql: sql)
            let rows = try Row.fetchAll(statement, arguments: StatementArguments(parameters.map(\.sqlValue)))
            let columns = statement.columnNames
            return rows.map { row in
                SQLRow(columns: columns, values: (0..<row.count).map { row[$0] as SQLValue })
            }
        } catch {
            throw SQLError.from(error)
        }
    }
}

/// The small SQL face on the writing connection, in which starts and changes of jobs join.
struct SQLiteTransaction: SQLTransaction {
    let road: RoadWriter

    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
        try SQLiteReading(db: road.db).query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [any SQLConvertible]) throws -> Int {
        do {
            let statement = try road.db.cachedStatement(sql: sql)
            // Perhaps it changes jobs.
            defer { road.records.forgetAll() }
            try statement.execute(arguments: StatementArguments(parameters.map(\.sqlValue)))
            return road.db.changesCount
        } catch {
            throw SQLError.from(error)
        }
    }

    func start(_ job: NewJob) throws -> StartOutcome { try road.start(job) }
    func apply(_ command: Command) throws -> Outcome { try road.apply(command) }
}
