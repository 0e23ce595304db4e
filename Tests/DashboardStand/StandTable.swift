import Lockstep
import LockstepSQL

/// Tables of others that stand in no database.
struct StandTable: WatchedTable {
    let database = "postgres://reader@db.example/books"
    let table: String
    let column = "status"
    let definition: Definition
    /// What is seen; `nil` for a database that is away.
    let seen: TableLook?

    func look() async throws -> TableLook {
        guard let seen else {
            throw SQLError(
                kind: .connection, message: "connection to server at \"db.example\" failed: timeout expired")
        }
        return seen
    }

    /// What a scene has.
    static func all(_ scene: Stand.Scene) -> [StandTable] {
        switch scene {
        case .bare, .empty: []
        case .busy:
            [
                StandTable(table: "claims", definition: Definition(Expense.self), seen: look("archived")),
                StandTable(table: "clips", definition: Definition(Video.self), seen: nil),
            ]
        case .hostile:
            [
                StandTable(
                    table: Scenes.payload, definition: Definition(Expense.self), seen: look(Scenes.payload))
            ]
        }
    }

    private static func look(_ strange: String) -> TableLook {
        let now = SystemTime().now()
        let counts: [(String, Int64)] = [
            ("draft", 812), ("submitted", 14), ("checking", 3), ("needs_approval", 96), ("approved", 5),
            ("paying", 1),
            ("paid", 4_894_950), ("rejected", 10_204), ("withdrawn", 377),
        ]
        return TableLook(
            at: now,
            counts: counts.map { .init($0.0, rows: $0.1, isDeclared: true) } + [
                .init(strange, rows: 23, isDeclared: false)
            ], isSample: false, countedAt: now,
            stuck: [
                .init(
                    "needs_approval", rows: 12, isLeast: false, limit: .days(3), oldest: 1_900_000,
                    oldestRows: (0..<10).map {
                        .init("\(4_711 + $0)\(strange)", seconds: 1_900_000 - Double($0) * 90_000)
                    }),
                .init(
                    "checking", rows: 1, isLeast: false, limit: .minutes(10), oldest: 8_100,
                    oldestRows: [.init("5120", seconds: 8_100)]),
            ], since: "status_changed_at",
            moves: [
                .init(from: "paid", to: "draft", times: 4, witness: .history, last: "2026-01-31 12:00:05+00"),
                .init(from: "paid", to: strange, times: 2, witness: .watching, last: "\(now)"),
            ], notes: ["of the history '\(strange)' only the last 20000 lines are read: all take too long"])
    }
}
