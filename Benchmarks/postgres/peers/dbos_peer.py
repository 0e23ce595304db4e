"""DBOS: durable workflows on queues; it has no batches of starts."""

import asyncio

import harness

AT_ONCE, POLL = 100, 0.02


class DbosPeer(harness.Peer):
    package = "dbos"
    settings = f"pool of 20, {AT_ONCE} workflows at once, polling each {POLL * 1000:.0f} ms, async workflows, uvloop"
    flow = "a workflow with three steps"
    has_batch = False
    done_sql = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS' AND name = 'noop'"
    flow_done_sql = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS' AND name = 'flow'"

    def launch(self, hit=None, flow_hit=None):
        from dbos import DBOS
        DBOS(config={"name": "bench", "system_database_url": self.url, "log_level": "ERROR", "sys_db_pool_size": 20,
                     "application_version": "1", "executor_id": "local"})

        @DBOS.workflow(name="noop")
        async def noop(args):
            hit(args["i"])

        @DBOS.step(name="step")
        async def step(i):
            return {"ok": True}

        @DBOS.workflow(name="flow")
        async def flow(args):
            hit(args["i"])
            for _ in range(3):
                await step(args["i"])
            flow_hit(args["i"])

        DBOS.launch()
        return DBOS

    async def setup(self):
        def prepare():
            launched = self.launch()
            launched.register_queue("bench", worker_concurrency=AT_ONCE, polling_interval_sec=POLL)
            launched.destroy()

        await asyncio.to_thread(prepare)

    async def open_producer(self, callers):
        from dbos import DBOSClient
        self.client = DBOSClient(system_database_url=self.url)

    async def one(self, i, workflow="noop"):
        await self.client.enqueue_async(
            {"queue_name": "bench", "workflow_name": workflow, "app_version": "1"}, harness.payload(i))

    async def flow_one(self, i):
        await self.one(i, "flow")

    async def run_worker(self, hit, flow_hit):
        await asyncio.to_thread(self.launch, hit, flow_hit)
        await asyncio.Event().wait()


harness.main(DbosPeer)
