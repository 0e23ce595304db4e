"""Procrastinate: one statement per claim and per completion; completed jobs stay in its table."""

import harness

AT_ONCE = 30


class ProcrastinatePeer(harness.Peer):
    package = "procrastinate"
    settings = f"psycopg pool of 2 to 20, {AT_ONCE} jobs at once, listen_notify, delete_jobs=never, uvloop"
    flow = "a chain: each task defers the next, not in one transaction with its completion"
    done_sql = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded' AND task_name = 'noop'"
    flow_done_sql = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded' AND task_name = 'stage3'"

    def app(self, hit=None, flow_hit=None, most=20):
        import procrastinate
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(
            conninfo=self.url, min_size=2, max_size=most))
        self.tasks = {}

        @app.task(name="noop")
        async def noop(i, pad):
            hit(i)

        self.tasks["noop"] = noop

        def declare(stage):
            @app.task(name=f"stage{stage}")
            async def step(i, pad):
                if stage == 0:
                    hit(i)
                if stage < 3:
                    await self.tasks[f"stage{stage + 1}"].defer_async(i=i, pad=pad)
                else:
                    flow_hit(i)

            self.tasks[f"stage{stage}"] = step

        for stage in range(4):
            declare(stage)
        return app

    async def setup(self):
        app = self.app()
        async with app.open_async():
            await app.schema_manager.apply_schema_async()

    async def open_producer(self, callers):
        self.opened = self.app(most=callers + 1)
        await self.opened.open_async()

    async def one(self, i):
        await self.tasks["noop"].defer_async(**harness.payload(i))

    async def batch(self, ids, task="noop"):
        await self.tasks[task].batch_defer_async(*[harness.payload(i) for i in ids])

    async def flow_batch(self, ids):
        await self.batch(ids, "stage0")

    async def run_worker(self, hit, flow_hit):
        app = self.app(hit, flow_hit)
        async with app.open_async():
            await app.run_worker_async(concurrency=AT_ONCE, listen_notify=True, install_signal_handlers=False,
                                       delete_jobs="never")


harness.main(ProcrastinatePeer)
