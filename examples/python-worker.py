#!/usr/bin/env python3
"""A worker in Python, standard library only: python-worker.py URL TOKEN LIFECYCLE WORKING_STATUS NEXT_STATUS

It takes one job after the other and moves each to NEXT_STATUS, or says why it cannot; SIGTERM lets it finish.
"""
import json, signal, sys, threading, urllib.error, urllib.request

URL, TOKEN, LIFECYCLE, WORKING, NEXT = sys.argv[1:6]
LEASE = 30  # seconds without a sign of life after which others may take over
stopping, busy = threading.Event(), set()


class Problem(Exception):
    """The server refused; `code` is a stable word, such as stale_claim."""
    def __init__(self, document):
        super().__init__(document.get("detail"))
        self.code = document.get("code")


def call(method, path, body=None):
    """All that a worker sends may be sent again when the answer is lost: the fence keeps it from happening twice."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method), timeout=90) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise Problem(json.loads(error.read() or "{}")) from None
        except OSError as error:
            print("no answer:", error, file=sys.stderr)
        if stopping.wait(1):
            sys.exit("stopped while the server could not be reached")


def work(job, report):
    """The work itself: returns what the job leaves behind. Put yours here."""
    report(50, "half way")
    if "fail" in job["input"]:
        raise ValueError(f"the input says so: {job['input']['fail']}")
    return {"worked_on": job["input"]}


def heartbeat(worker, strays=()):
    while not stopping.wait(LEASE / 3):
        answer = call("POST", f"/v1/workers/{worker}/heartbeat", {})
        if not answer["alive"]:
            stopping.set()  # we count as dead, and every claim is gone
        found = {(job, fence) for job, fence in answer["held"].items() if job not in busy}
        for job, fence in found.intersection(strays):  # the answer to that claim never reached us
            call("POST", f"/v1/jobs/{job}/yield", {"worker": worker, "fence": fence})
        strays = found


def run(worker, job):
    claim, path = {"worker": worker, "fence": job["fence"]}, f"/v1/jobs/{job['id']}"
    try:
        output = work(job, lambda percent, detail: call(
            "POST", path + "/progress", {**claim, "progress": percent, "detail": detail}))
        call("POST", path + "/finish", {**claim, "to": NEXT, "output": output})
    except Problem as problem:  # stale_claim: somebody else has the job now
        print(job["id"], problem.code, problem, file=sys.stderr)
    except ValueError as error:  # an input that can never work: the user must know, nothing is tried again
        failure = {"audience": "user_fixable", "code": "bad_input", "message": str(error)}
        call("POST", path + "/fail", {**claim, "failure": failure})


signal.signal(signal.SIGTERM, lambda *_: stopping.set())
worker = call("POST", "/v1/workers", {"name": "python", "statuses": {LIFECYCLE: [WORKING]}, "lease_seconds": LEASE})["id"]
print("registered", worker, flush=True)
threading.Thread(target=heartbeat, args=[worker], daemon=True).start()
while not stopping.is_set():
    for job in call("POST", f"/v1/workers/{worker}/claims", {"limit": 1, "wait_seconds": 2})["jobs"]:
        busy.add(job["id"])
        run(worker, job)
        busy.discard(job["id"])
call("DELETE", f"/v1/workers/{worker}")
print("goodbye", flush=True)
