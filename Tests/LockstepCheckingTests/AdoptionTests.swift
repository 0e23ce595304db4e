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
        // 'sent' leads nowhere by the map; of 'failed' nobody says anything.
        #expect(text.ranges(of: "guessed").count == 1)
        #expect(text.contains("failed: {fails: forever}  # end guessed by its name"))
    }

    @Test func whatIsGuessedIsSaid() throws {
        let column = try #require(
            columns("CREATE TABLE jobs (state text CHECK (state IN ('queued', 'busy', 'done')));").first)
        let text = Adoption(of: column).text
        #expect(text.contains("no moves were found in code"))
        #expect(text.contains("moves_to: [busy, done]}  # moves guessed"))
        #expect(try DefinitionFile.read(yaml: text, named: "a.yaml")[0].definition.audit() == [])
    }

    /// What a database counts stands beside what it counts; what rows alone tell is said.
    @Test func whatADatabaseTellsIsWritten() throws {
        let column = try #require(
            columns(
                "CREATE TABLE jobs (state text CHECK (state IN ('queued', 'busy', 'parked', 'done', 'failed')));"
            )
            .first)
        var facts = AdoptionFacts()
        facts.isCounted = true
        facts.counts = [.init("done", 12), .init("gone\n", 1)]
        facts.history = "job_log"
        facts.moves = [
            .init(from: "queued", to: "busy", count: 9), .init(from: "busy", to: "done", count: 8),
            .init(from: "busy", to: "failed", count: 1), .init(from: "failed", to: "queued", count: 1),
        ]
        facts.starts = [.init("queued", 9)]
        let text = Adoption(of: column, facts: facts).text
        #expect(text.contains("# 4 in the history job_log."))
        #expect(text.contains("initial: queued\n"))
        #expect(text.contains("  done: {succeeds: forever}  # 12 rows; end guessed by its name\n"))
        #expect(
            text.contains(
                "  failed: {fails: forever, reopens_to: queued}  # 0 rows; end guessed by its name\n"))
        #expect(
            text.contains(
                "moves_to: [done, failed, parked]}  # 0 rows; parked guessed; happened: 8 × done, 1 × failed\n"
            ))
        #expect(text.contains("# Rows also hold \"gone\\u000a\" (1 row): declare it, or mend them.\n"))
        let found = try #require(try DefinitionFile.read(yaml: text, named: "jobs.yaml").first)
        #expect(found.definition.audit() == [])
    }

    /// A trigger that guards moves knows them all.
    @Test func whatATriggerLetsThroughIsAllThereIs() throws {
        let column = try #require(
            columns(
                "CREATE TABLE jobs (state text DEFAULT 'new' CHECK (state IN ('new', 'busy', 'over')));",
                "TRANSITIONS = {'new': ['over'], 'busy': ['over'], 'over': []}\n"
            ).first)
        var facts = AdoptionFacts()
        facts.triggers = ["jobs_moves"]
        facts.moves = [.init(from: "new", to: "busy"), .init(from: "busy", to: "over")]
        let text = Adoption(of: column, facts: facts).text
        #expect(text.contains("the moves are those that jobs_moves lets through"))
        let found = try #require(try DefinitionFile.read(yaml: text, named: "jobs.yaml").first)
        #expect(Set(found.definition.edges.map { "\($0.from) \($0.to)" }) == ["new busy", "busy over"])
        #expect(!text.contains("guessed"))
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
