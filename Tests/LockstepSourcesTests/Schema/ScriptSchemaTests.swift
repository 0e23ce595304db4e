import Testing

@testable import LockstepSources

/// Schemas in TypeScript and JavaScript.
struct ScriptSchemaTests {
    @Test func drizzlesTables() throws {
        let schema = Made.schema([
            "src/db/values.ts": """
            export const KINDS = ['a', 'b'] as const;
            export const LEVEL = { LOW: 'low', HIGH: 'high' } as const;
            export const LEVELS = Object.values(LEVEL);
            export enum Mood { Sad = 'sad', Glad = 'glad' }
            """,
            "src/db/schema.ts": """
            import { pgEnum, pgTable, text, varchar, check } from 'drizzle-orm/pg-core';
            import { sql } from 'drizzle-orm';
            import { KINDS, LEVELS, LEVEL, Mood } from './values';
            export const statusEnum = pgEnum('order_status', ['new', 'in-work']);
            export const moodEnum = pgEnum('mood', Object.values(Mood) as [string, ...string[]]);
            export const orders = pgTable('orders', {
                id: text('id').primaryKey(),
                state: statusEnum('status').notNull().default('new'),
                mood: moodEnum(),
                kind: varchar('kind', { length: 12, enum: KINDS }).default(KINDS[0]),
                level: text('level').$type<'low' | 'high'>().notNull().default(LEVEL.LOW),
                rank: text('rank'),
            }, (t) => [
                check('kinds', sql`${t.kind} IN ('a', 'b')`),
                check('levels', sql`${t.level} IN (${sql.join(LEVELS.map((v) => sql.raw(`'${v}'`)), sql`, `)})`),
                check('ranks', sql`${t.rank} IS NULL OR ${t.rank} in ('x')`),
            ]);
            """,
        ])
        let status = try Made.column("orders.status", in: schema)
        #expect(status.accepted == ["new", "in-work"])
        #expect(status.defaultValue == "new" && !status.acceptsNull)
        #expect(status.place.line == 4)
        #expect(try Made.column("orders.mood", in: schema).accepted == ["sad", "glad"])
        #expect(try Made.column("orders.kind", in: schema).accepted == ["a", "b"])
        let level = try Made.column("orders.level", in: schema)
        #expect(level.accepted == ["low", "high"])
        #expect(level.defaultValue == "low")
        #expect(try Made.column("orders.rank", in: schema).accepted == ["x"])
        #expect(schema.columns.allSatisfy { $0.origin.kind == .drizzle && $0.dialect == .postgres })
    }

    @Test func typeORMsMigrationsAndEntities() throws {
        let schema = Made.schema([
            "src/migrations/1700000000000-Make.ts": """
            import { MigrationInterface, QueryRunner, Table, TableColumn } from 'typeorm';
            export class Make1700000000000 implements MigrationInterface {
                public async up(queryRunner: QueryRunner): Promise<void> {
                    await queryRunner.query(`CREATE TYPE "orders_status_enum" AS ENUM('new', 'done')`);
                    await queryRunner.query(
                        `CREATE TABLE "orders" ("id" uuid NOT NULL, "status" "orders_status_enum" NOT NULL DEFAULT 'new')`);
                    await queryRunner.createTable(new Table({
                        name: 'items',
                        columns: [
                            { name: 'size', type: 'enum', enum: ['s', 'm'], default: "'s'" },
                            { name: 'note', type: 'varchar', length: '9', isNullable: true },
                        ],
                        checks: [{ name: 'notes', expression: `note IN ('x')` }],
                    }), true);
                }
                public async down(queryRunner: QueryRunner): Promise<void> {
                    await queryRunner.query(`ALTER TYPE "orders_status_enum" ADD VALUE 'from_down'`);
                    await queryRunner.dropTable('items');
                }
            }
            """,
            "src/order.entity.ts": """
            import { Entity, Column, Check, PrimaryGeneratedColumn } from 'typeorm';
            export enum Status { New = 'new', Done = 'done', Lost = 'lost' }
            @Entity('orders')
            @Check('ok', `"kind" IN ('a')`)
            export class Order {
                @PrimaryGeneratedColumn('uuid') id: string;
                @Column({ type: 'enum', enum: Status, default: Status.New })
                status: Status;
                @Column({ nullable: true })
                kind?: string;
            }
            """,
        ])
        #expect(try Made.column("orders.status", in: schema).accepted == ["new", "done"])
        #expect(try Made.column("orders.status", in: schema).origin.kind == .scriptMigrations)
        #expect(try Made.column("items.size", in: schema).accepted == ["s", "m"])
        #expect(try Made.column("items.size", in: schema).type == "items_size_enum")
        #expect(try Made.column("items.note", in: schema).accepted == ["x"])
        let entity = schema.columns.filter { $0.origin.kind == .typeORM }
        #expect(entity.first { $0.column == "status" }?.accepted == ["new", "done", "lost"])
        #expect(entity.first { $0.column == "status" }?.defaultValue == "new")
        #expect(entity.first { $0.column == "kind" }?.accepted == ["a"])
    }

