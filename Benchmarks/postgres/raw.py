"""The raw limit: the least SQL of a job's lifecycle, by pgbench on the server's Unix socket, prepared statements.

    insert1      one row per transaction
    insert1000   1,000 rows per transaction
    cycle100     a claim of 100 (SKIP LOCKED, UPDATE … RETURNING), then the completion of the same 100 with a line of
                 history each: two transactions, as a worker does it
    cycle1       the same with one job
There is one partial index, no constraint on moves, one line of history per job; nothing is decoded, no handler runs.
"""

import os
import re
import subprocess
import tempfile

import cluster

DATABASE = "bench_raw"
PAYLOAD = '{"i": 1, "pad": "' + "x" * 80 + '"}'
SCHEMA = """
CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, queue text NOT NULL DEFAULT 'q',
    state text NOT NULL DEFAULT 'pending', priority int NOT NULL DEFAULT 0, attempt int NOT NULL DEFAULT 0,
    payload jsonb NOT NULL, run_at timestamptz NOT NULL DEFAULT now(), lease_until timestamptz, done_at timestamptz);
CREATE INDEX jobs_ready ON jobs (queue, priority, id) WHERE state = 'pending';
CREATE TABLE history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job bigint NOT NULL, from_state text NOT NULL,
    to_state text NOT NULL, at timestamptz NOT NULL DEFAULT now());
"""
FILL = f"INSERT INTO jobs (payload) SELECT '{PAYLOAD}'::jsonb FROM generate_series(1, %d);"
CLAIM = """WITH found AS MATERIALIZED (
    SELECT id FROM jobs WHERE queue = 'q' AND state = 'pending' ORDER BY priority, id LIMIT %d FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_until = now() + interval '30 s'
    FROM found WHERE jobs.id = found.id RETURNING jobs.id, jobs.payload
) SELECT coalesce(array_agg(id), '{}') AS ids, count(payload) AS n FROM claimed \\gset
WITH done AS (
    UPDATE jobs SET state = 'done', done_at = now(), lease_until = NULL
    FROM unnest(:ids::bigint[]) AS these (id) WHERE jobs.id = these.id AND jobs.state = 'running' RETURNING jobs.id
) INSERT INTO history (job, from_state, to_state) SELECT id, 'running', 'done' FROM done;
"""
# name: its statements, jobs per transaction, whether jobs must wait
SCRIPTS = {
    "insert1": (f"INSERT INTO jobs (payload) VALUES ('{PAYLOAD}'::jsonb) RETURNING id;\n", 1, False),
    "insert1000": (FILL % 1000 + "\n", 1000, False),
    "cycle100": (CLAIM % 100, 100, True),
    "cycle1": (CLAIM % 1, 1, True),
}


def prepare(server):
    server.fresh(DATABASE)
    server.sql(SCHEMA, DATABASE)


def measure(server, name, clients, jobs, seconds):
    """Jobs per second; what takes jobs takes half of what waits, so that no client finds the queue empty."""
    script, each, takes = SCRIPTS[name]
    if each == 1 and takes:
        jobs //= 5
    server.sql("TRUNCATE jobs, history RESTART IDENTITY;", DATABASE)
    if takes:
        server.sql(FILL % (2 * jobs) + "\nVACUUM ANALYZE jobs;", DATABASE)
    server.sql("CHECKPOINT;", DATABASE)
    amount = ["-t", str(jobs // each // clients)] if takes else ["-T", str(seconds)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as file:
        file.write(script)
    try:
        got = subprocess.run(
            [cluster.tool("pgbench"), "-h", server.socket, "-p", str(server.port), "-U", "postgres", "-n", "-M",
             "prepared", "-c", str(clients), "-j", str(min(2, clients)), *amount, "-f", file.name, DATABASE],
            capture_output=True, text=True)
    finally:
        os.unlink(file.name)
    if got.returncode:
        raise RuntimeError(got.stderr[-2000:])
    return {"jobs_per_s": float(re.search(r"tps = ([\d.]+) \(without", got.stdout)[1]) * each}
