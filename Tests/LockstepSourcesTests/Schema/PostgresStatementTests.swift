import Testing

@testable import LockstepSources

/// What PostgreSQL's statements leave behind.
struct PostgresStatementTests {
    @Test func anEnumGrowsAndIsRenamed() throws {
        let column = try Made.column(
            "jobs.status",
            sql: """
                CREATE TYPE /* TEMPLATE: schema */job_state AS ENUM (
                    'new', -- 'commented'
                    /* 'old', */ 'done'
                );
                CREATE TABLE jobs (id bigserial PRIMARY KEY, status job_state NOT NULL DEFAULT 'new'::job_state);
                ALTER TYPE job_state ADD VALUE IF NOT EXISTS 'running' BEFORE 'done';
                ALTER TYPE job_state ADD VALUE 'failed' AFTER 'new';
                ALTER TYPE job_state ADD VALUE IF NOT EXISTS 'done';
                ALTER TYPE job_state RENAME VALUE 'new' TO 'fresh';
                ALTER TYPE job_state RENAME TO job_status;
                """)
        #expect(column.accepted == ["fresh", "failed", "running", "done"])
        #expect(column.kind == .nativeEnum(type: "job_status"))
        #expect(column.type == "job_status")
        #expect(column.place.line == 9)
        #expect(column.valuePlaces["running"]?.line == 6)
        #expect(column.defaultValue == "new")
        #expect(!column.acceptsNull)
        #expect(column.dialect == .postgres)
    }

    @Test func anEnumIsReplaced() throws {
        let column = try Made.column(
            "jobs.status",
            sql: """
                CREATE TYPE status AS ENUM ('a', 'b', 'gone');
                CREATE TABLE jobs (status status DEFAULT 'a');
                ALTER TYPE "status" RENAME TO "status_old";
                CREATE TYPE "status" AS ENUM ('a', 'b', 'c');
                ALTER TABLE jobs ALTER COLUMN status DROP DEFAULT,
                    ALTER COLUMN status TYPE "status" USING (status::text::"status"),
                    ALTER COLUMN status SET DEFAULT 'c';
                DROP TYPE "status_old";
                """)
        #expect(column.accepted == ["a", "b", "c"])
        #expect(column.defaultValue == "c")
    }

    @Test func enumsOfOneNameInTwoSchemasAreTwo() throws {
        let schema = Made.sql(
            """
            CREATE TYPE shop.status AS ENUM ('open', 'closed');
            CREATE TYPE mail.status AS ENUM ('sent', 'bounced');
            CREATE TABLE shop.orders (status shop.status);
            CREATE TABLE mail.letters (status mail.status);
            """)
        #expect(try Made.column("orders.status", in: schema).accepted == ["open", "closed"])
        #expect(try Made.column("letters.status", in: schema).accepted == ["sent", "bounced"])
        #expect(try Made.column("letters.status", in: schema).namespace == "mail")
    }

    @Test func theLastConstraintWins() throws {
        let column = try Made.column(
            "orders.status",
            sql: """
                CREATE TABLE orders (status text CHECK (status IN ('new', 'paid')));
                ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_status_check;
                ALTER TABLE orders ADD CONSTRAINT orders_status_check
                    CHECK (status IN ('new', 'paid', 'sent')) NOT VALID;
                """)
        #expect(column.accepted == ["new", "paid", "sent"])
        #expect(!column.isValidated)
        #expect(column.place.line == 4)
        #expect(column.constraint == "orders_status_check")
    }

    @Test func validatingIsSeen() throws {
        let made =
            "CREATE TABLE orders (status text); ALTER TABLE orders ADD CONSTRAINT ok CHECK (status IN ('a')) NOT VALID;"
        #expect(try !Made.column("orders.status", sql: made).isValidated)
        let validated = made + "ALTER TABLE orders VALIDATE CONSTRAINT ok;"
        #expect(try Made.column("orders.status", sql: validated).isValidated)
        let idle = "CREATE TABLE orders (status text, CONSTRAINT ok CHECK (status IN ('a')) NOT ENFORCED);"
        #expect(try !Made.column("orders.status", sql: idle).isEnforced)
        #expect(try Made.column("orders.status", sql: idle).accepts("b") == .accepted)
    }

    @Test func droppedIsGone() throws {
        let schema = Made.sql(
            """
            CREATE TABLE orders (id int, status text CHECK (status IN ('a')), kind text CHECK (kind IN ('x')));
            ALTER TABLE orders DROP CONSTRAINT orders_status_check, DROP COLUMN kind;
            CREATE TABLE gone (status text);
            DROP TABLE IF EXISTS gone CASCADE;
            """)
        #expect(try Made.column("orders.status", in: schema).accepted == nil)
        #expect(try Made.column("orders.status", in: schema).kind == .text)
        #expect(!schema.columns.contains { $0.column == "kind" || $0.table == "gone" })
    }

    @Test func domainsHoldTheirRules() throws {
        let column = try Made.column(
            "jobs.status",
            sql: """
                CREATE DOMAIN status_text AS varchar(20) DEFAULT 'new' NOT NULL CHECK (VALUE IN ('new', 'done'));
                CREATE TABLE jobs (status status_text);
                ALTER DOMAIN status_text DROP CONSTRAINT status_text_check;
                ALTER DOMAIN status_text ADD CONSTRAINT wider CHECK (VALUE IN ('new', 'done', 'failed')) NOT VALID;
                """)
        #expect(column.kind == .domain(type: "status_text"))
        #expect(column.accepted == ["new", "done", "failed"])
        #expect(!column.isValidated)
        #expect(!column.acceptsNull)
        #expect(column.defaultValue == "new")
        #expect(column.longest == 20)
    }

