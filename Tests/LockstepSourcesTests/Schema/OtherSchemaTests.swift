import Testing

@testable import LockstepSources

/// Fluent, SQL in programs, Room, API schemas and MongoDB's validators.
struct OtherSchemaTests {
    @Test func fluentsMigrations() throws {
        let schema = Made.schema([
            "Sources/App/Models/Build.swift": """
            import Fluent
            final class Build: Model {
                static let schema = "builds"
            }
            extension Build {
                enum Status: String, Codable {
                    case ok, failed = "broken"
                }
            }
            """,
            "Sources/App/Migrations/001_CreateBuild.swift": """
            import Fluent
            struct CreateBuild: AsyncMigration {
                func prepare(on database: any Database) async throws {
                    let kind = try await database.enum("build_kind").case("debug").case("release").create()
                    try await database.schema("builds")
                        .id()
                        .field("status", .string, .required)
                        .field("kind", kind, .required)
                        .create()
                    try await (database as! SQLDatabase).raw(
                        "ALTER TABLE builds ADD CONSTRAINT ok CHECK (status IN ('\\(unsafeRaw: Status.ok.rawValue)', '\\(Status.failed)'))").run()
                }
                func revert(on database: any Database) async throws {
                    try await database.schema("builds").delete()
                }
            }
            """,
            "Sources/App/Migrations/002_UpdateBuild.swift": """
            import Fluent
            struct UpdateBuild: AsyncMigration {
                func prepare(on database: any Database) async throws {
                    _ = try await database.enum("build_kind").case("profile").update()
                    try await database.schema(Build.schema).field("note", .string).deleteField("id").update()
                }
                func revert(on database: any Database) async throws {}
            }
            """,
        ])
        #expect(try Made.column("builds.kind", in: schema).accepted == ["debug", "release", "profile"])
        let status = try Made.column("builds.status", in: schema)
        #expect(!status.acceptsNull)
        #expect(status.accepted == ["ok", "broken"])
        #expect(schema.columns.map(\.column).contains("note"))
        #expect(!schema.columns.map(\.column).contains("id"))
        #expect(status.origin.kind == .fluent)
    }

    @Test(arguments: [
        (
            "store/db.go",
            "package store\nconst schema = `\nCREATE TABLE jobs (status TEXT CHECK (status IN ('a', 'b')))\n`\n",
            3
        ),
        (
            "src/db.rs",
            "fn f() { sqlx::query(r#\"CREATE TABLE jobs (\n status TEXT CHECK (status IN ('a', 'b')))\"#); }\n",
            2
        ),
        (
            "app/db.py",
            "def up(c):\n    c.executescript('''\n    CREATE TABLE jobs (status TEXT CHECK (status IN ('a', 'b')));\n''')\n",
            3
        ),
        (
            "app/Db.kt",
            "val ddl = \"\"\"\nCREATE TABLE jobs (status TEXT CHECK (status IN ('a', 'b')))\n\"\"\"\n", 2
        ),
        (
            "web/db.ts",
            "const S = ['a', 'b'];\ndb.exec(`CREATE TABLE jobs (\n status TEXT CHECK (status IN (${S.map(s => `'${s}'`).join(',')})))`);\n",
            3
        ),
        (
            "Sources/DB.swift",
            "let ddl = \"CREATE TABLE jobs (status TEXT CHECK (status IN ('a', 'b')))\"\n", 1
        ),
        (
            "lib/db.js",
            "db.exec('CREATE TABLE jobs (' +\n  \"status TEXT CHECK (status IN ('a', 'b')))\");\n", 2
        ),
    ])
    func sqlInPrograms(path: String, text: String, line: Int) throws {
        let column = try Made.column("jobs.status", [path: text])
        #expect(column.accepted == ["a", "b"])
        #expect(column.place == SourcePlace(file: path, line: line))
        #expect(column.origin.kind == .embeddedSQL)
    }

    @Test func wordsAboutSQLAreNoSchema() {
        let schema = Made.schema([
            "a.py":
                "\"\"\"CREATE TABLE jobs (status text);\"\"\"\n# CREATE TABLE more (status text)\nx = 'run create table first'\n",
            "tests/test_a.py": "sql = 'CREATE TABLE jobs (status text)'\n",
            "b.go": "// CREATE TABLE jobs (status text)\nvar s = \"please alter table jobs\"\n",
        ])
        #expect(schema.columns.isEmpty)
    }

