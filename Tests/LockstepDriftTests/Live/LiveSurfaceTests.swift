import Foundation
import LockstepSources
import Lockstep
@testable import LockstepDrift
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// What people see, and what is refused.
@Suite struct LiveSurfaceTests {
    @Test func aFindingIsWrittenAsItsForm() throws {
        let finding = Finding(
            .d1, .error, value: "paid", table: "orders", column: "status",
            places: [.line(file: "a.py", line: 3), .object(kind: "constraint", name: "c")], message: "m",
            fix: "f")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(finding), as: UTF8.self)
        #expect(
            text
                == #"{"class":"D1","column":"status","confidence":"high","fix":"f","message":"m","severity":"error","table":"orders","value":"paid","where":"a.py:3"}"#
        )
    }

    @Test func whatIsNotThereIsSaid() async throws {
        for kind in OrderBench.Kind.allCases {
            let bench = try await OrderBench(kind)
            func failure(_ column: String, _ table: String) async -> String {
                let error = await #expect(throws: Failure.self) {
                    try await LiveCheck(
                        GuardedColumn(column, of: .init(table), follows: Definition(OrderStatus.self)),
                        in: bench.live
                    ).findings()
                }
                return error.map { "\($0)" } ?? ""
            }
            #expect(await failure("status", "nothing").contains("there is no table 'nothing'"))
            #expect(await failure("state", "orders").contains("there is no column 'state' in the table"))
            #expect(await failure("id", "orders").contains("only texts, ENUMs and domains over them"))
        }
        let scratch = try Scratch()
        await #expect(throws: SQLError.self) {
            try await LiveDatabase.open(.file(scratch.folder + "/none.sqlite"))
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.folder + "/none.sqlite"))
    }

    /// Names that need quotes, in everything that is asked and done.
    @Test(arguments: OrderBench.Kind.allCases) func namesMayNeedQuotes(_ kind: OrderBench.Kind) async throws {
        let bench = try await OrderBench(
            kind,
            [
                #"CREATE TABLE "Order ""Items""" (id int, "My Status" text NOT NULL DEFAULT 'queued' CHECK ("My Status" IN ('queued', 'it''s')))"#
            ])
        let column = GuardedColumn(
            "My Status", of: .init(#"Order "Items""#), follows: Definition(OrderStatus.self))
        let found = try await LiveCheck(column, in: bench.live).findings()
        #expect(Set(found.map(\.type)) == [.d1, .d2, .d7])
        try await GuardRun(column, in: bench.live).apply()
        #expect(try await LiveCheck(column, in: bench.live).findings() == [])
        try await GuardRun(column, in: bench.live).remove()
        #expect(try await LiveCheck(column, in: bench.live).findings().map(\.type).contains(.d1))
    }

    /// A name so long that the guard's own would be cut by the database.
    @Test func namesMayBeLong() async throws {
        let table = String(repeating: "t", count: 63)
        let bench = try await OrderBench(.postgres, ["CREATE TABLE \(table) (status text NOT NULL)"])
        let column = GuardedColumn("status", of: .init(table), follows: Definition(OrderStatus.self))
        try await GuardRun(column, in: bench.live).apply()
        #expect(try await LiveCheck(column, in: bench.live).findings() == [])
    }

    /// A statement that takes too long is ended, and the check says what it could not look at.
    @Test func aStatementHasATimeLimit() async throws {
        let scratch = try Scratch()
        #expect(FileManager.default.createFile(atPath: scratch.database, contents: nil))
        let file = try await PlainFile(path: scratch.database)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        let error = await #expect(throws: SQLError.self) {
            try await file.read(limit: .milliseconds(50)) { try $0.query(endless) }
        }
        #expect(error?.kind == .busy && error?.message.contains("longer than") == true)
        // The connection goes on.
        #expect(try await file.read(limit: .seconds(5)) { try $0.query("SELECT 1")[0][0].integer } == 1)
        try await file.close()
    }

    /// A database that needs too long for counting all rows.
    private struct Slow: SQLReading {
        func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
            if sql.contains("GROUP BY"), !sql.contains("TABLESAMPLE SYSTEM (20.0)"),
                !sql.contains("LIMIT 20000")
            {
                throw SQLError(kind: .busy, message: "canceling statement due to statement timeout")
            }
            guard sql.contains("GROUP BY") else { return [] }
            return [SQLRow(columns: ["v", "n", "t"], values: [.text("old"), .integer(7), .null])]
        }
    }

    /// A large table is looked at in part when the time is short, and that is known.
    @Test(arguments: [true, false]) func aTableTooLargeToCountIsSampled(_ isPostgres: Bool) throws {
        var column = LiveColumn(
            table: .init("orders"), name: "status", type: "text", plainType: "text", kind: .text,
            isNullable: false)
        column.estimatedRows = 100_000
        let rows = try RowCounts(column, oldest: nil, Probe(reading: Slow(), isPostgres: isPostgres))
        #expect(rows.isSample && rows.count("old") == 7)
    }

    /// A check changes nothing: not even what a default or a CHECK calls.
    @Test func aCheckCannotWrite() async throws {
        let bench = try await OrderBench(
            .postgres,
            [
                "CREATE TABLE seen (n int)",
                "CREATE FUNCTION peek(v text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (1); RETURN v = 'queued'; END $$",
                "CREATE TABLE orders (id int, status text NOT NULL CHECK (peek(status)))",
            ])
        let found = try await bench.findings()
        #expect(found.contains { $0.type == .d1 })
        #expect(try await bench.another().value("SELECT count(*) FROM seen") == "0")
    }
}
