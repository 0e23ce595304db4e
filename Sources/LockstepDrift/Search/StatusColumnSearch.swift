import Lockstep
import LockstepSources
import LockstepSQL

/// Finds the columns of a live database that hold statuses, without anybody naming them: ENUMs, texts with a CHECK that
/// lists values, domains, LIST partitions, and texts that hold few values.
///
/// Rows are not counted: PostgreSQL's own statistics say what a column holds, or else a sample of a few thousand rows. A
/// search has a time; what it did not get to is said.
public struct StatusColumnSearch: Sendable {
    /// What was found.
    public struct Outcome: Sendable {
        /// The columns, the surest first, then by name.
        public let columns: [FoundColumn]
        /// Every other column of the tables, by which code that is about them is told from code that is not.
        public let others: [FoundColumn]
        /// What could not be looked at, a sentence each.
        public let notes: [String]
        /// How many tables there are.
        public let tables: Int
    }

    private let database: LiveDatabase
    private let limit: Duration

    /// - Parameter limit: how long the search takes at most, all in all.
    public init(in database: LiveDatabase, limit: Duration = .seconds(10)) {
        self.database = database
        self.limit = limit
    }

    /// Searches.
    /// - Throws: ``SQLError`` when the database cannot be read.
    public func run() async throws -> Outcome {
        let limit = limit
        return try await database.read(limit: min(limit, database.limit)) { probe in
            var search = ColumnSearch(probe, until: .now + limit)
            try search.run()
            return search.outcome
        }
    }
}

/// A search under way.
struct ColumnSearch {
    /// A column before anything was evaluated.
    struct Candidate {
        var live: LiveColumn
        /// What rows hold, by the database's statistics; `nil` where there are none.
        var held: [FoundColumn.Value]?
        /// Whether no two rows may hold the same: no status.
        var isUnique = false
    }

    let probe: Probe
    private let end: ContinuousClock.Instant
    private var found: [FoundColumn] = []
    private var others: [FoundColumn] = []
    private var notes: [String] = []
    private var skipped = 0
    private var tables = 0

    init(_ probe: Probe, until end: ContinuousClock.Instant) {
        self.probe = probe
        self.end = end
    }

    var outcome: StatusColumnSearch.Outcome {
        var notes = notes
        if skipped > 0 {
            notes.append(
                "the time was over before \(skipped) columns were looked at; give the search a longer limit")
        }
        return StatusColumnSearch.Outcome(
            columns: found.sorted {
                ($1.confidence, $0.place) < ($0.confidence, $1.place)
            }, others: others, notes: notes, tables: tables)
    }

    mutating func run() throws {
        let candidates: [Candidate]
        (tables, candidates, others) = try probe.isPostgres ? postgres() : sqlite()
        // What has a rule, or a telling name, comes first.
        let order = candidates.sorted { rank($0) < rank($1) }
        for candidate in order {
            guard ContinuousClock.now < end else {
                skipped += 1
                others.append(column(candidate, .text, nil, [], .low))
                continue
            }
            let looked = try probe.attempt { try look(at: candidate) }
            switch looked {
            case .success(let column):
                if column.isLikely { found.append(column.found) } else { others.append(column.found) }
            case .failure(let error):
                others.append(column(candidate, .text, nil, [], .low))
                notes.append(
                    "'\(candidate.live.table).\(candidate.live.name)' was not looked at: \(error.message)")
            }
        }
    }

    private func hasRule(_ live: LiveColumn) -> Bool {
        if case .labels = live.kind { return true }
        return !live.ownChecks.isEmpty || live.partitions != nil
    }

    private func rank(_ candidate: Candidate) -> Int {
        hasRule(candidate.live) ? 0 : StatusLikeness.isNamed(candidate.live.name) ? 1 : 2
    }

    /// - Returns: the column, and whether it may hold statuses.
    private func look(at candidate: Candidate) throws -> (isLikely: Bool, found: FoundColumn) {
        let live = candidate.live
        guard !candidate.isUnique else { return (false, column(candidate, .text, nil, [], .low)) }
        let isNamed = StatusLikeness.isNamed(live.name)
        var accepted: [String]?
        var refusal: String?
        var kind = FoundColumn.Kind.fewValues
        if case .labels(let type, let labels) = live.kind {
            kind = .labels(type: type)
            accepted = live.ownChecks.isEmpty ? labels : nil
        }
        if accepted == nil, hasRule(live) {
            let held = candidate.held?.map(\.text) ?? []
            let acceptance = try Acceptance(live, held, probe)
            if acceptance.isConstrained {
                if case .labels(_, let labels) = live.kind {
                    accepted = labels.filter(acceptance.accepts)
                } else {
                    accepted = acceptance.acceptedAsWritten
                    if let domain = live.domain, live.ownChecks.contains(where: { $0.domain != nil }) {
                        kind = .domain(domain)
                    } else if live.partitions != nil, live.ownChecks.isEmpty {
                        kind = .partitions
                    } else {
                        let rules = acceptance.listing.filter { $0.kind == .check }
                        kind = .checks(rules.map(\.name))
                        refusal = rules.first?.said
                    }
                }
            }
        }
        if let accepted {
            var found = column(candidate, kind, accepted, candidate.held ?? [], isNamed ? .high : .medium)
            found.refusal = refusal
            return (StatusLikeness.areNames(accepted) || isNamed && !accepted.isEmpty, found)
        }
        let held = try candidate.held ?? sample(live)
        guard StatusLikeness.areNames(held.map(\.text)), isNamed || held.count > 1 else {
            return (false, column(candidate, .text, nil, [], .low))
        }
        return (true, column(candidate, kind, nil, held, isNamed ? .medium : .low))
    }

    private func column(
        _ candidate: Candidate, _ kind: FoundColumn.Kind, _ accepted: [String]?, _ held: [FoundColumn.Value],
        _ confidence: Finding.Confidence
    ) -> FoundColumn {
        let live = candidate.live
        return FoundColumn(
            table: live.table, column: live.name, type: live.type, kind: kind, accepted: accepted, held: held,
            isNullable: live.isNullable, defaultExpression: live.defaultExpression, confidence: confidence,
            estimatedRows: live.estimatedRows)
    }

    /// What the first rows hold.
    private func sample(_ live: LiveColumn) throws -> [FoundColumn.Value] {
        let cast = probe.isPostgres ? "::text" : ""
        let rows = try probe.query(
            """
            SELECT v FROM (SELECT \(live.quotedName)\(cast) AS v FROM \(live.quotedTable) LIMIT 2000)
                AS lockstep_sample
            WHERE v IS NOT NULL GROUP BY v ORDER BY v LIMIT \(StatusLikeness.most + 1)
            """)
        return rows.compactMap { RowCounts.text($0[0]) }.map { FoundColumn.Value(text: $0, count: nil) }
    }
}
