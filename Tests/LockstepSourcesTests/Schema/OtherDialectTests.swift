import Testing

@testable import LockstepSources

/// What is SQLite's and MySQL's own.
struct OtherDialectTests {
    @Test func aRebuiltTableIsTheOneThatCounts() throws {
        let schema = Made.sql(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT CHECK (status IN ('a')));
            PRAGMA foreign_keys = OFF;
            CREATE TABLE jobs_new (
                id INTEGER PRIMARY KEY,
                status TEXT NOT NULL DEFAULT 'a' CHECK (status IN ('a', /* 'fake' */ 'b')) -- CHECK (status IN ('c'))
            );
            INSERT INTO jobs_new SELECT id, status FROM jobs;
            DROP TABLE jobs;
            ALTER TABLE jobs_new RENAME TO jobs;
            """)
        let column = try Made.column("jobs.status", in: schema)
        #expect(column.accepted == ["a", "b"])
        #expect(column.place.line == 5)
        #expect(column.dialect == .sqlite)
        #expect(schema.columns.count == 2)
    }

    @Test func sqliteTakesDoubleQuotedStrings() throws {
        let column = try Made.column(
            "jobs.status",
            sql:
                "CREATE TABLE [jobs] ([id] INTEGER PRIMARY KEY, [status] DEFAULT \"a\" CHECK ([status] IN (\"a\", \"b\")));"
        )
        #expect(column.accepted == ["a", "b"])
        #expect(column.type.isEmpty)
    }

    @Test func aTriggerIsOneStatement() throws {
        let schema = Made.sql(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT);
            CREATE TRIGGER t AFTER UPDATE ON jobs BEGIN
                SELECT CASE WHEN new.status = 'x' THEN RAISE(ABORT, 'no') END;
                INSERT INTO jobs DEFAULT VALUES;
            END;
            CREATE TABLE more (status TEXT CHECK (status IN ('a')));
            """)
        #expect(try Made.column("more.status", in: schema).accepted == ["a"])
    }

    @Test func mySQLsInlineEnum() throws {
        let schema = Made.sql(
            """
            CREATE TABLE `jobs` (
                `id` int unsigned NOT NULL AUTO_INCREMENT,
                `status` enum('new','it\\'s') CHARACTER SET utf8mb4 NOT NULL DEFAULT 'new' COMMENT 'x',
                `kind` varchar(20) NOT NULL, # a comment
                KEY `status` (`status`), CONSTRAINT `kinds` CHECK (`kind` in (_utf8mb4'a',_utf8mb4'b'))
            ) ENGINE=InnoDB;
            ALTER TABLE jobs MODIFY COLUMN status ENUM('new', 'done', 'failed') NOT NULL;
            ALTER TABLE jobs CHANGE COLUMN kind sort varchar(30) NULL, DROP CHECK kinds;
            """)
        let status = try Made.column("jobs.status", in: schema)
        #expect(status.accepted == ["new", "done", "failed"])
        #expect(status.kind == .nativeEnum(type: nil))
        #expect(status.place.line == 7)
        #expect(status.accepts("DONE") == .accepted)
        let sort = try Made.column("jobs.sort", in: schema)
        #expect(sort.accepted == nil)
        #expect(sort.longest == 30)
    }
}
