import Lockstep
import LockstepSources
import LockstepSQL

/// Compares a column of a running database with what is declared for it.
///
/// The database is asked, not read: its own expressions are evaluated by itself, over the declared statuses, those that
/// rows hold, and whatever its rules name. Everything happens in one transaction that cannot write.
public struct LiveCheck: Sendable {
    private let column: GuardedColumn
    private let database: LiveDatabase

    /// Names a column and a database.
    public init(_ column: GuardedColumn, in database: LiveDatabase) {
        self.column = column
        self.database = database
    }

    /// Every difference, errors first; empty when there is none.
    /// - Throws: a ``Failure`` when there is no such table or column, or its type holds no texts; ``SQLError`` when the
    ///   database cannot be read.
    public func findings() async throws -> [Finding] {
        var column = column
        let table = try await database.found(column.table)
        if let history = column.history { column.history?.table = try await database.found(history.table) }
        if let workers = column.workers { column.workers?.table = try await database.found(workers.table) }
        let settled = column
        return try await database.read { probe in
            let live = try Self.read(table, settled.column, probe)
            var judge = try LiveJudge(settled, live, probe)
            try judge.judge()
            return judge.findings.sorted()
        }
    }

    static func read(_ table: GuardedColumn.Table, _ column: String, _ probe: Probe) throws -> LiveColumn {
        let live =
            try probe.isPostgres
            ? PostgresColumn(probe, table, column).read() : SQLiteColumn(probe, table, column).read()
        guard live.kind != .other else {
            throw Failure.adminRequired(
                "the column '\(table).\(column)' is \(live.type); only texts, ENUMs and domains over them can be "
                    + "compared with statuses", code: "no_status_column")
        }
        return live
    }
}

/// What is known about a column, and what was found wrong with it.
struct LiveJudge {
    /// What the column is held against.
    enum Basis: Hashable {
        case declaration
        /// What its own rule accepts.
        case rule
        /// What source code knows.
        case code(isBound: Bool)
        /// Its rows alone.
        case rows
    }

    let basis: Basis
    let column: GuardedColumn
    let live: LiveColumn
    let probe: Probe
    let acceptance: Acceptance
    let rows: RowCounts
    let triggers: TriggerProbe
    let names: GuardNames
    private(set) var findings: [Finding] = []

    /// - Parameter counts: whether rows are counted; those that a rule was held against need not be.
    init(
        _ column: GuardedColumn, _ live: LiveColumn, _ probe: Probe, basis: Basis = .declaration,
        counts: Bool = true
    ) throws {
        self.basis = basis
        self.column = column
        self.live = live
        self.probe = probe
        rows =
            counts
            ? try RowCounts(live, oldest: ColumnAge.oldestColumn(of: live, named: column.since), probe)
            : .none
        let tried = column.definition.names + rows.lines.compactMap(\.value) + column.uses.map(\.value)
        acceptance = try Acceptance(live, Array(Set(tried)).sorted(), probe)
        names = GuardNames(table: live.table.name, column: live.name)
        let statuses = column.definition.names
        triggers = try TriggerProbe(live, statuses: statuses, probe)
    }

    var definition: Definition { column.definition }
    /// The statuses that jobs can enter: retired names stay readable and need not be accepted.
    var enterable: [String] { definition.statuses.filter { $0.kind != .retired }.map(\.name) }
    /// The table for people.
    var tableName: String { "\(live.table)" }
    /// `orders.status`
    var title: String { "\(live.table).\(live.name)" }

    mutating func add(
        _ type: Finding.Class, _ severity: Finding.Severity, confidence: Finding.Confidence = .high,
        value: String = "", at places: [Finding.Place] = [], _ message: String, fix: String
    ) {
        let places = places.isEmpty ? [.object(kind: "column", name: title)] : places
        findings.append(
            Finding(
                type, severity, confidence: confidence, value: value, table: tableName, column: live.name,
                places: places, message: message, fix: fix))
    }

    mutating func judge() throws {
        judgeValues()
        judgeRows()
        judgeUses()
        judgeConstraints()
        try judgeDefault()
        judgeNulls()
        judgeCopies()
        judgeMoves()
        judgeBypasses()
        try judgeDeadlines()
        try judgeWorkers()
        try judgeHistory()
    }

    /// What can be said where nothing is declared.
    mutating func judgeUndeclared() throws {
        judgeRows()
        judgeValidity()
        // What rows happen to hold says nothing about what a copy may name.
        if basis != .rows { judgeCopies() }
        judgeDisabled()
        judgeBypasses()
    }

    /// `1 row`, `5 rows`, `at least 5 rows` where only some were looked at.
    func rowWords(_ count: Int64) -> String {
        "\(rows.isSample ? "at least " : "")\(count) row\(count == 1 ? "" : "s")"
    }

    static func list(_ values: some Sequence<String>) -> String {
        values.map { "'\($0)'" }.joined(separator: ", ")
    }
}
