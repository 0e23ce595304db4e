import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// `lockstep check --database` and `lockstep adopt --database` without a declaration, on both databases.
@Suite struct LiveCheckingTests {
    /// A shop with sources, and a running database.
    private struct Shop {
        let tool: Tool
        let scratch: Scratch
        private let server: PostgresDatabase?

        init(_ kind: Depot.Kind, _ files: [String: String], _ statements: [String]) async throws {
            scratch = try Scratch()
            for (name, text) in files {
                let file = URL(filePath: scratch.path(name))
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            switch kind {
            case .sqlite:
                server = nil
                let path = scratch.path("app.db")
                #expect(FileManager.default.createFile(atPath: path, contents: nil))
                let file = try await PlainFile(path: path, isWritten: true)
                for statement in statements { try await file.write { try $0.execute(statement) } }
                try await file.close()
                tool = Tool(scratch: scratch, database: path)
            case .postgres:
                let database = try await PostgresDatabase()
                server = database
                tool = Tool(scratch: scratch, database: database.url)
                for statement in statements { try await database.run(statement) }
            }
        }

        func check(_ arguments: String...) async throws -> Tool.Run {
            try await tool.run(["check", "--database", tool.database] + arguments) { _ in }
        }

        func adopt(_ arguments: String...) async throws -> Tool.Run {
            try await tool.run(["adopt", "--database", tool.database] + arguments) { _ in }
        }

        /// In short: `D1 lost src/app.ts:1`.
        func found(_ arguments: String...) async throws -> [String] {
            let run = try await tool.run(["check", "--json", "--database", tool.database] + arguments) { _ in
            }
            return try #require(try run.json()["findings"]).items.map {
                "\($0["class"]?.text ?? "") \($0["value"]?.text ?? "") \($0["where"]?.text ?? "")"
            }.sorted()
        }
    }

    private static let code = [
        "src/app.ts": "export type OrderStatus = 'new' | 'paid' | 'sent' | 'lost'\n"
    ]
    private static let table = """
        CREATE TABLE orders (id INTEGER PRIMARY KEY, status VARCHAR(20) DEFAULT 'new' NOT NULL
            CONSTRAINT orders_ck CHECK (status IN ('new', 'paid', 'sent')))
        """
    private static let clean = "CREATE TABLE others (id INTEGER PRIMARY KEY, price INTEGER)"

    /// The types of code are tied to columns that nobody named.
    @Test(arguments: Depot.Kind.allCases)
    func codeIsHeldAgainstWhatRuns(_ kind: Depot.Kind) async throws {
        let shop = try await Shop(kind, Self.code, [Self.table, Self.clean])
        let run = try await shop.check("src")
        #expect(run.code == 1)
        #expect(run.out.contains("✗ orders.status ‘lost’  D1 error\n    src/app.ts:1\n"), "\(run)")
        let table = kind == .postgres ? "public.orders" : "orders"
        #expect(run.out.contains("in the database: constraint orders_ck of \(table)"), "\(run)")
        let text =
            kind == .postgres
            ? "violates check constraint \"orders_ck\" (SQLSTATE 23514)"
            : "CHECK constraint failed: orders_ck"
        #expect(run.out.contains(text), "\(run)")
        #expect(try await shop.found("src") == ["D1 lost src/app.ts:1"])
        #expect(try await shop.found("src", "--table", "others") == [])
    }

