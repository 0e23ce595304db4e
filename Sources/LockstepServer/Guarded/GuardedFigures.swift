import Lockstep
import LockstepSQL

extension GuardedTables {
    /// The figures in Prometheus' text format (version 0.0.4), for those who serve them by themselves.
    public var metricsText: String {
        var text = ""
        for family in families { family.write(to: &text) }
        return text
    }

    /// The figures. They are made anew each time: nothing of what went stays.
    var families: [MetricFamily] {
        let figures = GuardedFigures()
        for standing in standings { figures.show(standing) }
        return figures.all
    }
}

/// How guarded tables stand, as figures.
private struct GuardedFigures {
    private static let table = ["database", "table", "column"]

    private let isUp = MetricFamily(
        "lockstep_guarded_up", .gauge, "Whether the last look at the guarded table succeeded.",
        labels: Self.table)
    private let rows = MetricFamily(
        "lockstep_guarded_rows", .gauge,
        "Rows of a guarded table in each status; at least so many where lockstep_guarded_sampled is 1.",
        labels: Self.table + ["status"])
    private let sampled = MetricFamily(
        "lockstep_guarded_sampled", .gauge, "Whether only some rows were counted, because all take too long.",
        labels: Self.table)
    private let undeclared = MetricFamily(
        "lockstep_guarded_undeclared_rows", .gauge, "Rows in statuses that nobody declared.",
        labels: Self.table)
    private let stuck = MetricFamily(
        "lockstep_guarded_stuck", .gauge, "Rows that are in their status for longer than is declared.",
        labels: Self.table + ["status"])
    private let oldest = MetricFamily(
        "lockstep_guarded_stuck_oldest_seconds", .gauge,
        "For how long the row that is stuck longest is in its status; 0 where none is.",
        labels: Self.table + ["status"])
    private let moves = MetricFamily(
        "lockstep_guarded_undeclared_moves_total", .counter,
        "Moves that nobody declared: of the whole history, or seen by watching since the start.",
        labels: Self.table + ["from", "to", "seen_by"])
    private let took = MetricFamily(
        "lockstep_guarded_look_seconds", .gauge, "How long the last look took that succeeded.",
        labels: Self.table)
    private let at = MetricFamily(
        "lockstep_guarded_look_timestamp_seconds", .gauge, "When the last look was that succeeded.",
        labels: Self.table)

    var all: [MetricFamily] { [isUp, rows, sampled, undeclared, stuck, oldest, moves, took, at] }

    func show(_ standing: GuardedTables.Standing) {
        let table = standing.guarded.table
        let labels = [table.database, table.table, table.column]
        isUp.set(standing.trouble == nil && standing.look != nil ? 1 : 0, to: labels)
        guard let look = standing.look, let lookedAt = standing.lookedAt else { return }
        for count in look.counts {
            rows.set(Double(count.rows), to: labels + [GuardedWords.status(count.status)])
        }
        sampled.set(look.isSample ? 1 : 0, to: labels)
        undeclared.set(Double(look.undeclared.reduce(0) { $0 + $1.rows }), to: labels)
        // Nobody knows of stuck rows where nothing says since when they are there: no figure then, rather than a 0.
        if look.since != nil {
            for rule in table.definition.statuses where !rule.kind.isEnd && rule.kind != .retired {
                let found = look.stuck.first { $0.status == rule.name }
                stuck.set(Double(found?.rows ?? 0), to: labels + [rule.name])
                oldest.set(found?.oldest ?? 0, to: labels + [rule.name])
            }
        }
        for move in look.moves {
            moves.set(
                Double(move.times),
                to: labels + [GuardedWords.start(move.from), move.to, move.witness.rawValue])
        }
        took.set(Double(standing.took.inMicroseconds) / 1_000_000, to: labels)
        at.set(Double(lookedAt.microseconds) / 1_000_000, to: labels)
    }
}

/// How statuses that are none are called.
enum GuardedWords {
    /// A status, or what stands where there is none.
    static func status(_ status: String?) -> String { status ?? "NULL" }

    /// The status that was left, or what stands for a start.
    static func start(_ status: String?) -> String { status ?? "(start)" }
}
