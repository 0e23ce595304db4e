import Lockstep
@testable import LockstepDrift
import LockstepSQL
import LockstepTesting
import Synchronization
import Testing

/// The parts of a watch, each by itself.
@Suite struct WatchPartTests {
    private let definition = Definition(OrderStatus.self)

    @Test func whatIsCostlyRests() {
        let begin = Timestamp(microseconds: 1_000_000_000)
        var pace = Pace()
        #expect(pace.isDue(begin))
        pace.note(from: begin, to: begin + .seconds(2))
        #expect(!pace.isDue(begin + .seconds(159)))
        #expect(pace.isDue(begin + .seconds(160)))
        pace.note(from: begin, to: begin + .milliseconds(3))
        #expect(pace.isDue(begin + .milliseconds(3)))
    }

    @Test func rowsAreRememberedUpToABound() {
        let now = Timestamp(microseconds: 0)
        var seen = SeenRows(definition)
        for part in 0..<25 {
            let keys = (part * 5_000..<(part + 1) * 5_000).map { (key: "\($0)", status: Optional("done")) }
            seen.take(keys, at: now)
        }
        #expect(seen.count == SeenRows.most)
        // The first were forgotten, the last not.
        seen.take([(key: "3", status: "running"), (key: "124999", status: "running")], at: now)
        #expect(seen.undeclared.map(\.times) == [1])
    }

    @Test func whatDeclaredMovesExplainIsNone() {
        let now = Timestamp(microseconds: 0)
        var seen = SeenRows(definition)
        // Two declared moves between two looks, a repair, and nothing known.
        let pairs: [(String?, String?)] = [
            ("queued", "done"), ("lost", "queued"), (nil, "done"), ("done", nil), ("done", "done"),
        ]
        for (from, to) in pairs {
            seen.take([(key: "1", status: from)], at: now)
            seen.take([(key: "1", status: to)], at: now)
            seen.take([(key: "1", status: nil)], at: now)
        }
        #expect(seen.undeclared == [])
    }

    @Test func aHistoryIsKnownByItsShape() throws {
        func shape(_ columns: String...) throws -> GuardedColumn.History {
            try NamedHistory(
                table: .init("order_moves"), columns: columns.map { .init(name: $0, type: "text") },
                status: "status", subject: "orders"
            ).found()
        }
        let full = try shape("id", "order_id", "from_status", "to_status", "user_id", "created_at")
        #expect(
            full
                == .init(
                    .init("order_moves"), from: "from_status", to: "to_status", job: "order_id",
                    at: "created_at"))
        let old = try shape("OldValue", "old_value", "new_value", "changed_at", "entity_id")
        #expect(
            old
                == .init(
                    .init("order_moves"), from: "old_value", to: "new_value", job: "entity_id",
                    at: "changed_at"))
        // Without what was left, the line before says it.
        let lines = try shape("id", "order_id", "status")
        #expect(lines == .init(.init("order_moves"), from: nil, to: "status", job: "order_id", at: "id"))
        for columns in [["id", "name"], ["status", "note"]] {
            let error = #expect(throws: Failure.self) {
                try NamedHistory(
                    table: .init("order_moves"), columns: columns.map { .init(name: $0, type: "text") },
                    status: "status", subject: "orders"
                ).found()
            }
            #expect(error?.message.contains("'order_moves:from=…,to=…,job=…,at=…'") == true)
        }
    }

    /// A database that is too slow for whatever looks at all rows.
    private final class Slow: SQLReading {
        let asked = Mutex<[String]>([])

        func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
            asked.withLock { $0.append(sql) }
            func row(_ values: SQLValue...) -> [SQLRow] {
                [SQLRow(columns: values.indices.map { "c\($0)" }, values: values)]
            }
            if sql.contains("julianday") { return row(.integer(1_000_000)) }
            if sql.contains("lockstep_some") { return row(.text("running"), .integer(1000), .real(900)) }
            if sql.contains("lockstep_lines") {
                return row(.text("done"), .text("queued"), .integer(3), .null)
            }
            if sql.contains("LIMIT 20000)") { return row(.text("done"), .integer(20_000), .null) }
            if sql.contains("GROUP BY") || sql.contains("ORDER BY") {
                throw SQLError(kind: .busy, message: "a statement took too long")
            }
            return []
        }
    }

    private var subject: WatchSubject {
        get throws {
            var column = WatchBench.column
            column.since = "updated_at"
            column.history = .init(.init("moves"), from: "a", to: "b", at: "t")
            return try WatchSubject(column, history: nil, Probe(reading: Catalogue(), isPostgres: false))
        }
    }

    /// What SQLite says of a table.
    private struct Catalogue: SQLReading {
        func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
            func row(_ values: SQLValue...) -> SQLRow {
                SQLRow(columns: values.indices.map { "c\($0)" }, values: values)
            }
            if sql.hasPrefix("SELECT sql FROM") {
                return [
                    row(.text("CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, updated_at TEXT)"))
                ]
            }
            if sql.contains("dflt_value") {
                return ["id", "status", "updated_at"].map {
                    row(.text($0), .text("TEXT"), .integer(0), .null, .integer($0 == "id" ? 1 : 0))
                }
            }
            return sql.contains("pk > 0") ? [row(.text("id"))] : []
        }
    }

    /// Where all rows take too long, some are looked at, and that is said.
    @Test func aTableTooLargeIsBounded() throws {
        let slow = Slow()
        let reader = TableReader(subject: try subject, probe: Probe(reading: slow, isPostgres: false))
        let time = TestTime()
        var memory = WatchMemory(definition)
        let look = try memory.look(reader, time)
        #expect(look.isSample && look.words == "done 20000")
        #expect(look.stuck.map(\.rows) == [1000] && look.stuck[0].isLeast && look.stuck[0].oldestRows == [])
        #expect(look.moveWords == ["done → queued 3 history"])
        #expect(look.notes.contains { $0.contains("only the last 20000 lines are read") })
        #expect(
            look.notes.contains { $0.contains("moves cannot be seen by watching: reading took too long") })
    }

    /// What takes long is not asked again at once: its last answer stands, with its time.
    @Test func aCostlyAnswerStands() throws {
        struct Passing: TimeSource {
            let time: TestTime
            /// Every look at the clock costs a second.
            func now() -> Timestamp {
                time.advance(by: .seconds(1))
                return time.now()
            }
            func sleep(until deadline: Timestamp) async throws { try await time.sleep(until: deadline) }
        }
        let slow = Slow()
        let reader = TableReader(subject: try subject, probe: Probe(reading: slow, isPostgres: false))
        let time = TestTime()
        var memory = WatchMemory(definition)
        let first = try memory.look(reader, Passing(time: time))
        let asked = slow.asked.withLock { $0.count }
        let second = try memory.look(reader, Passing(time: time))
        #expect(slow.asked.withLock { $0.count } == asked + 1, "only the clock is asked")
        #expect(second.counts == first.counts && second.stuck == first.stuck && second.notes == first.notes)
        time.advance(by: .seconds(200))
        _ = try memory.look(reader, Passing(time: time))
        #expect(slow.asked.withLock { $0.count } > asked + 2)
    }
}
