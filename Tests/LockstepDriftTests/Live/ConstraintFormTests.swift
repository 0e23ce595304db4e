import Lockstep
import LockstepDrift
import Testing

/// Every way to say which values a column takes is found out by asking the database.
@Suite struct ConstraintFormTests {
    struct Form: Sendable, CustomStringConvertible {
        let description: String
        /// What makes a table `t` with a column `status`.
        let statements: [String]
        /// What the column accepts; `nil` for anything.
        let accepted: [String]?

        init(_ description: String, _ accepted: [String]?, _ statements: String...) {
            self.description = description
            self.accepted = accepted
            self.statements = statements
        }
    }

    private static func text(_ check: String, type: String = "text") -> String {
        "CREATE TABLE t (id int, status \(type) CHECK (\(check)), other text)"
    }

    static let postgres: [Form] = [
        Form("IN", ["a", "b"], text("status IN ('a', 'b')")),
        Form("one item", ["a"], text("status IN ('a')")),
        Form("= ANY", ["a", "b"], text("status = ANY (ARRAY['a', 'b'])")),
        Form("an array as one text", ["a", "b c"], text("status = ANY ('{a,\"b c\"}'::text[])")),
        Form("varchar with casts", ["a", "b"], text("status IN ('a', 'b')", type: "varchar(20)")),
        Form("varchar too short", ["a"], text("status IN ('a', 'long')", type: "varchar(2)")),
        Form("char", ["ab", "cd"], text("status IN ('ab', 'cd')", type: "char(2)")),
        Form("OR", ["a", "b"], text("status = 'a' OR status = 'b'")),
        Form("CASE", ["a", "b"], text("CASE status WHEN 'a' THEN true WHEN 'b' THEN true ELSE false END")),
        Form("pattern", ["a", "b"], text("status ~ '^(a|b)$'")),
        Form("SIMILAR TO", ["a", "b"], text("status SIMILAR TO '(a|b)'")),
        Form("NULL in the list", nil, text("status IN ('a', NULL)")),
        Form("NULL allowed", ["a"], text("status IS NULL OR status = 'a'")),
        Form("quotes", ["it's", "say \"x\"", "{b}"], text("status IN ('it''s', 'say \"x\"', '{b}')")),
        Form("backslash", ["a\\b"], text("status IN ('a\\b')")),
        Form("lower", ["a", "A"], text("lower(status) = 'a' AND status IN ('A', 'a', 'B')")),
        Form("NOT IN", nil, text("status NOT IN ('a', 'b')")),
        Form("length alone", nil, text("length(status) < 20")),
        Form(
            "two that hold at once", ["b"], text("status IN ('a', 'b')"),
            "ALTER TABLE t ADD CHECK (status IN ('b', 'c'))"),
        Form(
            "NOT VALID holds for writes", ["a"], "CREATE TABLE t (status text)",
            "ALTER TABLE t ADD CHECK (status = 'a') NOT VALID"),
        Form("of several columns", nil, text("status = 'a' OR other IS NOT NULL")),
        Form(
            "one that fails for some", ["1", "2"], text("status::int IN (1, 2) AND status IN ('1', '2', 'x')")
        ),
        Form("ENUM", ["b", "a"], "CREATE TYPE e AS ENUM ('b', 'a')", "CREATE TABLE t (status e)"),
        Form(
            "ENUM with a CHECK", ["b"], "CREATE TYPE e AS ENUM ('b', 'a')",
            "CREATE TABLE t (status e CHECK (status <> 'a'))"),
        Form(
            "same-named ENUMs", ["x"], "CREATE SCHEMA other", "CREATE TYPE other.e AS ENUM ('y')",
            "CREATE TYPE e AS ENUM ('x')", "CREATE TABLE t (status public.e)"),
        Form(
            "domain", ["a", "b"], "CREATE DOMAIN d AS text CHECK (VALUE IN ('a', 'b'))",
            "CREATE TABLE t (status d)"),
        Form(
            "domain of a domain", ["a"], "CREATE DOMAIN d AS varchar(9) CHECK (VALUE IN ('a', 'b'))",
            "CREATE DOMAIN f AS d CHECK (VALUE <> 'b')", "CREATE TABLE t (status f)"),
        Form(
            "domain of an ENUM", ["x"], "CREATE TYPE e AS ENUM ('x', 'y')",
            "CREATE DOMAIN d AS e CHECK (VALUE <> 'y')", "CREATE TABLE t (status d)"),
        Form(
            "a column called value", ["aa"], "CREATE DOMAIN d AS text CHECK (VALUE IN ('aa'))",
            "CREATE TABLE t (\"value\" d)"),
        Form(
            "LIST partitions", ["a", "b", "c"], "CREATE TABLE t (status text) PARTITION BY LIST (status)",
            "CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a', 'b')",
            "CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('c')"),
        Form(
            "a default partition", nil, "CREATE TABLE t (status text) PARTITION BY LIST (status)",
            "CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a')", "CREATE TABLE t2 PARTITION OF t DEFAULT"),
        Form(
            "a default partition with a CHECK", ["a", "z"],
            "CREATE TABLE t (status text) PARTITION BY LIST (status)",
            "CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a')",
            "CREATE TABLE t2 PARTITION OF t (CHECK (status = 'z')) DEFAULT"),
        Form(
            "a function", ["a"],
            "CREATE FUNCTION is_good(v text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT v = 'a' $$",
            text("is_good(status) AND status IN ('a', 'b')")),
        Form(
            "names in quotes", ["a"],
            "CREATE TABLE t (id int, \"my Status\" text CHECK (\"my Status\" = 'a'))"),
    ]

