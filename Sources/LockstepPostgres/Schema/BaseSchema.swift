import LockstepSQL

/// What the store needs beside the lifecycles' own tables, as PostgreSQL text.
package enum BaseSchema {
    /// The code that the triggers raise: class `LS` is nobody else's (classes beginning with I to Z are free for
    /// applications, SQL:2016 part 2, 24.1).
    static let refusalCode = "LS001"

    /// The first layout.
    package static func create(in schema: String) -> [String] {
        [
            """
            CREATE TABLE \(schema).lockstep_definitions (
                name text COLLATE "C" PRIMARY KEY, fingerprint text NOT NULL, json text NOT NULL,
                installed_at bigint NOT NULL, revision bigint NOT NULL
            )
            """,
            """
            CREATE TABLE \(schema).lockstep_replaced_definitions (
                name text COLLATE "C" NOT NULL, fingerprint text NOT NULL, json text NOT NULL,
                replaced_at bigint NOT NULL, PRIMARY KEY (name, fingerprint)
            )
            """,
            // One row: what every write is guarded by, so that none is decided by a definition that is past.
            """
            CREATE TABLE \(schema).lockstep_state (
                only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), revision bigint NOT NULL
            )
            """,
            "INSERT INTO \(schema).lockstep_state (revision) VALUES (0)",
            """
            CREATE TABLE \(schema).lockstep_workers (
                id text COLLATE "C" PRIMARY KEY, host text NOT NULL, statuses text NOT NULL,
                started_at bigint NOT NULL, beat_at bigint NOT NULL, lease_ends bigint NOT NULL
            ) WITH (fillfactor = 50)
            """,
            """
            CREATE TABLE \(schema).lockstep_pauses (
                lifecycle text COLLATE "C" NOT NULL, status text COLLATE "C" NOT NULL,
                paused_at bigint NOT NULL, by_kind text NOT NULL, by_name text, reason text,
                PRIMARY KEY (lifecycle, status)
            )
            """,
            """
            CREATE FUNCTION \(schema).lockstep_now() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE
                RETURN (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
            """,
            """
            CREATE FUNCTION \(schema).lockstep_refuse() RETURNS trigger LANGUAGE plpgsql
                SET search_path = pg_catalog, pg_temp AS $lockstep$
            BEGIN
                RAISE EXCEPTION USING ERRCODE = '\(refusalCode)', MESSAGE = TG_NAME || ': ' || TG_ARGV[0],
                    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END
            $lockstep$
            """,
            // Arguments: the lifecycle, then each status and what is allowed from it, in words.
            """
            CREATE FUNCTION \(schema).lockstep_refuse_move() RETURNS trigger LANGUAGE plpgsql
                SET search_path = pg_catalog, pg_temp AS $lockstep$
            DECLARE
                allowed text := 'nothing';
            BEGIN
                FOR i IN 1 .. TG_NARGS - 2 BY 2 LOOP
                    IF TG_ARGV[i] = old.status THEN allowed := TG_ARGV[i + 1]; END IF;
                END LOOP;
                RAISE EXCEPTION USING ERRCODE = '\(refusalCode)', CONSTRAINT = TG_NAME,
                    TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
                    MESSAGE = format('%s: a job of lifecycle ''%s'' cannot move from ''%s'' to ''%s''; allowed: %s',
                        TG_NAME, TG_ARGV[0], old.status, new.status, allowed);
            END
            $lockstep$
            """,
        ]
    }
}
