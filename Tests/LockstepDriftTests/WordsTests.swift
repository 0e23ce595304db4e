import Testing

@testable import LockstepDrift

/// How pieces of SQL are read, where they have to be.
@Suite struct WordsTests {
    @Test(arguments: [
        ("status = 'a'", ["a"]),
        (
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying(20)])::text[]))",
            ["a", "b"]
        ),
        ("(o.status <> ALL ('{a,\"b\"}'::text[]))", ["a", "b"]),
        ("status NOT IN ('a', NULL, 'b') AND note = 'x'", ["a", "b"]),
        ("'a' = old.status OR 'b' <> status", ["a", "b"]),
        (
            "CASE o.status WHEN 'a' THEN 'x' WHEN 'b' THEN CASE note WHEN 'y' THEN 1 END ELSE 'z' END",
            ["a", "b"]
        ),
        ("status IS DISTINCT FROM 'a'", ["a"]),
        ("status IS NOT DISTINCT FROM 'a'::order_status", ["a"]),
        ("new.status := 'a';", ["a"]),
        ("status BETWEEN 'a' AND 'b'", ["a", "b"]),
        ("status.name = 'a' OR other_status = 'b' OR \"Status\" = 'c'", ["c"]),
        ("INSERT INTO orders (id, status) VALUES (f(1, 'x'), 'a'::text), (2, 'b')", ["a", "b"]),
        ("INSERT INTO parcels (id, status) VALUES (1, 'a')", []),
        ("SELECT 1 FROM orders o JOIN parcels p ON true WHERE p.status = 'x' AND o.status = 'a'", ["a"]),
        (
            "UPDATE shop.orders AS t SET status = 'a' FROM parcels p WHERE p.status = 'x' AND t.status = 'b'",
            ["a", "b"]
        ),
        ("-- status = 'x'\nstatus /* = 'y' */ = 'a'", ["a"]),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ UPDATE orders SET status = 'a' $f$",
            ["a"]
        ),
        ("status = ''", [""]), ("status =", []), ("status IN (", []), ("", []),
    ])
    func theValuesOfAColumnAreFound(_ sql: String, _ values: [String]) {
        #expect(ComparedValues(sql, column: "status", of: "orders").values == values)
    }

    @Test(arguments: [
        ("status < 'a'", true), ("'a' >= status", true), ("ORDER BY o.status", true), ("max(status)", true),
        ("status <> 'a'", false), ("ORDER BY note, status", false), ("n < 3 AND status = 'a'", false),
    ])
    func comparisonsByOrderAreFound(_ sql: String, _ isOrdered: Bool) {
        #expect(ComparedValues(sql, column: "status").isOrdered == isOrdered)
    }

    /// What does more than branch and raise is not judged.
    @Test(arguments: [
        ("BEGIN IF new.status = 'a' THEN RAISE EXCEPTION 'x'; END IF; RETURN new; END", true),
        ("BEGIN RETURN new; END", true),
        ("DECLARE n int := 3; BEGIN IF n = 3 THEN RAISE 'x'; END IF; RETURN new; END;", true),
        ("DECLARE n int; BEGIN SELECT 3 INTO n; IF n = 3 THEN RAISE 'x'; END IF; RETURN new; END", false),
        ("BEGIN new.status := 'b'; RETURN new; END", false),
        ("BEGIN new.note := 'b'; RETURN new; END", true),
        ("BEGIN FOR i IN 1..3 LOOP RAISE EXCEPTION 'x'; END LOOP; RETURN new; END", false),
        ("BEGIN PERFORM f(); RAISE EXCEPTION 'x'; EXCEPTION WHEN OTHERS THEN RETURN new; END", false),
        ("BEGIN EXECUTE 'x'; RETURN new; END", false),
        ("BEGIN IF true THEN", false), ("BEGIN", false), ("", false), ("SELECT 1", false),
    ])
    func aProgramIsJudgedOrNot(_ body: String, _ isJudged: Bool) {
        #expect((TriggerProgram(body, column: "status", skipsByNull: false) != nil) == isJudged)
    }

    /// Many branches one after the other would double with each.
    @Test func aProgramOfManyBranchesIsNotJudged() {
        let branch = "IF new.n = 1 THEN new.note := 'x'; END IF; "
        let few = TriggerProgram(
            "BEGIN \(String(repeating: branch, count: 8)) RETURN new; END", column: "status",
            skipsByNull: false)
        let many = TriggerProgram(
            "BEGIN \(String(repeating: branch, count: 60)) RETURN new; END", column: "status",
            skipsByNull: false)
        #expect(few != nil && many == nil)
    }

    @Test(arguments: [
        ("In Progress", "in_progress"), ("complete", "completed"), ("canceled", "cancelled"),
        ("QUEUED", "queued"),
        ("runing", "running"),
    ])
    func whatSomebodyMeantIsGuessed(_ text: String, _ status: String) {
        let names = ["queued", "running", "in_progress", "completed", "cancelled"]
        #expect(Likeness.nearest(to: text, among: names) == status)
        #expect(Likeness.nearest(to: "zebra", among: names) == nil)
    }

    @Test(arguments: [
        ("a = 'It''s' -- 'no'", ["a", "=", "'It's'"]), ("\"a\".b::TEXT", ["a.b", "::", "text"]),
        ("old.\"Odd\" <> 1.5 /* x */", ["old.", "\"Odd\"", "<>", "1.5"]),
        ("f(a , b)", ["f", "(", "a", ",", "b", ")"]),
    ])
    func spaceAndCaseDoNotCount(_ sql: String, _ words: [String]) {
        #expect(SQLWords(sql).words == words)
    }

    @Test func arraysAreReadAndWritten() {
        let values = ["a", "b c", "say \"x\"", "back\\slash", "{}", "", "NULL", "ä"]
        #expect(TextArray.values(Probe.array(values)) == values)
        #expect(TextArray.values("{a,NULL,\"NULL\"}") == ["a", "NULL"])
        #expect(TextArray.values("{}") == [])
    }

    @Test func whatAGuardTookAwayIsRemembered() {
        let clauses = ["CONSTRAINT \"a\" CHECK (x = '*/')", "CHECK (y\n= 'ä --')"]
        var text = "CREATE TABLE t (a CHECK (1) \(GuardMemory.comment(clauses)), b)"
        #expect(GuardMemory.take(from: &text) == clauses)
        #expect(text == "CREATE TABLE t (a CHECK (1) , b)")
        #expect(GuardMemory.clauses(GuardMemory.text(clauses)) == clauses)
        #expect(GuardMemory.clauses(GuardMemory.text([])) == [] && GuardMemory.clauses("other") == [])
    }
}
