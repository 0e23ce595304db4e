import Foundation
import Testing

@testable import LockstepSources

/// Every form of CHECK is tried on values as a database would, and SQLite is asked whether that is so.
struct CheckFormTests {
    @Test(arguments: CheckForm.all)
    func isListed(_ form: CheckForm) throws {
        let column = try Made.column("jobs.status", sql: form.table)
        #expect(column.accepted == form.accepted)
        #expect(column.acceptsNull == form.acceptsNull)
        #expect(column.isChecked)
        for value in form.accepted ?? [] { #expect(column.accepts(value) != .refused) }
    }

    /// A value is refused here exactly when SQLite refuses it in every row, and accepted when it accepts it in every row.
    @Test func agreesWithSQLite() async throws {
        let forms = CheckForm.all.filter(\.isSQLite)
        // What other columns may hold decides too: every row is tried with several.
        let others = ["NULL, NULL", "1, 'any'", "0, ''"]
        var script = ""
        for (number, form) in forms.enumerated() {
            script += form.table.replacing("jobs (", with: "t\(number) (") + ";\n"
            for (sample, value) in (CheckForm.samples.map { "'\($0.replacing("'", with: "''"))'" } + ["NULL"])
                .enumerated()
            {
                for other in others {
                    script += "INSERT OR IGNORE INTO t\(number) VALUES (\(value), \(other));\n"
                    script += "SELECT '\(number) \(sample) ' || changes();\n"
                    script += "DELETE FROM t\(number);\n"
                }
            }
        }
        let lines = try await SQLiteShell.run(script).split(separator: "\n")
        #expect(lines.count == forms.count * (CheckForm.samples.count + 1) * others.count)
        var taken: [String: Set<Bool>] = [:]
        for line in lines {
            let parts = line.split(separator: " ")
            taken["\(parts[0]) \(parts[1])", default: []].insert(parts[2] == "1")
        }
        for (number, form) in forms.enumerated() {
            let reading = Made.schema(["sqlite/schema.sql": form.table])
            let column = try Made.column("jobs.status", in: reading)
            for (sample, value) in CheckForm.samples.enumerated() {
                let rows = try #require(taken["\(number) \(sample)"])
                let answer = column.accepts(value)
                let comment: Comment = "\(form.text) on '\(value)': SQLite says \(rows)"
                switch answer {
                case .accepted: #expect(rows == [true], comment)
                case .refused: #expect(rows == [false], comment)
                case .unknown: #expect(rows.count == 2, comment)
                }
            }
            let nulls = try #require(taken["\(number) \(CheckForm.samples.count)"])
            #expect(column.acceptsNull == nulls.contains(true), "\(form.text) on NULL")
        }
    }

    @Test func severalChecksAreJoined() throws {
        let column = try Made.column(
            "jobs.status",
            sql: """
                CREATE TABLE jobs (
                    status text CHECK (status IN ('new', 'done', 'gone')),
                    CONSTRAINT narrower CHECK (status <> 'gone')
                );
                """)
        #expect(column.accepted == ["new", "done"])
        #expect(column.accepts("gone") == .refused)
    }

    @Test func otherColumnsMakeItConditional() throws {
        let schema = Made.sql(
            """
            CREATE TABLE jobs (
                state text NOT NULL,
                finished_at timestamptz,
                CONSTRAINT done CHECK (state NOT IN ('done', 'failed') OR finished_at IS NOT NULL),
                kind text CHECK (kind IN ('a', 'b')),
                CONSTRAINT both CHECK (kind <> 'b' OR finished_at IS NULL)
            );
            """)
        let state = try Made.column("jobs.state", in: schema)
        #expect(state.accepted == nil)
        #expect(state.accepts("done") == .unknown)
        #expect(state.accepts("new") == .accepted)
        let kind = try Made.column("jobs.kind", in: schema)
        #expect(kind.accepted == ["a", "b"])
        #expect(kind.isConditional)
        #expect(kind.constraint == "jobs_kind_check")
    }

    @Test func mySQLComparesWithoutCase() throws {
        let column = try Made.column(
            "jobs.status",
            sql: "CREATE TABLE jobs (status varchar(9) CHECK (status IN ('New'))) ENGINE=InnoDB;")
        #expect(column.dialect == .mysql)
        #expect(column.accepts("NEW") == .accepted)
        #expect(column.accepts("old") == .refused)
    }

    @Test func whatIsTooLongIsRefused() throws {
        let column = try Made.column(
            "jobs.status", sql: "CREATE TABLE jobs (status varchar(8) NOT NULL DEFAULT 'new');")
        #expect(column.longest == 8)
        #expect(column.accepts("awaiting_upload") == .refused)
        #expect(column.accepts("new") == .accepted)
        #expect(!column.acceptsNull)
        #expect(column.defaultValue == "new")
    }
}
