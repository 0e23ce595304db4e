import Foundation
import GRDB
import Lockstep
import LockstepSQL
import LockstepTesting
import Testing

/// The check fails when the database's own guards are changed in a single place: it names exactly that place.
///
/// Each change is made inside a transaction that is taken back, on the same prepared jobs.
@Suite(.timeLimit(.minutes(5))) struct TamperTests {
    private let bench: Bench
    private let face: PlainSQLFace
    private let names: TableNames
    private let questions: [MoveQuestion]
    private var table: MoveTable { bench.check.table }

    init() async throws {
        let listed = Listed.parcel
        bench = try await Bench.onSQLite(listed)
        face = try PlainSQLFace(listed.definition, path: try #require(bench.scratch).database)
        names = TableNames(listed.definition.name)
        var questions: [MoveQuestion] = []
        for from in bench.check.table.statuses {
            questions += try await bench.check.questions(from: from, for: face)
        }
        self.questions = questions
    }

    /// `from → to` of every cell in which a tampered database disagrees, and `→ to` of starts and constraint.
    private func disagreements(
        _ tampering: @escaping @Sendable (Database) throws -> Void
    ) async throws -> Set<String> {
        let tampered = face.tampered(tampering)
        let moves = try bench.check.judge(questions, try await tampered.ask(questions), of: tampered)
        let others = try await bench.check.outerMismatches(of: tampered)
        return Set((moves + others).map { "\($0.from ?? "") → \($0.to)" })
    }

    /// Changes the text of a trigger; the text that is replaced must be there, once.
    private static func replace(
        _ trigger: String, _ old: String, with new: String, after opening: String = ""
    ) -> @Sendable (Database) throws -> Void {
        { db in
            let sql = try #require(
                try String.fetchOne(
                    db, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [trigger]))
            let start = opening.isEmpty ? sql.startIndex : try #require(sql.range(of: opening)).upperBound
            let place = try #require(sql.range(of: old, range: start..<sql.endIndex))
            try db.execute(sql: "DROP TRIGGER \(trigger)")
            try db.execute(sql: sql.replacingCharacters(in: place, with: new))
        }
    }

    @Test func nothingIsReportedOfAnUntouchedDatabase() async throws {
        #expect(try await disagreements { _ in } == [])
    }

    @Test func everyEdgeThatIsTakenFromTheTriggerIsMissed() async throws {
        var edges = 0
        for from in table.statuses {
            for to in table.targets(from: from) {
                // ` WHEN 'queued' THEN 1` within the WHEN clause's `CASE new.status` for `from`.
                let tampering = Self.replace(
                    names.moveTrigger, " WHEN '\(to)' THEN 1", with: "",
                    after: "WHEN '\(from)' THEN CASE new.status")
                #expect(try await disagreements(tampering) == ["\(from) → \(to)"])
                edges += 1
            }
        }
        #expect(edges == bench.check.table.statuses.map { table.targets(from: $0).count }.reduce(0, +))
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
        let chosen = refused.prefix(1) + between.prefix(count - 2)
        for (from, to) in chosen + refused.suffix(1) {
            let more = "WHEN '\(to)' THEN 1"
            let tampering =
                table.targets(from: from).isEmpty
                ? Self.replace(
                    names.moveTrigger, "WHEN '\(from)' THEN 0",
                    with: "WHEN '\(from)' THEN CASE new.status \(more) ELSE 0 END")
                : Self.replace(
                    names.moveTrigger, "WHEN '\(from)' THEN CASE new.status",
                    with: "WHEN '\(from)' THEN CASE new.status \(more)")
            #expect(try await disagreements(tampering) == ["\(from) → \(to)"])
        }
    }

    @Test func aStartThatIsTakenOrAddedIsNoticed() async throws {
        for status in table.statuses {
            let isInitial = table.starts.contains(status)
            let tampering =
                isInitial
                ? Self.replace(names.startTrigger, "new.status = '\(status)'", with: "0")
                : Self.replace(names.startTrigger, "NOT (", with: "NOT (new.status = '\(status)' OR ")
            #expect(try await disagreements(tampering) == [" → \(status)"])
        }
    }

    @Test func aTriggerThatIsGoneIsNoticed() async throws {
        let refused = table.statuses.flatMap { from in
            table.statuses.filter { from != $0 && !table.allows(from: from, to: $0) }.map {
                "\(from) → \($0)"
            }
        }
        let move = names.moveTrigger
        #expect(try await disagreements { try $0.execute(sql: "DROP TRIGGER \(move)") } == Set(refused))
        let start = names.startTrigger
        let starts = table.statuses.filter { !table.starts.contains($0) }.map { " → \($0)" }
        #expect(try await disagreements { try $0.execute(sql: "DROP TRIGGER \(start)") } == Set(starts))
    }

    // MARK: The CHECK

    /// What disagrees in a copy of the database whose CHECK has another text. SQLite keeps it as text only
    /// (sqlite.org/lang_altertable.html, section 7); a connection that is opened afterwards reads it.
    private func disagreements(replacing old: String, with new: String) async throws -> Set<String> {
        let path = try #require(bench.scratch).folder + "/copy-\(UUID().uuidString).sqlite"
        try await face.raw.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
        let editor = try DatabaseQueue(path: path)
        try await editor.writeWithoutTransaction { [names] db in
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(
                sql: "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ? AND instr(sql, ?) > 0",
                arguments: [old, new, names.jobs, old])
            #expect(db.changesCount == 1)
        }
        try editor.close()
        let copy = try PlainSQLFace(bench.journeys.definition, path: path)
        // The jobs are as they were, also for the next one: everything is taken back.
        let tampered = copy.tampered { _ in }
        let moves = try bench.check.judge(questions, try await tampered.ask(questions), of: tampered)
        let others = try await bench.check.outerMismatches(of: tampered)
        try copy.raw.close()
        return Set((moves + others).map { "\($0.from ?? "") → \($0.to)" })
    }

    @Test func everyValueThatIsTakenFromTheCheckIsMissed() async throws {
        for status in table.statuses {
            let isFirst = status == table.statuses.first
            let value = "status = '\(status)'"
            let seen = try await disagreements(
                replacing: isFirst ? "(\(value) OR " : " OR \(value)", with: isFirst ? "(" : "")
            let entering = table.statuses.filter { table.allows(from: $0, to: status) }
            // The constraint's own text says it of every value, also of one that nothing may enter.
            #expect(seen == Set(entering.map { "\($0) → \(status)" } + [" → \(status)"]))
        }
    }

    @Test func aValueThatIsAddedToTheCheckIsNoticed() async throws {
        let last = try #require(table.statuses.last)
        let seen = try await disagreements(
            replacing: " OR status = '\(last)'", with: " OR status = '\(last)' OR status = 'smuggled'")
        #expect(seen == [" → smuggled"])
    }

    @Test func aValueThatIsMisspeltInTheCheckIsNoticed() async throws {
        let seen = try await disagreements(replacing: "status = 'delivered'", with: "status = 'Delivered'")
        #expect(
            seen == ["labelling → delivered", "review → delivered", " → delivered", " → Delivered"])
    }
}

/// Every edge that is not declared, where the suite above takes a seeded choice.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct TamperTortureTests {
    @Test func everyEdgeThatIsAddedToTheTriggerIsNoticed() async throws {
        try await TamperTests().expectAddedEdgesNoticed(atMost: .max)
    }
}
