import LockstepSQL

/// Every column of a PostgreSQL database that can hold texts, in a few questions for all tables together.
extension ColumnSearch {
    func postgres() throws -> (tables: Int, [Candidate], others: [FoundColumn]) {
        let tables = try probe.query("SELECT count(*) FROM pg_class c \(Self.ours)").first?[0].integer ?? 0
        let types = try types()
        let checks = try checks()
        let partitioned = try partitioned()
        let statistics = try statistics()
        let rows = try probe.query(
            """
            SELECT c.oid, n.nspname::text, c.relname::text, a.attnum, a.attname::text,
                format_type(a.atttypid, a.atttypmod), a.atttypid, a.attnotnull,
                CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, c.reltuples::bigint,
                EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique
                    AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND i.indpred IS NULL)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE c.oid IN (SELECT c.oid FROM pg_class c \(Self.ours)) ORDER BY n.nspname, c.relname, a.attnum
            """)
        let others = rows.filter { row in row[6].integer.flatMap { types[$0] } == nil }.map { row in
            FoundColumn(
                other: row[4].text ?? "", of: GuardedColumn.Table(row[2].text ?? "", in: row[1].text),
                type: row[5].text ?? "", isNullable: row[7].integer == 0)
        }
        return (
            Int(tables),
            try rows.compactMap { row -> Candidate? in
                guard let relation = row[0].integer, let number = row[3].integer, let name = row[4].text,
                    let type = row[6].integer.flatMap({ types[$0] })
                else { return nil }
                let table = GuardedColumn.Table(row[2].text ?? "", in: row[1].text)
                let place = Place(relation: relation, number: number)
                if partitioned.contains(place) {
                    // Rare, and asked one by one.
                    return Candidate(live: try PostgresColumn(probe, table, name).read())
                }
                var live = LiveColumn(
                    table: table, name: name, type: row[5].text ?? "", plainType: type.plain, kind: type.kind,
                    domain: type.domain, isNullable: row[7].integer == 0 && !type.isNotNull)
                live.defaultExpression = row[8].text
                live.estimatedRows = row[9].integer.flatMap { $0 < 0 ? nil : $0 }
                live.checks = checks[place, default: []].map { check in
                    LiveColumn.Check(
                        name: check.name, expression: check.expression, columns: [name],
                        isValidated: check.isValidated, isEnforced: check.isEnforced)
                }
                live.checks += type.checks
                return Candidate(
                    live: live, held: statistics[place].map { held(of: $0, rows: live.estimatedRows) },
                    isUnique: row[10].integer == 1)
            }, others
        )
    }

    /// Tables of applications: no system's, no extension's, and none in a schema that Lockstep keeps its own in. A
    /// partition is looked at through its table.
    private static let ours = """
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
            AND c.relnamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_'
                OR n.nspname = 'information_schema' OR EXISTS (SELECT 1 FROM pg_class l
                    WHERE l.relnamespace = n.oid AND l.relname = 'lockstep_definitions'))
            AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass
                AND e.objid = c.oid AND e.deptype = 'e')
        """

    private struct Place: Hashable {
        let relation: Int64
        let number: Int64
    }

    private struct TypeFacts {
        let plain: String
        let kind: LiveColumn.Kind
        var domain: String?
        var isNotNull = false
        var checks: [LiveColumn.Check] = []
    }

    /// The types that hold texts: texts, ENUMs, and domains over them.
    private func types() throws -> [Int64: TypeFacts] {
        var types: [Int64: TypeFacts] = [:]
        let rows = try probe.query(
            """
            SELECT t.oid, t.typtype::text, format_type(t.oid, NULL), format('%I.%I', n.nspname, t.typname),
                t.typbasetype, t.typnotnull,
                (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e
                    WHERE e.enumtypid = t.oid)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype IN ('e', 'd') OR t.oid IN (25, 1042, 1043, 19)
                OR t.typname = 'citext' AND t.typtype = 'b'
            ORDER BY t.oid
            """)
        for row in rows where row[1].text != "d" {
            guard let oid = row[0].integer, let plain = row[2].text else { continue }
            let isLabels = row[1].text == "e"
            types[oid] = TypeFacts(
                // As a cast, `character` has one character.
                plain: plain == "character" ? "bpchar" : plain,
                kind: isLabels
                    ? .labels(type: row[3].text ?? "", TextArray.values(row[6].text ?? "")) : .text)
        }
        let checks = try domainChecks()
        let domains = rows.filter { $0[1].text == "d" }
        // A domain may be made of one that is made later in this list.
        for _ in 0..<4 {
            for row in domains {
                guard let oid = row[0].integer, types[oid] == nil,
                    var facts = row[4].integer.flatMap({ types[$0] })
                else { continue }
                facts.domain = row[3].text
                facts.isNotNull = facts.isNotNull || row[5].integer == 1
                facts.checks += checks[oid, default: []]
                types[oid] = facts
            }
        }
        return types
    }

