import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// The same as ``TamperTests`` on PostgreSQL: the check names exactly the place in which the database's own guards
/// were changed.
///
/// Each change is made inside a transaction that is taken back, on the same prepared jobs.
@Suite(.timeLimit(.minutes(5))) struct PostgresTamperTests {
    private let bench: Bench
    private let face: PostgresFace
    private let names: TableNames
    private let questions: [MoveQuestion]
    private var table: MoveTable { bench.check.table }

    init() async throws {
        let listed = Listed.parcel
        bench = try await Bench.onPostgres(listed)
        face = PostgresFace(listed.definition, try await #require(bench.database).plain())
        names = TableNames(listed.definition.name)
        var questions: [MoveQuestion] = []
        for from in bench.check.table.statuses {
            questions += try await bench.check.questions(from: from, for: face)
        }
        self.questions = questions
    }

    /// `from → to` of every cell in which a tampered database disagrees, and `→ to` of starts and constraint.
    private func disagreements(
        _ tampering: @escaping @Sendable (PlainSession) throws -> Void
    ) async throws -> Set<String> {
        let tampered = face.tampered(tampering)
        let moves = try bench.check.judge(questions, try await tampered.ask(questions), of: tampered)
        let others = try await bench.check.outerMismatches(of: tampered)
        return Set((moves + others).map { "\($0.from ?? "") → \($0.to)" })
    }

    /// Changes the text of a trigger as the database says it, without its line breaks; the text that is replaced
    /// must be there.
    private static func replace(
        _ trigger: String, _ old: String, with new: String, after opening: String = ""
    ) -> @Sendable (PlainSession) throws -> Void {
        { session in
            let found = try session.run(
                "SELECT pg_get_triggerdef(oid), tgrelid::regclass FROM pg_trigger WHERE tgname = $1",
                [trigger]
            ).rows
            let row = try #require(found.first)
            let sql = try #require(row[0]).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let start = opening.isEmpty ? sql.startIndex : try #require(sql.range(of: opening)).upperBound
            let place = try #require(sql.range(of: old, range: start..<sql.endIndex))
            try session.run("DROP TRIGGER \(trigger) ON \(try #require(row[1]))")
            try session.run(sql.replacingCharacters(in: place, with: new))
        }
    }

    @Test func nothingIsReportedOfAnUntouchedDatabase() async throws {
        #expect(try await disagreements { _ in } == [])
    }

    @Test func everyEdgeThatIsTakenFromTheTriggerIsMissed() async throws {
        var edges = 0
        for from in table.statuses {
            for to in table.targets(from: from) {
                let tampering = Self.replace(
                    names.moveTrigger, " WHEN '\(to)'::text THEN true", with: "",
                    after: "WHEN '\(from)'::text THEN CASE new.status")
                #expect(try await disagreements(tampering) == ["\(from) → \(to)"])
                edges += 1
            }
        }
        #expect(edges > 20)
    }

    /// The first, the last and a seeded choice of the sixty and more that are not declared.
    @Test func anEdgeThatIsAddedToTheTriggerIsNoticed() async throws {
        try await expectAddedEdgesNoticed(atMost: 20)
    }

    func expectAddedEdgesNoticed(atMost count: Int) async throws {
        let refused = table.statuses.flatMap { from in
            table.statuses.filter { from != $0 && !table.allows(from: from, to: $0) }.map { (from, $0) }
        }
        #expect(refused.count > 60)
        var random = SeededGenerator(seed: 1)
        let between = refused.dropFirst().dropLast().shuffled(using: &random)
        for (from, to) in refused.prefix(1) + between.prefix(count - 2) + refused.suffix(1) {
            let more = "WHEN '\(to)' THEN true"
            let tampering =
                table.targets(from: from).isEmpty
                ? Self.replace(
                    names.moveTrigger, "WHEN '\(from)'::text THEN false",
                    with: "WHEN '\(from)' THEN CASE new.status \(more) ELSE false END")
                : Self.replace(
                    names.moveTrigger, "WHEN '\(from)'::text THEN CASE new.status",
                    with: "WHEN '\(from)' THEN CASE new.status \(more)")
            #expect(try await disagreements(tampering) == ["\(from) → \(to)"])
        }
    }

    @Test func aStartThatIsTakenOrAddedIsNoticed() async throws {
        for status in table.statuses {
            let tampering =
                table.starts.contains(status)
                ? Self.replace(names.startTrigger, "(new.status = '\(status)'::text)", with: "false")
                : Self.replace(names.startTrigger, "(NOT (", with: "(NOT (new.status = '\(status)' OR ")
            #expect(try await disagreements(tampering) == [" → \(status)"])
        }
    }

    @Test func aTriggerThatIsGoneIsNoticed() async throws {
        let refused = table.statuses.flatMap { from in
            table.statuses.filter { from != $0 && !table.allows(from: from, to: $0) }.map {
                "\(from) → \($0)"
            }
        }
        let names = names
        for action in ["DROP TRIGGER \(names.moveTrigger) ON", "ALTER TABLE"] {
            let end = action.hasPrefix("ALTER") ? " DISABLE TRIGGER \(names.moveTrigger)" : ""
            #expect(
                try await disagreements { try $0.run("\(action) \(names.jobs)\(end)") } == Set(refused))
        }
        let starts = table.statuses.filter { !table.starts.contains($0) }.map { " → \($0)" }
        #expect(
            try await disagreements { try $0.run("DROP TRIGGER \(names.startTrigger) ON \(names.jobs)") }
                == Set(starts))
    }

    // MARK: The CHECK

    /// What disagrees when the CHECK has another text. It is not held against the jobs that are there.
    private func disagreements(replacing old: String, with new: String) async throws -> Set<String> {
        let names = names
        return try await disagreements { session in
            let text = try PostgresFace.check(names, session)
            let place = try #require(text.range(of: old))
            try session.run(
                """
                ALTER TABLE \(names.jobs) DROP CONSTRAINT \(names.statusCheck),
                    ADD CONSTRAINT \(names.statusCheck) \(text.replacingCharacters(in: place, with: new)) NOT VALID
                """)
        }
    }

    @Test func everyValueThatIsTakenFromTheCheckIsMissed() async throws {
        for status in table.statuses {
            let isFirst = status == table.statuses.first
            let value = "'\(status)'::text"
            let seen = try await disagreements(
                replacing: isFirst ? "\(value), " : ", \(value)", with: "")
            let entering = table.statuses.filter { table.allows(from: $0, to: status) }
            // The constraint's own text says it of every value, also of one that nothing may enter.
            #expect(seen == Set(entering.map { "\($0) → \(status)" } + [" → \(status)"]))
        }
    }

    @Test func aValueThatIsAddedToTheCheckIsNoticed() async throws {
        let last = try #require(table.statuses.last)
        let seen = try await disagreements(
            replacing: ", '\(last)'::text", with: ", '\(last)'::text, 'smuggled'::text")
        #expect(seen == [" → smuggled"])
    }

    @Test func aValueThatIsMisspeltInTheCheckIsNoticed() async throws {
        let seen = try await disagreements(replacing: "'delivered'", with: "'Delivered'")
        #expect(
            seen == ["labelling → delivered", "review → delivered", " → delivered", " → Delivered"])
    }
}

/// Every edge that is not declared, where the suite above takes a seeded choice.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct PostgresTamperTortureTests {
    @Test func everyEdgeThatIsAddedToTheTriggerIsNoticed() async throws {
        try await PostgresTamperTests().expectAddedEdgesNoticed(atMost: .max)
    }
}
