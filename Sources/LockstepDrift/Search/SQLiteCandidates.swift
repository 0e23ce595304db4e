import LockstepSQL

/// Every column of an SQLite file that can hold texts.
extension ColumnSearch {
    func sqlite() throws -> (tables: Int, [Candidate], others: [FoundColumn]) {
        let rows = try probe.query(
            """
            SELECT m.name, m.sql, p.name, p.type, p."notnull", p.dflt_value, p.pk
            FROM sqlite_master m JOIN pragma_table_xinfo(m.name) p
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.name, p.cid
            """)
        let unique = try unique()
        var own: Set<String> = []
        if rows.contains(where: { $0[0].text == "lockstep_definitions" }) {
            for row in try probe.query("SELECT name FROM lockstep_definitions") {
                own.formUnion([TableNames(row[0].text ?? "").jobs, TableNames(row[0].text ?? "").history])
            }
        }
        let tables = Dictionary(grouping: rows) { $0[0].text ?? "" }
        var candidates: [Candidate] = []
        var others: [FoundColumn] = []
        for name in tables.keys.sorted() {
            guard let columns = tables[name], let statement = columns.first?[1].text,
                !own.contains(name), !name.hasPrefix("lockstep_")
            else { continue }
            let text = SQLiteTableText(statement, columns: columns.compactMap { $0[2].text })
            let checks = text.checks
            for row in columns {
                guard let column = row[2].text, let type = row[3].text else { continue }
                guard SQLiteColumn.isText(type) else {
                    others.append(
                        FoundColumn(
                            other: column, of: GuardedColumn.Table(name), type: type,
                            isNullable: row[4].integer == 0))
                    continue
                }
                var live = LiveColumn(
                    table: GuardedColumn.Table(name), name: column, type: type.isEmpty ? "no type" : type,
                    plainType: "TEXT", kind: .text,
                    isNullable: row[4].integer == 0 && row[6].integer == 0)
                live.defaultExpression = row[5].text
                live.checks = checks.filter { $0.columns.contains(column) }
                live.collation = text.collation(of: column)
                let isKey = row[6].integer == 1 && columns.filter { $0[6].integer != 0 }.count == 1
                candidates.append(
                    Candidate(
                        live: live, held: nil, isUnique: isKey || unique.contains("\(name)\n\(column)")))
            }
        }
        return (tables.count, candidates, others)
    }

    /// Columns that are unique by themselves.
    private func unique() throws -> Set<String> {
        let rows = try probe.query(
            """
            SELECT m.name, min(c.name) FROM sqlite_master m JOIN pragma_index_list(m.name) i
                JOIN pragma_index_info(i.name) c
            WHERE m.type = 'table' AND i."unique" = 1 AND i.partial = 0 GROUP BY m.name, i.name
            HAVING count(*) = 1
            """)
        return Set(rows.map { "\($0[0].text ?? "")\n\($0[1].text ?? "")" })
    }
}
