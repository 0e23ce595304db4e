import LockstepSources
import Testing

@testable import LockstepDrift

/// What a database says of a column for which nothing is declared.
@Suite struct UndeclaredCheckTests {
    /// In short: `D3 error high gone`.
    private func found(
        _ bench: OrderBench, limit: Duration = .seconds(20),
        _ change: (inout UndeclaredCheck.Column) -> Void = { _ in }
    ) async throws -> (findings: [String], notes: [String], accepted: [Set<String>]) {
        let search = try await StatusColumnSearch(in: bench.live).run()
        let columns = search.columns.filter { $0.confidence != .low }.map { found in
            var column = UndeclaredCheck.Column(found)
            if found.table.name == "orders" { change(&column) }
            return column
        }
        let outcome = try await UndeclaredCheck(columns, in: bench.live, limit: limit).run()
        let findings = outcome.findings.map {
            "\($0.type.rawValue) \($0.severity) \($0.confidence) \($0.value)"
        }
        return (findings, outcome.notes, Array(outcome.accepted.values))
    }

    @Test(arguments: OrderBench.Kind.allCases)
    func nothingIsFoundInASoundTable(_ kind: OrderBench.Kind) async throws {
        let bench = try await OrderBench(kind)
        let found = try await found(bench) { $0.known = ["queued", "running", "done", "failed"] }
        #expect(found.findings == [] && found.notes == [])
    }

    @Test func rowsFromBeforeTheRuleAreFound() async throws {
        let bench = try await OrderBench(
            .postgres,
            [
                "CREATE TABLE orders (id int, status text)",
                "INSERT INTO orders VALUES (1, 'open'), (2, 'gone')",
                "ALTER TABLE orders ADD CONSTRAINT orders_ck CHECK (status IN ('open', 'shut')) NOT VALID",
            ])
        #expect(try await found(bench).findings == ["D3 error high gone", "D6 warning high orders_ck"])
    }

    /// A type of code is the list of a column that has none, the surer the closer it is tied to it.
    @Test(arguments: OrderBench.Kind.allCases)
    func rowsThatCodeDoesNotKnowAreFound(_ kind: OrderBench.Kind) async throws {
        let bench = try await OrderBench(
            kind,
            [
                "CREATE TABLE orders (id int, status text)",
                "INSERT INTO orders VALUES (1, 'open'), (2, 'gone'), (3, 'Open'), (4, NULL)",
            ])
        #expect(
            try await found(bench) {
                $0.known = ["open", "shut"]
                $0.isBound = true
            }.findings == ["D3 error high gone", "D11 warning high Open"])
        #expect(
            try await found(bench) { $0.known = ["open", "shut"] }.findings
                == ["D3 error medium gone", "D11 warning high Open"])
        // Another thing's type.
        #expect(try await found(bench) { $0.known = ["red", "green"] }.findings == ["D11 warning high Open"])
    }

    @Test func aTriggerThatIsSwitchedOffAndStaleCopiesAreFound() async throws {
        let bench = try await OrderBench(.postgres)
        try await bench.run([
            "ALTER TABLE orders DISABLE TRIGGER orders_moves",
            "CREATE INDEX waiting ON orders (id) WHERE status = 'waiting'",
        ])
        #expect(
            try await found(bench).findings == ["D7 warning high orders_moves", "D10 warning high waiting"])
    }

    @Test(arguments: OrderBench.Kind.allCases)
    func questionsAreAnsweredByTheDatabase(_ kind: OrderBench.Kind) async throws {
        let bench = try await OrderBench(
            kind, ["CREATE TABLE orders (id int, status text CHECK (lower(status) IN ('open', 'shut')))"])
        let found = try await found(bench) {
            $0.questions = ["OPEN", "gone", "Shut"]
            $0.isJudged = false
        }
        #expect(found.accepted == [["OPEN", "Shut"]])
    }

    @Test func whatTheTimeDidNotSufficeForIsSaid() async throws {
        let bench = try await OrderBench(.sqlite)
        let found = try await found(bench, limit: .zero)
        #expect(found.findings == [] && found.notes.count == 1)
        #expect(found.notes.first?.contains("the rows of 1 columns") == true)
    }
}
