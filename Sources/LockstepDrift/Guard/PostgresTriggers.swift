import Lockstep
import LockstepSQL

/// The triggers on PostgreSQL, and the functions by which they refuse.
extension GuardState {
    /// Where the functions live: beside the table.
    private var schema: String { SQLText.name(live.table.schema ?? "public") }

    func triggerSteps() throws -> [GuardPlan.Step] {
        var steps: [GuardPlan.Step] = []
        if !hasStarts || !hasMoves, try !hasFunctions() {
            steps.append(
                GuardPlan.Step(
                    kind: .functions, title: "The functions by which the triggers refuse.",
                    statements: [startFunction, moveFunction], isTransactional: true,
                    lock: "none on the table",
                    reverse: []))
        }
        let lock = "SHARE ROW EXCLUSIVE on \(live.table), \(Self.moment): writers wait, readers do not"
        if !hasStarts {
            steps.append(
                GuardPlan.Step(
                    kind: .starts,
                    title: "Rows of \(live.table) start as \(LiveJudge.list(definition.initial)) alone.",
                    statements: dropping(names.starts) + [startTrigger], isTransactional: true, lock: lock,
                    reverse: ["DROP TRIGGER IF EXISTS \(SQLText.name(names.starts)) ON \(table)"]))
        }
        if !hasMoves {
            steps.append(
                GuardPlan.Step(
                    kind: .moves, title: "Only declared moves of \(live.table).\(live.name) happen.",
                    statements: dropping(names.moves) + [moveTrigger], isTransactional: true, lock: lock,
                    reverse: ["DROP TRIGGER IF EXISTS \(SQLText.name(names.moves)) ON \(table)"]))
        }
        return steps
    }

    private func dropping(_ name: String) -> [String] {
        has(trigger: name) ? ["DROP TRIGGER \(SQLText.name(name)) ON \(table)"] : []
    }

    /// The functions go with the last trigger that calls them. A partition has triggers of the same names.
    func functionRemoval() throws -> GuardPlan.Step? {
        let there = try probe.query(
            """
            SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = ?1 AND p.proname IN (?2, ?3) AND p.pronargs = 0 AND NOT EXISTS (
                SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgname NOT IN (?4, ?5))
            ORDER BY 1
            """, live.table.schema, GuardNames.refuseStart, GuardNames.refuseMove, names.starts, names.moves
        ).compactMap { $0[0].text }
        guard !there.isEmpty else { return nil }
        return GuardPlan.Step(
            kind: .functions,
            title: "The functions by which the triggers refuse go: no other trigger calls them.",
            statements: there.map { "DROP FUNCTION IF EXISTS \(schema).\(SQLText.name($0))()" },
            isTransactional: true, lock: "none on the table", reverse: [])
    }

    private func hasFunctions() throws -> Bool {
        let rows = try probe.query(
            """
            SELECT p.proname::text, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = ?1 AND p.proname IN (?2, ?3)
            """, live.table.schema, GuardNames.refuseStart, GuardNames.refuseMove)
        let bodies = Dictionary(
            rows.map { ($0[0].text ?? "", $0[1].text ?? "") }, uniquingKeysWith: { first, _ in first })
        return bodies[GuardNames.refuseStart] == Self.startBody
            && bodies[GuardNames.refuseMove] == Self.moveBody
    }

    /// The code is the one that Lockstep's own triggers raise.
    private static let startBody = """

        BEGIN
            RAISE EXCEPTION USING ERRCODE = 'LS001', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                SCHEMA = TG_TABLE_SCHEMA, MESSAGE = format('%s: a row of ''%s'' starts in %s, not in ''%s''',
                    TG_NAME, TG_TABLE_NAME, TG_ARGV[1], to_jsonb(new) ->> TG_ARGV[0]);
        END

        """

    /// Arguments: the column, then each status and what is allowed from it, in words.
    private static let moveBody = """

        DECLARE
            allowed text := 'nothing';
        BEGIN
            FOR i IN 1 .. TG_NARGS - 2 BY 2 LOOP
                IF TG_ARGV[i] = to_jsonb(old) ->> TG_ARGV[0] THEN allowed := TG_ARGV[i + 1]; END IF;
            END LOOP;
            RAISE EXCEPTION USING ERRCODE = 'LS001', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                SCHEMA = TG_TABLE_SCHEMA,
                MESSAGE = format('%s: a row of ''%s'' cannot move from ''%s'' to ''%s''; allowed: %s', TG_NAME,
                    TG_TABLE_NAME, to_jsonb(old) ->> TG_ARGV[0], to_jsonb(new) ->> TG_ARGV[0], allowed);
        END

        """

    private func function(_ name: String, _ body: String) -> String {
        "CREATE OR REPLACE FUNCTION \(schema).\(name)() RETURNS trigger LANGUAGE plpgsql "
            + "SET search_path = pg_catalog, pg_temp AS $lockstep$\(body)$lockstep$"
    }

    private var startFunction: String { function(GuardNames.refuseStart, Self.startBody) }
    private var moveFunction: String { function(GuardNames.refuseMove, Self.moveBody) }

    private var startTrigger: String {
        let column = "new.\(live.quotedName)::text"
        let words = definition.initial.map { "'\($0)'" }.joined(separator: " or ")
        return """
            CREATE TRIGGER \(SQLText.name(names.starts)) AFTER INSERT ON \(table) FOR EACH ROW
                WHEN (\(column) NOT IN (\(GuardText.list(definition.initial))))
                EXECUTE FUNCTION \(schema).\(GuardNames.refuseStart)(\(SQLText.literal(live.name)), \(SQLText.literal(words)))
            """
    }

    /// AFTER, and without a list of columns: what another trigger makes of the row is looked at too.
    private var moveTrigger: String {
        let (old, new) = ("old.\(live.quotedName)", "new.\(live.quotedName)")
        let allowed = allowedMoves("\(old)::text", "\(new)::text", isTrue: "true", isFalse: "false")
        let arguments = values.map { from in
            let targets = definition.allowed(from: from)
            let list = targets.isEmpty ? "nothing" : targets.map { "'\($0)'" }.joined(separator: ", ")
            return "\(SQLText.literal(from)), \(SQLText.literal(list))"
        }
        return """
            CREATE TRIGGER \(SQLText.name(names.moves)) AFTER UPDATE ON \(table) FOR EACH ROW
                WHEN (\(old) IS DISTINCT FROM \(new) AND NOT \(allowed))
                EXECUTE FUNCTION \(schema).\(GuardNames.refuseMove)(\(SQLText.literal(live.name)), \(arguments.joined(separator: ", ")))
            """
    }
}
