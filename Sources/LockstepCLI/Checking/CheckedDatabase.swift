import Lockstep
import LockstepChecking
import LockstepDrift
import LockstepSQL
import LockstepSources

/// A running database that sources are held against: its columns are found without being named.
struct CheckedDatabase {
    private let database: LiveDatabase
    private let outcome: StatusColumnSearch.Outcome
    /// What cannot be looked at, a sentence each.
    let notes: [String]

    /// How long looking for columns, and then looking at them, takes at most.
    private static let limit = Duration.seconds(4)

    /// Opens a database, works with it, and closes it.
    /// - Parameter schemas: those of a PostgreSQL database that are looked at; all without any.
    /// - Throws: `SQLError` for a database that cannot be read.
    static func with<Result>(
        _ address: DatabaseAddress, schemas: [String], _ body: (CheckedDatabase) async throws -> Result
    ) async throws -> Result {
        let database = try await LiveDatabase.open(address)
        do {
            let found = try await StatusColumnSearch(in: database, limit: limit).run()
            let result = try await body(try CheckedDatabase(database, found, schemas))
            try await database.close()
            return result
        } catch {
            // Why the reading ended matters more than how its connection does.
            try? await database.close()
            throw error
        }
    }

    private init(
        _ database: LiveDatabase, _ found: StatusColumnSearch.Outcome, _ schemas: [String]
    ) throws {
        self.database = database
        outcome = found.limited(to: schemas)
        guard !outcome.live.isEmpty else {
            throw CommandError(
                "\(database.place) has no table\(schemas.isEmpty ? "" : " in \(Sentence.list(schemas))"); name the database of the application, and a schema that is there with --schema-name"
            )
        }
        notes = outcome.notes
    }

    /// The columns, in the place of what files say of their tables.
    var live: [SchemaColumn] { outcome.live }

    /// What is found with it.
    /// - Parameters:
    ///   - check: what the sources say against its columns.
    ///   - declared: the columns that something is declared for.
    ///   - isMeant: which tables are to be looked at.
    func findings(
        _ check: SourceCheck, declared: [GuardedColumn], isMeant: (String) -> Bool
    ) async throws -> (findings: [SourceFinding], notes: [String]) {
        let declaredNames = declared.map { $0.place.lowercased() }
        let known = Dictionary(
            check.statuses.map { (Self.place($0.namespace, $0.table, $0.column), $0) },
            uniquingKeysWith: { first, _ in first })
        let questions = questions(check.findings)
        let columns = (outcome.columns + outcome.others).compactMap { found -> UndeclaredCheck.Column? in
            let place = found.place.lowercased()
            let plain = Self.place(nil, found.table.name, found.column)
            var column = UndeclaredCheck.Column(found)
            column.questions = questions[plain] ?? []
            column.known = known[place]?.known
            column.isBound = known[place]?.isBound ?? false
            let isDeclared = declaredNames.contains { $0 == place || $0 == plain }
            let isLikely = found.confidence != .low || column.isBound
            column.isJudged =
                !isDeclared && isLikely && found.kind != .other && isMeant(found.table.name)
                && (found.kind != .text || column.isBound)
            return column.isJudged || !column.questions.isEmpty ? column : nil
        }
        let asked = try await UndeclaredCheck(columns, in: database, limit: Self.limit).run()
        let accepted = Dictionary(
            columns.map {
                (Self.place(nil, $0.found.table.name, $0.found.column), asked.accepted[$0.found.place] ?? [])
            },
            uniquingKeysWith: { $0.union($1) })
        // The database answers what a list of its values does not tell.
        let files = check.findings.filter { finding in
            guard Self.isRefusal(finding) else { return true }
            return accepted[Self.place(nil, finding.table, finding.column)]?.contains(finding.value) != true
        }.map(counted)
        var live = asked.findings
        for column in declared where isMeant(column.table.name) {
            live += try await LiveCheck(column, in: database).findings()
        }
        return (LiveFindings.join(files, live.map(LiveFindings.finding)), notes + asked.notes)
    }

    /// The columns of tables that keep moves.
    var historyColumns: Set<String> { outcome.historyColumns }

    /// What the database tells of a column that is adopted; nothing of one that it does not have.
    /// - Parameter history: the table that keeps its moves, where somebody names it.
    func facts(of column: LockstepSources.StatusColumn, history: String?) async throws -> AdoptionFacts {
        let place = Self.place(column.namespace, column.table, column.column)
        guard let found = (outcome.columns + outcome.others).first(where: { $0.place.lowercased() == place })
        else { return AdoptionFacts() }
        let named = history.map { text in
            let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
            return parts.count == 2
                ? GuardedColumn.Table(parts[1], in: parts[0]) : GuardedColumn.Table(text)
        }
        let told = try await outcome.facts(of: found, statuses: column.statuses, history: named, in: database)
        var facts = AdoptionFacts()
        facts.isCounted = told.isCounted
        facts.counts = told.counts.map { AdoptionFacts.Count($0.value, $0.count) }
        facts.isSample = told.isSample
        facts.history = told.history.map { "\($0)" }
        facts.triggers = told.triggers
        facts.moves = (told.triggers.isEmpty ? told.moves : told.allowed).map {
            AdoptionFacts.Move(from: $0.from, to: $0.to, count: $0.count)
        }
        facts.starts = told.starts.map { AdoptionFacts.Count($0.value, $0.count) }
        facts.notes = told.notes
        return facts
    }

    /// A value that code does not know, with how many rows hold it.
    private func counted(_ finding: SourceFinding) -> SourceFinding {
        let place = Self.place(nil, finding.table, finding.column)
        guard finding.type == .d2, finding.object != nil,
            let column = outcome.columns.first(where: {
                Self.place(nil, $0.table.name, $0.column) == place
            }), let count = column.held.first(where: { $0.text == finding.value })?.count, count > 0
        else { return finding }
        return SourceFinding(
            type: finding.type, severity: finding.severity, confidence: finding.confidence,
            value: finding.value, table: finding.table, column: finding.column, places: finding.places,
            object: finding.object,
            message: "\(finding.message) About \(count) row\(count == 1 ? " holds" : "s hold") it.",
            fix: finding.fix)
    }

    /// What the database is said to refuse without having been asked about it, by column.
    private func questions(_ findings: [SourceFinding]) -> [String: Set<String>] {
        var questions: [String: Set<String>] = [:]
        for finding in findings where finding.object != nil && Self.isRefusal(finding) {
            questions[Self.place(nil, finding.table, finding.column), default: []].insert(finding.value)
        }
        // A column's own name stands where all of it is meant; an ENUM accepts its labels and nothing else.
        for found in outcome.columns + outcome.others {
            let place = Self.place(nil, found.table.name, found.column)
            if case .labels = found.kind { questions[place] = nil }
            questions[place]?.subtract(found.accepted ?? [])
        }
        return questions.filter { !$0.value.isEmpty }
    }

    private static func isRefusal(_ finding: SourceFinding) -> Bool {
        [.d1, .d4, .d10].contains(finding.type) && finding.object != nil
    }

    private static func place(_ namespace: String?, _ table: String, _ column: String) -> String {
        ((namespace.map { $0 + "." } ?? "") + "\(table).\(column)").lowercased()
    }
}
