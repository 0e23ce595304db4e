import Testing

@testable import LockstepSources

/// Small repositories, and what is found in them.
struct SourceCheckTests {
    private func findings(_ files: [String: String]) -> [SourceFinding] {
        SourceCheck(
            SourceTree(files: files.compactMap { SourceFile(path: $0.key, text: $0.value) })
        ).findings
    }

    /// In short: `D1 orders.status disputed app.py:3 high`.
    private func short(_ files: [String: String], _ types: Set<SourceFinding.Class> = [.d1, .d2, .d4])
        -> [String]
    {
        findings(files).filter { types.contains($0.type) && $0.confidence > .low }.map {
            "\($0.type.rawValue) \($0.table).\($0.column) \($0.value) \($0.places.map(\.description).joined(separator: " ")) \($0.confidence)"
        }.sorted()
    }

    private static let orders = """
        CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped');
        CREATE TABLE orders (id bigint PRIMARY KEY, status order_status NOT NULL DEFAULT 'pending');
        CREATE TABLE instance (id bigint PRIMARY KEY, engine text NOT NULL,
            CONSTRAINT instance_engine_check CHECK (engine IN ('MYSQL', 'POSTGRES', 'TIDB')));
        """

    @Test func aTypeOfAnotherPackageIsTiedByTheStructsField() {
        let found = short([
            "migrations/1.sql": Self.orders,
            "api/instance.go":
                "package api\n\ntype Instance struct {\n\tID int\n\tEngine db.Type `jsonapi:\"attr,engine\"`\n}\n",
            "plugin/db/driver.go":
                "package db\n\ntype Type string\n\nconst (\n\tMySQL Type = \"MYSQL\"\n\tTiDB Type = \"TIDB\"\n\tPostgres Type = \"POSTGRES\"\n\tSpanner Type = \"SPANNER\"\n)\n",
        ])
        #expect(found == ["D1 instance.engine SPANNER plugin/db/driver.go:9 high"])
    }

    @Test func aValueOfAnUnionThatTheEnumLacksIsFoundWithItsCallSites() {
        let found = short([
            "migrations/1.sql": Self.orders,
            "src/types.ts": "export type OrderStatus = 'pending' | 'paid' | 'shipped' | 'disputed'\n",
            "src/service.ts": "await repair({ status: 'disputed' })\n",
        ])
        #expect(found == ["D1 orders.status disputed src/types.ts:1 src/service.ts:1 high"])
    }

    @Test func whatAgreesIsSilent() {
        let found = short([
            "migrations/1.sql": Self.orders,
            "src/types.ts": "export type OrderStatus = 'pending' | 'paid' | 'shipped'\n",
            "src/filter.ts": "export type OrderFilter = 'all' | 'pending' | 'paid'\n",
            "src/http.ts": "const response = { status: 'ok' }; if (response.status === 'error') f()\n",
        ])
        #expect(found == [])
    }

    @Test func sqlalchemyStoresNames() {
        let code = """
            class OrderStatus(str, Enum):
                WAITING = 'pending'
                paid = 'paid'
                shipped = 'shipped'

            class Order(Base):
                __tablename__ = 'orders'
                status = Column(Enum(OrderStatus))
            """
        #expect(
            short(["migrations/1.sql": Self.orders, "app/models.py": code], [.d1])
                == ["D1 orders.status WAITING app/models.py:2 high"])
        // Told to store values, it does.
        #expect(
            short(
                [
                    "migrations/1.sql": Self.orders,
                    "app/models.py": code.replacing(
                        "Enum(OrderStatus)",
                        with: "Enum(OrderStatus, values_callable=lambda e: [m.value for m in e])"),
                ], [.d1]) == [])
    }

    @Test func aLiteralInSQLThatTheColumnRefusesIsFound() {
        let found = short([
            "migrations/1.sql": Self.orders,
            "app/db.py":
                "db.execute(\"UPDATE orders SET status = 'payed' WHERE id = 1\")\ndb.execute(\"SELECT 1 FROM orders o WHERE o.status IN ('new', 'paid')\")\n",
        ])
        #expect(
            found == [
                "D1 orders.status payed app/db.py:1 high", "D4 orders.status new app/db.py:2 high",
            ])
    }

    @Test func theErrorTheFixAndTheNearestValueAreSaid() throws {
        let finding = try #require(
            findings([
                "migrations/1.sql": Self.orders,
                "app/db.py": "db.execute(\"UPDATE orders SET status = 'payed' WHERE id = 1\")\n",
            ]).first { $0.type == .d1 })
        #expect(
            finding.message.contains("invalid input value for enum order_status: \"payed\" (SQLSTATE 22P02)"))
        #expect(finding.message.hasSuffix("Did you mean ‘paid’?"))
        #expect(finding.fix.contains("ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'payed';"))
    }

    @Test func aLineThatSaysSoIsIgnored() {
        let found = short([
            "migrations/1.sql": Self.orders,
            "app/db.py": "# lockstep:ignore\ndb.execute(\"UPDATE orders SET status = 'payed'\")\n",
        ])
        #expect(found == [])
    }

    @Test func testsAndMigrationsAreNotHeldAgainst() {
        let found = short([
            "migrations/1.sql": Self.orders,
            "migrations/2.py": "op.execute(\"UPDATE orders SET status = 'old' WHERE status = 'older'\")\n",
            "tests/test_db.py": "db.execute(\"UPDATE orders SET status = 'nonsense'\")\n",
        ])
        #expect(found == [])
    }

    @Test func aTypeOfAnotherTableIsLeftAlone() {
        let found = short([
            "migrations/1.sql": Self.orders
                + "\nCREATE TABLE jobs (id int, status text CHECK (status IN ('pending', 'paid', 'late')));",
            "src/types.ts": "export type JobStatus = 'pending' | 'paid' | 'late'\n",
        ])
        #expect(found == [])
    }

    @Test func aRelationIsNoValue() {
        let found = short([
            "migrations/1.sql": "CREATE TABLE roles (id int, project text CHECK (project IN ('a', 'b')));",
            "app/models.py":
                "class Tag:\n    class Project(Enum):\n        X = 'x:a'\n        Y = 'x:b'\n\nclass Role(Base):\n    __tablename__ = 'roles'\n    project: Mapped[Project] = relationship(lazy=False)\n",
        ])
        #expect(found == [])
    }

    @Test func aValueThatNoCodeKnowsIsSaid() {
        let found = short([
            "migrations/1.sql": Self.orders, "src/types.ts": "export type OrderStatus = 'pending' | 'paid'\n",
        ])
        #expect(found == ["D2 orders.status shipped migrations/1.sql:1 src/types.ts:1 medium"])
    }

    @Test func aColumnWithoutAConstraintIsHeldToItsModel() {
        let found = short(
            [
                "db/schema.ts":
                    "export const statuses = ['open', 'done'] as const\nexport type TaskStatus = (typeof statuses)[number]\nexport const tasks = pgTable('tasks', {\n  status: varchar('status').notNull().$type<TaskStatus>(),\n})\n",
                "web/types.ts": "export type TaskStatus = 'open' | 'done' | 'closed'\n",
            ], [.d4, .d5])
        #expect(
            found == [
                "D4 tasks.status closed web/types.ts:1 high",
                "D5 tasks.status tasks.status db/schema.ts:4 high",
            ])
    }
}
