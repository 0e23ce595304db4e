"""A real server for fuzzers: `lockstep serve` on a free port with jobs in many statuses, and what is in its database."""
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))


class Served:
    def __init__(self, program):
        self.data = tempfile.mkdtemp(prefix="lockstep-fuzz-")
        self.log = open(os.path.join(self.data, "server.log"), "w+")
        self.process = subprocess.Popen(
            [program, "serve", "--definitions", os.path.join(HERE, "lifecycles.yaml"), "--data", self.data,
             "--port", "0", "--rate", "0", "--failures", "0", "--json"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url = said["listening"]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.token = open(said["admin_token_file"]).read().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(), method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def call_text(self, path):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def seed(self):
        """Jobs in every status that can be reached, some held by a worker, some parked."""
        worker = self.call("POST", "/v1/workers", {
            "name": "seed", "statuses": {"parcel": ["packing"], "export": ["rendering"]}, "lease_seconds": 3600})
        jobs = [{"lifecycle": "parcel", "status": "queued", "owner": f"user-{n % 3}", "key": f"key-{n}",
                 "input": {"n": n}, "metadata": {"a": [1, 2.5, None]}} for n in range(40)]
        jobs += [{"lifecycle": "parcel", "status": "announced"} for _ in range(10)]
        jobs += [{"lifecycle": "export"} for _ in range(20)]
        self.call("POST", "/v1/jobs/batch", {"jobs": jobs})
        held = self.call("POST", f"/v1/workers/{worker['id']}/claims", {"limit": 30})["jobs"]
        for index, job in enumerate(held):
            claim, path = {"worker": worker["id"], "fence": job["fence"]}, f"/v1/jobs/{job['id']}"
            if index % 4 == 0:
                to = "review" if job["lifecycle"] == "parcel" else "done"
                self.call("POST", path + "/finish", {**claim, "to": to, "output": {"index": index}})
            elif index % 4 == 1:
                audience = ["user_fixable", "admin_required", "temporary"][index % 3]
                self.call("POST", path + "/fail", {**claim, "failure": {"audience": audience, "message": "seeded"}})
            elif index % 4 == 2:
                self.call("POST", path + "/progress", {**claim, "progress": 50, "detail": "half way"})
        return worker["id"]

    def contents(self):
        """A digest of everything in the database that a request could change, and the number of jobs."""
        with sqlite3.connect(f"file:{self.data}/lockstep.sqlite?mode=ro", uri=True) as database:
            tables = [name for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                "AND name NOT IN ('lockstep_tokens', 'lockstep_workers') ORDER BY name")]
            digest, rows = hashlib.sha256(), 0
            for table in tables:
                for row in database.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2'):
                    digest.update(repr((table, row)).encode())
                    rows += 1
            return digest.hexdigest(), rows
