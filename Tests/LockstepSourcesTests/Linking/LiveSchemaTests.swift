import Testing

@testable import LockstepSources

/// Code and migrations against the columns of a running database.
struct LiveSchemaTests {
    private static let table = SchemaColumn(
        live: "public", table: "orders", column: "status", kind: .check, type: "text",
        accepted: ["new", "paid", "sent"], acceptsNull: false, defaultValue: "new", constraint: "orders_ck",
        object: "constraint orders_ck of public.orders", dialect: .postgres)
    private static let open = SchemaColumn(
        live: "public", table: "orders", column: "status", kind: .text, type: "text", acceptsNull: false,
        held: ["new", "paid"], object: "column public.orders.status", dialect: .postgres)

    private func findings(_ files: [String: String], _ live: [SchemaColumn] = [table]) -> [SourceFinding] {
        let sources = files.compactMap { SourceFile(path: $0.key, text: $0.value) }
        let schema = SchemaReading.read(sources.map { SchemaReading.File(path: $0.path, text: $0.text) })
        return SourceCheck(SourceTree(files: sources), schema: schema, live: live).findings
    }

    /// In short: `D1 lost high src/a.ts:1 | constraint …`.
    private func short(_ files: [String: String], _ live: [SchemaColumn] = [table]) -> [String] {
        findings(files, live).map {
            "\($0.type.rawValue) \($0.value) \($0.confidence) \($0.places.map(\.description).joined(separator: " ")) | \($0.object ?? "-")"
        }.sorted()
    }

    private static let rule = "constraint orders_ck of public.orders"

    @Test func codeIsHeldAgainstWhatRuns() {
        #expect(
            short(["src/a.ts": "export type OrderStatus = 'new' | 'paid' | 'sent' | 'lost'\n"])
                == ["D1 lost high src/a.ts:1 | \(Self.rule)"])
        #expect(short(["src/a.ts": "export type OrderStatus = 'new' | 'paid' | 'sent'\n"]) == [])
    }

    @Test func migrationsThatEndAsTheDatabaseDoesAreSilent() {
        let sql =
            "CREATE TABLE orders (status text NOT NULL DEFAULT 'new' CHECK (status IN ('sent', 'paid', 'new')));\n"
        #expect(short(["migrations/1.sql": sql]) == [])
        // Another table's are none of the database's concern.
        #expect(short(["migrations/1.sql": sql.replacing("orders", with: "parcels")]) == [])
        // Those of tests promise nothing.
        #expect(short(["tests/migrations/1.sql": sql.replacing("'new')", with: "'new', 'x')")]) == [])
    }

    @Test func aDatabaseBehindItsMigrationsIsSaidOnceForEachValue() {
        let files = [
            "migrations/1.sql":
                "CREATE TABLE orders (status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'lost', 'back')));\n",
            "src/a.ts": "export type OrderStatus = 'new' | 'paid' | 'sent' | 'lost'\n",
        ]
        #expect(
            short(files) == [
                "D1 lost high src/a.ts:1 | \(Self.rule)", "D10 back high migrations/1.sql:1 | \(Self.rule)",
                "D10 sent high migrations/1.sql:1 | \(Self.rule)",
            ])
        let found = findings(files)
        #expect(found.first { $0.value == "lost" }?.fix.contains("run the migrations") == true)
        #expect(found.first { $0.value == "back" }?.message.contains("is behind SQL migrations") == true)
        #expect(found.first { $0.value == "sent" }?.message.contains("is ahead of SQL migrations") == true)
    }

    @Test func aRuleThatOnlyOneOfThemHasIsSaid() {
        let checked = "CREATE TABLE orders (status text NOT NULL CHECK (status IN ('new', 'paid')));\n"
        let behind = findings(["migrations/1.sql": checked], [Self.open])
        #expect(behind.map(\.type) == [.d5])
        #expect(behind.first?.fix.contains("run the migrations") == true)
        let ahead = findings(["migrations/1.sql": "CREATE TABLE orders (status text NOT NULL);\n"])
        #expect(ahead.map(\.type) == [.d10])
        #expect(ahead.first?.message.contains("is ahead of SQL migrations") == true)
    }

    /// Statuses that nothing lists are those that rows hold.
    @Test func whatRowsHoldAreStatuses() {
        let check = SourceCheck(SourceTree(files: []), schema: SchemaReading.read([]), live: [Self.open])
        #expect(check.statuses.map(\.statuses) == [["new", "paid"]])
        #expect(check.statuses.first?.known == nil && check.statuses.first?.isConstrained == false)
    }

    /// Which of two tables of one name code writes to is not known.
    @Test func aTableOfAnotherSchemaMakesItLessSure() {
        let other = SchemaColumn(
            live: "old", table: "orders", column: "status", kind: .check, type: "text",
            accepted: ["new", "lost", "paid"], constraint: "orders_ck",
            object: "constraint orders_ck of old.orders",
            dialect: .postgres)
        let found = findings(
            ["src/a.ts": "export type OrderStatus = 'new' | 'paid' | 'sent' | 'lost'\n"], [Self.table, other])
        #expect(found.first { $0.type == .d1 && $0.value == "lost" }?.confidence == .medium)
    }
}
