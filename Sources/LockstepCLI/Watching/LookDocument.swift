import Lockstep
import LockstepSQL

/// A look at a table, for programs.
struct LookDocument: Encodable {
    struct Count: Encodable {
        let status: String?
        let rows: Int64
        let declared: Bool
    }

    struct Stuck: Encodable {
        struct Row: Encodable {
            let id: String
            let seconds: Double
        }
        let status: String
        let rows: Int64
        let moreThan: Bool
        let limit: TimeLimit
        let oldestSeconds: Double
        let oldest: [Row]

        enum CodingKeys: String, CodingKey {
            case status, rows, limit, oldest
            case moreThan = "more_than"
            case oldestSeconds = "oldest_seconds"
        }
    }

    struct Move: Encodable {
        let from: String?
        let to: String
        let times: Int64
        let seenBy: String
        let last: String?

        enum CodingKeys: String, CodingKey {
            case from, to, times, last
            case seenBy = "seen_by"
        }
    }

    let database: String
    let table: String
    let column: String
    let lifecycle: String
    let at: Timestamp
    let sound: Bool
    let counts: [Count]
    let moreThan: Bool
    let countedAt: Timestamp
    let since: String?
    let stuck: [Stuck]
    let undeclaredMoves: [Move]
    let notes: [String]

    enum CodingKeys: String, CodingKey {
        case database, table, column, lifecycle, at, sound, counts, since, stuck, notes
        case moreThan = "more_than"
        case countedAt = "counted_at"
        case undeclaredMoves = "undeclared_moves"
    }

    init(_ look: TableLook, of watched: any WatchedTable) {
        database = watched.database
        table = watched.table
        column = watched.column
        lifecycle = watched.definition.name
        at = look.at
        sound = look.isSound
        counts = look.counts.map { Count(status: $0.status, rows: $0.rows, declared: $0.isDeclared) }
        moreThan = look.isSample
        countedAt = look.countedAt
        since = look.since
        stuck = look.stuck.map { stuck in
            Stuck(
                status: stuck.status, rows: stuck.rows, moreThan: stuck.isLeast, limit: stuck.limit,
                oldestSeconds: stuck.oldest,
                oldest: stuck.oldestRows.map { Stuck.Row(id: $0.id, seconds: $0.seconds) })
        }
        undeclaredMoves = look.moves.map {
            Move(from: $0.from, to: $0.to, times: $0.times, seenBy: $0.witness.rawValue, last: $0.last)
        }
        notes = look.notes
    }
}

/// A look that failed, for programs.
struct FailedLookDocument: Encodable {
    let database: String
    let table: String
    let column: String
    let error: String
    let audience: Failure.Audience

    init(_ failure: Failure, of watched: any WatchedTable) {
        database = watched.database
        table = watched.table
        column = watched.column
        error = failure.message
        audience = failure.audience
    }
}
