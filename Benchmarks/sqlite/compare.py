"""Measures the SQLite store beside SQLite's raw limit and Huey, in one run, in turns.

Every figure is the median over the rounds. A round runs the programs one after the other, so that what the machine
does meanwhile meets all of them; before and after each round the time of a flush is measured, for it moves most.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(HERE, "..", "..", ".build", "release")
LOCKSTEP = [os.path.join(BUILT, "sqlite-bench")]
RAW = [os.path.join(BUILT, "sqlite-raw")]
HUEY = [sys.executable, os.path.join(HERE, "huey_peer.py")]

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--rounds", type=int, default=5)
options.add_argument("--jobs", type=int, default=20_000)
options.add_argument("--flows", type=int, default=5_000)
options.add_argument("--age", type=int, default=10_000_000, help="ended jobs in W6; 0 leaves it out")
options.add_argument("--write", help="the file that takes the results")
options = options.parse_args()

figures = {}
work = tempfile.mkdtemp(prefix="lockstep-bench-", dir=os.environ.get("WORK"))
tick = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - tick:5.0f} s] {text}", file=sys.stderr, flush=True)


def fresh():
    for name in os.listdir(work):
        if name.startswith("d."):
            os.remove(os.path.join(work, name))
    return os.path.join(work, "d.sqlite")


def run(program, *words):
    got = subprocess.run(program + [str(word) for word in words], capture_output=True, text=True, cwd=work)
    if got.returncode:
        sys.exit(f"{program[-1]} {words} failed: {got.stderr[-2000:]}")
    return json.loads(got.stdout) if got.stdout.strip() else {}


def note(name, value):
    figures.setdefault(name, []).append(value)


def flush_time():
    """The median of 200 flushes of 4 KiB, in microseconds."""
    path, times = os.path.join(work, "flush"), []
    with open(path, "wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            start = time.monotonic_ns()
            os.fdatasync(file.fileno())
            times.append((time.monotonic_ns() - start) / 1000)
    os.remove(path)
    return statistics.median(times)


def pick_up(program, name, commands, count=200):
    """Milliseconds from the acknowledged start to the handler's beginning, of every job."""
    database, started, begun = fresh(), {}, {}
    processes = [subprocess.Popen(program + [commands[0], database, str(count)], stdout=subprocess.PIPE, text=True,
                                  cwd=work)]
    while len(commands) > 1 and processes[0].stdout.readline().strip() != "ready":
        pass
    if len(commands) > 1:
        time.sleep(1)
        processes.append(subprocess.Popen(program + [commands[1], database, str(count)], stdout=subprocess.PIPE,
                                          text=True, cwd=work))
    for process in reversed(processes):
        for line in process.communicate(timeout=120)[0].splitlines():
            words = line.split()
            if words[0] == "started":
                started[words[1]] = int(words[2])
            elif words[0] == "handler":
                begun[words[1]] = int(words[2])
    waits = sorted((begun[job] - started[job]) / 1e6 for job in started)
    if len(waits) != count:
        sys.exit(f"{name}: {len(waits)} of {count} jobs were seen")
    note(f"{name} p50", waits[count // 2])
    note(f"{name} p99", waits[count * 99 // 100])


def unguard(database):
    """Takes everything off that enforces the lifecycle; the history is still written."""
    connection = sqlite3.connect(database)
    for trigger in ("start", "replace", "identity", "needs", "needsstart", "move", "adopt", "adoptstart", "forget"):
        connection.execute(f"DROP TRIGGER IF EXISTS trg_errand_{trigger}")
    connection.execute("PRAGMA writable_schema = ON")
    text = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'errand_jobs'").fetchone()[0]
    start = text.index(" CONSTRAINT chk_errand_status")
    end = text.index(",", start)
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'errand_jobs'", (text[:start] + text[end:],))
    connection.commit()
    connection.close()


def drain(program, fill, work_off, count, *more):
    database = fresh()
    run(program, fill, database, count)
    return run(program, work_off, database, count, *more)


def one_round():
    for group in (1, 100, 1000):
        got = run(RAW, fresh(), group, options.jobs if group > 1 else options.jobs // 5)
        note(f"raw {group} inserts", got["inserts_per_s"])
        note(f"raw {group} jobs", got["jobs_per_s"])
    say("W1, W4: drain")
    got = drain(LOCKSTEP, "fill", "drain", options.jobs)
    note("lockstep W1", got["jobs_per_s"])
    note("lockstep W4", got["rss_mb"])
    note("lockstep processor", got["processor_us_per_job"])
    database = fresh()
    run(LOCKSTEP, "fill", database, options.jobs)
    unguard(database)
    note("lockstep unguarded", run(LOCKSTEP, "drain", database, options.jobs)["jobs_per_s"])
    database = fresh()
    run(LOCKSTEP, "fill", database, options.jobs)
    reader = sqlite3.connect(database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM errand_jobs").fetchone()
    note("lockstep snapshot", run(LOCKSTEP, "drain", database, options.jobs)["jobs_per_s"])
    note("snapshot log MiB", os.path.getsize(database + "-wal") / 2**20)
    reader.close()
    got = drain(HUEY, "fill", "drain", options.jobs // 4)
    note("huey W1", got["jobs_per_s"])
    note("huey W4", got["rss_mb"])
    say("W2: starts")
    got = run(LOCKSTEP, "starts", fresh(), options.jobs)
    note("lockstep W2 single", got["single_per_s"])
    note("lockstep W2 batch", got["batch_per_s"])
    note("huey W2 single", run(HUEY, "starts", fresh(), options.jobs // 4)["single_per_s"])
    say("W3: pick-up")
    pick_up(LOCKSTEP, "lockstep here", ["pick-up-here"])
    pick_up(LOCKSTEP, "lockstep across", ["pick-up", "trickle"])
    pick_up(HUEY, "huey across", ["pick-up", "trickle"])
    say("W5: stages")
    note("lockstep W5", drain(LOCKSTEP, "fill-relay", "relay", options.flows)["jobs_per_s"])
    note("huey W5", drain(HUEY, "fill-relay", "relay", options.flows // 5)["jobs_per_s"])
    say("W7: crowd")
    for workers in (1, 4, 16, 64):
        got = drain(LOCKSTEP, "fill", "drain", options.jobs, workers)
        note(f"lockstep W7 {workers}", got["jobs_per_s"])


def age():
    """W6: the same drain and pick-up on a table that holds ended jobs."""
    database = fresh()
    say(f"W6: writing {options.age:,} ended jobs")
    run(LOCKSTEP, "age", database, options.age)
    note("aged file GiB", os.path.getsize(database) / 2**30)
    for _ in range(options.rounds):
        say("W6: drain")
        run(LOCKSTEP, "fill", database, options.jobs)
        note("lockstep W6", run(LOCKSTEP, "drain", database, options.jobs)["jobs_per_s"])
        note("lockstep W6 beside", drain_elsewhere())


def drain_elsewhere():
    """The same drain on a fresh file beside the aged one, in the same minute."""
    database = os.path.join(work, "e.sqlite")
    run(LOCKSTEP, "fill", database, options.jobs)
    got = run(LOCKSTEP, "drain", database, options.jobs)["jobs_per_s"]
    for name in os.listdir(work):
        if name.startswith("e."):
            os.remove(os.path.join(work, name))
    return got


def middle(name):
    return statistics.median(figures[name])


def spread(name):
    values = figures[name]
    return f"{min(values):,.0f}–{max(values):,.0f}"


def bar(value, most):
    return "█" * max(1, round(24 * value / most))


def report():
    raw = middle("raw 100 jobs")
    lines = ["| workload | Lockstep | (range) | raw SQLite | Huey | goal | reached |", "|---|---|---|---|---|---|---|"]

    def row(name, key, other, huey, goal, reached):
        lines.append(f"| {name} | {middle(key):,.0f} | {spread(key)} | {other} | {huey} | {goal} | {reached} |")

    huey = middle("huey W1")
    row("W1 drain, jobs/s", "lockstep W1", f"{raw:,.0f}", f"{huey:,.0f}", "≥ 0.6 raw, ≥ 20 × Huey",
        f"{middle('lockstep W1') / raw:.2f} raw, {middle('lockstep W1') / huey:.1f} × Huey")
    row("W2 one per call, 8 callers, starts/s", "lockstep W2 single", f"{middle('raw 1 inserts'):,.0f}",
        f"{middle('huey W2 single'):,.0f}", "≥ 2 × raw commits of 1",
        f"{middle('lockstep W2 single') / middle('raw 1 inserts'):.1f} × raw, "
        f"{middle('lockstep W2 single') / middle('huey W2 single'):.1f} × Huey")
    row("W2 1,000 per call, starts/s", "lockstep W2 batch", f"{middle('raw 1000 inserts'):,.0f}", "–", "≥ 0.5 raw",
        f"{middle('lockstep W2 batch') / middle('raw 1000 inserts'):.2f} raw")
    for name, key, goal in (("same process", "here", "p50 ≤ 0.3 ms"), ("across processes", "across", "p99 ≤ 10 ms")):
        p50, p99 = middle(f"lockstep {key} p50"), middle(f"lockstep {key} p99")
        other = (f"{middle('huey across p50'):.1f} / {middle('huey across p99'):.1f}" if key == "across" else "–")
        lines.append(f"| W3 pick-up {name}, p50 / p99 ms | {p50:.2f} / {p99:.2f} | | – | {other} | {goal} | |")
    row("W4 resident after W1, MB", "lockstep W4", "–", f"{middle('huey W4'):,.0f}", "≤ 20", "")
    row("W5 four stages, jobs/s", "lockstep W5", "–", f"{middle('huey W5'):,.0f}", "≥ 20 × Huey",
        f"{middle('lockstep W5') / middle('huey W5'):.1f} × Huey")
    if "lockstep W6" in figures:
        ratio = statistics.median(
            aged / young for aged, young in zip(figures["lockstep W6"], figures["lockstep W6 beside"]))
        row(f"W6 drain beside {options.age:,} ended jobs, jobs/s", "lockstep W6", "–", "–", "≥ 0.9 of W1",
            f"{ratio:.2f}")
    row("W6 drain with a snapshot held open, jobs/s", "lockstep snapshot", "–", "–", "≥ 0.9 of W1",
        f"{middle('lockstep snapshot') / middle('lockstep W1'):.2f}")
    row("W1 without CHECK and triggers, jobs/s", "lockstep unguarded", "–", "–", "enforcement ≤ 10 %",
        f"{(1 - middle('lockstep W1') / middle('lockstep unguarded')) * 100:.0f} %")
    best = max(middle(f"lockstep W7 {workers}") for workers in (1, 4, 16, 64))
    crowd = [f"{workers:>3} workers {bar(middle(f'lockstep W7 {workers}'), best)} "
             f"{middle(f'lockstep W7 {workers}'):,.0f}" for workers in (1, 4, 16, 64)]
    flush = figures["flush µs"]
    words = [
        f"{options.rounds} rounds on {os.cpu_count()} cores, SQLite {sqlite3.sqlite_version}, "
        f"Huey {version('huey')}, Linux {platform.release()}, Python {platform.python_version()}.",
        f"A flush of 4 KiB took {min(flush):.0f} to {max(flush):.0f} µs (median {statistics.median(flush):.0f}).",
        f"Raw SQLite: claimed and finished jobs/s with commits of 1, 100, 1,000: {middle('raw 1 jobs'):,.0f}, "
        f"{raw:,.0f}, {middle('raw 1000 jobs'):,.0f}.",
        f"Lockstep uses {middle('lockstep processor'):.1f} µs of processor time for a job of W1, all threads together.",
        f"The log (WAL) under the held snapshot grew to {max(figures['snapshot log MiB']):.0f} MiB.",
    ]
    if "aged file GiB" in figures:
        words.append(f"The aged file has {middle('aged file GiB'):.1f} GiB.")
    return "\n".join(lines) + "\n\n" + "\n".join(words) + "\n\nW7, jobs/s:\n\n```\n" + "\n".join(crowd) + "\n```\n"


def version(package):
    from importlib.metadata import version as find
    return find(package)


try:
    for number in range(options.rounds):
        note("flush µs", flush_time())
        say(f"round {number + 1} of {options.rounds}; a flush takes {figures['flush µs'][-1]:.0f} µs")
        one_round()
    if options.age:
        age()
    note("flush µs", flush_time())
finally:
    shutil.rmtree(work)
text = report()
print(text)
if options.write:
    marker = "<!-- figures -->\n"
    with open(options.write, encoding="utf-8") as file:
        parts = file.read().split(marker)
    with open(options.write, "w", encoding="utf-8") as file:
        file.write(parts[0] + marker + text + marker + parts[2])
