import Testing

@testable import LockstepSources

/// Which SQL files make a schema, and in which order.
struct SQLFilesTests {
    private static let table = "CREATE TABLE jobs (status text CONSTRAINT ok CHECK (status IN ('a')));"

    private static func wider(_ values: String) -> String {
        "ALTER TABLE jobs DROP CONSTRAINT ok; ALTER TABLE jobs ADD CONSTRAINT ok CHECK (status IN (\(values)));"
    }

    @Test(arguments: [
        ("db/1_init.sql", "db/2_more.sql", "db/10_last.sql"),
        ("m/V1__init.sql", "m/V1.9__more.sql", "m/V1.10__last.sql"),
        ("m/0001_init.up.sql", "m/0002_more.up.sql", "m/0003_last.up.sql"),
        ("p/20240101_init/migration.sql", "p/20240102_more/migration.sql", "p/20240103_last/migration.sql"),
        (
            "d/2024-01-01-000000_init/up.sql", "d/2024-01-02-000000_more/up.sql",
            "d/2024-01-03-000000_last/up.sql"
        ),
        ("r/1.8/0001##init.sql", "r/1.9/0001##more.sql", "r/1.10/0001##last.sql"),
        ("s/001-init.sql", "s/002-more.sql", "s/003-last.sql"),
    ])
    func migrationsRunInTheirOrder(first: String, second: String, third: String) throws {
        let schema = Made.schema([
            third: Self.wider("'a', 'c'"), first: Self.table, second: Self.wider("'a', 'b'"),
        ])
        #expect(schema.columns.count == 1)
        let column = try Made.column("jobs.status", in: schema)
        #expect(column.accepted == ["a", "c"])
        #expect(column.place.file == third)
        #expect(column.origin.kind == .sqlMigrations)
    }

    @Test(arguments: [
        "m/0002_x.down.sql", "m/0002_x/down.sql", "m/U2__x.sql", "m/down/0002_x.sql", "m/0002_x_rollback.sql",
    ])
    func whatUndoesIsNotRun(path: String) throws {
        let column = try Made.column(
            "jobs.status", ["m/0001_x.up.sql": Self.table, path: "DROP TABLE jobs;"])
        #expect(column.accepted == ["a"])
    }

    @Test(arguments: [
        ("-- +goose Up", "-- +goose Down"), ("-- migrate:up", "-- migrate:down"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("# --- !Ups", "# --- !Downs"),
    ])
    func sectionsThatUndoAreNotRun(up: String, down: String) throws {
        let text =
            "\(up)\n\(Self.table)\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n\(down)\nDROP TABLE jobs;\n"
        let column = try Made.column("jobs.status", ["db/001_x.sql": text])
        #expect(column.accepted == ["a"])
        #expect(column.place.line == 2)
    }

    @Test func repeatableFilesComeLast() throws {
        let column = try Made.column(
            "jobs.status",
            ["m/R__ok.sql": Self.wider("'z'"), "m/V1__a.sql": Self.table, "m/V2__b.sql": Self.wider("'b'")])
        #expect(column.accepted == ["z"])
    }

    @Test func filesBesideEachOtherBelongTogether() throws {
        let schema = Made.schema([
            "sql/setup.sql": Self.table, "sql/add_status.sql": Self.wider("'a', 'b'"),
            "sql/users.sql": "CREATE TABLE users (role text CHECK (role IN ('admin')));",
        ])
        #expect(try Made.column("jobs.status", in: schema).accepted == ["a", "b"])
        #expect(Set(schema.columns.map(\.origin)).count == 1)
    }

    @Test func oneTableMadeTwiceIsTwoSchemas() throws {
        let schema = Made.schema([
            "sql/postgres.sql": "CREATE TABLE jobs (status text CHECK (status IN ('a', 'b')));",
            "sql/sqlite.sql": "CREATE TABLE jobs (status TEXT CHECK (status IN ('a')));",
        ])
        #expect(schema.columns.map(\.accepted) == [["a", "b"], ["a"]])
        #expect(schema.columns.map(\.dialect) == [.postgres, .sqlite])
    }

    @Test func migrationsAreBetterWitnessesThanTests() throws {
        let schema = Made.schema([
            "tests/fixtures/001_x.sql": "CREATE TABLE jobs (status text CHECK (status IN ('old')));",
            "db/migrations/001_x.sql": Self.table,
        ])
        #expect(schema.columns.map(\.origin.isAside) == [false, true])
        #expect(schema.witnessed.map(\.accepted) == [["a"]])
    }

    @Test func templatesAreFilledIn() throws {
        let schema = Made.schema([
            "m/001_x.sql": """
            CREATE TABLE {{ .Schema }}.jobs (status text CHECK (status IN ('a', 'b')));
            CREATE TABLE ${prefix}tasks (status text CHECK (status IN ('${first}', 'b')));
            """
        ])
        #expect(try Made.column("jobs.status", in: schema).accepted == ["a", "b"])
        #expect(schema.columns.contains { $0.table == "tasks" })
    }

    @Test func aTableMadeElsewhereIsKnownByItsRule() throws {
        let column = try Made.column(
            "jobs.status", ["m/007_x.sql": "ALTER TABLE jobs ADD CONSTRAINT ok CHECK (status IN ('a'));"])
        #expect(column.accepted == ["a"])
    }
}
