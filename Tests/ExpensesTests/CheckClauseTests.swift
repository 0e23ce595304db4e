import Testing

@testable import Expenses

@Suite struct CheckClauseTests {
    @Test(arguments: [
        "CREATE TABLE t (a TEXT CONSTRAINT chk_a CHECK (a IN ('x', 'it''s (')), b TEXT CHECK (b <> 'z'))",
        "create table t (b text check (b <> 'z'), a text constraint \"chk_a\" check((a = 'x') OR a = 'it''s ('))",
        "CREATE TABLE t (a TEXT DEFAULT 'CONSTRAINT', CONSTRAINT chk_a\n  CHECK  (a IN ('x','it''s (')))",
    ]) func itIsFoundAsAWhole(table: String) throws {
        let clause = try #require(try CheckClause(named: "chk_a", in: table))
        #expect(clause.values == ["x", "it's ("])
        var changed = table
        changed.replaceSubrange(clause.range, with: CheckClause.text(named: "chk_a", "a", ["it's (", "y"]))
        #expect(try CheckClause(named: "chk_a", in: changed)?.values == ["it's (", "y"])
        // Nothing else has changed, and no parenthesis is left over.
        #expect(changed.contains("'z'") == table.contains("'z'"))
        #expect(changed.count { $0 == "(" } - changed.count { $0 == ")" } == 1)
    }

    @Test(arguments: [
        "CREATE TABLE t (a TEXT CHECK (a = 'x'))",
        "CREATE TABLE t (a TEXT CONSTRAINT chk_ab CHECK (a = 'x'))",
        "CREATE TABLE t (a TEXT CONSTRAINT chk_a CHECK (a = 'x'",
    ]) func whatIsNotThereIsNotFound(table: String) throws {
        #expect(try CheckClause(named: "chk_a", in: table) == nil)
    }
}