    static let sqlite: [Form] = [
        Form("IN", ["a", "b"], text("status IN ('a', 'b')")),
        Form("double quotes", ["a", "b"], text("status IN (\"a\", \"b\")")),
        Form("OR", ["a", "b"], text("status = 'a' OR \"status\" == 'b'")),
        Form("CASE", ["a"], text("CASE status WHEN 'a' THEN 1 ELSE 0 END")),
        Form("NULL in the list", nil, text("status IN ('a', NULL)")),
        Form("a comment", ["a"], text("status IN ('a' /* , 'b' ) */ -- , 'c'\n)")),
        Form("GLOB", nil, text("status GLOB '[a-z]*'")),
        Form(
            "NOCASE", ["a", "A"],
            "CREATE TABLE t (status TEXT COLLATE NOCASE CHECK (status IN ('a') AND status IN ('A', 'b')))"),
        Form(
            "of the table", ["a"],
            "CREATE TABLE t (status TEXT, other TEXT, CONSTRAINT c CHECK (status = 'a'))"),
        Form(
            "of several columns", nil,
            "CREATE TABLE t (status TEXT, other TEXT, CHECK (status = 'a' OR other = 'b'))"),
        Form(
            "backticks", ["a"],
            "CREATE TABLE `t` (`id` INTEGER, `status` VARCHAR(9) CHECK (`status` IN ('a')))"),
        Form(
            "brackets", ["a"],
            "CREATE TABLE [t] ([id] INTEGER, [status] VARCHAR(9) CHECK ([status] IN ('a')))"),
        Form("the table's name", ["a"], "CREATE TABLE t (status TEXT CHECK (t.status IN ('a')))"),
        Form(
            "two that hold at once", ["b"],
            "CREATE TABLE t (status TEXT CHECK (status IN ('a', 'b')) CHECK (status <> 'a'))"),
        Form("STRICT", ["a"], "CREATE TABLE t (status TEXT CHECK (status IN ('a'))) STRICT"),
        Form("a fake in a default", nil, "CREATE TABLE t (status TEXT DEFAULT 'CHECK (status = ''a'')')"),
        Form("quotes", ["it's"], text("status IN ('it''s')")),
    ]

    private func column(_ form: Form, _ kind: OrderBench.Kind) async throws -> FoundColumn? {
        let bench = try await OrderBench(kind, form.statements)
        let found = try await StatusColumnSearch(in: bench.live).run()
        #expect(found.notes == [])
        return found.columns.first { $0.column != "other" && $0.accepted != nil }
    }

    @Test(arguments: postgres) func isProbedOnPostgres(_ form: Form) async throws {
        #expect(try await column(form, .postgres)?.accepted == form.accepted)
    }

    @Test(arguments: sqlite) func isProbedOnSQLite(_ form: Form) async throws {
        #expect(try await column(form, .sqlite)?.accepted == form.accepted)
    }
}
