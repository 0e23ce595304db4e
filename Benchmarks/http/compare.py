"""Measures both services by wrk, in one run and in turns, on one PostgreSQL server, and writes RESULTS.md."""

import argparse
import json
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
sys.path.insert(0, os.path.join(HERE, "..", "postgres"))
from cluster import Cluster  # noqa: E402

CORES = len(os.sched_getaffinity(0))


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def call(service, path, data=None):
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{path}", data, {
        "Authorization": f"Bearer {service.token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Service:
    """A service that runs; it and its children share one process group."""

    def __init__(self, name, command, environment, port, token=None):
        self.name, self.port, self.token = name, port, token
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=HERE, text=True,
                                        stdout=subprocess.DEVNULL if token else subprocess.PIPE, start_new_session=True)
        if not token:
            self.token = self.process.stdout.readline().strip()
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/jobs/x", timeout=5)
            except urllib.error.HTTPError:
                return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise SystemExit(f"{name} does not answer; its output is above.")

    def memory(self):
        """The resident memory of all its processes in MiB."""
        total = 0
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat") as stat:
                        group = int(stat.read().rpartition(")")[2].split()[2])
                    if group != self.process.pid:
                        continue
                    with open(f"/proc/{entry}/smaps_rollup") as rollup:
                        total += int(re.search(r"^Pss:\s+(\d+)", rollup.read(), re.M)[1])
                except (FileNotFoundError, ProcessLookupError, PermissionError):
                    pass
        return total / 1024

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def load(service, script, options, run, ids):
    """One run of wrk: requests a second, the median and the 99th percentile in ms, and how many failed."""
    got = subprocess.run(
        ["taskset", "-c", options.pin, "wrk", f"-t{options.threads}", f"-c{options.connections}", f"-d{options.seconds}s",
         "--timeout", "10s", "-s", os.path.join(HERE, script), f"http://127.0.0.1:{service.port}"],
        capture_output=True, text=True, env={**os.environ, "JOBS": ids, "RUN": run, "TOKEN": service.token})
    found = re.search(r"^RESULT (.*)$", got.stdout, re.M)
    if not found:
        raise SystemExit(f"wrk said nothing that can be read: {got.stdout} {got.stderr}")
    requests, microseconds, median, tail, status, sockets, late = map(int, found[1].split())
    return {"rate": requests / microseconds * 1e6, "median": median / 1000, "tail": tail / 1000,
            "failed": status + sockets + late}


