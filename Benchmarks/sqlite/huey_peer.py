"""Huey on SQLite (fsync on) under the same workloads: huey_peer.py COMMAND DATABASE COUNT.

Each command prints one line of JSON, or for the pick-up lines of `handler N NANOSECONDS` and `started N NANOSECONDS`.
"""

import json
import os
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from huey import SqliteHuey
from huey.consumer import Consumer

command, database, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
huey = SqliteHuey("bench", filename=database, fsync=True, results=True, store_none=True, timeout=30)
PAD = "x" * 80
begun, lock, state = threading.Event(), threading.Lock(), {"count": 0, "first": None}


def hit(i):
    moment = time.monotonic_ns()
    if command == "pick-up":
        print(f"handler {i} {moment}", flush=True)
    with lock:
        state["first"] = state["first"] or moment
        state["count"] += 1
        if state["count"] == count:
            begun.set()


@huey.task(name="errand")
def errand(i, pad):
    hit(i)


@huey.task(name="stage")
def stage(i, pad, number):
    if number == 0:
        with lock:
            state["first"] = state["first"] or time.monotonic_ns()
    if number < 3:
        stage(i, pad, number + 1)
    else:
        hit(i)


def ended():
    connection = sqlite3.connect(database, timeout=30)
    try:
        return connection.execute("SELECT count(*) FROM kv").fetchone()[0]
    finally:
        connection.close()


def in_parallel(work):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(count)))


def consume(results):
    """Lets a consumer work off what waits; the time ends when the database shows every result."""

    def watch():
        begun.wait()
        if results:
            while ended() < results:
                time.sleep(0.002)
            seconds = (time.monotonic_ns() - state["first"]) / 1e9
            resident = [line for line in open("/proc/self/status") if line.startswith("VmRSS")][0].split()[1]
            print(json.dumps({"jobs_per_s": count / seconds, "rss_mb": int(resident) * 1024 / 1e6}), flush=True)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    Consumer(huey, workers=4, worker_type="thread", initial_delay=0.02, max_delay=0.02, backoff=1.0,
             periodic=False).run()


if command == "fill":
    in_parallel(lambda i: errand(i, PAD))
elif command == "fill-relay":
    in_parallel(lambda i: stage(i, PAD, 0))
elif command == "drain":
    consume(count)
elif command == "relay":
    consume(count * 4)
elif command == "starts":
    start = time.monotonic()
    in_parallel(lambda i: errand(i, PAD))
    print(json.dumps({"single_per_s": count / (time.monotonic() - start)}))
elif command == "pick-up":
    print("ready", flush=True)
    consume(0)
elif command == "trickle":
    for i in range(count):
        errand(i, PAD)
        print(f"started {i} {time.monotonic_ns()}", flush=True)
        time.sleep(0.02)
else:
    sys.exit(f"'{command}' is no command of huey_peer.py")
