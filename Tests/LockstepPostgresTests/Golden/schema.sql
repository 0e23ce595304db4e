-- statements: 1af1556bd2bb1197
CREATE SCHEMA lockstep;
CREATE FUNCTION lockstep.lockstep_now() RETURNS bigint
    LANGUAGE sql PARALLEL SAFE
    RETURN ((EXTRACT(epoch FROM clock_timestamp()) * (1000000)::numeric))::bigint;
CREATE FUNCTION lockstep.lockstep_refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LS001', MESSAGE = TG_NAME || ': ' || TG_ARGV[0],
        CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END
$$;
CREATE FUNCTION lockstep.lockstep_refuse_move() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    allowed text := 'nothing';
BEGIN
    FOR i IN 1 .. TG_NARGS - 2 BY 2 LOOP
        IF TG_ARGV[i] = old.status THEN allowed := TG_ARGV[i + 1]; END IF;
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'LS001', CONSTRAINT = TG_NAME,
        TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
        MESSAGE = format('%s: a job of lifecycle ''%s'' cannot move from ''%s'' to ''%s''; allowed: %s',
            TG_NAME, TG_ARGV[0], old.status, new.status, allowed);
END
$$;
CREATE FUNCTION lockstep.trg_footage_adopt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO lockstep.footage_history (job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at, tx, job_id, owner)
VALUES (new.seq, old.version + 1, 'moved', old.status, new.status, 'operator', 'sql',
    'moved by plain SQL', NULL, new.fence, 0, lockstep.lockstep_now(), txid_current(), new.id, new.owner);
UPDATE lockstep.footage_jobs SET version = old.version + 1, entry_kind = 'adopted', claimed_by = NULL,
    attempt = 0, hold = NULL, parked_at = NULL, failure = NULL, progress = CASE new.status WHEN 'awaiting' THEN 0 WHEN 'queued' THEN 0 WHEN 'running' THEN progress WHEN 'done' THEN 100 WHEN 'failed' THEN progress END,
    progress_detail = NULL, available_at = lockstep.lockstep_now(), entered_at = lockstep.lockstep_now(), updated_at = lockstep.lockstep_now(),
    ended_at = CASE new.status WHEN 'awaiting' THEN NULL WHEN 'queued' THEN NULL WHEN 'running' THEN NULL WHEN 'done' THEN coalesce(old.ended_at, lockstep.lockstep_now()) WHEN 'failed' THEN coalesce(old.ended_at, lockstep.lockstep_now()) END, deadline = CASE new.status WHEN 'awaiting' THEN lockstep.lockstep_now() + 900000000 WHEN 'queued' THEN lockstep.lockstep_now() + 21600000000 WHEN 'running' THEN lockstep.lockstep_now() + 300000000 WHEN 'done' THEN lockstep.lockstep_now() + 7776000000000 WHEN 'failed' THEN lockstep.lockstep_now() + 7776000000000 END
WHERE id = new.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_footage_adoptstart() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE lockstep.footage_jobs SET deadline = CASE new.status WHEN 'awaiting' THEN lockstep.lockstep_now() + 900000000 WHEN 'queued' THEN lockstep.lockstep_now() + 21600000000 WHEN 'running' THEN lockstep.lockstep_now() + 300000000 WHEN 'done' THEN lockstep.lockstep_now() + 7776000000000 WHEN 'failed' THEN lockstep.lockstep_now() + 7776000000000 END WHERE id = new.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_footage_forget() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM lockstep.footage_history h USING before b WHERE h.job = b.seq;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_footage_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET enable_hashjoin TO 'on'
    AS $$
BEGIN
    INSERT INTO lockstep.footage_history (job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at, tx, job_id, owner)
SELECT w.seq, w.version, CASE w.entry_kind WHEN 'adopted' THEN 'moved' ELSE w.entry_kind END,
    b.status, w.status, w.entry_actor, w.entry_actor_name,
    w.entry_reason, w.entry_failure, w.fence, w.attempt, w.updated_at, txid_current(), w.id, w.owner
