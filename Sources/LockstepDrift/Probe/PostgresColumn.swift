import Lockstep
import LockstepSQL

/// Reads what PostgreSQL's catalogue says of a column (versions 12 to 18: what only some have is read through
/// `to_jsonb`, which has no key for it in the others).
struct PostgresColumn {
    private let probe: Probe
    private let table: GuardedColumn.Table
    private let column: String
    private let relation: Int64
    private let number: Int64
    private let typeOID: Int64

    private static let text = ["text", "character varying", "character", "name", "\"char\""]

    /// Finds the column.
    /// - Throws: a ``Failure`` when there is none.
    init(_ probe: Probe, _ table: GuardedColumn.Table, _ column: String) throws {
        self.probe = probe
        self.table = table
        self.column = column
        let rows = try probe.query(
            """
            SELECT a.attrelid, a.attnum, a.atttypid FROM pg_attribute a
                JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ?1 AND c.relname = ?2 AND a.attname = ?3 AND NOT a.attisdropped AND a.attnum > 0
            """, table.schema, table.name, column)
        guard let row = rows.first, let relation = row[0].integer, let number = row[1].integer,
            let type = row[2].integer
        else {
            throw Failure.adminRequired(
                "there is no column '\(column)' in the table '\(table)'; name one that is there",
                code: "no_column")
        }
        (self.relation, self.number, typeOID) = (relation, number, type)
    }

    func read() throws -> LiveColumn {
        let domains = try domains()
        let base = domains.last
        let facts = try probe.query(
            """
            SELECT format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
                c.reltuples::bigint, a.attgenerated <> ''
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ?1 AND a.attnum = ?2
            """, relation, number)
        guard let row = facts.first else { throw LiveDatabase.missing(table, "the database") }
        let isDomain = domains.count > 1
        var live = LiveColumn(
            table: table, name: column, type: row[0].text ?? "",
            // As a cast, `character` has one character.
            plainType: base?.plain == "character" ? "bpchar" : base?.plain ?? "text",
            kind: try kind(base), domain: isDomain ? domains.first?.name : nil,
            isNullable: row[1].integer == 0 && !domains.contains { $0.isNotNull })
        live.defaultExpression =
            row[4].integer == 1
            ? nil : row[2].text ?? domains.lazy.compactMap(\.defaultExpression).first
        let estimate = row[3].integer ?? -1
        live.estimatedRows = estimate < 0 ? nil : estimate
        live.checks = try checks(of: relation) + domainChecks(domains.filter(\.isDomain).map(\.oid))
        try readPartitions(&live)
        live.triggers = try triggers()
        live.copies = try PostgresCopies(
            probe: probe, relation: relation, number: number, table: table.name, column: column
        ).read()
        live.siblings = try probe.query(
            """
            SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = ?1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """, relation
        ).map { LiveColumn.Sibling(name: $0[0].text ?? "", type: $0[1].text ?? "") }
        return live
    }

    // MARK: Type

    private struct TypeFacts {
        let oid: Int64
        let name: String
        let plain: String
        let kind: String
        let isNotNull: Bool
        let defaultExpression: String?
        var isDomain: Bool { kind == "d" }
    }

    /// The column's type, and what it is made of: domains may be made of domains.
    private func domains() throws -> [TypeFacts] {
        try probe.query(
            """
            WITH RECURSIVE types AS (
                SELECT t.oid, 0 AS depth FROM pg_type t WHERE t.oid = ?1
                UNION ALL
                SELECT t.typbasetype, depth + 1 FROM types
                    JOIN pg_type t ON t.oid = types.oid WHERE t.typtype = 'd')
            SELECT t.oid, format('%I.%I', n.nspname, t.typname), format_type(t.oid, NULL), t.typtype::text,
                t.typnotnull, t.typdefault
            FROM types JOIN pg_type t ON t.oid = types.oid JOIN pg_namespace n ON n.oid = t.typnamespace
            ORDER BY depth
            """, typeOID
        ).map { row in
            TypeFacts(
                oid: row[0].integer ?? 0, name: row[1].text ?? "", plain: row[2].text ?? "",
                kind: row[3].text ?? "", isNotNull: row[4].integer == 1, defaultExpression: row[5].text)
        }
    }

    private func kind(_ type: TypeFacts?) throws -> LiveColumn.Kind {
        guard let type else { return .other }
        if type.kind == "e" {
            let labels = try probe.query(
                "SELECT enumlabel::text FROM pg_enum WHERE enumtypid = ?1 ORDER BY enumsortorder", type.oid)
            return .labels(type: type.name, labels.compactMap(\.[0].text))
        }
        let isText = Self.text.contains(type.plain) || type.plain.split(separator: ".").last == "citext"
        return isText ? .text : .other
    }

    // MARK: Checks

