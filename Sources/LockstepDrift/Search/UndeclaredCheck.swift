import Lockstep
import LockstepSources
import LockstepSQL

/// Looks at columns of a running database for which nothing is declared: whether their rows, their rules, and what
/// else holds a copy of their values agree with each other and with what source code knows.
///
/// What a declaration is needed for is left out: deadlines, workers, and which moves there are. Nothing is written.
public struct UndeclaredCheck: Sendable {
    /// A column, and what source code says of it.
    public struct Column: Sendable {
        /// The column.
        public let found: FoundColumn
        /// The values that code knows, in its order; `nil` where no code is tied to the column.
        public var known: [String]?
        /// Whether a model ties them to it, so that there is no doubt.
        public var isBound = false
        /// Values that the database is to be asked about, besides those that its rules name.
        public var questions: Set<String> = []
        /// Whether anything but the questions is to be looked at.
        public var isJudged = true

        /// Names a column.
        public init(_ found: FoundColumn) { self.found = found }
    }

    /// What was found.
    public struct Outcome: Sendable {
        /// The differences, errors first.
        public fileprivate(set) var findings: [Finding] = []
        /// Of the values that were asked about those that are accepted, by the place of the column.
        public fileprivate(set) var accepted: [String: Set<String>] = [:]
        /// What could not be looked at, a sentence each.
        public fileprivate(set) var notes: [String] = []
    }

    private let columns: [Column]
    private let database: LiveDatabase
    private let limit: Duration

    /// - Parameter limit: how long it takes at most, all in all; a second more for a statement that is under way.
    public init(_ columns: [Column], in database: LiveDatabase, limit: Duration = .seconds(4)) {
        // Questions first: findings wait for the answers. Then what code is tied to.
        self.columns = columns.enumerated().sorted { left, right in
            let ranks = (Self.rank(left.element), Self.rank(right.element))
            return ranks.0 == ranks.1 ? left.offset < right.offset : ranks.0 < ranks.1
        }.map(\.element)
        self.database = database
        self.limit = limit
    }

    private static func rank(_ column: Column) -> Int {
        if !column.questions.isEmpty { return 0 }
        if column.isBound { return 1 }
        return column.known != nil ? 2 : column.found.confidence == .high ? 3 : 4
    }

    /// Looks.
    /// - Throws: ``SQLError`` when the database cannot be read.
    public func run() async throws -> Outcome {
        let columns = columns.filter { !$0.questions.isEmpty || $0.isJudged && Self.mayBeWrong($0) }
        guard !columns.isEmpty else { return Outcome() }
        let limit = limit
        return try await database.read(limit: min(database.limit, .seconds(1))) { probe in
            let end = ContinuousClock.now + limit
            var outcome = Outcome()
            var skipped = 0
            for column in columns {
                guard ContinuousClock.now < end else {
                    skipped += 1
                    continue
                }
                switch try probe.attempt({ try Self.look(at: column, probe) }) {
                case .success(let looked):
                    outcome.findings += looked.findings
                    outcome.accepted[column.found.place] = looked.accepted
                case .failure(let error):
                    outcome.notes.append(
                        "'\(column.found.place)' was not looked at: \(error.message)")
                }
            }
            if skipped > 0 {
                outcome.notes.append(
                    "the time was over before the rows of \(skipped) columns were looked at; name the tables that matter with --table"
                )
            }
            outcome.findings.sort()
            return outcome
        }
    }

    private static func look(
        at column: Column, _ probe: Probe
    ) throws -> (findings: [Finding], accepted: Set<String>) {
        let live = try LiveCheck.read(column.found.table, column.found.column, probe)
        guard column.isJudged else {
            let acceptance = try Acceptance(live, column.questions.sorted(), probe)
            return ([], column.questions.filter(acceptance.accepts))
        }
        var guarded = GuardedColumn(
            live.name, of: live.table, follows: definition(of: column, order: column.found.kind))
        guarded.uses = column.questions.sorted().map { GuardedColumn.Use($0, file: "", line: 0) }
        let basis = basis(of: column)
        // Rows that the rule was held against hold nothing else.
        let counts = basis != .rule || live.checks.contains { !$0.isValidated }
        var judge = try LiveJudge(guarded, live, probe, basis: basis, counts: counts)
        try judge.judgeUndeclared()
        return (judge.findings, column.questions.filter(judge.acceptance.accepts))
    }

    /// Of rows alone nothing can be wrong but that one of them is written otherwise.
    private static func mayBeWrong(_ column: Column) -> Bool {
        guard basis(of: column) == .rows else { return true }
        let held = column.found.held.map(\.text)
        return held.contains { value in held.contains { Likeness.isSpelling(value, of: $0) } }
    }

    private static func basis(of column: Column) -> LiveJudge.Basis {
        if column.found.accepted != nil { return .rule }
        guard let known = column.known else { return .rows }
        // Without a model that says so, a type that shares nothing with the rows is another thing's.
        let isMeant = column.isBound || column.found.held.contains { known.contains($0.text) }
        return isMeant ? .code(isBound: column.isBound) : .rows
    }

    /// The values as if they were declared: each may follow each.
    private static func definition(of column: Column, order: FoundColumn.Kind) -> Definition {
        var names: [String]
        switch basis(of: column) {
        case .rule, .declaration:
            let accepted = column.found.accepted ?? []
            names = accepted
            // By which order values are compared is the code's to say.
            if let known = column.known, column.isBound, Set(accepted).isSubset(of: known) {
                names = known.filter(accepted.contains)
            }
        case .code: names = column.known ?? []
        case .rows:
            // What is held most often is how it is meant to be written, or else what is written like most statuses.
            func rank(_ value: FoundColumn.Value) -> (Int64, Int) {
                (-(value.count ?? 0), value.text == value.text.lowercased() ? 0 : 1)
            }
            names = []
            for value in column.found.held.sorted(by: { rank($0) < rank($1) })
            where !names.contains(where: { Likeness.isSpelling(value.text, of: $0) }) {
                names.append(value.text)
            }
        }
        let rules = names.map { StatusRule(name: $0, kind: .wait, limit: .forever) }
        return Definition(name: "found", statuses: rules, initial: names)
    }
}
