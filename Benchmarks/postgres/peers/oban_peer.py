"""Oban for Python: batches of claims, acknowledgements in batches; completed jobs stay in its table."""

import asyncio

import harness

LIMIT = 100


class ObanPeer(harness.Peer):
    package = "oban"
    settings = f"pool of 10, queue limit {LIMIT}, the rest as it comes, uvloop"
    flow = "a chain: each worker enqueues the next (workflows are in its paid edition)"
    done_sql = "SELECT count(*) FROM oban_jobs WHERE state = 'completed' AND worker LIKE '%Noop'"
    flow_done_sql = ("SELECT count(*) FROM oban_jobs WHERE state = 'completed' AND worker LIKE '%Step' "
                     "AND (args->>'stage')::int = 3")

    async def setup(self):
        from oban import Oban
        from oban.schema import install
        await install(await Oban.create_pool(self.url))

    def declare(self, hit=None, flow_hit=None):
        from oban import worker
        peer = self

        @worker(queue="default")
        class Noop:
            async def process(self, job):
                hit(job.args["i"])

        @worker(queue="default")
        class Step:
            async def process(self, job):
                stage = job.args["stage"]
                if stage == 0:
                    hit(job.args["i"])
                if stage < 3:
                    await peer.oban.enqueue(Step.new({**job.args, "stage": stage + 1}))
                else:
                    flow_hit(job.args["i"])

        self.Noop, self.Step = Noop, Step

    async def open_producer(self, callers):
        from oban import Oban
        self.oban = Oban(pool=await Oban.create_pool(self.url, min_size=callers, max_size=callers))
        self.declare()

    async def one(self, i):
        await self.oban.enqueue(self.Noop.new(harness.payload(i)))

    async def batch(self, ids):
        await self.oban.enqueue_many([self.Noop.new(harness.payload(i)) for i in ids])

    async def flow_batch(self, ids):
        await self.oban.enqueue_many([self.Step.new({**harness.payload(i), "stage": 0}) for i in ids])

    async def run_worker(self, hit, flow_hit):
        from oban import Oban
        self.declare(hit, flow_hit)
        pool = await Oban.create_pool(self.url, min_size=2, max_size=10)
        self.oban = Oban(pool=pool, queues={"default": LIMIT})
        async with self.oban:
            await asyncio.Event().wait()


harness.main(ObanPeer)
