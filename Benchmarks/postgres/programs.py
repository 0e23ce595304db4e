"""The programs that are measured, and how each workload is run with them."""

import glob
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

import cluster

HERE = os.path.dirname(os.path.abspath(__file__))
LOCKSTEP = os.path.join(cluster.ROOT, ".build", "release", "postgres-bench")


class Failed(Exception):
    """A program did not do what it was to do."""


@dataclass
class Program:
    """A program that speaks peers/harness.py's commands, and the number of jobs that it is measured with."""

    name: str
    command: list
    jobs: int  # W1, W6, W7
    flows: int  # W5
    starts: int  # W2, one per call
    options: list = field(default_factory=list)

    @property
    def database(self):
        return "bench_" + self.name

    def run(self, *words, limit=300):
        """Runs a command to its end and returns the last line that it printed."""
        try:
            got = subprocess.run([*self.command, *map(str, words), *self.options], capture_output=True, text=True,
                                 timeout=limit)
        except subprocess.TimeoutExpired:
            raise Failed(f"'{words[0]}' was not done in {limit} s") from None
        if got.returncode:
            raise Failed(f"'{words[0]}' ended with {got.returncode}: {(got.stderr or got.stdout)[-500:].strip()}")
        return got.stdout.strip().splitlines()[-1] if got.stdout.strip() else ""


def known(quick):
    """Every program by its name."""
    part = 4 if quick else 1

    def peer(name, jobs, flows, starts):
        return Program(name, [sys.executable, os.path.join(HERE, "peers", name + "_peer.py")], jobs // part,
                       flows // part, starts // part)

    programs = [
        Program("lockstep", [LOCKSTEP], 20_000, 5_000 // part, 20_000 // part),
        peer("pgqueuer", 20_000, 3_000, 4_000),
        peer("oban", 20_000, 3_000, 4_000),
        peer("awa", 20_000, 2_000, 2_000),
        peer("dbos", 3_000, 800, 2_000),
        peer("procrastinate", 3_000, 1_000, 4_000),
    ]
    assert len(programs) == 1 + len(glob.glob(os.path.join(HERE, "peers", "*_peer.py")))
    return {program.name: program for program in programs}


class Runs:
    """Runs workloads on a server."""

    def __init__(self, server, limit):
        self.server, self.limit = server, limit
        self.place = os.path.join(server.folder, "runs")
        os.makedirs(self.place)

    def file(self, name):
        path = os.path.join(self.place, name)
        if os.path.exists(path):
            os.remove(path)
        return path

    def fresh(self, program):
        url = self.server.fresh(program.database)
        program.run("setup", url)
        return url

    def start(self, program, *words):
        """Starts a worker; what it says goes to a file."""
        with open(os.path.join(self.place, "worker.log"), "w", encoding="utf-8") as log:
            return subprocess.Popen([*program.command, *map(str, words), *program.options], stdout=log, stderr=log)

    def result(self, process, path, limit):
        """What a worker left when it had ended by itself."""
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failed(f"not done in {limit} s") from None
        if status or not os.path.exists(path):
            with open(os.path.join(self.place, "worker.log"), encoding="utf-8", errors="replace") as log:
                raise Failed(f"the worker ended with {status}: {log.read()[-500:].strip()}")
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    # W1, W4, W5

    def drain(self, program, mode="drain", analysed=False, before=None, fresh=True):
        count = program.flows if mode == "flow" else program.jobs
        url = self.fresh(program) if fresh else self.server.url(program.database)
        program.run("enqueue-flow" if mode == "flow" else "enqueue", url, count)
        if before:
            self.server.sql(before, program.database)
        self.server.sql("ANALYZE;\nCHECKPOINT;" if analysed else "CHECKPOINT;", program.database)
        out = self.file("worker.json")
        return self.result(self.start(program, "worker", url, count, mode, out), out, self.limit)

    # W2

    def starts(self, program):
        return json.loads(program.run("enq-rate", self.fresh(program), program.starts))

    # W3

    def pick_up(self, program, count, fresh=True, idle=4):
        """From the acknowledged start (and from its call) to the handler's beginning."""
        url = self.fresh(program) if fresh else self.server.url(program.database)
        begun, started = self.file("begun.json"), self.file("started.json")
        worker = self.start(program, "worker", url, count, "latency", begun)
        try:
            time.sleep(idle)  # it shall have nothing to do when the first job comes
            program.run("latency", url, count, started)
            begun = self.result(worker, begun, 60)
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        with open(started, encoding="utf-8") as file:
            started = json.load(file)
        waits = sorted((begun[job] - moments[1]) / 1e6 for job, moments in started.items())
        calls = sorted((begun[job] - moments[0]) / 1e6 for job, moments in started.items())

        def at(values, part):
            return values[min(len(values) - 1, int(len(values) * part))]

        return {"p50_ms": at(waits, 0.5), "p99_ms": at(waits, 0.99), "call_p50_ms": at(calls, 0.5),
                "call_p99_ms": at(calls, 0.99)}
