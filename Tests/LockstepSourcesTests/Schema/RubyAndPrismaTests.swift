import Testing

@testable import LockstepSources

/// Active Record's dumps and migrations, and Prisma's schema.
struct RubyAndPrismaTests {
    @Test func aDumpOfActiveRecord() throws {
        let schema = Made.schema([
            "db/schema.rb": """
            ActiveRecord::Schema[7.1].define(version: 2024_01_01_000000) do |t|
              enable_extension "plpgsql"
              create_enum "order_status", ["new", "paid"]

              create_table "orders", id: :uuid, force: :cascade do |t|
                t.enum "status", default: "new", null: false, enum_type: "order_status"
                t.string "kind", limit: 12
                t.integer "state", default: 0
                t.string "tags", array: true
                t.index ["kind"], name: "index_on_kind"
                t.timestamps
                t.check_constraint "kind::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::text[])", name: "kinds"
              end

              create_table "users" do |t|
                t.citext "role", null: false
              end
              add_check_constraint "users", "role IN ('admin', 'guest')", name: "roles", validate: false
            end
            """,
            // What a dump says is not said again.
            "db/migrate/20240101000000_old.rb": """
            class Old < ActiveRecord::Migration[7.1]
              def change
                create_table(:orders) { |t| t.string :status }
              end
            end
            """,
        ])
        let status = try Made.column("orders.status", in: schema)
        #expect(status.accepted == ["new", "paid"])
        #expect(status.defaultValue == "new" && !status.acceptsNull)
        #expect(status.origin.kind == .railsSchema)
        #expect(try Made.column("orders.kind", in: schema).accepted == ["a", "b"])
        #expect(try Made.column("orders.kind", in: schema).longest == 12)
        #expect(try Made.column("orders.state", in: schema).kind == .other)
        #expect(try Made.column("orders.tags", in: schema).kind == .other)
        let role = try Made.column("users.role", in: schema)
        #expect(role.accepted == ["admin", "guest"])
        #expect(!role.isValidated && !role.acceptsNull)
        #expect(!schema.columns.contains { $0.origin.kind == .railsMigrations })
    }

    @Test func migrationsOfActiveRecord() throws {
        let schema = Made.schema([
            "db/migrate/20240101000000_make.rb": """
            class Make < ActiveRecord::Migration[7.1]
              def change
                create_enum :status, %w[new done]
                create_table :jobs do |t|
                  t.enum :status, enum_type: :status, null: false, default: "new"
                  t.string :kind, :sort
                  t.references :owner
                end
                add_check_constraint :jobs, "kind IN ('a')", name: "kinds"
              end
            end
            """,
            "db/migrate/20240102000000_change.rb": """
            class Change < ActiveRecord::Migration[7.1]
              def up
                execute <<~SQL
                  ALTER TYPE status ADD VALUE 'failed';
                SQL
                remove_check_constraint :jobs, name: "kinds"
                add_check_constraint :jobs, "kind IN ('a', 'b')", name: "kinds", validate: false
                validate_check_constraint :jobs, name: "kinds"
                rename_column :jobs, :sort, :order
                add_enum_value :status, "running", before: "done"
              end

              def down
                execute "ALTER TYPE status ADD VALUE 'from_down'"
                drop_table :jobs
              end
            end
            """,
        ])
        let status = try Made.column("jobs.status", in: schema)
        #expect(status.accepted == ["new", "running", "done", "failed"])
        let kind = try Made.column("jobs.kind", in: schema)
        #expect(kind.accepted == ["a", "b"])
        #expect(kind.isValidated)
        #expect(schema.columns.contains { $0.column == "order" })
        #expect(try Made.column("jobs.owner_id", in: schema).kind == .other)
    }

    @Test func prismasSchema() throws {
        let text = """
            datasource db {
              provider = "postgresql" // "mysql"
              url      = env("DATABASE_URL")
            }
            enum OrderStatus {
              NEW     @map("new")
              PAID    // a comment
              @@map("order_status")
            }
            model Order {
              id      Int         @id @default(autoincrement())
              state   OrderStatus @default(NEW) @map("status")
              kind    String?     @db.VarChar(12)
              owner   User        @relation(fields: [ownerId], references: [id])
              ownerId Int
              moods   OrderStatus[]
              @@map("orders")
            }
            model User {
              id Int @id
              orders Order[]
            }
            """
        let schema = Made.schema(["prisma/schema.prisma": text])
        let status = try Made.column("orders.status", in: schema)
        #expect(status.accepted == ["new", "PAID"])
        #expect(status.type == "order_status")
        #expect(status.defaultValue == "new")
        #expect(!status.acceptsNull)
        #expect(status.dialect == .postgres)
        #expect(status.definedAt.line == 12)
        #expect(try Made.column("orders.kind", in: schema).longest == 12)
        #expect(try Made.column("orders.moods", in: schema).kind == .other)
        #expect(!schema.columns.contains { $0.column == "owner" || $0.column == "orders" })
        // SQLite has no enums: the client alone looks at them.
        let small = Made.schema(["schema.prisma": text.replacing("\"postgresql\"", with: "\"sqlite\"")])
        #expect(try Made.column("orders.status", in: small).accepted == nil)
        let my = Made.schema(["schema.prisma": text.replacing("\"postgresql\"", with: "\"mysql\"")])
        #expect(try Made.column("orders.status", in: my).kind == .nativeEnum(type: nil))
    }
}