    @Test func roomsExport() throws {
        let export = """
            {"formatVersion": 1, "database": {"version": 2, "entities": [
                {"tableName": "jobs", "createSql": "CREATE TABLE IF NOT EXISTS `${TABLE_NAME}` (`status` TEXT NOT NULL)"}]}}
            """
        let schema = Made.schema([
            "app/schemas/Db/9.json": export.replacing("NOT NULL", with: ""), "app/schemas/Db/10.json": export,
        ])
        let column = try Made.column("jobs.status", in: schema)
        #expect(column.origin.path == "app/schemas/Db/10.json")
        #expect(!column.acceptsNull)
        #expect(column.kind == .text)
        #expect(schema.columns.count == 1)
    }

    @Test func openAPIsEnumerations() throws {
        let schema = Made.schema([
            "openapi.json": """
            {"openapi": "3.1.0", "components": {"schemas": {
                "Status": {"type": "string", "enum": ["new", "done"]},
                "Job": {"type": "object", "required": ["status"], "properties": {
                    "status": {"$ref": "#/components/schemas/Status", "default": "new"},
                    "mood": {"anyOf": [{"type": "string",
                        "enum": ["sad", "glad"]}, {"type": "null"}]},
                    "kind": {"const": "job", "type": "string"},
                    "note": {"type": "string"},
                    "any": {"anyOf": [{"enum": ["a"]}, {"type": "string"}]},
                    "size": {"type": "integer", "enum": [1, 2]}}}}}}
            """
        ])
        let status = try Made.column("Job.status", in: schema)
        #expect(status.accepted == ["new", "done"])
        #expect(status.kind == .apiSchema && status.defaultValue == "new")
        #expect(status.place.line == 2 && status.definedAt.line == 4)
        let mood = try Made.column("Job.mood", in: schema)
        #expect(mood.accepted == ["sad", "glad"])
        #expect(mood.acceptsNull && mood.place.line == 6)
        #expect(try Made.column("Job.kind", in: schema).accepted == ["job"])
        #expect(try Made.column("Job.note", in: schema).accepted == nil)
        #expect(try Made.column("Job.any", in: schema).accepted == nil)
        #expect(!schema.columns.contains { $0.column == "size" })
    }

    @Test func jsonSchemasAndYAMLsHook() throws {
        let document = SchemaDocument.object(
            [
                .init(
                    key: "$schema", value: .text("https://json-schema.org/draft/2020-12/schema", line: 1),
                    line: 1),
                .init(key: "title", value: .text("Job", line: 2), line: 2),
                .init(
                    key: "properties",
                    value: .object(
                        [
                            .init(
                                key: "status",
                                value: .object(
                                    [
                                        .init(
                                            key: "enum", value: .list([.text("a", line: 4)], line: 4), line: 4
                                        )
                                    ], line: 3),
                                line: 3)
                        ], line: 3), line: 3),
            ], line: 1)
        let columns = SchemaReading.columns(of: document, path: "job.yaml")
        #expect(columns.map(\.table) == ["Job"])
        #expect(columns.first?.accepted == ["a"])
        #expect(columns.first?.place == SourcePlace(file: "job.yaml", line: 4))
    }

    @Test(arguments: [
        (
            "db/init.js",
            """
            const STATES = ["idle", "running"];
            db.createCollection("sessions", {
                validator: { $jsonSchema: { bsonType: "object", required: ["status"], properties: {
                    status: { enum: STATES } } } } });
            """
        ),
        (
            "app/db.py",
            """
            async def up(db):
                await db.command("collMod", "sessions", validator={"$jsonSchema": {
                    "required": ["status"], "properties": {"status": {"bsonType": "string", "enum": ["idle", "running"]}}}})
            """
        ),
    ])
    func mongoDBsValidatorsInPrograms(path: String, text: String) throws {
        let status = try Made.column("sessions.status", [path: text])
        #expect(status.accepted == ["idle", "running"])
        #expect(!status.acceptsNull)
        #expect(status.origin.kind == .mongoValidator)
    }

    @Test func mongoDBsValidators() throws {
        let schema = Made.schema([
            "db/collections.json": """
            [{"name": "sessions", "options": {"validator": {"$jsonSchema": {
                "bsonType": "object", "required": ["status"], "properties": {
                    "status": {"bsonType": "string", "enum": ["idle", "running"]},
                    "worker": {"bsonType": "object", "properties": {"state": {"enum": ["up", null]}}}}}}}}]
            """,
            "db/jobs.json": #"{"$jsonSchema": {"properties": {"status": {"enum": ["a"]}}}}"#,
        ])
        let status = try Made.column("sessions.status", in: schema)
        #expect(status.accepted == ["idle", "running"])
        #expect(status.kind == .mongoValidator && !status.acceptsNull && status.dialect == .mongo)
        #expect(try Made.column("sessions.worker.state", in: schema).acceptsNull)
        #expect(try Made.column("jobs.status", in: schema).accepted == ["a"])
    }
}
