import Testing

@testable import LockstepSources

/// What somebody declared is held against the schema and the code.
struct DeclarationTests {
    private static let place = SourcePlace(file: "orders.yaml", line: 1)

    private func findings(
        _ statuses: [String], initial: Set<String> = [], schema: String,
        code: String = "", column: String = "status"
    ) -> [String] {
        let files = [
            SourceFile(path: "db/1.sql", text: schema), SourceFile(path: "app.py", text: code),
        ].compactMap { $0 }
        let tree = SourceTree(files: files)
        let schema = SchemaReading.read(files.map { SchemaReading.File(path: $0.path, text: $0.text) })
        let declared = DeclaredColumn(
            table: "Orders", column: column, statuses: statuses, initial: initial, place: Self.place,
            places: Dictionary(
                uniqueKeysWithValues: statuses.enumerated().map {
                    ($1, SourcePlace(file: "orders.yaml", line: $0 + 2))
                }))
        return SourceCheck(tree, schema: schema, declared: [declared]).findings.map {
            "\($0.type.rawValue) \($0.value) \($0.location) \($0.confidence)"
        }.sorted()
    }

    private static let check =
        "CREATE TABLE orders (id int, status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'old')));"

    @Test func whatTheDatabaseRefusesAndWhatNobodyDeclaredIsFound() {
        #expect(
            findings(["new", "paid", "sent"], schema: Self.check)
                == ["D1 sent orders.yaml:4 high", "D2 old db/1.sql:1 high"])
        #expect(findings(["new", "paid", "old"], initial: ["new"], schema: Self.check) == [])
    }

    @Test func aDefaultThatIsNoInitialStatusIsFound() {
        #expect(
            findings(["new", "paid", "old"], initial: ["paid"], schema: Self.check)
                == ["D9 new db/1.sql:1 high"])
    }

    /// Which of the two it is depends on whether somebody declared it.
    @Test func aLiteralThatNobodyDeclaredIsToldFromOneThatIsRefused() {
        let code =
            "db.execute(\"UPDATE orders SET status = 'sent'\")\ndb.execute(\"UPDATE orders SET status = 'lost'\")\n"
        #expect(
            findings(["new", "paid", "old", "sent"], schema: Self.check, code: code)
                == ["D1 sent orders.yaml:5 high", "D4 lost app.py:2 high"])
    }

    @Test func withoutAConstraintTheDeclarationIsTheList() {
        let schema = "CREATE TABLE orders (id int, status text NOT NULL);"
        let code = "db.execute(\"UPDATE orders SET status = 'lost'\")\n"
        #expect(
            findings(["new", "paid"], schema: schema, code: code)
                == ["D4 lost app.py:1 high", "D5 orders.status db/1.sql:1 high"])
        // Nor need there be a schema of it at all.
        #expect(
            findings(["new", "paid"], schema: "CREATE TABLE other (id int);", code: code)
                == ["D4 lost app.py:1 high"])
    }
}