FROM written w JOIN before b ON b.seq = w.seq
WHERE w.version <> b.version AND (w.entry_kind <> 'adopted' OR w.version <> b.version + 1
    OR (SELECT count(*) FROM lockstep.footage_history h WHERE h.job = w.seq AND h.n = w.version) = 0);
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_footage_recordstart() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO lockstep.footage_history (job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at, tx, job_id, owner)
SELECT seq, version, entry_kind, NULL, status, entry_actor, entry_actor_name, entry_reason,
    entry_failure, fence, attempt, created_at, txid_current(), id, owner FROM written;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_footage_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    TRUNCATE lockstep.footage_history;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_parcel_adopt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO lockstep.parcel_history (job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at, tx, job_id, owner)
VALUES (new.seq, old.version + 1, 'moved', old.status, new.status, 'operator', 'sql',
    'moved by plain SQL', NULL, new.fence, 0, lockstep.lockstep_now(), txid_current(), new.id, new.owner);
UPDATE lockstep.parcel_jobs SET version = old.version + 1, entry_kind = 'adopted', claimed_by = NULL,
    attempt = 0, hold = NULL, parked_at = NULL, failure = NULL, progress = CASE new.status WHEN 'announced' THEN 0 WHEN 'queued' THEN 0 WHEN 'packing' THEN progress WHEN 'labelling' THEN progress WHEN 'review' THEN 0 WHEN 'delivered' THEN 100 WHEN 'lost' THEN progress WHEN 'withdrawn' THEN progress WHEN 'archived' THEN progress WHEN 'pending' THEN 0 END,
    progress_detail = NULL, available_at = lockstep.lockstep_now(), entered_at = lockstep.lockstep_now(), updated_at = lockstep.lockstep_now(),
    ended_at = CASE new.status WHEN 'announced' THEN NULL WHEN 'queued' THEN NULL WHEN 'packing' THEN NULL WHEN 'labelling' THEN NULL WHEN 'review' THEN NULL WHEN 'delivered' THEN coalesce(old.ended_at, lockstep.lockstep_now()) WHEN 'lost' THEN coalesce(old.ended_at, lockstep.lockstep_now()) WHEN 'withdrawn' THEN coalesce(old.ended_at, lockstep.lockstep_now()) WHEN 'archived' THEN coalesce(old.ended_at, lockstep.lockstep_now()) WHEN 'pending' THEN NULL END, deadline = CASE new.status WHEN 'announced' THEN lockstep.lockstep_now() + 600000000 WHEN 'queued' THEN lockstep.lockstep_now() + 3600000000 WHEN 'packing' THEN lockstep.lockstep_now() + 1800000000 WHEN 'labelling' THEN lockstep.lockstep_now() + 300000000 WHEN 'review' THEN NULL::bigint WHEN 'delivered' THEN lockstep.lockstep_now() + 2592000000000 WHEN 'lost' THEN lockstep.lockstep_now() + 604800000000 WHEN 'withdrawn' THEN lockstep.lockstep_now() + 604800000000 WHEN 'archived' THEN NULL::bigint WHEN 'pending' THEN lockstep.lockstep_now() + 3600000000 END
WHERE id = new.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_parcel_adoptstart() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE lockstep.parcel_jobs SET deadline = CASE new.status WHEN 'announced' THEN lockstep.lockstep_now() + 600000000 WHEN 'queued' THEN lockstep.lockstep_now() + 3600000000 WHEN 'packing' THEN lockstep.lockstep_now() + 1800000000 WHEN 'labelling' THEN lockstep.lockstep_now() + 300000000 WHEN 'review' THEN NULL::bigint WHEN 'delivered' THEN lockstep.lockstep_now() + 2592000000000 WHEN 'lost' THEN lockstep.lockstep_now() + 604800000000 WHEN 'withdrawn' THEN lockstep.lockstep_now() + 604800000000 WHEN 'archived' THEN NULL::bigint WHEN 'pending' THEN lockstep.lockstep_now() + 3600000000 END WHERE id = new.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_parcel_forget() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM lockstep.parcel_history h USING before b WHERE h.job = b.seq;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_parcel_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET enable_hashjoin TO 'on'
    AS $$
BEGIN
    INSERT INTO lockstep.parcel_history (job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at, tx, job_id, owner)
