"""How long the pages of a dashboard take. Usage: speed.py URL ROUNDS"""

import http.client
import re
import sys
import time

url, rounds = sys.argv[1].removeprefix("http://"), int(sys.argv[2])
connection = http.client.HTTPConnection(url, timeout=120)


def get(path):
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": "lockstep_token=ada", "Accept": "text/html"})
    answer = connection.getresponse()
    text = answer.read()
    return time.perf_counter() - began, answer.status, text.decode()


def first(path):
    return re.search(r'href="(/dashboard/jobs/[0-9a-f-]{36})"', get(path)[2])[1]


def older(path, pages):
    for _ in range(pages):
        path = re.search(r'href="([^"]+)" rel="next"', get(path)[2])[1].replace("&amp;", "&")
    return path


pages = {
    "overview": "/dashboard",
    "lifecycle": "/dashboard/lifecycles/export",
    "workers": "/dashboard/workers",
    "a job": first("/dashboard/jobs"),
    "a parked job": first("/dashboard/jobs?state=stuck"),
    "jobs": "/dashboard/jobs",
    "jobs, page 20": older("/dashboard/jobs", 20),
    "of a lifecycle": "/dashboard/jobs?lifecycle=export",
    "live": "/dashboard/jobs?state=live",
    "ended": "/dashboard/jobs?state=ended",
    "stuck": "/dashboard/jobs?state=stuck",
    "queued": "/dashboard/jobs?lifecycle=export&status=queued",
    "done": "/dashboard/jobs?lifecycle=export&status=done",
    "failed, of the user": "/dashboard/jobs?status=failed&audience=user_fixable",
    "of an administrator": "/dashboard/jobs?audience=admin_required",
    "of an owner": "/dashboard/jobs?owner=owner-17",
    "done, of an owner": "/dashboard/jobs?owner=owner-17&status=done",
    "live, of an owner": "/dashboard/jobs?owner=owner-17&state=live",
    "of nobody": "/dashboard/jobs?owner=nobody",
    "by key": "/dashboard/jobs?key=key-300000",
    "of no key": "/dashboard/jobs?key=nothing",
    "stuck, failed": "/dashboard/jobs?state=stuck&audience=temporary",
    "search": "/dashboard/search?q=nothing",
}
print(f"{'page':22} {'median':>8} {'p95':>8} {'longest':>8}  ms, {rounds} rounds")
worst = 0
times = {name: [] for name in pages}
for _ in range(rounds):
    for name, path in pages.items():
        took, status, _ = get(path)
        assert status in (200, 303), f"{path}: {status}"
        times[name].append(took * 1000)
for name, took in times.items():
    took.sort()
    p95 = took[max(0, -(-len(took) * 95 // 100) - 1)]
    worst = max(worst, p95)
    print(f"{name:22} {took[len(took) // 2]:8.1f} {p95:8.1f} {took[-1]:8.1f}")
print(f"worst p95: {worst:.1f} ms")
sys.exit(0 if worst < 200 else 1)
