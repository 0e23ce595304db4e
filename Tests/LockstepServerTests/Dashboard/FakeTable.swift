import Lockstep
import LockstepSQL
import LockstepTesting
import Synchronization

/// A table that shows what a test wants.
final class FakeTable: WatchedTable {
    let database = "postgres://reader@db/shop"
    let table = "orders"
    let column = "status"
    let definition = Definition(Parcel.self)
    private let answer: Mutex<Result<TableLook, Failure>>
    private let looks = Mutex(0)

    init(_ look: TableLook) { answer = Mutex(.success(look)) }

    /// What every look sees from now on.
    func show(_ new: Result<TableLook, Failure>) { answer.withLock { $0 = new } }

    /// How often it was looked at.
    var looked: Int { looks.withLock { $0 } }

    func look() async throws -> TableLook {
        looks.withLock { $0 += 1 }
        return try answer.withLock { $0 }.get()
    }

    /// A look that found something of everything.
    static func bad(_ text: String = "weird") -> TableLook {
        TableLook(
            at: Timestamp(microseconds: 1_767_225_600_000_000),
            counts: [
                .init("queued", rows: 1_204, isDeclared: true), .init("packing", rows: 7, isDeclared: true),
                .init("delivered", rows: 0, isDeclared: true), .init(text, rows: 3, isDeclared: false),
                .init(nil, rows: 1, isDeclared: false),
            ], isSample: false, countedAt: Timestamp(microseconds: 1_767_225_600_000_000),
            stuck: [
                .init(
                    "packing", rows: 5, isLeast: false, limit: .minutes(10), oldest: 7_200,
                    oldestRows: [.init("row-\(text)", seconds: 7_200)])
            ], since: "updated_at",
            moves: [
                .init(from: "delivered", to: "queued", times: 4, witness: .watching, last: "2026-01-01"),
                .init(from: nil, to: text, times: 2, witness: .history, last: nil),
            ], notes: ["note about \(text)"])
    }

    /// A look that found nothing wrong.
    static var sound: TableLook {
        TableLook(
            at: Timestamp(microseconds: 1_767_225_600_000_000),
            counts: [.init("queued", rows: 12, isDeclared: true)], isSample: true,
            countedAt: Timestamp(microseconds: 1_767_225_590_000_000), stuck: [], since: nil, moves: [],
            notes: [])
    }
}
