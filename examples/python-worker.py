#!/usr/bin/env python3
"""A worker in Python, standard library only: python-worker.py URL TOKEN LIFECYCLE WORKING_STATUS NEXT_STATUS

It takes one job after the other, says how far it is, and moves each to NEXT_STATUS, or says why it cannot.
SIGTERM lets it finish what it does; its jobs are given back when it says goodbye.
"""
import json, signal, sys, threading, urllib.error, urllib.request

URL, TOKEN, LIFECYCLE, WORKING, NEXT = sys.argv[1:6]
LEASE = 30  # seconds without a sign of life after which others may take over
stopping = threading.Event()


class Problem(Exception):
    """The server refused; `code` is a stable word, such as stale_claim."""

    def __init__(self, document):
        super().__init__(document.get("detail"))
        self.code = document.get("code")


def call(method, path, body=None, timeout=90):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(URL + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        raise Problem(json.loads(error.read() or "{}")) from None


def work(job, report):
    """The work itself: returns what the job leaves behind. Put yours here."""
    report(50, "half way")
    if "fail" in job["input"]:
        raise ValueError(f"the input says so: {job['input']['fail']}")
    return {"worked_on": job["input"]}


def heartbeat(worker):
    while not stopping.wait(LEASE / 3):
        try:
            if not call("POST", f"/v1/workers/{worker}/heartbeat", {}, timeout=LEASE / 3)["alive"]:
                stopping.set()  # we count as dead, and every claim is gone
        except OSError as error:
            print("no sign of life reached the server:", error, file=sys.stderr)


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


def main():
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    registration = {"name": "python", "statuses": {LIFECYCLE: [WORKING]}, "lease_seconds": LEASE}
    worker = call("POST", "/v1/workers", registration)["id"]
    print("registered", worker, flush=True)
    threading.Thread(target=heartbeat, args=[worker], daemon=True).start()
    while not stopping.is_set():
        for job in call("POST", f"/v1/workers/{worker}/claims", {"limit": 1, "wait_seconds": 2})["jobs"]:
            run(worker, job)
            print("worked on", job["id"], flush=True)
    call("DELETE", f"/v1/workers/{worker}")
    print("goodbye", flush=True)


main()
