import LockstepSQL

/// What in a PostgreSQL database may hold a copy of a column's names.
struct PostgresCopies {
    let probe: Probe
    let relation: Int64
    let number: Int64
    let table: String
    let column: String

    func read() throws -> [LiveColumn.Copy] {
        try indexes() + views() + generated() + policies() + functions()
    }

    private func copies(
        _ kind: String, isCertain: Bool = true, _ sql: String, _ parameters: any SQLConvertible...
    ) throws -> [LiveColumn.Copy] {
        try probe.query(sql, parameters: parameters).compactMap { row in
            guard let name = row[0].text, let text = row[1].text, !text.isEmpty else { return nil }
            return LiveColumn.Copy(kind: kind, name: name, text: text, isCertain: isCertain)
        }
    }

    private func indexes() throws -> [LiveColumn.Copy] {
        try copies(
            "index",
            """
            SELECT format('%I.%I', n.nspname, c.relname),
                concat_ws(' AND ', pg_get_expr(i.indpred, i.indrelid), pg_get_expr(i.indexprs, i.indrelid))
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE i.indrelid = ?1 AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) ORDER BY c.relname
            """, relation)
    }

    private func views() throws -> [LiveColumn.Copy] {
        try copies(
            "view",
            """
            SELECT DISTINCT format('%I.%I', n.nspname, c.relname), pg_get_viewdef(c.oid)
            FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
                JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
                AND d.refobjid = ?1 AND d.refobjsubid = ?2 AND c.relkind IN ('v', 'm') ORDER BY 1
            """, relation, number)
    }

    private func generated() throws -> [LiveColumn.Copy] {
        try copies(
            "generated column",
            """
            SELECT a.attname::text, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a
                JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ?1 AND a.attgenerated <> '' ORDER BY a.attnum
            """, relation)
    }

    private func policies() throws -> [LiveColumn.Copy] {
        try copies(
            "policy",
            """
            SELECT polname::text, concat_ws(' AND ', pg_get_expr(polqual, polrelid),
                pg_get_expr(polwithcheck, polrelid))
            FROM pg_policy WHERE polrelid = ?1 ORDER BY polname
            """, relation)
    }

    /// Functions that name table and column: PostgreSQL does not keep what a function's text depends on. Triggers of the
    /// table name their columns by `new` and `old` and perhaps not the table.
    private func functions() throws -> [LiveColumn.Copy] {
        try copies(
            "function", isCertain: false,
            """
            SELECT format('%I.%I', n.nspname, p.proname),
                CASE WHEN p.prosrc <> '' THEN p.prosrc ELSE pg_get_functiondef(p.oid) END
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind IN ('f', 'p')
                AND l.lanname NOT IN ('c', 'internal')
                AND (EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = ?1 AND t.tgfoid = p.oid)
                    OR CASE WHEN p.prosrc <> '' THEN strpos(lower(p.prosrc), lower(?2)) > 0
                            AND strpos(lower(p.prosrc), lower(?3)) > 0
                        ELSE EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
                            AND d.objid = p.oid AND d.refobjid = ?1 AND d.refobjsubid = ?4) END)
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
                    AND d.objid = p.oid AND d.deptype = 'e')
            ORDER BY 1
            """, relation, table, column, number)
    }
}
