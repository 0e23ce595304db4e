import Foundation
import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepTesting

/// Tables that are watched.
enum WatchBench {
    /// A table that nothing guards, with four rows of which one is stuck and one strange.
    static func orders(
        _ kind: OrderBench.Kind, since: String = "updated_at"
    ) async throws -> OrderBench {
        let time = kind == .postgres ? "timestamptz" : "TEXT"
        let bench = try await OrderBench(
            kind, ["CREATE TABLE orders (id integer PRIMARY KEY, status text, \(since) \(time))"])
        try await bench.run([
            "INSERT INTO orders VALUES (1, 'queued', \(ago(kind, minutes: 1))), (2, 'running', \(ago(kind, minutes: 180))), "
                + "(3, 'done', \(ago(kind, minutes: 900))), (4, 'lost', \(ago(kind, minutes: 1)))"
        ])
        return bench
    }

    /// The time so many minutes ago, as a statement says it.
    static func ago(_ kind: OrderBench.Kind, minutes: Int) -> String {
        kind == .postgres ? "now() - interval '\(minutes) minutes'" : "datetime('now', '-\(minutes) minutes')"
    }

    static var column: GuardedColumn {
        GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self))
    }

    /// A watch whose costly questions never rest, unless the test moves its clock.
    static func watch(
        _ bench: OrderBench, history: String? = nil, limit: Duration = .seconds(20),
        _ change: (inout GuardedColumn) -> Void = { _ in }
    ) -> TableWatch {
        var column = column
        change(&column)
        return TableWatch(
            column, at: bench.address, history: history.map { .init($0) }, limit: limit, time: TestTime())
    }
}

extension TableLook {
    /// `queued 1, running 1, …`, without what is not there.
    var words: String {
        counts.filter { $0.rows > 0 }.map { "\($0.status ?? "NULL")\($0.isDeclared ? "" : "!") \($0.rows)" }
            .joined(separator: ", ")
    }

    /// `done → queued 1 watching`, one after the other.
    var moveWords: [String] {
        moves.map { "\($0.from ?? "") → \($0.to) \($0.times) \($0.witness.rawValue)" }
    }
}
