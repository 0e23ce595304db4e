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
}