    @Test func knexsBuilder() throws {
        let schema = Made.schema([
            "migrations/20240101_make.js": """
            exports.up = async function (knex) {
                await knex.schema.createTable('jobs', (table) => {
                    table.increments('id');
                    table.enu('status', ['new', 'done']).notNullable().defaultTo('new');
                    table.enum('mood', ['sad', 'glad'], { useNative: true, enumName: 'mood' });
                    table.string('kind', 12);
                });
            };
            exports.down = (knex) => knex.schema.dropTable('jobs');
            """,
            "migrations/20240102_change.js": """
            exports.up = (knex) => knex.schema.raw(`
                ALTER TABLE jobs DROP CONSTRAINT jobs_status_check;
                ALTER TABLE jobs ADD CONSTRAINT jobs_status_check CHECK (status IN ('new', 'done', 'failed'));
            `);
            exports.down = async (knex) => { await knex.raw(`DROP TABLE jobs`); };
            """,
        ])
        let status = try Made.column("jobs.status", in: schema)
        #expect(status.accepted == ["new", "done", "failed"])
        #expect(status.place == SourcePlace(file: "migrations/20240102_change.js", line: 3))
        #expect(status.defaultValue == "new" && !status.acceptsNull)
        #expect(try Made.column("jobs.mood", in: schema).kind == .nativeEnum(type: "mood"))
        #expect(try Made.column("jobs.kind", in: schema).longest == 12)
    }

    @Test func sequelizesMigrations() throws {
        let schema = Made.schema([
            "migrations/1-make.js": """
            module.exports = {
                up: async (queryInterface, Sequelize) => {
                    await queryInterface.createTable('jobs', {
                        id: { type: Sequelize.INTEGER, primaryKey: true },
                        status: { type: Sequelize.ENUM('new', 'done'), allowNull: false, defaultValue: 'new' },
                        mood: { type: Sequelize.ENUM({ values: ['sad'] }) },
                        kind: { type: Sequelize.STRING(12) },
                    });
                    await queryInterface.addConstraint('jobs', {
                        type: 'check', fields: ['kind'], where: { kind: ['a', 'b'] }, name: 'kinds' });
                    await queryInterface.sequelize.query(`ALTER TYPE "enum_jobs_status" ADD VALUE 'failed'`);
                },
                down: async (queryInterface) => { await queryInterface.dropTable('jobs'); },
            };
            """
        ])
        let status = try Made.column("jobs.status", in: schema)
        #expect(status.accepted == ["new", "done", "failed"])
        #expect(status.type == "enum_jobs_status")
        #expect(!status.acceptsNull)
        #expect(try Made.column("jobs.mood", in: schema).accepted == ["sad"])
        #expect(try Made.column("jobs.kind", in: schema).accepted == ["a", "b"])
    }

    @Test func kyselysSchema() throws {
        let schema = Made.schema([
            "migrations/1.ts": """
            import { Kysely, sql } from 'kysely';
            export async function up(db: Kysely<any>): Promise<void> {
                await db.schema.createType('status').asEnum(['new', 'done']).execute();
                await db.schema.createTable('jobs')
                    .addColumn('id', 'uuid', (col) => col.primaryKey())
                    .addColumn('status', sql`status`, (col) => col.notNull().defaultTo('new'))
                    .addColumn('kind', 'varchar(12)', (col) => col.check(sql`kind in ('a', 'b')`))
                    .addCheckConstraint('both', sql`kind <> 'b'`)
                    .execute();
            }
            export async function down(db: Kysely<any>): Promise<void> {
                await db.schema.dropTable('jobs').execute();
            }
            """
        ])
        let status = try Made.column("jobs.status", in: schema)
        #expect(status.accepted == ["new", "done"])
        #expect(!status.acceptsNull)
        #expect(try Made.column("jobs.kind", in: schema).accepted == ["a"])
        #expect(try Made.column("jobs.kind", in: schema).longest == 12)
    }
}