    private func domainChecks() throws -> [Int64: [LiveColumn.Check]] {
        let rows = try probe.query(
            """
            SELECT c.contypid, c.conname::text, pg_get_expr(c.conbin, 0), format('%I.%I', n.nspname, t.typname),
                c.convalidated
            FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE c.contype = 'c' AND c.contypid <> 0 ORDER BY c.conname
            """)
        return Dictionary(grouping: rows) { $0[0].integer ?? 0 }.mapValues {
            $0.map { row in
                LiveColumn.Check(
                    name: row[1].text ?? "", expression: row[2].text ?? "", columns: [], domain: row[3].text,
                    isValidated: row[4].integer == 1)
            }
        }
    }

    /// CHECKs that look at one column.
    private func checks() throws -> [Place: [LiveColumn.Check]] {
        let rows = try probe.query(
            """
            SELECT c.conrelid, c.conkey[1], c.conname::text, pg_get_expr(c.conbin, c.conrelid), c.convalidated,
                coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true)
            FROM pg_constraint c
            WHERE c.contype = 'c' AND c.conrelid <> 0 AND array_length(c.conkey, 1) = 1 ORDER BY c.conname
            """)
        return Dictionary(grouping: rows) {
            Place(relation: $0[0].integer ?? 0, number: $0[1].integer ?? 0)
        }.mapValues {
            $0.map { row in
                LiveColumn.Check(
                    name: row[2].text ?? "", expression: row[3].text ?? "", columns: [],
                    isValidated: row[4].integer == 1, isEnforced: row[5].integer == 1)
            }
        }
    }

    private func partitioned() throws -> Set<Place> {
        let rows = try probe.query(
            "SELECT partrelid, partattrs::text FROM pg_partitioned_table WHERE partstrat = 'l' AND partnatts = 1"
        )
        return Set(
            rows.compactMap { row in
                guard let relation = row[0].integer, let number = row[1].text.flatMap({ Int64($0) }) else {
                    return nil
                }
                return Place(relation: relation, number: number)
            })
    }

    // MARK: Statistics

    private struct Statistics {
        let distinct: Double
        let values: [String]
        let shares: [Double]
    }

    /// What `ANALYZE` has noted: the number of distinct values, and those that are frequent.
    private func statistics() throws -> [Place: Statistics] {
        let rows = try probe.query(
            """
            SELECT a.attrelid, a.attnum, s.n_distinct::double precision, s.most_common_vals::text::text[]::text,
                s.most_common_freqs::text
            FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
                JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
                JOIN pg_type t ON t.oid = a.atttypid
            WHERE t.typcategory IN ('S', 'E') AND s.schemaname !~ '^pg_' AND s.schemaname <> 'information_schema'
                AND s.inherited = (c.relkind = 'p')
            """)
        return Dictionary(
            rows.map { row in
                (
                    Place(relation: row[0].integer ?? 0, number: row[1].integer ?? 0),
                    Statistics(
                        distinct: row[2].real ?? 0, values: TextArray.values(row[3].text ?? ""),
                        shares: TextArray.values(row[4].text ?? "").compactMap(Double.init))
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// A negative number of distinct values is a share of the rows.
    private func held(of statistics: Statistics, rows: Int64?) -> [FoundColumn.Value] {
        let rows = Double(rows ?? 0)
        let distinct = statistics.distinct < 0 ? -statistics.distinct * rows : statistics.distinct
        // So many that the frequent ones say nothing: one that is no name tells so.
        guard distinct <= Double(StatusLikeness.most) else {
            return [FoundColumn.Value(text: "", count: nil)]
        }
        return statistics.values.enumerated().map { index, value in
            let share = statistics.shares.indices.contains(index) ? statistics.shares[index] : 0
            return FoundColumn.Value(text: value, count: Int64(share * rows))
        }
    }
}

/// PostgreSQL's way to write an array of texts ("Array Input and Output Syntax" in its manual).
enum TextArray {
    static func values(_ text: String) -> [String] {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return [] }
        var values: [String] = []
        var value = ""
        var isQuoted = false
        var wasQuoted = false
        var isEscaped = false
        func finish() {
            if wasQuoted || !value.isEmpty, wasQuoted || value != "NULL" { values.append(value) }
            value = ""
            wasQuoted = false
        }
        for character in text.dropFirst().dropLast() {
            if isEscaped {
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
                wasQuoted = true
            } else if character == ",", !isQuoted {
                finish()
            } else {
                value.append(character)
            }
        }
        finish()
        return values
    }
}
