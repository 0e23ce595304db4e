import Testing

@testable import LockstepSources

/// Small repositories of scripts and Rust, and what is found in them.
struct ScriptCheckTests {
    private static let parcels = """
        CREATE TABLE parcels (id bigint PRIMARY KEY, status text NOT NULL CHECK (status IN ('packed', 'sent', 'lost')));
        CREATE TABLE lorry_stops (id bigint PRIMARY KEY, span text CHECK (span IN ('7d', '30d')), kind text CHECK (kind IN ('fuel', 'rest')));
        """

    /// In short: `D1 parcels.status gone app.ts:3 high`.
    private func short(_ files: [String: String], schema: String? = parcels) -> [String] {
        var files = files
        if let schema { files["migrations/1.sql"] = schema }
        let tree = SourceTree(files: files.compactMap { SourceFile(path: $0.key, text: $0.value) })
        return SourceCheck(tree).findings.filter {
            [.d1, .d4].contains($0.type) && $0.confidence > .low
        }.map {
            "\($0.type.rawValue) \($0.table).\($0.column) \($0.value) \($0.places[0]) \($0.confidence)"
        }.sorted()
    }

    // MARK: Parameters of SQL

    @Test(arguments: [
        ("a.ts", "await db.query('UPDATE parcels SET status = $1 WHERE id = $2', ['gone', id])"),
        ("a.js", "db.prepare('UPDATE parcels SET status = ? WHERE id = ?').run('gone', id)"),
        ("a.js", "db.run(`UPDATE parcels SET status = :status WHERE id = :id`, { status: 'gone', id })"),
        ("a.ts", "db.prepare('INSERT INTO parcels (id, status) VALUES (?, ?)').bind(id, 'gone').run()"),
        ("a.ts", "await sql`UPDATE parcels SET status = ${'gone'} WHERE id = ${id}`"),
        (
            "a.rs",
            "sqlx::query(\"UPDATE parcels SET status = $1 WHERE id = $2\").bind(\"gone\").bind(id).execute(&pool).await?;"
        ),
        ("a.rs", "sqlx::query!(\"INSERT INTO parcels (id, status) VALUES ($1, $2)\", id, \"gone\")"),
        ("a.rs", "conn.execute(\"UPDATE parcels SET status = ?1 WHERE id = ?2\", params![\"gone\", id])?;"),
        ("a.go", "db.ExecContext(ctx, \"UPDATE parcels SET status = $1 WHERE id = $2\", \"gone\", id)"),
        ("a.py", "cur.execute(\"UPDATE parcels SET status = %s WHERE id = %s\", (\"gone\", id))"),
        (
            "a.py",
            "conn.execute(text(\"UPDATE parcels SET status = :status WHERE id = :id\"), {\"status\": \"gone\", \"id\": id})"
        ),
        (
            "a.swift",
            "try db.execute(sql: \"UPDATE parcels SET status = ? WHERE id = ?\", arguments: [\"gone\", id])"
        ),
    ])
    func aParameterIsWhatTheCallGives(name: String, text: String) {
        #expect(short([name: text]) == ["D1 parcels.status gone \(name):1 high"])
    }

    @Test(arguments: [
        // In the right order.
        "db.query('UPDATE parcels SET note = $1, status = $2', ['gone', 'sent'])",
        // One argument too few: which is which nobody knows.
        "db.prepare('UPDATE parcels SET note = ?, status = ?, id = ?').run('gone', 'gone')",
        "db.prepare(`UPDATE parcels SET status = ? WHERE id IN (${marks})`).run('gone', ...ids)",
        // What was meant for another statement.
        "db.query('UPDATE parcels SET status = $1', [status]); log('gone')",
    ])
    func aParameterOfAnotherColumnIsNone(text: String) {
        #expect(short(["a.ts": text]) == [])
    }

    @Test func aConstantMayBeAParameter() {
        let found = short([
            "a.ts":
                "const GONE = 'gone'\nexport async function f(id) {\n  await db.query('UPDATE parcels SET status = $1 WHERE id = $2', [GONE, id])\n}\n"
        ])
        #expect(found == ["D1 parcels.status gone a.ts:3 high"])
    }

    // MARK: Constants

    @Test func aParameterIsNoConstantOfAnotherFile() {
        let elsewhere =
            "export function Card() {\n  const span = '30'\n  return span\n}\nconst reach = '90'\n"
        let found = short([
            "src/card.ts": elsewhere,
            "src/job.ts":
                "export async function f(span, options) {\n  await db.from('lorry_stops').insert({ span: span })\n  await db.from('lorry_stops').insert({ span: options.reach })\n  await db.from('lorry_stops').insert({ span: reach })\n}\n",
        ])
        #expect(found == [])
    }