def version(*command):
    got = subprocess.run(command, capture_output=True, text=True)
    return (got.stdout or got.stderr).strip().splitlines()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement (10)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    parser.add_argument("--connections", type=int, default=64, help="that wrk holds open (64)")
    parser.add_argument("--threads", type=int, default=1, help="of wrk (1)")
    parser.add_argument("--pool", type=int, default=8, help="connections to PostgreSQL, of all processes together (8)")
    parser.add_argument("--jobs", type=int, default=10_000, help="that are there to be read (10,000)")
    parser.add_argument("--pin", default=f"0-{CORES - 1}", help="the processors that wrk runs on (all)")
    parser.add_argument("--server", default=os.path.join(ROOT, ".build/release/http-bench"), help="the Swift server")
    parser.add_argument("--results", default=os.path.join(HERE, "RESULTS.md"), help="the file that is written")
    options = parser.parse_args()

    load_before = os.getloadavg()[0]
    cluster = Cluster()
    services = []
    try:
        url = cluster.fresh("bench")
        ids = os.path.join(cluster.folder, "ids")
        swift, python = free_port(), free_port()
        services.append(Service("Lockstep", [options.server, url, str(swift), str(options.pool)], {}, swift))
        services.append(Service(
            "FastAPI", [sys.executable, "-m", "uvicorn", "service:app", "--workers", str(CORES), "--port", str(python),
                        "--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"],
            {"BENCH_URL": "postgresql+asyncpg://" + url.partition("://")[2],
             "BENCH_POOL": str(max(1, options.pool // CORES))}, python, "bench-token"))
        for service in services:
            job = call(service, "/v1/jobs", b'{"lifecycle":"errand"}')
            again = [call(other, f"/v1/jobs/{job['id']}") for other in services]
            # What the asker may do with it, Lockstep says as well.
            again[0].pop("allowed", None)
            if again[0] != again[1]:
                raise SystemExit(f"the services do not show the same: {again[0]} and {again[1]}")
        # The jobs to read, as both services would have started them.
        cluster.sql(f"""INSERT INTO lockstep.errand_jobs
            (id, status, owner, input, deadline, entry_actor, entry_actor_name)
            SELECT gen_random_uuid()::text, 'queued', 'anna', '{{"pad":"{"x" * 80}"}}',
                lockstep.lockstep_now() + 86400000000, 'owner', 'anna' FROM generate_series(1, {options.jobs});
            ANALYZE lockstep.errand_jobs; CHECKPOINT;""", "bench")
        with open(ids, "w") as file:
            file.write(cluster.sql("SELECT id FROM lockstep.errand_jobs ORDER BY random()", "bench") + "\n")
        results, memory = {}, {}
        for number in range(options.rounds + 1):
            for script in ["get.lua", "start.lua"]:
                # Whoever is first in one round is last in the next.
                for service in services if number % 2 else services[::-1]:
                    got = load(service, script, options, f"{service.name}-{number}-{time.time_ns()}", ids)
                    print(f"round {number} {service.name} {script}: {got['rate']:.0f}/s, median {got['median']:.1f} ms, "
                          f"p99 {got['tail']:.1f} ms, {got['failed']} failed", flush=True)
                    if number:  # the first round warms up
                        results.setdefault((service.name, script), []).append(got)
                    memory[service.name] = max(memory.get(service.name, 0), service.memory())
        report(options, cluster, results, memory, load_before)
    finally:
        for service in services:
            service.stop()
        cluster.stop()


def report(options, cluster, results, memory, load_before):
    def median(name, script, what):
        return statistics.median(run[what] for run in results[name, script])

    def row(name, script):
        rates = [run["rate"] for run in results[name, script]]
        failed = sum(run["failed"] for run in results[name, script])
        return (f"| {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f}–{max(rates):,.0f} | "
                f"{median(name, script, 'median'):.1f} | {median(name, script, 'tail'):.1f} | {failed} |")

    import asyncpg, fastapi, sqlalchemy, uvicorn  # noqa: E401 what is measured says its version

    lines = ["# The HTTP API beside FastAPI", "",
             "`Benchmarks/http/compare.sh` writes this file. Both services do the same on the same table of one PostgreSQL "
             "server, whose constraints and triggers are Lockstep's: they check a bearer token, read a job of the token's "
             "owner by its id, or start one with an idempotency key and its line of history in one transaction, and answer "
             "the same document.", ""]
    for script, title in [("get.lua", "`GET /v1/jobs/{id}`"), ("start.lua", "`POST /v1/jobs`")]:
        ratio = median("Lockstep", script, "rate") / median("FastAPI", script, "rate")
        lines += [f"## {title}: {ratio:.1f} ×", "",
                  "| | requests/s, median | range | median ms | p99 ms | failed |", "|---|---|---|---|---|---|",
                  row("Lockstep", script), row("FastAPI", script), ""]
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    lines += ["## How", "",
              f"- {options.rounds} rounds of {options.seconds} s each after one that warms up, in turns, whoever was first being "
              f"last in the next; medians. wrk with {options.threads} thread and {options.connections} connections on "
              f"processors {options.pin}, beside the services and PostgreSQL, which have all {CORES}.",
              f"- {options.pool} connections to PostgreSQL for either service; FastAPI under {CORES} uvicorn workers "
              f"(uvloop, httptools) with {options.pool // CORES} each. PostgreSQL waits for the disk: "
              f"{', '.join(cluster.settings)}.",
              f"- {options.jobs:,} jobs are read, in random order.",
              f"- The machine's load average before the run was {load_before:.1f}: above 1 others were at work on it, and "
              "the ratio wants measuring again on a quiet one.",
              f"- Memory (proportional set size, most seen between runs): Lockstep {memory['Lockstep']:.0f} MiB, FastAPI "
              f"{memory['FastAPI']:.0f} MiB.",
              f"- {cpu[1] if cpu else platform.machine()}, {CORES} processors; PostgreSQL "
              f"{cluster.sql('SHOW server_version')}; Python {platform.python_version()}, FastAPI {fastapi.__version__}, SQLAlchemy "
              f"{sqlalchemy.__version__}, asyncpg {asyncpg.__version__}, uvicorn {uvicorn.__version__}; "
              f"{version('wrk', '--version').partition(' Copyright')[0]}.", ""]
    with open(options.results, "w") as file:
        file.write("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
