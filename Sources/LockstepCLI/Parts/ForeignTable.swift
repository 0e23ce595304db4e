import Lockstep
import LockstepSQL

/// A table that was there before Lockstep, whose rows become jobs.
struct ForeignTable: Sendable {
    /// A row, as an import needs it.
    struct Row: Sendable {
        let position: SQLValue
        let id: String
        let status: String
        let owner: String?
    }

    private let store: any Database
    private let relation: Relation
    private let id: String
    private let status: String
    private let owner: String?

    /// Finds the table and its columns.
    ///
    /// SQLite takes a quoted name that it does not know for a text, so names are looked up beforehand.
    init(
        named table: String, id: String, status: String, owner: String?, in store: any Database
    ) async throws {
        guard let relation = try await store.relation(table) else {
            throw CommandError(
                "there is no table '\(table)' in '\(store.place)'; name one of the same database")
        }
        func column(_ name: String) throws -> String {
            guard let column = relation.column(name) else {
                throw CommandError(
                    "table '\(relation.name)' has no column '\(name)'; it has \(Sentence.list(relation.columns))"
                )
            }
            return column
        }
        self.store = store
        self.relation = relation
        self.id = try column(id)
        self.status = try column(status)
        self.owner = try owner.map(column)
    }

    /// The table's name as the database writes it.
    var name: String { relation.name }

    /// How many rows are in each status.
    /// - Throws: ``CommandError`` when a row has no id or no status, or ids are not unique.
    func statuses() async throws -> [(status: String, rows: Int)] {
        let (table, id, status) = (relation.quoted, SQLText.name(id), SQLText.name(status))
        let rows = try await store.read { db in
            try db.query(
                """
                SELECT count(*), count(\(id)), count(DISTINCT CAST(\(id) AS TEXT)), count(\(status)) FROM \(table)
                """)
        }
        let counts = (0..<4).map { Int(rows.first?[$0].integer ?? 0) }
        let fault =
            if counts[1] < counts[0] {
                "\(counts[0] - counts[1]) rows of '\(name)' have no '\(self.id)'"
            } else if counts[2] < counts[1] {
                "'\(self.id)' does not name the rows of '\(name)': \(counts[1] - counts[2]) values come again"
            } else {
                "\(counts[0] - counts[3]) rows of '\(name)' have no '\(self.status)'"
            }
        guard counts.allSatisfy({ $0 == counts[0] }) else {
            throw CommandError(
                "\(fault); every row needs an id of its own and a status, so correct them first")
        }
        return try await store.read { db in
            try db.query(
                "SELECT CAST(\(status) AS TEXT), count(*) FROM \(table) GROUP BY 1 ORDER BY 1"
            ).map { ($0[0].text ?? "", Int($0[1].integer ?? 0)) }
        }
    }

    /// The next rows in the order of their ids.
    func rows(after position: SQLValue?, limit: Int) async throws -> [Row] {
        let (table, id, status) = (relation.quoted, SQLText.name(id), SQLText.name(status))
        let owner = owner.map { "CAST(\(SQLText.name($0)) AS TEXT)" } ?? "NULL"
        let condition = position == nil ? "" : "WHERE source.\(id) > ?1"
        let sql = """
            SELECT \(id), CAST(\(id) AS TEXT), CAST(\(status) AS TEXT), \(owner) FROM \(table) AS source
            \(condition) ORDER BY source.\(id) LIMIT \(limit)
            """
        return try await store.read { [relation] db in
            try db.query(sql, position.map { [$0] } ?? []).map { row in
                Row(
                    position: relation.comparesText ? row[1] : row[0], id: row[1].text ?? "",
                    status: row[2].text ?? "", owner: row[3].text)
            }
        }
    }
}