    @Test func whatAFileImportsItMeans() {
        let found = short([
            "src/names.ts": "export const GONE = 'gone'\n",
            "src/job.ts":
                "import { GONE } from './names'\nexport async function f() {\n  await db.from('parcels').update({ status: GONE })\n}\n",
            "src/old.js":
                "const { GONE } = require('./names')\nmodule.exports = () => db.from('parcels').update({ status: GONE })\n",
        ])
        #expect(found == ["D1 parcels.status gone src/job.ts:3 high"])
    }

    // MARK: Types

    @Test func aTypeNamedLikeTheTableSaysWhatItsColumnHolds() {
        let found = short([
            "src/types.ts":
                "export type Kind = 'fuel' | 'rest' | 'wash'\nexport interface LorryStop {\n  id: string\n  kind: Kind | null\n}\n"
        ])
        #expect(found == ["D1 lorry_stops.kind wash src/types.ts:1 high"])
    }

    @Test func aListThatATypeIsMadeOfIsAsGoodAsAUnion() {
        let list = "export const PARCEL_STATUSES = ['packed', 'sent', 'lost', 'gone'] as const\n"
        #expect(short(["src/a.ts": list]) == ["D1 parcels.status gone src/a.ts:1 medium"])
        let type = list + "export type ParcelStatus = (typeof PARCEL_STATUSES)[number]\n"
        #expect(short(["src/a.ts": type]) == ["D1 parcels.status gone src/a.ts:1 high"])
    }

