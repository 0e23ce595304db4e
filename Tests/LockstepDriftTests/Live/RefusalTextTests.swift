import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepSources
import LockstepSQLite
import LockstepTesting
import Testing

/// What a finding says the first write will get is what it gets.
@Suite struct RefusalTextTests {
    private static let columns = [
        "status TEXT CHECK (status IN ('queued', 'done'))",
        "status TEXT CHECK (\n  status  IN /* both */ ('queued', 'done')\t)",
        "status TEXT CHECK (\"status\" IN ('queued', 'done'))",
        "status TEXT CHECK ([status] IN ('queued', 'done'))",
        "status TEXT CHECK (('queued') = status)",
        "status TEXT CONSTRAINT \"my check\" CHECK (status IN ('queued'))",
        "status TEXT, CHECK (lower(status) IN ('queued', 'done'))",
    ]

    @Test(arguments: columns) func sqliteSaysWhatWasForetold(_ column: String) async throws {
        let bench = try await OrderBench(.sqlite, ["CREATE TABLE orders (id INTEGER PRIMARY KEY, \(column))"])
        let finding = try #require(
            try await bench.findings().first { $0.type == .d1 && $0.value == "running" })
        let error = await #expect(throws: SQLError.self) {
            try await bench.run(["INSERT INTO orders (status) VALUES ('running')"])
        }
        let said = try #require(error).message
        let foretold = try #require(
            finding.message.split(separator: "“").last?.split(separator: "”").first.map(String.init))
        #expect(said.contains(foretold), "foretold “\(foretold)”, said “\(said)”")
    }

    @Test(arguments: [
        "status text CHECK (status IN ('queued', 'done'))", "status varchar(4)",
        "status text CONSTRAINT \"My check\" CHECK (status IN ('queued'))",
    ])
    func postgresSaysWhatWasForetold(_ column: String) async throws {
        let bench = try await OrderBench(.postgres, ["CREATE TABLE orders (id bigint, \(column))"])
        let finding = try #require(
            try await bench.findings().first { $0.type == .d1 && $0.value == "running" })
        let error = await #expect(throws: (any Error).self) {
            try await bench.run(["INSERT INTO orders (status) VALUES ('running')"])
        }
        let foretold = try #require(
            finding.message.split(separator: "“").last?.split(separator: " (SQLSTATE").first.map(String.init))
        #expect(
            "\(try #require(error))".contains(foretold),
            "foretold “\(foretold)”, said “\(String(describing: error))”")
    }

    @Test func anEnumOfAnotherSchemaIsNamedWithIt() async throws {
        for (schema, name) in [("public", "phase"), ("shop", "shop.phase")] {
            let bench = try await OrderBench(
                .postgres,
                [
                    "CREATE SCHEMA shop", "CREATE TYPE \(schema).phase AS ENUM ('queued', 'done')",
                    "CREATE TABLE orders (id bigint, status \(schema).phase)",
                ])
            let finding = try #require(
                try await bench.findings().first { $0.type == .d1 && $0.value == "running" })
            #expect(finding.message.contains("invalid input value for enum \(name): \"running\""))
            let error = await #expect(throws: (any Error).self) {
                try await bench.run(["INSERT INTO orders (status) VALUES ('running')"])
            }
            #expect("\(try #require(error))".contains("invalid input value for enum \(name): \"running\""))
        }
    }
}
