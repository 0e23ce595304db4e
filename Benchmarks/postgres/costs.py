"""Says where the time of W1 goes and what a job costs: on a throw-away server, with one worker process, in Markdown."""

import argparse
import os
import shutil
import signal
import subprocess
import sys

import cluster
import lockstep_tables
import programs
from crowd import Crowd

TICK = os.sysconf("SC_CLK_TCK")
WAL = "SELECT wal_records, wal_fpi, wal_bytes, wal_write, wal_sync FROM pg_stat_wal"
STATEMENTS = """
SELECT calls, round(total_exec_time::numeric, 1), rows, wal_bytes, toplevel,
    left(regexp_replace(query, '\\s+', ' ', 'g'), 90)
FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY total_exec_time DESC LIMIT 12
"""
SIZES = """
SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'lockstep' AND c.relname LIKE 'errand%' AND c.relkind IN ('r', 'i') ORDER BY c.relkind DESC, c.relname
"""


def arguments():
    parser = argparse.ArgumentParser(prog="profile.sh", description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=100, help="jobs per claim and per commit (100)")
    parser.add_argument("--workers", type=int, default=1, help="workers in the process (1)")
    parser.add_argument("--no-perf", action="store_true", help="leave the functions out")
    return parser.parse_args()


def processor_seconds(number):
    """User and system time of a process."""
    with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def role(name, database):
    """What a process of the server does, by what it calls itself."""
    if database in name:
        return "its backends"
    return name.removeprefix("postgres: ").split(" postgres")[0].strip() or "postmaster"


