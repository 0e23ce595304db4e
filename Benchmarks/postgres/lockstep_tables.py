"""What the benchmark knows of Lockstep's own tables in PostgreSQL: those of the lifecycle `errand` (Benchmarks/kit)."""

JOBS = "lockstep.errand_jobs"
HISTORY = "lockstep.errand_history"
# With indexes and three lines of history; 300,000 were measured, with a fifth added.
BYTES_PER_ENDED_JOB = 1100
# Everything that enforces the lifecycle goes; what records the history stays.
UNGUARD = f"""
ALTER TABLE {JOBS} DROP CONSTRAINT chk_errand_status;
DROP TRIGGER trg_errand_start ON {JOBS};
DROP TRIGGER trg_errand_adoptstart ON {JOBS};
DROP TRIGGER trg_errand_identity ON {JOBS};
DROP TRIGGER trg_errand_move ON {JOBS};
DROP TRIGGER trg_errand_adopt ON {JOBS};
"""
# The triggers that stand then.
RECORDING = "forget,record,recordstart,truncate"
TRIGGERS = f"""
SELECT string_agg(replace(tgname::text, 'trg_errand_', ''), ',' ORDER BY tgname::text COLLATE "C")
FROM pg_trigger WHERE tgrelid = '{JOBS}'::regclass AND NOT tgisinternal
"""
AGED = f"SELECT setval(pg_get_serial_sequence('{JOBS}', 'seq'), (SELECT max(seq) FROM {JOBS}));"


def age(first, last):
    """Ended jobs as if they had been worked off a while ago, each with its three lines of history.

    The triggers stay where they are; the session says that it replicates, so that they do not fire: ten million
    starts and moves would take an hour, and it is only the mass of rows that is wanted.
    """
    numbers = f"generate_series({first}, {last}) AS i"
    lines = "\n".join(
        f"""INSERT INTO {HISTORY} (job, n, kind, from_status, to_status, actor, actor_name, fence, attempt, at)
            SELECT i, {number}, 'moved', {source}, '{target}', 'worker', 'worker-1', 1, 1, lockstep.lockstep_now()
            FROM {numbers};"""
        for number, source, target in ((1, "NULL", "queued"), (2, "'queued'", "running"), (3, "'running'", "done")))
    return f"""
        BEGIN;
        SET LOCAL session_replication_role = replica;
        INSERT INTO {JOBS} (seq, id, status, input, fence, attempt, progress, deadline, ended_at, version)
            SELECT i, '00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'), 'done',
                '{{"i":' || i || ',"pad":"{"x" * 80}"}}', 1, 0, 100,
                lockstep.lockstep_now() + 2592000000000 + i, lockstep.lockstep_now(), 3
            FROM {numbers};
        {lines}
        COMMIT;
    """