    @Test(arguments: Depot.Kind.allCases)
    func whatAgreesIsSilent(_ kind: Depot.Kind) async throws {
        let shop = try await Shop(
            kind, ["src/app.ts": "export type OrderStatus = 'new' | 'paid' | 'sent'\n"],
            [Self.table, Self.clean, "INSERT INTO orders (id) VALUES (1)"])
        let run = try await shop.check("src")
        #expect(
            run.code == 0 && run.out == "✓ nothing disagrees  (1 file, 1 column with statuses)\n", "\(run)")
    }

    /// Migrations are no longer what decides: that they end otherwise is said, once for each value.
    @Test(arguments: Depot.Kind.allCases)
    func migrationsThatEndOtherwiseAreSaid(_ kind: Depot.Kind) async throws {
        let written = Self.table.replacing("'sent'", with: "'lost', 'back'")
        let shop = try await Shop(
            kind, Self.code.merging(["db/1.sql": written + ";\n"]) { $1 }, [Self.table])
        let found = try await shop.found(".")
        #expect(
            found.filter { !$0.hasPrefix("D2") } == [
                "D1 lost src/app.ts:1", "D10 back db/1.sql:2", "D10 sent db/1.sql:2",
            ])
        let run = try await shop.check(".")
        #expect(run.out.contains("and the database does not yet: run the migrations"), "\(run)")
        #expect(run.out.contains("The database is behind") && run.out.contains("The database is ahead of"))
    }

    /// A rule is evaluated by the database: what it lets through is right in code, whatever its list says.
    @Test(arguments: Depot.Kind.allCases)
    func aRuleIsAskedAndNotRead(_ kind: Depot.Kind) async throws {
        let shop = try await Shop(
            kind, ["app.py": "db.execute(\"UPDATE orders SET status = 'PAID'\")\n"],
            [Self.table.replacing("CHECK (status IN", with: "CHECK (lower(status) IN")])
        #expect(try await shop.found(".") == [])
    }

    /// Rows, and what else in the database names statuses.
    @Test func rowsAndCopiesAreLookedAt() async throws {
        let model = """
            class Order(Base):
                __tablename__ = "orders"
                status = Column(Enum("new", "paid", "sent", name="order_status", native_enum=False))

            """
        let shop = try await Shop(
            .postgres, ["models.py": model],
            [
                "CREATE TABLE orders (id INTEGER PRIMARY KEY, status text NOT NULL)",
                "INSERT INTO orders VALUES (1, 'new'), (2, 'paid'), (3, 'gone'), (4, 'Paid')",
                "CREATE TABLE parcels (id int, state text CHECK (state IN ('open', 'shut')) NOT NULL, note text)",
                "CREATE INDEX parcels_open ON parcels (id) WHERE state = 'opened'",
            ])
        let found = try await shop.found("models.py")
        #expect(found.contains("D3 gone column public.orders.status"), "\(found)")
        #expect(found.contains("D11 Paid column public.orders.status"), "\(found)")
        #expect(found.contains { $0.hasPrefix("D5 orders.status ") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("D10 opened index") }, "\(found)")
    }

    @Test func twoSchemasMayHaveATableOfOneName() async throws {
        let shop = try await Shop(
            .postgres, Self.code,
            [
                "CREATE SCHEMA alt", Self.table,
                Self.table.replacing("TABLE orders", with: "TABLE alt.orders").replacing(
                    "'sent'", with: "'sent', 'lost'"),
            ])
        // Which of them the code writes to is not known.
        let both = try await shop.check("src")
        #expect(both.code == 0 && both.out.contains("‘lost’"), "\(both)")
        #expect(try await shop.check("src", "--schema-name", "public").code == 1)
        #expect(try await shop.found("src", "--schema-name", "alt") == [])
        let missing = try await shop.check("src", "--schema-name", "gone")
        #expect(missing.code == 2 && missing.errors.contains("has no table in 'gone'"), "\(missing)")
    }

    /// What is adopted from a running database can be checked against it and guarded at once.
    @Test(arguments: Depot.Kind.allCases)
    func whatIsAdoptedIsReadAtOnce(_ kind: Depot.Kind) async throws {
        let shop = try await Shop(
            kind, ["src/none.ts": "\n"],
            [
                Self.table.replacing("'sent'", with: "'sent', 'lost'"),
                "CREATE TABLE order_events (id INTEGER PRIMARY KEY, order_id INTEGER, from_status VARCHAR(20), to_status VARCHAR(20))",
                "INSERT INTO orders (id, status) VALUES (1, 'sent'), (2, 'paid'), (3, 'lost')",
                "INSERT INTO order_events VALUES (1, 1, NULL, 'new'), (2, 1, 'new', 'paid'), (3, 1, 'paid', 'sent'), (4, 3, 'new', 'lost')",
            ])
        let adopted = try await shop.adopt("src", "--output", "orders.yaml")
        #expect(adopted.code == 0, "\(adopted)")
        let text = try String(contentsOfFile: shop.scratch.path("orders.yaml"), encoding: .utf8)
        #expect(text.ranges(of: "lifecycle: ").count == 1, "\(text)")
        #expect(text.contains("3 in the history"))
        #expect(text.contains("moves_to: [paid, lost]}  # 0 rows; happened: 1 × paid, 1 × lost"), "\(text)")
        #expect(
            text.contains("  sent: {succeeds: forever}  # 1 row; end guessed for no move out of it was found")
        )
        #expect(text.contains("initial: new\n"))
        #expect(try await shop.tool.run("audit", "orders.yaml").code == 0)

        // All that lacks is what guards the moves.
        let check = try await shop.found("--declaration", "orders.yaml", "src")
        #expect(!check.isEmpty && check.allSatisfy { $0.hasPrefix("D7 ") }, "\(check)")
        let guarding = ["guard", "orders.yaml", "--database", shop.tool.database, "--apply"]
        #expect(try await shop.tool.run(guarding) { _ in }.code == 0)
        // The trigger now says which moves there are.
        let again = try await shop.adopt("src", "--column", "orders.status")
        #expect(again.code == 0 && again.out.contains("lets through"), "\(again)")
        #expect(again.out.contains("moves_to: [paid, lost]}  # 0 rows\n"), "\(again)")
        let guarded = try await shop.check("--declaration", "orders.yaml", "src")
        #expect(guarded.code == 0, "\(guarded)")
    }

    @Test func whatCannotBeAdoptedIsSaid() async throws {
        let shop = try await Shop(.sqlite, ["src/none.ts": "\n"], [Self.table, Self.clean])
        let missing = try await shop.adopt("src", "--history", "gone")
        #expect(missing.code == 2 && missing.errors.contains("there is no table 'gone'"), "\(missing)")
        let shapeless = try await shop.adopt("src", "--history", "others")
        #expect(
            shapeless.code == 2 && shapeless.errors.contains("do not tell which status was left"),
            "\(shapeless)")
        let without = try await shop.tool.run("adopt", "src", "--history", "others")
        #expect(without.code == 2 && without.errors.contains("name it with --database"), "\(without)")
        let alone = try await shop.tool.run("check", "src", "--schema-name", "public")
        #expect(alone.code == 2 && alone.errors.contains("name it with --database"), "\(alone)")
    }
}
