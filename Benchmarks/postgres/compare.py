"""Measures Lockstep on PostgreSQL, its peers and the server's raw limit, in one run on one throw-away server.

A round runs every workload once with every program, in turns, so that what the machine does meanwhile meets all of
them. Before and after each run the time of a flush is measured: a run during which it moved is thrown away and made
again. Every run becomes a line of JSON; report.py makes the table of them.
"""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import cluster
import lockstep_tables
import programs
import raw
import report
from crowd import Crowd
from programs import Failed

WORKLOADS = ["raw", "w1", "w2", "w3", "w5", "guard", "w7", "w6"]
RAW = [("insert1", 8), ("insert1000", 1), ("cycle100", 1), ("cycle100", 2), ("cycle100", 4), ("cycle100", 8), ("cycle1", 8)]
QUICK_RAW = [("insert1", 8), ("insert1000", 1), ("cycle100", 4)]


def arguments():
    parser = argparse.ArgumentParser(prog="compare.sh", description=__doc__)
    parser.add_argument("--runs", type=int, help="rounds (3)")
    parser.add_argument("--peers", help="some of pgqueuer,oban,awa,dbos,procrastinate, or none (all)")
    parser.add_argument("--workloads", help=f"some of {','.join(WORKLOADS)} (all)")
    parser.add_argument("--quick", action="store_true",
                        help="one round, fewer jobs, PgQueuer only, no W6, no run thrown away: for a look")
    parser.add_argument("--age", type=int, default=10_000_000, help="W6: ended jobs in the table (10,000,000)")
    parser.add_argument("--held", type=float, default=10, help="W6: minutes that a snapshot is held open (10)")
    parser.add_argument("--limit", type=int, default=60, help="seconds after which a drain counts as not done (60)")
    parser.add_argument("--moved", type=float,
                        help="a run is thrown away when a flush takes so many times longer or shorter afterwards (1.5)")
    parser.add_argument("--out", default=os.path.join(cluster.ROOT, ".build", "postgres-bench", "results.jsonl"),
                        help="the file that takes the lines (results.jsonl in .build/postgres-bench)")
    parser.add_argument("--write", metavar="RESULTS.md", help="the page that takes the table")
    given = parser.parse_args()
    given.runs = given.runs or (1 if given.quick else 3)
    given.moved = given.moved or (1000 if given.quick else 1.5)
    every = programs.known(given.quick)
    peers = given.peers if given.peers is not None else "pgqueuer" if given.quick else "pgqueuer,oban,awa,dbos,procrastinate"
    names = ["lockstep"] + [name for name in peers.split(",") if name not in ("", "none", "lockstep")]
    if unknown := [name for name in names if name not in every]:
        parser.error(f"there is no peer {', '.join(unknown)}")
    given.programs = [every[name] for name in names]
    given.workloads = (given.workloads or ",".join(w for w in WORKLOADS if w != "w6" or not given.quick)).split(",")
    if unknown := [name for name in given.workloads if name not in WORKLOADS]:
        parser.error(f"there is no workload {', '.join(unknown)}")
    return given