    private func checks(of relation: Int64) throws -> [LiveColumn.Check] {
        try probe.query(
            """
            SELECT c.conname::text, pg_get_expr(c.conbin, c.conrelid), c.convalidated,
                coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true),
                (SELECT string_agg(a.attname::text, ' ' ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)),
                array_length(c.conkey, 1)
            FROM pg_constraint c WHERE c.conrelid = ?1 AND c.contype = 'c' AND ?2::smallint = ANY (c.conkey)
            ORDER BY c.conname
            """, relation, number
        ).map { row in
            let columns = row[5].integer == 1 ? [column] : [column, "others"]
            return LiveColumn.Check(
                name: row[0].text ?? "", expression: row[1].text ?? "", columns: columns,
                isValidated: row[2].integer == 1, isEnforced: row[3].integer == 1)
        }
    }

    private func domainChecks(_ domains: [Int64]) throws -> [LiveColumn.Check] {
        guard !domains.isEmpty else { return [] }
        return try probe.query(
            """
            SELECT c.conname::text, pg_get_expr(c.conbin, 0), c.convalidated,
                format('%I.%I', n.nspname, t.typname)
            FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid
                JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE c.contype = 'c' AND c.contypid = ANY (?1::oid[]) ORDER BY c.conname
            """, "{" + domains.map(String.init).joined(separator: ",") + "}"
        ).map { row in
            LiveColumn.Check(
                name: row[0].text ?? "", expression: row[1].text ?? "", columns: [], domain: row[3].text,
                isValidated: row[2].integer == 1)
        }
    }

    // MARK: Partitions

    private func readPartitions(_ live: inout LiveColumn) throws {
        let keys = try probe.query(
            """
            SELECT partattrs::text, partstrat::text FROM pg_partitioned_table
            WHERE partrelid = ?1 AND ?2::smallint = ANY (partattrs::smallint[])
            """, relation, number)
        guard let key = keys.first else { return }
        guard key[0].text == "\(number)", key[1].text != "h" else {
            live.isPartitionedWithOthers = key[1].text != "h"
            return
        }
        // Only those right below: what lies deeper is decided by other columns.
        let rows = try probe.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname), pg_get_partition_constraintdef(c.oid), c.oid
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE i.inhparent = ?1 AND c.relispartition ORDER BY c.relname
            """, relation)
        let common = Set(live.checks.map(\.name))
        live.partitions = try rows.map { row in
            let own = try row[2].integer.map { oid in
                try PostgresColumn(probe, child: oid, of: self).checks(of: oid)
            }
            return LiveColumn.Partition(
                // A lone default partition has no condition: everything goes there.
                name: row[0].text ?? "", expression: row[1].text ?? "true",
                checks: (own ?? []).filter { !common.contains($0.name) && $0.columns == [column] })
        }
    }

    /// The same column in a partition, where it may have another number.
    private init(_ probe: Probe, child: Int64, of parent: PostgresColumn) throws {
        self.probe = probe
        table = parent.table
        column = parent.column
        relation = child
        typeOID = parent.typeOID
        number =
            try probe.query(
                "SELECT attnum FROM pg_attribute WHERE attrelid = ?1 AND attname = ?2", child, parent.column
            ).first?[0].integer ?? parent.number
    }

    // MARK: Triggers

    private func triggers() throws -> [LiveColumn.Trigger] {
        try probe.query(
            """
            SELECT t.tgname::text, t.tgtype::int, t.tgenabled::text, pg_get_triggerdef(t.oid),
                (SELECT string_agg(a.attname::text, E'\\n') FROM pg_attribute a
                    WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::smallint[])),
                p.prosrc, format('%I.%I', n.nspname, p.proname), l.lanname::text
            FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
                JOIN pg_language l ON l.oid = p.prolang
            WHERE t.tgrelid = ?1 AND NOT t.tgisinternal ORDER BY t.tgname
            """, relation
        ).map { row in
            // The bits of pg_trigger.h.
            let bits = row[1].integer ?? 0
            var events: Set<LiveColumn.Trigger.Event> = []
            if bits & 4 != 0 { events.insert(.insert) }
            if bits & 8 != 0 { events.insert(.delete) }
            if bits & 16 != 0 { events.insert(.update) }
            if bits & 32 != 0 { events.insert(.truncate) }
            let text = row[3].text ?? ""
            // `R` fires only where changes of another server are replayed.
            let state = row[2].text ?? "O"
            return LiveColumn.Trigger(
                name: row[0].text ?? "", timing: bits & 64 != 0 ? .instead : bits & 2 != 0 ? .before : .after,
                events: events,
                columns: row[4].text?.split(separator: "\n").map(String.init) ?? [],
                isEnabled: state == "O" || state == "A", isForRows: bits & 1 != 0,
                condition: Self.condition(in: text), body: row[5].text ?? "", function: row[6].text,
                language: row[7].text)
        }
    }

    /// What stands in `WHEN (…)` before `EXECUTE`.
    private static func condition(in text: String) -> String? {
        let tokens = SQLTokens(text)
        guard let when = tokens.tokens.firstIndex(where: { $0.isWord("when") }),
            when + 1 < tokens.tokens.count, let end = tokens.closing(when + 1),
            tokens.tokens.indices.contains(end + 1), tokens.tokens[end + 1].isWord("execute")
        else { return nil }
        return tokens.text(from: when + 1, through: end)
    }
}
