import LockstepSources
import Testing

@testable import LockstepDrift

/// What a running database tells of a column that is to be declared.
@Suite struct ColumnFactsTests {
    private static let statuses = ["queued", "running", "done", "failed"]

    private func facts(
        _ bench: OrderBench, _ history: GuardedColumn.Table? = nil
    ) async throws -> ColumnFacts {
        let outcome = try await StatusColumnSearch(in: bench.live).run()
        let column = try #require(outcome.columns.first { $0.table.name == "orders" })
        return try await outcome.facts(of: column, statuses: Self.statuses, history: history, in: bench.live)
    }

    @Test(arguments: OrderBench.Kind.allCases)
    func triggersSayWhichMovesThereAre(_ kind: OrderBench.Kind) async throws {
        let facts = try await facts(try await OrderBench(kind))
        #expect(facts.counts.map { "\($0.value) \($0.count)" }.sorted() == ["queued 1", "running 1"])
        #expect(facts.triggers == ["orders_moves"])
        #expect(
            facts.allowed.map { "\($0.from) \($0.to)" } == [
                "queued running", "queued failed", "running done", "running failed", "failed queued",
            ])
    }

    /// A line says what was left and what was entered, or the line before it of the same row says what was left.
    @Test(
        arguments: OrderBench.Kind.allCases,
        [
            "order_history (id int, order_id int, old_status text, new_status text)",
            "order_log (n int, order_id int, status text)",
        ])
    func historiesAreFoundByTheirShape(_ kind: OrderBench.Kind, _ table: String) async throws {
        let isPair = table.contains("old_status")
        let name = String(table.prefix { $0 != " " })
        let lines =
            isPair
            ? "(1, 1, NULL, 'queued'), (2, 1, 'queued', 'running'), (3, 1, 'running', 'done'), (4, 2, NULL, 'lost')"
            : "(1, 1, 'queued'), (2, 1, 'running'), (3, 2, 'lost'), (4, 1, 'done')"
        let bench = try await OrderBench(
            kind,
            [
                "CREATE TABLE orders (id int, status text CHECK (status IN ('queued', 'running', 'done', 'failed')))",
                "CREATE TABLE \(table)", "INSERT INTO \(name) VALUES \(lines)",
            ])
        let found = try await facts(bench)
        #expect(found.history?.name == name)
        #expect(
            found.moves.map { "\($0.from) \($0.to) \($0.count ?? 0)" } == [
                "queued running 1", "running done 1",
            ])
        #expect(found.starts.map(\.value) == ["queued"])
        #expect(found.notes.count == 1 && found.notes[0].contains("also names 'lost'"))
        #expect(found.triggers == [])
    }

    @Test(arguments: [
        (["from", "to"], ["from", "to"]), (["fromStatus", "toStatus"], ["fromStatus", "toStatus"]),
        (["note", "status_before", "status_after"], ["status_before", "status_after"]),
        (["old_owner", "new_status"], []), (["from", "owner"], []), (["status"], []),
    ])
    func pairsAreFoundByTheirNames(_ names: [String], _ pair: [String]) {
        let found = HistoryShape.pair(names.map { HistoryShape.Column(name: $0, holdsText: true) })
        #expect(found.map { [$0.from, $0.to] } ?? [] == pair)
    }

    @Test(arguments: [
        ("order_history", ["status"], true), ("OrderTransitions", [], true),
        ("audit_log", ["order_id"], true),
        ("moves", ["orderId"], true), ("parcel_history", ["parcel_id"], false),
        ("order_lines", ["order_id"], false),
        ("status_of_orders", ["order_id", "from_status", "to_status"], true), ("orders", ["status"], false),
    ])
    func tablesBelongByTheirNames(_ name: String, _ columns: [String], _ belongs: Bool) {
        let columns = columns.map { HistoryShape.Column(name: $0, holdsText: true) }
        #expect(HistoryShape.belongs(.init(name), columns, to: .init("orders")) == belongs)
    }
}
