"""awa: an engine in Rust with handlers in Python; jobs are in a ring of partitions, its README's recommended storage."""

import asyncio
from dataclasses import dataclass

import harness

AT_ONCE = 256


@dataclass
class Noop:
    i: int
    pad: str


@dataclass
class Step:
    i: int
    pad: str
    stage: int


class AwaPeer(harness.Peer):
    package = "awa-pg"
    settings = f"20 connections, {AT_ONCE} jobs at once, polling each 20 ms, batches by enqueue_many_copy"
    flow = "a chain: each handler inserts the next, not in one transaction with its completion"
    done_sql = "SELECT count(*) FROM awa.jobs WHERE state = 'completed' AND kind = 'noop'"
    flow_done_sql = ("SELECT count(*) FROM awa.jobs WHERE state = 'completed' AND kind = 'step' "
                     "AND (args->>'stage')::int = 3")

    async def setup(self):
        import awa
        client = awa.AsyncClient(self.url)
        await client.migrate()
        await client.install_queue_storage()

    async def open_producer(self, callers):
        import awa
        self.client = awa.AsyncClient(self.url, max_connections=callers)

    async def one(self, i):
        await self.client.insert(Noop(**harness.payload(i)), queue="bench")

    async def batch(self, ids):
        await self.client.enqueue_many_copy([Noop(**harness.payload(i)) for i in ids], queue="bench")

    async def flow_batch(self, ids):
        await self.client.enqueue_many_copy([Step(i, harness.PAD, 0) for i in ids], queue="bench")

    async def run_worker(self, hit, flow_hit):
        import awa
        client = awa.AsyncClient(self.url, max_connections=20)

        @client.task(Noop, queue="bench")
        async def noop(job):
            hit(job.args.i)

        @client.task(Step, queue="bench")
        async def step(job):
            args = job.args
            if args.stage == 0:
                hit(args.i)
            if args.stage < 3:
                await client.insert(Step(args.i, args.pad, args.stage + 1), queue="bench")
            else:
                flow_hit(args.i)

        await client.start([("bench", AT_ONCE)], poll_interval_ms=20)
        await asyncio.Event().wait()


harness.main(AwaPeer)
