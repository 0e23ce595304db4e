-- Fills the lifecycle "export" of a stand with :jobs jobs of the last 90 days: nearly all have ended, :live live, some
-- are parked. Each has its history, and 20,000 lines of it are of the last hour. Triggers would write it once more.
SET session_replication_role = replica;
CREATE TEMPORARY TABLE made AS
SELECT n AS seq,
    substr(stamp, 1, 8) || '-' || substr(stamp, 9, 4) || '-7' || substr(hash, 1, 3) || '-8' || substr(hash, 4, 3) || '-'
        || substr(hash, 7, 12) AS id,
    CASE WHEN n > :jobs - :live THEN CASE WHEN n % 4 = 0 THEN 'rendering' ELSE 'queued' END
        WHEN n % 23 = 0 THEN 'failed' ELSE 'done' END AS status,
    CASE WHEN n % 10 = 0 THEN NULL ELSE 'owner-' || n % 500 END AS owner,
    CASE WHEN n % 3 = 0 THEN 'key-' || n END AS key, at
FROM (
    SELECT n, at, lpad(to_hex(at / 1000), 12, '0') AS stamp, md5(n::text) AS hash
    FROM (
        SELECT n, lockstep.lockstep_now() - 1000000 - CASE WHEN n > :jobs - 7000 THEN (:jobs - n) * 500000::bigint
            ELSE (:jobs - n) * (90 * 86400000000 / :jobs) + 3600000000 END AS at
        FROM generate_series(1, :jobs) n
    ) AS times
) AS jobs;
INSERT INTO lockstep.export_jobs (seq, id, status, owner, key, input, output, metadata, progress, fence, attempt,
    parked_at, failure, deadline, entered_at, created_at, updated_at, ended_at, version, available_at)
SELECT seq, id, status, owner, key, '{"file": "s3://uploads/' || seq || '.bin", "pages": 12, "colours": true}',
    CASE WHEN status = 'done' THEN '{"pages": 12, "bytes": 482113}' END, '{"tier": "gold"}',
    CASE status WHEN 'done' THEN 100 ELSE 0 END, 1, 1,
    CASE WHEN status = 'rendering' AND seq % 40 = 0 THEN at END,
    CASE WHEN status = 'failed' THEN '{"audience":"user_fixable","code":"encrypted_file","message":"the file is encrypted"}'
        WHEN status = 'rendering' AND seq % 40 = 0
        THEN '{"audience":"admin_required","code":"access_denied","message":"the bucket refuses writes"}' END,
    at + 86400000000::bigint * 30 + CASE WHEN status IN ('done', 'failed') THEN 86400000000::bigint * 90 ELSE 0 END,
    at + 300000, at, at + 300000, CASE WHEN status IN ('done', 'failed') THEN at + 300000 END, 3, at
FROM made;
INSERT INTO lockstep.export_history (job, n, kind, from_status, to_status, actor, actor_name, fence, attempt, at, tx,
    job_id, owner)
SELECT seq, 1, 'started', NULL, 'queued', 'owner', owner, 0, 0, at, txid_current(), id, owner FROM made
UNION ALL
SELECT seq, 2, 'moved', 'queued', 'rendering', 'worker', 'render-1', 1, 1, at + 200000, txid_current(), id, owner
FROM made WHERE status <> 'queued'
UNION ALL
SELECT seq, 3, 'moved', 'rendering', status, 'worker', 'render-1', 1, 1, at + 300000, txid_current(), id, owner
FROM made WHERE status IN ('done', 'failed');
SELECT setval(pg_get_serial_sequence('lockstep.export_jobs', 'seq'), :jobs);
SET session_replication_role = origin;
VACUUM ANALYZE lockstep.export_jobs;
VACUUM ANALYZE lockstep.export_history;