class Profile:
    """One server with one database of jobs."""

    def __init__(self, given, server):
        self.given, self.server = given, server
        self.runs = programs.Runs(server, limit=600)
        self.program = programs.known(False)["lockstep"]
        self.program.jobs = given.jobs
        self.database = self.program.database

    def wal(self):
        return [int(value) for value in self.server.sql(WAL, self.database).split("|")]

    def processes(self):
        found = {}
        for number, name in self.server.processes().items():
            try:
                found[number] = (role(name, self.database), processor_seconds(number))
            except FileNotFoundError:
                continue
        return found

    def fill(self):
        """A fresh database with jobs that wait; returns what their starts wrote to the WAL."""
        url = self.runs.fresh(self.program)
        self.server.sql("CREATE EXTENSION pg_stat_statements;", self.database)
        before = self.wal()
        self.program.run("enqueue", url, self.given.jobs)
        after = self.wal()
        self.server.sql("ANALYZE;\nCHECKPOINT;\nSELECT pg_stat_statements_reset();", self.database)
        return [b - a for a, b in zip(before, after)]

    def crowd(self):
        more = ["--batch", str(self.given.batch)]
        return Crowd(self.runs, self.program, 1, self.given.workers, more)

    def run(self):
        started = self.fill()
        crowd = self.crowd()
        try:
            before, wal = self.processes(), self.wal()
            got = crowd.drain(lockstep_tables.JOBS)
            after = self.processes()
            worked = [b - a for a, b in zip(wal, self.wal())]
            used = crowd.used()[0]
        finally:
            crowd.end()
        self.say_costs(got, used, before, after, started, worked)
        self.say_statements()
        self.say_sizes()
        if not self.given.no_perf and shutil.which("perf"):
            self.say_functions()

    # What it says

    def each(self, amount):
        return amount / self.given.jobs

    def say_costs(self, got, used, before, after, started, worked):
        backends = [number for number, (kind, _) in after.items() if kind == "its backends"]
        spent = {}
        for number, (kind, seconds) in after.items():
            spent[kind] = spent.get(kind, 0) + seconds - before.get(number, (kind, 0))[1]
        print(f"W1 with {self.given.jobs:,} jobs, {self.given.workers} worker(s) in one process, batches of "
              f"{self.given.batch}: {got['jobs_per_s']:,.0f} jobs/s on {os.cpu_count()} cores, PostgreSQL "
              f"{self.server.sql('SHOW server_version').split()[0]}; a flush of 8 kB took {self.server.flush_time()} µs.\n")
        print("| cost | per job |\n|---|---|")
        print(f"| time that passes | {self.each(got['seconds']) * 1e6:.1f} µs |")
        print(f"| processor, the worker's process | {self.each(used['processor_s']) * 1e6:.1f} µs |")
        for kind, seconds in sorted(spent.items(), key=lambda pair: -pair[1]):
            if seconds > 0:
                print(f"| processor, {kind} | {self.each(seconds) * 1e6:.1f} µs |")
        for name, wal in (("start", started), ("claim and completion", worked)):
            print(f"| WAL of its {name} | {self.each(wal[2]):,.0f} bytes in {self.each(wal[0]):.1f} records, "
                  f"of them {self.each(wal[1]):.2f} full pages |")
            print(f"| flushes of its {name} | {self.each(wal[4]):.4f} |")
        print(f"\nConnections of the worker's process: {len(backends)}. Its memory: {used['rss_mb']:.0f} MB.\n")

    def say_statements(self):
        print("| statement | calls | ms | µs per job | rows | WAL bytes per job | within another |\n"
              "|---|---|---|---|---|---|---|")
        for row in self.server.sql(STATEMENTS, self.database).splitlines():
            calls, total, count, wal, is_top, text = row.split("|", 5)
            print(f"| `{text.replace('|', '¦')}` | {int(calls):,} | {float(total):,.0f} | "
                  f"{self.each(float(total)) * 1e3:.1f} | {int(count):,} | {self.each(int(wal)):,.0f} | "
                  f"{'' if is_top == 't' else 'yes'} |")
        print()

    def say_sizes(self):
        """What is there when all jobs have ended: with what vacuum has not yet given back."""
        print("| table or index | bytes per job |\n|---|---|")
        indexes = 0
        for row in self.server.sql(SIZES, self.database).splitlines():
            name, size = row.split("|")
            indexes += int(size) if name not in ("errand_jobs", "errand_history") else 0
            print(f"| {name} | {self.each(int(size)):,.0f} |")
        print(f"| all indexes | {self.each(indexes):,.0f} |\n")

    def say_functions(self):
        """The functions of a second drain, which perf slows down."""
        self.fill()
        recorded = os.path.join(self.runs.place, "perf.data")
        crowd = self.crowd()
        perf = subprocess.Popen(["perf", "record", "-q", "-a", "-e", "cpu-clock", "-F", "999", "-o", recorded],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            crowd.drain(lockstep_tables.JOBS)
            sides = {"the worker's process": [member.pid for member in crowd.members],
                     "the server": list(self.server.processes())}
        finally:
            perf.send_signal(signal.SIGINT)
            said = perf.communicate()[1]
            crowd.end()
        for side, numbers in sides.items():
            got = subprocess.run(["perf", "report", "-i", recorded, "--stdio", "-q", "-F", "overhead,dso,symbol",
                                  "--percentage", "relative", "--pid", ",".join(map(str, numbers))],
                                 capture_output=True, text=True)
            lines = [" ".join(line.split()) for line in got.stdout.splitlines() if line.strip()][:30]
            if got.returncode or not lines:
                print(f"perf recorded nothing of {side}: {(said or got.stderr).strip()[-300:]}", file=sys.stderr)
                continue
            print(f"Functions of {side}:\n\n```\n{readable(lines)}\n```\n")


def readable(lines):
    """Swift's names as they are written, where a toolchain is at hand."""
    text = "\n".join(lines)
    swift = os.environ.get("SWIFT", "swift")
    if not shutil.which(swift):
        return text
    got = subprocess.run([swift, "demangle", "--compact", "--simplified"], input=text, capture_output=True, text=True)
    return "\n".join(line[:160] for line in (got.stdout if got.returncode == 0 else text).splitlines())


def main():
    given = arguments()
    # Whoever ends this program ends the server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    server = cluster.Cluster(["shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track=all"])
    try:
        Profile(given, server).run()
    finally:
        server.stop()


main()