class Comparison:
    """One run of everything."""

    def __init__(self, given, server):
        self.given, self.server = given, server
        self.runs = programs.Runs(server, given.limit)
        self.lockstep = given.programs[0]
        self.given_up = set()
        self.tick = time.monotonic()
        os.makedirs(os.path.dirname(os.path.abspath(given.out)), exist_ok=True)
        self.lines = open(given.out, "w", encoding="utf-8")

    def say(self, text):
        print(f"[{time.monotonic() - self.tick:5.0f} s] {text}", file=sys.stderr, flush=True)

    def emit(self, line):
        self.lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.lines.flush()

    def measure(self, workload, program, run, **more):
        """Measures once; again, at most twice, when the time of a flush moved meanwhile."""
        name = program if isinstance(program, str) else program.name
        key = (workload, name, *more.get("key", ()))
        more.pop("key", None)
        if key in self.given_up:
            return
        for _ in range(3):
            before = self.server.flush_time()
            try:
                figures = run()
            except Exception as error:  # whatever it was stands in the table, and the other figures are still wanted
                self.say(f"  {name}: {error}")
                self.given_up.add(key)  # what failed once is not waited for again
                self.emit({"workload": workload, "program": name, "round": self.round, **more, "error": str(error) or repr(error)})
                return
            after = self.server.flush_time()
            kept = max(before, after) <= self.given.moved * min(before, after)
            self.emit({"workload": workload, "program": name, "round": self.round, **more, **rounded(figures),
                       "flush_us": [before, after], "kept": kept})
            shown = ", ".join(f"{key} {value:,.2f}" for key, value in figures.items() if isinstance(value, float))
            self.say(f"  {name}{''.join(f' {value}' for value in more.values())}: {shown}"
                     + ("" if kept else f" (thrown away: a flush took {before} µs, then {after})"))
            if kept:
                return

    def settings(self):
        """What was measured, and on what."""
        info = {}
        for program in self.given.programs:
            info[program.name] = json.loads(program.run("info"))
        swift = subprocess.run([os.environ.get("SWIFT", "swift"), "--version"], capture_output=True, text=True).stdout
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory = int(file.readline().split()[1]) // 2**20
        self.emit({
            "settings": {
                "date": datetime.date.today().isoformat(), "runs": self.given.runs, "quick": self.given.quick, "moved": self.given.moved,
                "postgres": self.server.sql("SHOW server_version").split()[0], "server": self.server.settings,
                "cores": os.cpu_count(), "memory_gib": memory, "linux": platform.release(),
                "python": platform.python_version(), "swift": swift.partition("Swift version ")[2].split(" ")[0],
                "commit": commit(), "age": self.given.age, "held_minutes": self.given.held, "programs": info,
                "jobs": {p.name: {"W1": p.jobs, "W2": p.starts, "W5": p.flows} for p in self.given.programs},
            }})

    def rounds(self):
        for self.round in range(1, self.given.runs + 1):
            self.say(f"round {self.round} of {self.given.runs}; a flush takes {self.server.flush_time()} µs")
            # Another program comes first each time.
            shift = (self.round - 1) % len(self.given.programs)
            turn = self.given.programs[shift:] + self.given.programs[:shift]
            for workload in self.given.workloads:
                if workload == "w6":
                    continue
                self.say(workload)
                getattr(self, workload)(turn)

    def raw(self, turn):
        raw.prepare(self.server)
        for name, clients in QUICK_RAW if self.given.quick else RAW:
            jobs, seconds = (40_000, 2) if self.given.quick else (120_000, 5)
            self.measure("raw", name, lambda: raw.measure(self.server, name, clients, jobs, seconds), clients=clients)

    def w1(self, turn):
        for program in turn:
            for state in ("fresh", "analysed"):
                self.measure("W1", program, lambda: self.runs.drain(program, analysed=state == "analysed"),
                             state=state, key=(state,))

    def w2(self, turn):
        for program in turn:
            self.measure("W2", program, lambda: self.runs.starts(program))

    def w3(self, turn):
        for program in turn:
            self.measure("W3", program, lambda: self.runs.pick_up(program, 50 if self.given.quick else 200))

    def w5(self, turn):
        for program in turn:
            self.measure("W5", program, lambda: self.runs.drain(program, "flow"))

    def guard(self, turn):
        """W1 with and without what enforces the lifecycle in the database; the history is written either way."""
        for state, before in (("guarded", None), ("unguarded", lockstep_tables.UNGUARD)):
            self.measure("guard", self.lockstep, lambda: self.drain_guarded(before), state=state, key=(state,))

    def drain_guarded(self, before):
        found = self.runs.drain(self.lockstep, before=before)
        left = self.server.sql(lockstep_tables.TRIGGERS, self.lockstep.database)
        if before and left != lockstep_tables.RECORDING:
            raise Failed(f"the triggers that stood were {left}, not {lockstep_tables.RECORDING}")
        return found

    def w7(self, turn):
        """W1 with more workers, each in a process of its own; all of them stand ready when the clock starts."""
        for processes in (1, 4) if self.given.quick else (1, 4, 16, 64):
            self.measure("W7", self.lockstep, lambda: self.crowd(processes), workers=processes, key=(processes,))

    def crowd(self, processes):
        url = self.runs.fresh(self.lockstep)
        self.lockstep.run("enqueue", url, self.lockstep.jobs)
        self.server.sql("CHECKPOINT;")
        crowd = Crowd(self.runs, self.lockstep, processes)
        try:
            return crowd.drain(lockstep_tables.JOBS)
        finally:
            crowd.end()

    # W6

    def age(self):
        """W1 and W3 in a table with many ended jobs, each beside the same in a fresh one."""
        aged = dataclasses.replace(self.lockstep, name="lockstep_aged")
        self.runs.fresh(aged)
        self.say(f"w6: writing {self.given.age:,} ended jobs")
        for first in range(1, self.given.age + 1, 500_000):
            self.server.sql(lockstep_tables.age(first, min(self.given.age, first + 499_999)), aged.database)
        self.server.sql(lockstep_tables.AGED + "\nVACUUM ANALYZE;\nCHECKPOINT;", aged.database)
        size = int(self.server.sql(f"SELECT pg_database_size('{aged.database}')"))
        self.emit({"workload": "W6", "program": "lockstep", "aged_gib": round(size / 2**30, 2)})
        for self.round in range(1, self.given.runs + 1):
            for state, program, fresh in (("aged", aged, False), ("young", self.lockstep, True)):
                self.w6_pair(program, fresh, state)
        self.server.sql(f"DROP DATABASE {aged.database}")

    def w6_pair(self, program, fresh, state):
        self.measure("W6 drain", program, lambda: self.runs.drain(program, fresh=fresh), state=state, key=(state,))
        self.measure("W6 pick-up", program, lambda: self.runs.pick_up(program, 200, fresh=fresh), state=state,
                     key=(state,))

    def hold(self):
        """W1 and W3 before and while another session keeps a snapshot open; a drain each ten seconds meanwhile."""
        program = self.lockstep
        self.runs.fresh(program)
        self.round = 0
        for self.round in range(1, self.given.runs + 1):
            self.w6_pair(program, False, "before")
        self.say(f"w6: a snapshot is held open for {self.given.held:g} minutes")
        session = self.server.hold_snapshot(program.database, lockstep_tables.JOBS)
        try:
            end = time.monotonic() + self.given.held * 60
            drains = 0
            while time.monotonic() < end:
                start = time.monotonic()
                try:
                    self.runs.drain(program, fresh=False)
                except Failed as error:  # its jobs are still there: nothing can be measured beside them
                    self.say(f"  {error}")
                    self.emit({"workload": "W6 drain", "program": program.name, "state": "held",
                               "error": f"drain {drains + 1}: {error}"})
                    return
                drains += 1
                time.sleep(max(0, min(10 - (time.monotonic() - start), end - time.monotonic())))
            self.emit({"workload": "W6", "program": "lockstep", "drains_under_snapshot": drains})
            for self.round in range(1, self.given.runs + 1):
                self.w6_pair(program, False, "held")
        finally:
            session.stdin.close()
            session.wait(10)