    @Test func aTypeOfAPageIsLessSure() {
        let types =
            "export type Kind = 'fuel' | 'rest' | 'wash'\nexport interface LorryStop {\n  id: string\n  kind: Kind\n}\n"
        #expect(
            short(["src/components/stop.ts": types])
                == ["D1 lorry_stops.kind wash src/components/stop.ts:1 medium"])
        // An argument of a method is no column.
        let service =
            "export type Kind = 'fuel' | 'wash'\nexport class LorryStop {\n  mark(kind: Kind): void {}\n}\n"
        #expect(short(["src/stop.ts": service]) == [])
    }

    @Test func aFunctionNamedAfterTheTableIsAHint() {
        let found = short([
            "src/job.ts":
                "await store.updateParcel(id, { status: 'gone' })\nawait store.updateTruck(id, { status: 'away' })\n"
        ])
        #expect(found == ["D1 parcels.status gone src/job.ts:1 medium"])
    }

    @Test func anObjectOfATypeNamedAfterTheTableIsAHint() {
        let found = short([
            "src/job.ts":
                "const changes: ParcelUpdate = {\n  status: 'gone',\n}\nconst other: TruckUpdate = {\n  status: 'away',\n}\n"
        ])
        #expect(found == ["D1 parcels.status gone src/job.ts:2 medium"])
    }

    @Test func aTypeThatWentItsOwnWayIsSeen() {
        let found = short(
            [
                "src/questions.ts":
                    "export interface FormQuestion {\n  question_type:\n    | 'start'\n    | 'pet'\n    | 'reason'\n    | 'slot'\n    | 'note'\n    | 'contact'\n    | 'end'\n}\n"
            ],
            schema:
                "CREATE TYPE question_type AS ENUM ('symptom', 'pet', 'contact', 'general');\nCREATE TABLE form_questions (id int, question_type question_type NOT NULL);"
        )
        let lines = [("end", 9), ("note", 7), ("reason", 5), ("slot", 6), ("start", 3)]
        #expect(found == lines.map { "D1 form_questions.question_type \($0) src/questions.ts:\($1) medium" })
    }

    // MARK: Drizzle

    @Test func anENUMOfDrizzleIsHeldToTheMigrations() {
        let found = short(
            [
                "db/shared.ts": "export const yardKind = pgEnum('yardKind', ['inner', 'outer', 'roof']);\n",
                "db/yard.ts":
                    "import { yardKind } from './shared';\nexport const yards = pgTable('yard', {\n  id: text('id'),\n  yardKind: yardKind('yardKind').default('inner'),\n});\n",
            ],
            schema:
                "CREATE TYPE \"yardKind\" AS ENUM ('inner', 'outer');\nCREATE TABLE yard (id text, \"yardKind\" \"yardKind\" DEFAULT 'inner');"
        )
        #expect(found == ["D1 yard.yardKind roof db/shared.ts:1 high"])
    }

    // MARK: Clients

    @Test func aPageThatWritesToTheTableItselfIsSure() {
        let found = short([
            "src/components/box.tsx":
                "await supabase.from('parcels').update({ status: 'gone' }).eq('id', id)\nconst shown = { parcels: { status: 'late' } }\n"
        ])
        #expect(found == ["D1 parcels.status gone src/components/box.tsx:1 high"])
    }

    @Test func aListInTextIsSeveralValues() {
        let found = short([
            "src/a.ts":
                "await supabase.from('parcels').select().not('status', 'in', '(\"sent\",\"gone\")')\nawait supabase.from('parcels').select().not('status', 'in', '(packed,sent)')\n"
        ])
        #expect(found == ["D4 parcels.status gone src/a.ts:1 medium"])
    }

    @Test func aMapOfColumnNamesHoldsNoValues() {
        let found = short(["src/a.ts": "await db.from('parcels').update({ status: 'status' })\n"])
        #expect(found == [])
    }

    // MARK: Mongoose

    @Test func aDocumentThatIsSavedIsHeldToItsSchema() {
        let model = """
            const mongoose = require('mongoose');
            const parcelSchema = new mongoose.Schema({ status: { type: String, enum: ['packed', 'sent'] } });
            module.exports = mongoose.model('Parcel', parcelSchema);
            """
        let found = short(
            [
                "models/parcel.js": model,
                "routes/a.js":
                    "async function f(parcel, other) {\n  parcel.status = 'gone';\n  await parcel.save();\n  other.status = 'x';\n}\n",
                "routes/b.js":
                    "await Parcel.create({ status: 'late' });\nawait new Parcel({ status: 'early' }).save();\n",
            ], schema: nil)
        #expect(
            found == [
                "D1 Parcel.status early routes/b.js:2 high", "D1 Parcel.status gone routes/a.js:2 high",
                "D1 Parcel.status late routes/b.js:1 high",
            ])
    }

    // MARK: Rust

    @Test(arguments: [
        "diesel::update(parcels::table.find(id)).set(parcels::status.eq(\"gone\")).execute(conn)?;",
        "diesel::update(parcels::table).set((parcels::dsl::status.eq(\"gone\".to_string()), parcels::id.eq(1)))",
        "let row = parcels::ActiveModel { status: Set(\"gone\".to_owned()), ..Default::default() };",
        "let mut row: parcels::ActiveModel = found.into(); row.status = Set(\"gone\".to_owned());",
        "parcels::Entity::update_many().col_expr(parcels::Column::Status, Expr::value(\"gone\")).exec(db).await?;",
    ])
    func aBuilderOfRustWrites(text: String) {
        #expect(short(["src/a.rs": text]) == ["D1 parcels.status gone src/a.rs:1 high"])
    }

    @Test func aRowOfADriverIsOfTheTableThatItsFileIsCalledAfter() {
        let text =
            "async fn f(row: Row) {\n    let mut changed = row.into_active_model();\n    changed.status = Set(\"sent\".to_owned());\n    changed.status = Set(\"gone\".to_owned());\n}\n"
        #expect(
            short(["src/parcel_service.rs": text]) == ["D1 parcels.status gone src/parcel_service.rs:4 high"])
        #expect(short(["src/other_service.rs": text]) == [])
    }

    @Test func aModuleNamesItsTable() {
        let found = short([
            "src/entity/box.rs":
                "#[derive(DeriveEntityModel)]\n#[sea_orm(table_name = \"parcels\")]\npub struct Model { pub status: String }\n",
            "src/b.rs":
                "let row = r#box::ActiveModel { status: Set(GONE.to_owned()) };\nconst GONE: &str = \"gone\";\n",
            "src/c.rs":
                "let found = box::Entity::find().filter(box::Column::Status.eq(\"late\")).all(db).await?;\n",
        ])
        #expect(found.contains("D4 parcels.status late src/c.rs:1 high"))
    }

    @Test func rustsWaysToNameAMember() {
        let own = """
            pub enum ParcelStatus { Packed, Sent, Gone }
            impl ParcelStatus {
                pub fn as_str(&self) -> &'static str {
                    match self {
                        ParcelStatus::Packed => "packed",
                        ParcelStatus::Sent => "sent",
                        ParcelStatus::Gone => "gone",
                    }
                }
            }
            """
        #expect(short(["src/a.rs": own]) == ["D1 parcels.status gone src/a.rs:7 high"])
        let orm = """
            #[derive(EnumIter, DeriveActiveEnum)]
            #[sea_orm(rs_type = "String", db_type = "Text")]
            pub enum ParcelStatus {
                #[sea_orm(string_value = "packed")] Packed,
                #[sea_orm(string_value = "sent")] Sent,
                #[sea_orm(string_value = "gone")] Gone,
            }
            """
        #expect(short(["src/a.rs": orm]) == ["D1 parcels.status gone src/a.rs:6 high"])
        let diesel =
            "#[derive(Debug, DbEnum)]\npub enum ParcelStatus {\n    Packed,\n    Sent,\n    HalfLost,\n}\n"
        #expect(short(["src/a.rs": diesel]) == ["D1 parcels.status half_lost src/a.rs:5 high"])
    }
}
