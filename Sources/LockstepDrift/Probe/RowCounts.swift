import LockstepSQL

/// Which values the rows of a table hold, and how many rows each.
struct RowCounts {
    struct Line {
        /// `nil` is `NULL`.
        let value: String?
        let count: Int64
        /// The oldest time of a row with it, as the database writes it.
        let oldest: String?
    }

    /// More than this are no statuses.
    static let most = 200

    let lines: [Line]
    /// Whether only some rows were looked at, because all of them would have taken too long.
    let isSample: Bool
    /// Whether there were more values than ``most``.
    let isCut: Bool

    func count(_ value: String) -> Int64 { lines.first { $0.value == value }?.count ?? 0 }
    func line(_ value: String) -> Line? { lines.first { $0.value == value } }
    var nulls: Int64 { lines.first { $0.value == nil }?.count ?? 0 }

    /// - Parameter oldest: the column of a time, if the table has one.
    init(_ column: LiveColumn, oldest: String?, _ probe: Probe) throws {
        let counted = try probe.attempt { try Self.read(column, oldest, "", probe) }
        switch counted {
        case .success(let lines):
            self.init(lines, isSample: false)
        case .failure(let error) where error.kind == .busy:
            // A few pages of a table too large to count.
            let percent = 2_000_000 / Double(max(column.estimatedRows ?? 2_000_000, 20_000))
            let source =
                probe.isPostgres
                ? " TABLESAMPLE SYSTEM (\(min(100, percent)))" : ""
            let lines =
                try probe.isPostgres
                ? Self.read(column, oldest, source, probe) : Self.readSome(column, oldest, probe)
            self.init(lines, isSample: true)
        case .failure(let error): throw error
        }
    }

    /// Nothing was counted.
    static let none = RowCounts([], isSample: false)

    private init(_ lines: [Line], isSample: Bool) {
        self.lines = Array(lines.prefix(Self.most))
        self.isSample = isSample
        isCut = lines.count > Self.most
    }

    private static func read(
        _ column: LiveColumn, _ oldest: String?, _ sample: String, _ probe: Probe
    ) throws -> [Line] {
        let text = probe.isPostgres ? "::text" : ""
        let time = oldest.map { "min(\(SQLText.name($0)))\(text)" } ?? "NULL"
        return try lines(
            """
            SELECT \(column.quotedName)\(text), count(*), \(time) FROM \(column.quotedTable)\(sample)
            GROUP BY 1 ORDER BY 2 DESC LIMIT \(most + 1)
            """, probe)
    }

    private static func readSome(
        _ column: LiveColumn, _ oldest: String?, _ probe: Probe
    ) throws -> [Line] {
        let time = oldest.map { "min(\(SQLText.name($0)))" } ?? "NULL"
        let columns = [column.quotedName] + (oldest.map { [SQLText.name($0)] } ?? [])
        return try lines(
            """
            SELECT \(column.quotedName), count(*), \(time)
            FROM (SELECT \(columns.joined(separator: ", ")) FROM \(column.quotedTable) LIMIT 20000)
            GROUP BY 1 ORDER BY 2 DESC LIMIT \(most + 1)
            """, probe)
    }

    private static func lines(_ sql: String, _ probe: Probe) throws -> [Line] {
        try probe.query(sql).map { row in
            Line(value: Self.text(row[0]), count: row[1].integer ?? 0, oldest: Self.text(row[2]))
        }
    }

    /// SQLite gives numbers as such.
    static func text(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// The age of what a column of times says, in seconds, by the database's own clock.
struct ColumnAge {
    /// The column.
    let column: String
    /// An expression of seconds.
    let seconds: String
    /// Whether the column says itself when the status was entered, or that it was not changed since.
    let isCertain: Bool

    /// Names of columns that say when a row entered its status, the surest first. Those that say when the row was
    /// changed come later: its status was entered then or before.
    private static let changed = [
        "entered_at", "status_at", "state_at", "updated_at", "modified_at", "changed_at", "last_modified",
        "last_updated", "updated", "modified", "updatedat", "modifiedat",
    ]
    /// Those that say when a row was made are good for its age alone.
    static let made = ["created_at", "inserted_at", "created", "createdat", "started_at", "submitted_at"]

    static func oldestColumn(of live: LiveColumn, named: String?) -> String? {
        if let named { return named }
        let names = live.siblings.map(\.name)
        let wanted = made + ["\(live.name)_changed_at", "\(live.name)_since", "\(live.name)_at"] + changed
        return wanted.lazy.compactMap { want in names.first { $0.lowercased() == want.lowercased() } }.first
    }

    /// - Parameter named: the column that a person named.
    init?(_ live: LiveColumn, named: String?, isPostgres: Bool) {
        let wanted =
            named.map { [$0] } ?? [
                "\(live.name)_changed_at", "\(live.name)_since", "\(live.name)_at", "\(live.name)_updated_at",
            ] + Self.changed
        guard
            let sibling = wanted.lazy.compactMap({ want in
                live.siblings.first { $0.name.lowercased() == want.lowercased() }
            }).first
        else { return nil }
        let name = SQLText.name(sibling.name)
        // Numbers are seconds, milliseconds or microseconds since 1970, as their size tells.
        let number =
            "CASE WHEN \(name) > 100000000000000 THEN \(name) / 1000000.0 WHEN \(name) > 100000000000 "
            + "THEN \(name) / 1000.0 ELSE \(name) END"
        column = sibling.name
        if isPostgres {
            switch sibling.type {
            case "timestamp with time zone": seconds = "extract(epoch FROM now() - \(name))"
            // Without a zone it is taken for UTC, as most applications write it.
            case "timestamp without time zone", "date":
                seconds = "extract(epoch FROM (now() AT TIME ZONE 'UTC') - \(name))"
            case "bigint", "integer", "numeric", "double precision":
                seconds = "extract(epoch FROM now()) - (\(number))"
            default: return nil
            }
            isCertain = sibling.type != "timestamp without time zone"
        } else {
            seconds =
                "CAST(strftime('%s', 'now') AS REAL) - CASE WHEN typeof(\(name)) IN ('integer', 'real') "
                + "THEN (\(number)) ELSE CAST(strftime('%s', \(name)) AS REAL) END"
            isCertain = true
        }
    }

    /// Seconds for people.
    static func words(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds)) seconds"
        case ..<7200: "\(Int(seconds / 60)) minutes"
        case ..<172_800: "\(Int(seconds / 3600)) hours"
        default: "\(Int(seconds / 86_400)) days"
        }
    }
}
