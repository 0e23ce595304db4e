import Testing

@testable import LockstepSources

/// Literals beside a column's name, and what is none.
struct ValueUseTests {
    private func uses(_ name: String, _ text: String) throws -> [ValueUse] {
        let file = try #require(SourceFile(path: name, text: text))
        return CodeReader.read(file, columns: ["status", "origintype"]).uses
    }

    /// In short: `order.status=paid write`.
    private func short(_ name: String, _ text: String) throws -> [String] {
        try uses(name, text).map { use in
            let value =
                switch use.value {
                case .literal(let text): text
                case .constant(let name): "<\(name)>"
                }
            let owner = use.table ?? use.receiver
            return "\(owner.map { $0 + "." } ?? "")\(use.name)=\(value) \(use.form.rawValue)"
        }
    }

    @Test(arguments: [
        ("a.py", "order.status = 'paid'", ["order.status=paid write"]),
        ("a.py", "if order.status == 'paid':", ["order.status=paid comparison"]),
        ("a.py", "x = status in ('a', \"b\")", ["status=a comparison", "status=b comparison"]),
        ("a.py", "if status not in ['a']:", ["status=a comparison"]),
        ("a.py", "Order(status='paid', other='x')", ["status=paid entry"]),
        ("a.py", "f({'status': 'paid'})", ["status=paid entry"]),
        ("a.py", "row['status'] = 'paid'", ["row.status=paid write"]),
        ("a.py", "order.set_status('paid')", ["order.status=paid write"]),
        ("a.py", "status = 'a' if x else 'b'", ["status=a write", "status=b write"]),
        ("a.py", "x.status = Status.PAID", ["x.status=<Status.PAID> write"]),
        ("a.py", "# status = 'paid'\n'''status = 'paid'\n'''", []),
        ("a.py", "other_status = 'paid'; status_text = 'x'", []),
        ("a.ts", "order.status = 'paid'", ["order.status=paid write"]),
        (
            "a.ts", "if (o.status === 'a' || o.status !== \"b\") {}",
            ["o.status=a comparison", "o.status=b comparison"]
        ),
        ("a.ts", "db.update({ status: x ? 'a' : 'b', n: 1 })", ["status=a entry", "status=b entry"]),
        ("a.ts", "type T = { status: 'a' | 'b' }", []),
        ("a.ts", "f({ status: was === 'x' ? 'a' : was })", ["status=a entry"]),
        ("a.ts", "f({ status: was === 'x' && b ? 'a' : 'b' })", ["status=a entry", "status=b entry"]),
        ("a.ts", "f({ status: (was === 'x' || b) ? 'a' : 'b' })", ["status=a entry", "status=b entry"]),
        ("a.ts", "f({ status: was === 'x' })", []),
        ("a.ts", "f({ status: was === 'x' || was === 'y' })", []),
        ("a.ts", "q.eq('status', 'paid')", ["status=paid comparison"]),
        ("a.ts", "q.not('status', 'eq', 'paid')", ["status=paid comparison"]),
        ("a.ts", "eq(orders.status, 'paid')", ["orders.status=paid comparison"]),
        ("a.ts", "['a', 'b'].includes(o.status)", ["o.status=a comparison", "o.status=b comparison"]),
        (
            "a.ts", "switch (o.status) { case 'a': f(); case \"b\": }",
            ["o.status=a comparison", "o.status=b comparison"]
        ),
        ("a.tsx", "<input status=\"text\" />", []),
        ("a.go", "o := Order{Status: \"paid\"}", ["Status=paid entry"]),
        ("a.go", "o.Status = StatusPaid", ["o.Status=<StatusPaid> write"]),
        ("a.go", "P{OriginType: pgtype.Text{String: originX, Valid: true}}", ["OriginType=<originX> entry"]),
        ("a.rb", "order.update!(status: :paid)", ["status=paid entry"]),
        ("a.rb", "order.update_column(:status, 'paid')", ["status=paid write"]),
        ("a.rb", "where(:status => 'paid')", ["status=paid entry"]),
        ("a.swift", "job.status = \"paid\"", ["job.status=paid write"]),
        ("a.java", "order.setStatus(\"paid\");", ["order.status=paid write"]),
        ("a.rs", "let o = Order { status: \"paid\".to_string() };", ["status=paid entry"]),
    ])
    func code(name: String, source: String, found: [String]) throws {
        #expect(try short(name, source) == found)
    }

