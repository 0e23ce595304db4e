import Lockstep
import LockstepChecking
import LockstepFiles
import LockstepSources
import Testing

/// What is adopted can be read as a declaration.
struct AdoptionTests {
    private func columns(_ schema: String, _ code: String = "") -> [StatusColumn] {
        let files = [SourceFile(path: "db/1.sql", text: schema), SourceFile(path: "a.py", text: code)]
        return SourceCheck(SourceTree(files: files.compactMap { $0 })).statuses
    }

    @Test func statusesMovesAndEndsAreWritten() throws {
        let column = try #require(
            columns(
                "CREATE TABLE shop.orders (status text DEFAULT 'new' CHECK (status IN ('new', 'paid', 'sent', 'failed')));",
                "TRANSITIONS = {'new': ['paid', 'failed'], 'paid': ['sent'], 'sent': []}\n"
            ).first)
        let text = Adoption(of: column).text
        let found = try #require(try DefinitionFile.read(yaml: text, named: "orders.yaml").first)
        #expect(found.definition.name == "orders")
        #expect(found.guards == [GuardedName(namespace: "shop", table: "orders", column: "status")])
        #expect(found.definition.names == ["new", "paid", "sent", "failed"])
        #expect(found.definition.initial == ["new"])
        #expect(
            Set(found.definition.edges.map { "\($0.from) \($0.to)" }) == [
                "new paid", "new failed", "paid sent",
            ])
        #expect(found.definition.audit() == [])
        #expect(!text.contains("guessed"))
    }

    @Test func whatIsGuessedIsSaid() throws {
        let column = try #require(
            columns("CREATE TABLE jobs (state text CHECK (state IN ('queued', 'busy', 'done')));").first)
        let text = Adoption(of: column).text
        #expect(text.contains("no moves were found in code"))
        #expect(text.contains("moves_to: [busy, done]}  # moves guessed"))
        #expect(try DefinitionFile.read(yaml: text, named: "a.yaml")[0].definition.audit() == [])
    }

    /// A status may be called anything.
    @Test func namesThatYAMLWouldTakeForSomethingElse() throws {
        let names = [
            "on", "1", "null", "in progress", "a: b", "# c", "\"d\"", "é", "- f", "{g", "h\\i", "yes",
        ]
        let list = names.map { "'" + $0 + "'" }.joined(separator: ", ")
        let column = try #require(
            columns("CREATE TABLE \"1 Odd-Table\" (status text CHECK (status IN (\(list))));").first)
        let found = try #require(
            try DefinitionFile.read(yaml: Adoption(of: column).text, named: "a.yaml").first)
        #expect(found.definition.names == names)
        #expect(found.definition.audit() == [])
    }

    @Test func everyLifecycleOfAFileHasItsOwnName() throws {
        let found = columns(
            "CREATE TABLE a (status text CHECK (status IN ('x', 'y')), state text CHECK (state IN ('x', 'y')));"
        )
        var taken: Set<String> = []
        for column in found { taken.insert(Adoption(of: column, taken: taken).name) }
        #expect(taken == ["a", "a_state"])
    }
}