SELECT w.seq, w.version, CASE w.entry_kind WHEN 'adopted' THEN 'moved' ELSE w.entry_kind END,
    b.status, w.status, w.entry_actor, w.entry_actor_name,
    w.entry_reason, w.entry_failure, w.fence, w.attempt, w.updated_at, txid_current(), w.id, w.owner
FROM written w JOIN before b ON b.seq = w.seq
WHERE w.version <> b.version AND (w.entry_kind <> 'adopted' OR w.version <> b.version + 1
    OR (SELECT count(*) FROM lockstep.parcel_history h WHERE h.job = w.seq AND h.n = w.version) = 0);
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_parcel_recordstart() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO lockstep.parcel_history (job, n, kind, from_status, to_status, actor, actor_name, reason, failure, fence, attempt, at, tx, job_id, owner)
SELECT seq, version, entry_kind, NULL, status, entry_actor, entry_actor_name, entry_reason,
    entry_failure, fence, attempt, created_at, txid_current(), id, owner FROM written;
    RETURN NULL;
END
$$;
CREATE FUNCTION lockstep.trg_parcel_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    TRUNCATE lockstep.parcel_history;
    RETURN NULL;
END
$$;
CREATE TABLE lockstep.footage_history (
    job bigint NOT NULL,
    n bigint NOT NULL,
    kind text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor text NOT NULL,
    actor_name text,
    reason text,
    failure text,
    fence bigint NOT NULL,
    attempt bigint NOT NULL,
    at bigint NOT NULL,
    tx bigint,
    job_id text COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C"
);
CREATE TABLE lockstep.footage_jobs (
    seq bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C",
    key text COLLATE pg_catalog."C",
    priority bigint DEFAULT 0 NOT NULL,
    input text DEFAULT '{}'::text NOT NULL,
    output text,
    metadata text DEFAULT '{}'::text NOT NULL,
    progress bigint DEFAULT 0 NOT NULL,
    progress_detail text,
    fence bigint DEFAULT 0 NOT NULL,
    claimed_by text COLLATE pg_catalog."C",
    attempt bigint DEFAULT 0 NOT NULL,
    available_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    hold text,
    parked_at bigint,
    failure text,
    deadline bigint,
    entered_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    created_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    updated_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    ended_at bigint,
    version bigint DEFAULT 1 NOT NULL,
    spent text,
    met text,
    entry_kind text DEFAULT 'started'::text NOT NULL,
    entry_actor text DEFAULT 'operator'::text NOT NULL,
    entry_actor_name text DEFAULT 'sql'::text,
    entry_reason text,
    entry_failure text,
    CONSTRAINT chk_footage_progress CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT chk_footage_status CHECK ((status = ANY (ARRAY['awaiting'::text, 'queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.01', autovacuum_analyze_threshold='1000');
ALTER TABLE lockstep.footage_jobs ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME lockstep.footage_jobs_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE lockstep.lockstep_definitions (
    name text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL,
    json text NOT NULL,
    installed_at bigint NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE lockstep.lockstep_migrations (
    number bigint NOT NULL,
    name text NOT NULL,
    breaks_before bigint NOT NULL,
    applied_at bigint NOT NULL,
    applied_by text NOT NULL
);
CREATE TABLE lockstep.lockstep_pauses (
    lifecycle text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    paused_at bigint NOT NULL,
    by_kind text NOT NULL,
    by_name text,
    reason text
);
CREATE TABLE lockstep.lockstep_replaced_definitions (
    name text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL,
    json text NOT NULL,
    replaced_at bigint NOT NULL
);
CREATE TABLE lockstep.lockstep_rollouts (
    name text NOT NULL COLLATE pg_catalog."C",
    phase text NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    changed_at bigint NOT NULL
);
CREATE TABLE lockstep.lockstep_state (
    only_row boolean DEFAULT true NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT lockstep_state_only_row_check CHECK (only_row)
);
CREATE TABLE lockstep.lockstep_workers (
    id text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL,
    statuses text NOT NULL,
    started_at bigint NOT NULL,
    beat_at bigint NOT NULL,
    lease_ends bigint NOT NULL,
    knows text
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='200', autovacuum_vacuum_cost_delay='0');
CREATE TABLE lockstep.parcel_history (
    job bigint NOT NULL,
    n bigint NOT NULL,
    kind text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor text NOT NULL,
    actor_name text,
    reason text,
    failure text,
    fence bigint NOT NULL,
    attempt bigint NOT NULL,
    at bigint NOT NULL,
    tx bigint,
    job_id text COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C"
);
CREATE TABLE lockstep.parcel_jobs (
    seq bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C",
    key text COLLATE pg_catalog."C",
    priority bigint DEFAULT 0 NOT NULL,
    input text DEFAULT '{}'::text NOT NULL,
    output text,
    metadata text DEFAULT '{}'::text NOT NULL,
    progress bigint DEFAULT 0 NOT NULL,
    progress_detail text,
    fence bigint DEFAULT 0 NOT NULL,
    claimed_by text COLLATE pg_catalog."C",
    attempt bigint DEFAULT 0 NOT NULL,
    available_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    hold text,
    parked_at bigint,
    failure text,
    deadline bigint,
    entered_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    created_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    updated_at bigint DEFAULT lockstep.lockstep_now() NOT NULL,
    ended_at bigint,
    version bigint DEFAULT 1 NOT NULL,
    spent text,
    met text,
    entry_kind text DEFAULT 'started'::text NOT NULL,
    entry_actor text DEFAULT 'operator'::text NOT NULL,
    entry_actor_name text DEFAULT 'sql'::text,
    entry_reason text,
    entry_failure text,
    phase text GENERATED ALWAYS AS (
CASE status
    WHEN 'announced'::text THEN 'before'::text
    WHEN 'queued'::text THEN 'before'::text
    WHEN 'packing'::text THEN 'during'::text
    WHEN 'labelling'::text THEN 'during'::text
    WHEN 'pending'::text THEN 'before'::text
    ELSE NULL::text
END) STORED,
    CONSTRAINT chk_parcel_progress CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT chk_parcel_status CHECK ((status = ANY (ARRAY['announced'::text, 'queued'::text, 'packing'::text, 'labelling'::text, 'review'::text, 'delivered'::text, 'lost'::text, 'withdrawn'::text, 'archived'::text, 'pending'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.01', autovacuum_analyze_threshold='1000');
ALTER TABLE lockstep.parcel_jobs ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME lockstep.parcel_jobs_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY lockstep.footage_history
    ADD CONSTRAINT footage_history_pkey PRIMARY KEY (job, n);
ALTER TABLE ONLY lockstep.footage_jobs
    ADD CONSTRAINT footage_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY lockstep.lockstep_definitions
    ADD CONSTRAINT lockstep_definitions_pkey PRIMARY KEY (name);
ALTER TABLE ONLY lockstep.lockstep_migrations
    ADD CONSTRAINT lockstep_migrations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY lockstep.lockstep_pauses
    ADD CONSTRAINT lockstep_pauses_pkey PRIMARY KEY (lifecycle, status);
ALTER TABLE ONLY lockstep.lockstep_replaced_definitions
    ADD CONSTRAINT lockstep_replaced_definitions_pkey PRIMARY KEY (name, fingerprint);
ALTER TABLE ONLY lockstep.lockstep_rollouts
    ADD CONSTRAINT lockstep_rollouts_pkey PRIMARY KEY (name);
ALTER TABLE ONLY lockstep.lockstep_state
    ADD CONSTRAINT lockstep_state_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY lockstep.lockstep_workers
    ADD CONSTRAINT lockstep_workers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY lockstep.parcel_history
    ADD CONSTRAINT parcel_history_pkey PRIMARY KEY (job, n);
ALTER TABLE ONLY lockstep.parcel_jobs
    ADD CONSTRAINT parcel_jobs_pkey PRIMARY KEY (id);
CREATE INDEX footage_history_feed ON lockstep.footage_history USING btree (tx, job, n) WHERE (tx IS NOT NULL);
CREATE INDEX footage_jobs_claim ON lockstep.footage_jobs USING btree (status, priority DESC, available_at, seq) WHERE ((claimed_by IS NULL) AND (parked_at IS NULL) AND (hold IS NULL) AND (ended_at IS NULL));
CREATE INDEX footage_jobs_deadline ON lockstep.footage_jobs USING btree (deadline) WHERE ((deadline IS NOT NULL) AND (claimed_by IS NULL) AND (ended_at IS NULL));
CREATE INDEX footage_jobs_ended ON lockstep.footage_jobs USING btree (status, id) WHERE (ended_at IS NOT NULL);
CREATE INDEX footage_jobs_ended_key ON lockstep.footage_jobs USING btree (key, id) WHERE ((key IS NOT NULL) AND (ended_at IS NOT NULL));
CREATE INDEX footage_jobs_failed ON lockstep.footage_jobs USING btree ((
CASE
    WHEN (substr(failure, 1, 26) = '{"audience":"user_fixable"'::text) THEN 'user_fixable'::text
    WHEN (substr(failure, 1, 23) = '{"audience":"temporary"'::text) THEN 'temporary'::text
    ELSE 'admin_required'::text
END), id) WHERE (failure IS NOT NULL);
CREATE INDEX footage_jobs_held ON lockstep.footage_jobs USING btree (claimed_by) WHERE (claimed_by IS NOT NULL);
CREATE UNIQUE INDEX footage_jobs_live_key ON lockstep.footage_jobs USING btree (key) WHERE ((key IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX footage_jobs_onhold ON lockstep.footage_jobs USING btree (status) WHERE (hold IS NOT NULL);
CREATE INDEX footage_jobs_owner ON lockstep.footage_jobs USING btree (owner, id) WHERE (owner IS NOT NULL);
CREATE INDEX footage_jobs_parked ON lockstep.footage_jobs USING btree (parked_at) WHERE (parked_at IS NOT NULL);
CREATE INDEX footage_jobs_retention ON lockstep.footage_jobs USING btree (deadline) WHERE ((deadline IS NOT NULL) AND (claimed_by IS NULL) AND (ended_at IS NOT NULL));
CREATE INDEX parcel_history_feed ON lockstep.parcel_history USING btree (tx, job, n) WHERE (tx IS NOT NULL);
CREATE INDEX parcel_jobs_claim ON lockstep.parcel_jobs USING btree (status, priority DESC, available_at, seq) WHERE ((claimed_by IS NULL) AND (parked_at IS NULL) AND (hold IS NULL) AND (ended_at IS NULL));
CREATE INDEX parcel_jobs_deadline ON lockstep.parcel_jobs USING btree (deadline) WHERE ((deadline IS NOT NULL) AND (claimed_by IS NULL) AND (ended_at IS NULL));
CREATE INDEX parcel_jobs_ended ON lockstep.parcel_jobs USING btree (status, id) WHERE (ended_at IS NOT NULL);
CREATE INDEX parcel_jobs_ended_key ON lockstep.parcel_jobs USING btree (key, id) WHERE ((key IS NOT NULL) AND (ended_at IS NOT NULL));
CREATE INDEX parcel_jobs_failed ON lockstep.parcel_jobs USING btree ((
CASE
    WHEN (substr(failure, 1, 26) = '{"audience":"user_fixable"'::text) THEN 'user_fixable'::text
    WHEN (substr(failure, 1, 23) = '{"audience":"temporary"'::text) THEN 'temporary'::text
    ELSE 'admin_required'::text
END), id) WHERE (failure IS NOT NULL);
CREATE INDEX parcel_jobs_held ON lockstep.parcel_jobs USING btree (claimed_by) WHERE (claimed_by IS NOT NULL);
CREATE UNIQUE INDEX parcel_jobs_live_key ON lockstep.parcel_jobs USING btree (key) WHERE ((key IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX parcel_jobs_onhold ON lockstep.parcel_jobs USING btree (status) WHERE (hold IS NOT NULL);
CREATE INDEX parcel_jobs_owner ON lockstep.parcel_jobs USING btree (owner, id) WHERE (owner IS NOT NULL);
CREATE INDEX parcel_jobs_parked ON lockstep.parcel_jobs USING btree (parked_at) WHERE (parked_at IS NOT NULL);
CREATE INDEX parcel_jobs_retention ON lockstep.parcel_jobs USING btree (deadline) WHERE ((deadline IS NOT NULL) AND (claimed_by IS NULL) AND (ended_at IS NOT NULL));
CREATE TRIGGER trg_footage_adopt AFTER UPDATE ON lockstep.footage_jobs FOR EACH ROW WHEN (((old.status <> new.status) AND (new.version = old.version))) EXECUTE FUNCTION lockstep.trg_footage_adopt();
CREATE TRIGGER trg_footage_adoptstart AFTER INSERT ON lockstep.footage_jobs FOR EACH ROW WHEN (((new.entry_actor_name = 'sql'::text) AND (new.deadline IS NULL))) EXECUTE FUNCTION lockstep.trg_footage_adoptstart();
CREATE TRIGGER trg_footage_forget AFTER DELETE ON lockstep.footage_jobs REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_footage_forget();
CREATE TRIGGER trg_footage_identity AFTER UPDATE ON lockstep.footage_jobs FOR EACH ROW WHEN (((old.seq <> new.seq) OR (old.id <> new.id) OR (old.key IS DISTINCT FROM new.key))) EXECUTE FUNCTION lockstep.lockstep_refuse('the seq, id and key of a job never change');
CREATE TRIGGER trg_footage_move AFTER UPDATE ON lockstep.footage_jobs FOR EACH ROW WHEN (((old.status <> new.status) AND (NOT
        CASE old.status
            WHEN 'awaiting'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                WHEN 'failed'::text THEN true
                ELSE false
            END
            WHEN 'queued'::text THEN
            CASE new.status
                WHEN 'running'::text THEN true
                WHEN 'failed'::text THEN true
                ELSE false
            END
            WHEN 'running'::text THEN
            CASE new.status
                WHEN 'done'::text THEN true
                WHEN 'failed'::text THEN true
                ELSE false
            END
            WHEN 'done'::text THEN false
            WHEN 'failed'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                ELSE false
            END
            ELSE false
        END))) EXECUTE FUNCTION lockstep.lockstep_refuse_move('footage', 'awaiting', '''queued'', ''failed''', 'queued', '''running'', ''failed''', 'running', '''done'', ''failed''', 'done', 'nothing', 'failed', '''queued''');
CREATE TRIGGER trg_footage_needs AFTER UPDATE ON lockstep.footage_jobs FOR EACH ROW WHEN (((old.status <> new.status) AND (NOT ((old.status = 'queued'::text) AND (new.status = 'running'::text))) AND ((new.status = 'queued'::text) AND (strpos(COALESCE(new.met, ''::text), '"upload:video"'::text) = 0)))) EXECUTE FUNCTION lockstep.lockstep_refuse('what a job of lifecycle ''footage'' needs there is not verified');
CREATE TRIGGER trg_footage_needsstart AFTER INSERT ON lockstep.footage_jobs FOR EACH ROW WHEN (((new.status = 'queued'::text) AND (strpos(COALESCE(new.met, ''::text), '"upload:video"'::text) = 0))) EXECUTE FUNCTION lockstep.lockstep_refuse('what a job of lifecycle ''footage'' needs there is not verified');
CREATE TRIGGER trg_footage_record AFTER UPDATE ON lockstep.footage_jobs REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_footage_record();
CREATE TRIGGER trg_footage_recordstart AFTER INSERT ON lockstep.footage_jobs REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_footage_recordstart();
CREATE TRIGGER trg_footage_start AFTER INSERT ON lockstep.footage_jobs FOR EACH ROW WHEN (((NOT (new.status = 'awaiting'::text)) AND (new.entry_kind <> 'imported'::text))) EXECUTE FUNCTION lockstep.lockstep_refuse('a job of lifecycle ''footage'' starts in ''awaiting''');
CREATE TRIGGER trg_footage_truncate AFTER TRUNCATE ON lockstep.footage_jobs FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_footage_truncate();
CREATE TRIGGER trg_parcel_adopt AFTER UPDATE ON lockstep.parcel_jobs FOR EACH ROW WHEN (((old.status <> new.status) AND (new.version = old.version))) EXECUTE FUNCTION lockstep.trg_parcel_adopt();
CREATE TRIGGER trg_parcel_adoptstart AFTER INSERT ON lockstep.parcel_jobs FOR EACH ROW WHEN (((new.entry_actor_name = 'sql'::text) AND (new.deadline IS NULL))) EXECUTE FUNCTION lockstep.trg_parcel_adoptstart();
CREATE TRIGGER trg_parcel_forget AFTER DELETE ON lockstep.parcel_jobs REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_parcel_forget();
CREATE TRIGGER trg_parcel_identity AFTER UPDATE ON lockstep.parcel_jobs FOR EACH ROW WHEN (((old.seq <> new.seq) OR (old.id <> new.id) OR (old.key IS DISTINCT FROM new.key))) EXECUTE FUNCTION lockstep.lockstep_refuse('the seq, id and key of a job never change');
CREATE TRIGGER trg_parcel_move AFTER UPDATE ON lockstep.parcel_jobs FOR EACH ROW WHEN (((old.status <> new.status) AND (NOT
        CASE old.status
            WHEN 'announced'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                WHEN 'lost'::text THEN true
                WHEN 'withdrawn'::text THEN true
                ELSE false
            END
            WHEN 'queued'::text THEN
            CASE new.status
                WHEN 'packing'::text THEN true
                WHEN 'lost'::text THEN true
                WHEN 'withdrawn'::text THEN true
                ELSE false
            END
            WHEN 'packing'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                WHEN 'labelling'::text THEN true
                WHEN 'review'::text THEN true
                WHEN 'lost'::text THEN true
                WHEN 'withdrawn'::text THEN true
                ELSE false
            END
            WHEN 'labelling'::text THEN
            CASE new.status
                WHEN 'packing'::text THEN true
                WHEN 'review'::text THEN true
                WHEN 'delivered'::text THEN true
                WHEN 'lost'::text THEN true
                WHEN 'withdrawn'::text THEN true
                ELSE false
            END
            WHEN 'review'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                WHEN 'delivered'::text THEN true
                WHEN 'withdrawn'::text THEN true
                ELSE false
            END
            WHEN 'delivered'::text THEN false
            WHEN 'lost'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                WHEN 'archived'::text THEN true
                ELSE false
            END
            WHEN 'withdrawn'::text THEN false
            WHEN 'archived'::text THEN false
            WHEN 'pending'::text THEN
            CASE new.status
                WHEN 'queued'::text THEN true
                WHEN 'packing'::text THEN true
                WHEN 'lost'::text THEN true
                WHEN 'withdrawn'::text THEN true
                ELSE false
            END
            ELSE false
        END))) EXECUTE FUNCTION lockstep.lockstep_refuse_move('parcel', 'announced', '''queued'', ''lost'', ''withdrawn''', 'queued', '''packing'', ''lost'', ''withdrawn''', 'packing', '''queued'', ''labelling'', ''review'', ''lost'', ''withdrawn''', 'labelling', '''packing'', ''review'', ''delivered'', ''lost'', ''withdrawn''', 'review', '''queued'', ''delivered'', ''withdrawn''', 'delivered', 'nothing', 'lost', '''queued'', ''archived''', 'withdrawn', 'nothing', 'archived', 'nothing', 'pending', '''queued'', ''packing'', ''lost'', ''withdrawn''');
CREATE TRIGGER trg_parcel_record AFTER UPDATE ON lockstep.parcel_jobs REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_parcel_record();
CREATE TRIGGER trg_parcel_recordstart AFTER INSERT ON lockstep.parcel_jobs REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_parcel_recordstart();
CREATE TRIGGER trg_parcel_start AFTER INSERT ON lockstep.parcel_jobs FOR EACH ROW WHEN (((NOT ((new.status = 'announced'::text) OR (new.status = 'queued'::text) OR (new.status = 'labelling'::text))) AND (new.entry_kind <> 'imported'::text))) EXECUTE FUNCTION lockstep.lockstep_refuse('a job of lifecycle ''parcel'' starts in ''announced'' or ''queued'' or ''labelling''');
CREATE TRIGGER trg_parcel_truncate AFTER TRUNCATE ON lockstep.parcel_jobs FOR EACH STATEMENT EXECUTE FUNCTION lockstep.trg_parcel_truncate();
REVOKE ALL ON FUNCTION lockstep.trg_footage_adopt() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_footage_adoptstart() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_footage_forget() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_footage_record() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_footage_recordstart() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_footage_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_parcel_adopt() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_parcel_adoptstart() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_parcel_forget() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_parcel_record() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_parcel_recordstart() FROM PUBLIC;
REVOKE ALL ON FUNCTION lockstep.trg_parcel_truncate() FROM PUBLIC;
