import Testing

@testable import LockstepSources

/// What ties a type to a column, and what says that it is meant for another thing.
struct TypeEvidenceTests {
    /// In short: `D1 limits.id visits_per_day limit/id.go:9 high`.
    private func short(_ files: [String: String]) -> [String] {
        SourceCheck(SourceTree(files: files.compactMap { SourceFile(path: $0.key, text: $0.value) })).findings
            .filter { [.d1, .d4].contains($0.type) && $0.confidence > .low }
            .map {
                "\($0.type.rawValue) \($0.table).\($0.column) \($0.value) \($0.places[0]) \($0.confidence.word)"
            }
    }

    private func go(_ package: String, _ type: String, _ values: [String]) -> String {
        let lines = values.enumerated().map { "\t\(type)\($0.offset) \(type) = \"\($0.element)\"\n" }.joined()
        return "package \(package)\n\ntype \(type) string\n\nconst (\n\(lines))\n"
    }

    @Test func whoKnowsAllOfAColumnsOwnWordsIsMeantForIt() {
        let sql =
            "CREATE TYPE quota_kind AS ENUM ('beds_per_ward', 'nurses_per_shift', 'visits_per_bed', 'meals_per_day');\nCREATE TABLE ward_quotas (id quota_kind PRIMARY KEY);\n"
        let kinds = ["beds_per_ward", "nurses_per_shift", "visits_per_bed", "meals_per_day", "beds_per_room"]
        #expect(
            short(["db/1.sql": sql, "quota/id.go": go("quota", "ID", kinds)]) == [
                "D1 ward_quotas.id beds_per_room quota/id.go:10 high"
            ])
        // Words that every status has are no such witness.
        let common =
            "CREATE TABLE ward_quotas (id text CHECK (id IN ('pending', 'running', 'failed', 'completed')));\n"
        #expect(
            short([
                "db/1.sql": common,
                "quota/id.go": go("quota", "ID", ["pending", "running", "failed", "completed", "paused"]),
            ]).contains { $0.hasSuffix("high") } == false)
    }

    @Test func aPackageIsCalledLikeATableInOneWord() {
        let sql =
            "CREATE TYPE kind AS ENUM ('SMS', 'VOICE');\nCREATE TABLE contact_ways (id bigint, kind kind NOT NULL);\n"
        #expect(
            short([
                "db/1.sql": sql, "contactway/kind.go": go("contactway", "Kind", ["SMS", "VOICE", "PAGER"]),
            ]) == [
                "D1 contact_ways.kind PAGER contactway/kind.go:8 high"
            ])
    }

    @Test func whereOneTypeFitsWithoutARemainderAnotherOfItsNameIsLessSure() {
        let sql =
            "CREATE TYPE job_status AS ENUM ('QUEUED', 'ACTIVE', 'ENDED');\nCREATE TABLE jobs (id bigint, status job_status NOT NULL);\n"
        let found = short([
            "db/1.sql": sql, "model/job.go": go("model", "JobStatus", ["QUEUED", "ACTIVE", "ENDED"]),
            "answer/job.go": go("answer", "JobStatus", ["QUEUED", "ENDED", "REFUSED"]),
        ])
        #expect(found == ["D1 jobs.status REFUSED answer/job.go:8 medium"])
    }

    @Test func aTypeOfTwoTablesNeedNotFitBoth() {
        let sql = """
            CREATE TABLE keys (id bigint, status text CHECK (status IN ('valid', 'locked', 'revoked')));
            CREATE TABLE doors (id bigint, status text CHECK (status IN ('valid', 'locked')));
            """
        let code =
            go("house", "Status", ["valid", "locked", "revoked"])
            + "\ntype Key struct {\n\tStatus Status\n}\n\ntype Door struct {\n\tStatus Status\n}\n"
        #expect(
            short(["db/1.sql": sql, "house/house.go": code]) == [
                "D1 doors.status revoked house/house.go:8 medium"
            ])
    }

    @Test func whatAMigrationsBuilderAddsIsNotSurelyMissing() {
        let files = [
            "db/1.sql":
                "CREATE TYPE job_kind AS ENUM ('sync', 'reset');\nCREATE TABLE jobs (id bigint, kind job_kind NOT NULL);\n",
            "src/JobKind.kt": "enum class JobKind { sync, reset, refresh }\n",
        ]
        #expect(short(files) == ["D1 jobs.kind refresh src/JobKind.kt:1 high"])
        let migration =
            "class V2 : BaseJavaMigration() {\n  fun migrate() { ctx.alterType(\"job_kind\").addValue(\"refresh\").execute() }\n}\n"
        #expect(
            short(files.merging(["src/migrations/V2.kt": migration]) { one, _ in one }) == [
                "D1 jobs.kind refresh src/JobKind.kt:1 medium"
            ])
    }

    @Test func aTypeWithinATypeIsAboutWhatIsAroundIt() {
        let sql =
            "CREATE TYPE leg_state AS ENUM ('BOARDED', 'DELAYED', 'LANDED', 'DIVERTED');\nCREATE TABLE legs (id bigint, state_current leg_state NOT NULL);\n"
        let java =
            "public class State {\n  public enum Type { BOARDED, DELAYED, LANDED, DIVERTED,\n    GROUNDED }\n}\n"
        #expect(
            short(["db/V1__a.sql": sql, "src/main/java/State.java": java]) == [
                "D1 legs.state_current GROUNDED src/main/java/State.java:3 high"
            ])
    }

    @Test func aModelMeansATypeOfItsOwnLanguage() {
        let sql =
            "CREATE TYPE leg_state AS ENUM ('boarded', 'landed');\nCREATE TABLE legs (id bigint, state leg_state NOT NULL);\n"
        let model =
            "class Leg(Base):\n    __tablename__ = \"legs\"\n    state = Column(Enum(LegState, name=\"leg_state\"))\n"
        let page = "export enum LegState {\n  BOARDED = 'boarded',\n  LANDED = 'landed',\n}\n"
        #expect(short(["db/1.sql": sql, "app/leg.py": model, "web/leg.ts": page]) == [])
    }

    @Test func aTypeOfTheProgramsOwnStoresWhatFits() {
        let sql =
            "CREATE TYPE leg_state AS ENUM ('boarded', 'landed');\nCREATE TABLE legs (id bigint, state leg_state NOT NULL);\n"
        let model = """
            class LegState(str, Enum):
                BOARDED = "boarded"
                LANDED = "landed"
                LOST = "lost"

            class Leg(Base):
                __tablename__ = "legs"
                state = Column(OurEnum(LegState))
            """
        #expect(short(["db/1.sql": sql, "app/leg.py": model]) == ["D1 legs.state lost app/leg.py:4 high"])
    }
}