    @Test func listPartitionsAcceptTheirBounds() throws {
        let made = """
            CREATE TABLE jobs (status text NOT NULL) PARTITION BY LIST (status);
            CREATE TABLE jobs_open PARTITION OF jobs FOR VALUES IN ('new', 'running');
            CREATE TABLE jobs_done (status text NOT NULL);
            ALTER TABLE jobs ATTACH PARTITION jobs_done FOR VALUES IN ('done');
            """
        let column = try Made.column("jobs.status", sql: made)
        #expect(column.kind == .partitions)
        #expect(column.accepted == ["new", "running", "done"])
        let open = try Made.column("jobs.status", sql: made + "CREATE TABLE rest PARTITION OF jobs DEFAULT;")
        #expect(open.accepted == nil)
        #expect(open.kind == .text)
        let detached = try Made.column(
            "jobs.status", sql: made + "ALTER TABLE jobs DETACH PARTITION jobs_done;")
        #expect(detached.accepted == ["new", "running"])
    }

    @Test func blocksRunUnderTheirGuards() throws {
        let schema = Made.sql(
            """
            DO $$ BEGIN
                CREATE TYPE mood AS ENUM ('sad', 'glad');
            EXCEPTION WHEN duplicate_object THEN null;
            END $$;
            DO $$ BEGIN
                IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
                    CREATE TYPE mood AS ENUM ('other');
                END IF;
            END $$;
            CREATE TABLE jobs (mood mood, status text CONSTRAINT jobs_status CHECK (status IN ('old')));
            DO $body$
            BEGIN
                ALTER TABLE jobs DROP CONSTRAINT IF EXISTS jobs_status;
                IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'jobs_status') THEN
                    ALTER TABLE jobs ADD CONSTRAINT jobs_status CHECK (status IN ('old', 'new'));
                END IF;
            END
            $body$;
            DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''calm'''; END $$;
            """)
        #expect(try Made.column("jobs.mood", in: schema).accepted == ["sad", "glad", "calm"])
        #expect(try Made.column("jobs.status", in: schema).accepted == ["old", "new"])
        #expect(try Made.column("jobs.status", in: schema).place.line == 15)
    }

    @Test func aLoopThatDropsWhatItFindsIsUnderstood() throws {
        let schema = Made.sql(
            """
            CREATE TABLE jobs (status text CHECK (status IN ('a')), kind text CHECK (kind IN ('x')));
            DO $$
            DECLARE found record;
            BEGIN
                FOR found IN SELECT conname FROM pg_constraint
                    WHERE conrelid = 'jobs'::regclass AND pg_get_constraintdef(oid) LIKE '%status%' LOOP
                    EXECUTE format('ALTER TABLE jobs DROP CONSTRAINT %I', found.conname);
                END LOOP;
                ALTER TABLE jobs ADD CONSTRAINT jobs_status_check CHECK (status IN ('a', 'b'));
            END $$;
            """)
        #expect(try Made.column("jobs.status", in: schema).accepted == ["a", "b"])
        #expect(try Made.column("jobs.kind", in: schema).accepted == ["x"])
        #expect(schema.notes.count == 1)
    }

    @Test func namesChange() throws {
        let schema = Made.sql(
            """
            CREATE TABLE jobs (state text CHECK (state IN ('a', 'b')));
            ALTER TABLE jobs RENAME COLUMN state TO status;
            ALTER TABLE public.jobs RENAME TO tasks;
            ALTER TABLE tasks RENAME CONSTRAINT jobs_state_check TO tasks_status;
            """)
        let column = try Made.column("tasks.status", in: schema)
        #expect(column.accepted == ["a", "b"])
        #expect(column.constraint == "tasks_status")
        #expect(schema.columns.count == 1)
    }

    @Test func functionsAndRowsAreNoSchema() throws {
        let schema = Made.sql(
            """
            CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                CREATE TABLE inside (status text);
            END $$;
            CREATE TABLE jobs (status text, note text DEFAULT 'CREATE TABLE x (y text);');
            COPY jobs (status) FROM stdin;
            CREATE TABLE copied (status text);
            \\.
            INSERT INTO jobs VALUES ('ALTER TYPE x ADD VALUE ''y''');
            CREATE TEMP TABLE passing (status text);
            CREATE VIEW v AS SELECT status FROM jobs;
            """)
        #expect(Set(schema.columns.map(\.table)) == ["jobs"])
    }

    @Test func typesAreTold() throws {
        let schema = Made.sql(
            """
            CREATE TABLE t (
                a character varying(12), b timestamp with time zone DEFAULT now() NOT NULL, c text[] DEFAULT '{}',
                d numeric(10, 2), "Mixed" text COLLATE "C", e bpchar, f citext, g integer GENERATED ALWAYS AS (1) STORED
            );
            """)
        #expect(schema.columns.map(\.column) == ["a", "b", "c", "d", "Mixed", "e", "f", "g"])
        #expect(schema.columns.map(\.kind) == [.text, .other, .other, .other, .text, .text, .text, .other])
        #expect(schema.columns[0].longest == 12)
        #expect(schema.columns[1].acceptsNull == false)
    }
}