def rounded(figures):
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}


def commit():
    got = subprocess.run(["git", "-C", cluster.ROOT, "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True)
    return got.stdout.strip()


def check_room(given, folder):
    """Refuses to start what would fill the disk."""
    ages = "w6" in given.workloads
    wanted = 5 + (given.age * lockstep_tables.BYTES_PER_ENDED_JOB / 2**30 + given.held if ages else 0)
    free = shutil.disk_usage(folder).free / 2**30
    if free < wanted:
        sys.exit(f"'{folder}' has {free:.0f} GiB free, and {wanted:.0f} GiB are needed: name another folder by WORK=, "
                 "or leave W6 out by --workloads, or make it smaller by --age and --held.")


def main():
    given = arguments()
    # Whoever ends this program ends the server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    check_room(given, os.environ.get("WORK") or tempfile.gettempdir())
    server = cluster.Cluster()
    try:
        comparison = Comparison(given, server)
        comparison.settings()
        comparison.rounds()
        if "w6" in given.workloads:
            comparison.age()
            comparison.hold()
        comparison.lines.close()
    finally:
        server.stop()
    text = report.table([given.out])
    print(text)
    if given.write:
        report.write(text, given.write)
        shutil.copyfile(given.out, os.path.join(os.path.dirname(os.path.abspath(given.write)), "results.jsonl"))


main()
