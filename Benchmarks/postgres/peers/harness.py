"""What the peers share. A peer is a program with these commands; each is run in a process of its own:

    info                       one line of JSON about the peer
    setup URL                  makes the schema
    enqueue URL N              puts N jobs there, in batches where the peer has them
    enqueue-flow URL N         the same for W5
    enq-rate URL N             W2: N single inserts by 8 callers, then 20 batches of 1,000; prints the rates
    worker URL N MODE OUT      MODE is drain, flow (W5) or latency (W3); writes what it found to OUT and ends
    latency URL N OUT          W3's other half: a job each 20 ms; writes the moments to OUT

All moments are of CLOCK_MONOTONIC, which the processes of a machine share. A drain lasts from the start of the first
handler to the moment the database shows all jobs as complete; it is asked only once all handlers have begun, so that
asking takes nothing from the peer while it works.
"""

import asyncio
import json
import os
import sys
import threading
import time
from importlib.metadata import version

PAD = "x" * 80


def payload(i):
    """About a hundred bytes of JSON."""
    return {"i": i, "pad": PAD}


class Tally:
    """Counts handlers; `done` is set when all have begun."""

    def __init__(self, wanted):
        self.wanted, self.count = wanted, 0
        self.first, self.moments = None, {}
        self.done, self.lock = threading.Event(), threading.Lock()

    def begin(self, i):
        with self.lock:
            self.first = self.first or time.monotonic_ns()

    def hit(self, i):
        moment = time.monotonic_ns()
        with self.lock:
            self.first = self.first or moment
            self.moments.setdefault(i, moment)
            self.count += 1
            if self.count >= self.wanted:
                self.done.set()


class Peer:
    """A subclass says how the peer does each thing, through its public API only."""

    package = "?"
    settings = ""
    flow = ""
    has_batch = True
    done_sql = flow_done_sql = "SELECT 0"

    def __init__(self, url):
        self.url = url

    async def setup(self):
        raise NotImplementedError

    async def open_producer(self, callers):
        raise NotImplementedError

    async def one(self, i):
        raise NotImplementedError

    async def batch(self, ids):
        raise NotImplementedError

    async def flow_one(self, i):
        raise NotImplementedError

    async def flow_batch(self, ids):
        raise NotImplementedError

    async def run_worker(self, hit, flow_hit):
        """Works for ever; calls `hit` as a handler begins and `flow_hit` in the last handler of a flow."""
        raise NotImplementedError


def complete(peer, is_flow):
    """Asks the database again and again, on one connection, how many jobs (or flows) are complete."""
    import psycopg
    with psycopg.connect(peer.url, autocommit=True) as connection:
        while True:
            yield connection.execute(peer.flow_done_sql if is_flow else peer.done_sql).fetchone()[0]


def resident_mb():
    import psutil
    me = psutil.Process()
    return sum(process.memory_info().rss for process in [me, *me.children(recursive=True)]) / 1e6


def write(out, value):
    with open(out, "w", encoding="utf-8") as file:
        json.dump(value, file)


async def work(peer, wanted, mode, out):
    tally = Tally(wanted)

    def watch():
        tally.done.wait()
        if mode == "latency":
            write(out, tally.moments)
        else:
            for count in complete(peer, mode == "flow"):
                if count >= wanted:
                    break
                time.sleep(0.005)
            seconds = (time.monotonic_ns() - tally.first) / 1e9
            write(out, {"jobs_per_s": wanted / seconds, "seconds": seconds, "rss_mb": resident_mb()})
        os._exit(0)  # no peer's shutdown is measured

    threading.Thread(target=watch, daemon=True).start()
    is_flow = mode == "flow"
    await peer.run_worker(tally.begin if is_flow else tally.hit, tally.hit if is_flow else tally.begin)


async def enqueue(peer, count, is_flow):
    await peer.open_producer(8)
    if peer.has_batch:
        for first in range(0, count, 1000):
            ids = list(range(first, min(count, first + 1000)))
            await (peer.flow_batch(ids) if is_flow else peer.batch(ids))
        return
    one = peer.flow_one if is_flow else peer.one

    async def caller(number):
        for i in range(number, count, 16):
            await one(i)

    await asyncio.gather(*[caller(number) for number in range(16)])


async def rates(peer, count):
    await peer.open_producer(8)
    await asyncio.gather(*[peer.one(i) for i in range(8)])  # opens the connections
    each = count // 8

    async def caller(number):
        for i in range(each):
            await peer.one(number * each + i)

    start = time.monotonic_ns()
    await asyncio.gather(*[caller(number) for number in range(8)])
    found = {"enqueue_per_s": each * 8 / ((time.monotonic_ns() - start) / 1e9)}
    if peer.has_batch:
        start = time.monotonic_ns()
        for _ in range(20):
            await peer.batch(list(range(1000)))
        found["batch_enqueue_per_s"] = 20_000 / ((time.monotonic_ns() - start) / 1e9)
    return found


async def trickle(peer, count, out):
    await peer.open_producer(1)
    moments = {}
    for i in range(count):
        called = time.monotonic_ns()
        await peer.one(i)
        moments[i] = (called, time.monotonic_ns())
        await asyncio.sleep(0.02)
    write(out, moments)


def main(kind):
    import uvloop
    command, *words = sys.argv[1:]
    peer = kind(words[0] if words else "")
    if command == "info":
        print(json.dumps({"version": version(peer.package), "settings": peer.settings, "flow": peer.flow}))
    elif command == "setup":
        uvloop.run(peer.setup())
    elif command in ("enqueue", "enqueue-flow"):
        uvloop.run(enqueue(peer, int(words[1]), command == "enqueue-flow"))
    elif command == "enq-rate":
        print(json.dumps(uvloop.run(rates(peer, int(words[1])))))
    elif command == "worker":
        uvloop.run(work(peer, int(words[1]), words[2], words[3]))
    elif command == "latency":
        uvloop.run(trickle(peer, int(words[1]), words[2]))
    else:
        sys.exit(f"'{command}' is no command of a peer")
    sys.stdout.flush()
    os._exit(0)  # some peers leave threads behind