    @Test(arguments: [
        (
            "UPDATE orders SET status = 'paid' WHERE status = 'new'",
            ["orders.status=paid write", "orders.status=new comparison"]
        ),
        (
            "SELECT * FROM orders o JOIN items i ON i.id = o.id WHERE o.status IN ('a', 'b')",
            ["orders.status=a comparison", "orders.status=b comparison"]
        ),
        ("SELECT 1 FROM orders WHERE status <> 'a' AND name = 'b'", ["orders.status=a comparison"]),
        (
            "INSERT INTO orders (id, status) VALUES (1, 'a'), (2, 'b'::text)",
            ["orders.status=a write", "orders.status=b write"]
        ),
        (
            "SELECT 1 FROM orders WHERE status = ANY('{a,b}')",
            ["orders.status=a comparison", "orders.status=b comparison"]
        ),
        (
            "UPDATE orders SET status = CASE WHEN x THEN 'a' ELSE 'b' END",
            ["orders.status=a write", "orders.status=b write"]
        ),
        ("SELECT 1 FROM orders WHERE status = 'a' || x", []),
        ("SELECT 1 FROM orders -- WHERE status = 'a'\nWHERE id = 1", []),
        ("CREATE TABLE orders (status text CHECK (status IN ('a')))", []),
        ("The status = 'a' of it", []),
    ])
    func sql(statement: String, found: [String]) throws {
        #expect(try short("a.py", "q = \"\"\"\(statement)\"\"\"") == found)
        #expect(try short("queries/a.sql", statement).filter { !$0.hasPrefix(".status=") } == found)
    }

    /// Statements that stand in pieces.
    @Test(arguments: [
        (
            "A.java", "String s = \"UPDATE orders \" +\n  \"SET status = 'paid' \" +\n  \"WHERE id = ?\";",
            ["orders.status=paid write 2"]
        ),
        (
            "a.py", "db.execute(\n  'UPDATE orders '\n  \"SET status = 'paid'\")",
            ["orders.status=paid write 3"]
        ),
        (
            "a.go", "q := \"UPDATE orders SET status = 'pa\" +\n\t\"id' WHERE id = 1\"",
            ["orders.status=paid write 1"]
        ),
        ("a.js", "q = \"UPDATE orders SET status = '\" + status.name + \"' WHERE id = 1\"", []),
        (
            "a.js", "q = 'UPDATE ' + table(1) + \" SET status = 'x'\" + ' WHERE a = 1'",
            [".status=x write 1"]
        ),
        (
            "a.ts", "f(\"UPDATE orders SET x = 1\", \"SET status = 'paid' WHERE a = 1\")",
            [".status=paid write 1"]
        ),
    ])
    func sqlInPieces(path: String, text: String, uses wanted: [String]) throws {
        let found = try uses(path, text).filter(\.isSQL).map { use in
            guard case .literal(let value) = use.value else { return "" }
            return "\(use.table ?? "").\(use.name)=\(value) \(use.form.rawValue) \(use.place.line)"
        }
        #expect(found == wanted)
    }

    @Test func linesOfSQLAreTheFiles() throws {
        let found = try uses("a.py", "x = 1\nq = '''\nUPDATE orders\nSET status = 'a'\n'''\n")
        #expect(found.map(\.place) == [SourcePlace(file: "a.py", line: 4)])
    }

    /// Whoever calls and what the value is handed to is known.
    @Test func theCallsAroundAreKnown() throws {
        let supabase = try #require(
            uses("a.ts", "await supabase.from('orders').update({ status: 'a' })").first)
        #expect(supabase.context.contains { $0.contains("orders") && $0.contains("update") })
        let drizzle = try #require(uses("a.ts", "await db.insert(orders).values({ id, status: 'a' })").first)
        #expect(drizzle.context.contains { $0.contains("orders") && $0.contains("insert") })
    }
}
