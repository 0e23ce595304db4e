"""PgQueuer: batches of claims and of completions; a completed job leaves its table for a log."""

import json

import harness

BATCH = 100


class PgQueuerPeer(harness.Peer):
    package = "pgqueuer"
    settings = f"asyncpg, batches of {BATCH}, its recommended autovacuum settings, uvloop"
    flow = "a chain: each handler enqueues the next, not in one transaction with its completion"
    done_sql = "SELECT count(*) FROM pgqueuer_log WHERE status = 'successful' AND entrypoint = 'noop'"
    flow_done_sql = "SELECT count(*) FROM pgqueuer_log WHERE status = 'successful' AND entrypoint = 'stage3'"

    async def driver(self):
        import asyncpg
        from pgqueuer.db import AsyncpgDriver
        return AsyncpgDriver(await asyncpg.connect(self.url))

    async def setup(self):
        from pgqueuer.queries import Queries
        queries = Queries(await self.driver())
        await queries.install()
        await queries.optimize_autovacuum()

    async def open_producer(self, callers):
        import asyncpg
        from pgqueuer.db import AsyncpgPoolDriver
        from pgqueuer.queries import Queries
        pool = await asyncpg.create_pool(self.url, min_size=callers, max_size=callers)
        self.queries = Queries(AsyncpgPoolDriver(pool))

    async def one(self, i):
        await self.queries.enqueue("noop", json.dumps(harness.payload(i)).encode())

    async def batch(self, ids, entrypoint="noop"):
        await self.queries.enqueue([entrypoint] * len(ids), [json.dumps(harness.payload(i)).encode() for i in ids],
                                   [0] * len(ids))

    async def flow_batch(self, ids):
        await self.batch(ids, "stage0")

    async def run_worker(self, hit, flow_hit):
        from datetime import timedelta
        from pgqueuer import PgQueuer
        await self.open_producer(4)
        queue = PgQueuer(await self.driver())

        @queue.entrypoint("noop")
        async def noop(job):
            hit(json.loads(job.payload)["i"])

        def declare(stage):
            @queue.entrypoint(f"stage{stage}")
            async def step(job):
                i = json.loads(job.payload)["i"]
                if stage == 0:
                    hit(i)
                if stage < 3:
                    await self.queries.enqueue(f"stage{stage + 1}", job.payload)
                else:
                    flow_hit(i)

        for stage in range(4):
            declare(stage)
        await queue.run(batch_size=BATCH, dequeue_timeout=timedelta(seconds=5))


harness.main(PgQueuerPeer)
