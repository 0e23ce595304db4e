import Testing

@testable import LockstepSources

/// What a finding says is to be done.
struct CureTests {
    private func fixes(_ files: [String: String]) -> [String] {
        SourceCheck(SourceTree(files: files.compactMap { SourceFile(path: $0.key, text: $0.value) })).findings
            .filter { $0.type == .d1 && $0.confidence == .high }.map(\.fix)
    }

    private static let code = """
        class JobStatus(StrEnum):
            WAITING = "waiting"
            QUEUED = "queued"
            RUNNING = "running"
            PAUSED = "paused"
            DONE = "done"

        class Job(Base):
            __tablename__ = "jobs"
            status: Mapped[JobStatus] = mapped_column(String(20))
        """

    @Test func theStatementsOfTwoFindingsDoNotUndoEachOther() {
        let found = fixes([
            "migrations/1.sql":
                "CREATE TABLE jobs (id int PRIMARY KEY, status text NOT NULL CONSTRAINT ok CHECK (status IN ('queued', 'running', 'done')));",
            "app/models.py": Self.code,
        ])
        let cure =
            "If it is meant: ALTER TABLE jobs DROP CONSTRAINT ok, ADD CONSTRAINT ok CHECK (status IN ('queued', 'running', 'done', 'waiting', 'paused')) NOT VALID; then, by itself: ALTER TABLE jobs VALIDATE CONSTRAINT ok;"
        #expect(found == [cure, cure])
    }

    @Test func aLabelOfAnENUMGetsThePlaceItHasInCode() {
        let found = fixes([
            "migrations/1.sql": """
            CREATE TYPE job_status AS ENUM ('queued', 'running', 'done');
            CREATE TABLE jobs (id int PRIMARY KEY, status job_status NOT NULL);
            """,
            "app/models.py": Self.code.replacing(
                "String(20)", with: "Enum(JobStatus, values_callable=lambda type: [m.value for m in type])"),
        ])
        let text = "If it is meant, add it in a migration of its own, outside a transaction: "
        #expect(
            found == [
                text + "ALTER TYPE job_status ADD VALUE IF NOT EXISTS 'waiting' BEFORE 'queued';",
                text + "ALTER TYPE job_status ADD VALUE IF NOT EXISTS 'paused' BEFORE 'done';",
            ])
    }

    @Test func aTypeWhoseNamesAreStoredIsToStoreItsValues() {
        let found = fixes([
            "migrations/1.sql": """
            CREATE TYPE job_status AS ENUM ('queued', 'done');
            CREATE TABLE jobs (id int PRIMARY KEY, status job_status NOT NULL);
            """,
            "app/models.py": """
            class JobStatus(Enum):
                queued = "queued"
                WAITING = "waiting"
                DONE = "done"

            class Job(Base):
                __tablename__ = "jobs"
                status = Column(Enum(JobStatus))
            """,
        ])
        let values =
            "Have the values stored, by values_callable=lambda type: [member.value for member in type]"
        #expect(found.count == 2)
        #expect(found.contains { $0.hasPrefix(values + ", and let ‘waiting’ in. If") })
        #expect(found.contains { $0.hasPrefix(values + ". If") })
    }

    @Test func everyCHECKThatRefusesIsNamedAndNoneLosesWhatElseItHolds() {
        let schema = """
            CREATE TABLE jobs (
                id int PRIMARY KEY, stage text NOT NULL, status text NOT NULL,
                CONSTRAINT b CHECK (status IN ('queued', 'running', 'waiting', 'done')),
                CONSTRAINT a CHECK (
                    (status IN ('queued', 'running', 'waiting') AND stage <> 'end') OR (status = 'done' AND stage = 'end')));
            """
        let result = SourceCheck(
            SourceTree(
                files: ["migrations/1.sql": schema, "app/models.py": Self.code].compactMap {
                    SourceFile(path: $0.key, text: $0.value)
                }))
        let finding = result.findings.first { $0.value == "paused" }
        // PostgreSQL tries the CHECK first whose name comes first.
        #expect(finding?.message.contains("violates check constraint \"a\" (SQLSTATE 23514)") == true)
        #expect(
            finding?.fix
                == "If it is meant: ALTER TABLE jobs DROP CONSTRAINT b, ADD CONSTRAINT b CHECK (status IN ('queued', 'running', 'waiting', 'done', 'paused')) NOT VALID; then, by itself: ALTER TABLE jobs VALIDATE CONSTRAINT b; and let it into CHECK a (migrations/1.sql:4), which also looks at stage: how is for a person to say."
        )
    }

    @Test func aLongerWordIsAskedForAndNotWritten() {
        let result = SourceCheck(
            SourceTree(
                files: [
                    "schema.sql":
                        "CREATE TYPE s AS ENUM ('pending', 'generating_script', 'generating_video');\nCREATE TABLE jobs (id int, status s);",
                    "app.py": "db.execute(\"UPDATE jobs SET status = 'generating' WHERE id = 1\")\n",
                ].compactMap { SourceFile(path: $0.key, text: $0.value) }))
        let finding = result.findings.first
        #expect(
            finding?.message.hasSuffix(" Did you mean ‘generating_script’ or ‘generating_video’?") == true)
        #expect(finding?.fix.hasPrefix("If it is meant") == true)
    }
}

/// Documents of MongoDB beside what their collection's validator takes.
struct MongoUseTests {
    private static let validator = """
        {"collMod": "jobs", "validator": {"$jsonSchema": {"properties": {"status": {
          "enum": ["queued", "running", "done"]}}}}}
        """

    private func short(_ file: String, _ code: String) -> [String] {
        let files = ["database/jobs.json": Self.validator, file: code]
        return SourceCheck(
            SourceTree(files: files.compactMap { SourceFile(path: $0.key, text: $0.value) })
        ).findings.filter { $0.confidence > .low }.map {
            "\($0.type.rawValue) \($0.value) \($0.location) \($0.confidence)"
        }.sorted()
    }

    @Test func writesAndFiltersOfPythonAreRead() {
        let code = """
            def start(database):
                database.jobs.insert_one({"_id": 1, "status": "pending"})
                database.jobs.update_one({"_id": 1}, {"$set": {"status": "started"}})
                database.jobs.find_one({"status": {"$in": ["running", "waiting"]}})
                database.jobs.count_documents({"status": {"$ne": "paused"}})
                database.users.insert_one({"_id": 1, "status": "invited"})
            """
        #expect(
            short("app/jobs.py", code) == [
                "D1 pending app/jobs.py:2 high", "D1 started app/jobs.py:3 high",
                "D4 paused app/jobs.py:5 medium", "D4 waiting app/jobs.py:4 medium",
            ])
    }

    @Test func conditionsOfScriptsAreRead() {
        let code = """
            await db.collection('jobs').insertOne({ status: 'pending' })
            await db.collection('jobs').updateMany({ status: { $in: ['queued', 'waiting'] } }, { $set: { status: 'done' } })
            """
        #expect(
            short("app/jobs.ts", code) == [
                "D1 pending app/jobs.ts:1 high", "D4 waiting app/jobs.ts:2 medium",
            ])
    }
}
