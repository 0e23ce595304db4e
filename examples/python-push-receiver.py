#!/usr/bin/env python3
"""A receiver of Lockstep's push deliveries, with nothing but the standard library.

Usage: LOCKSTEP_PUSH_SECRETS=secret[,older secret] python3 python-push-receiver.py [PORT]

It checks the signature, does the work once however often it is delivered, and answers where the job moves.
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

SECRETS = [secret for secret in os.environ["LOCKSTEP_PUSH_SECRETS"].split(",") if secret]
TOLERANCE = 300  # seconds
LONGEST_BODY = 4 << 20


def is_genuine(header, body, now=None):
    """Whether one of the secrets signed this body, and not long ago."""
    parts = [part.partition("=")[::2] for part in (header or "").split(",")]
    times = [value for name, value in parts if name == "t"]
    signatures = [value for name, value in parts if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()):
        return False
    if abs((time.time() if now is None else now) - int(times[0])) > TOLERANCE:
        return False
    signed = times[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in SECRETS]
    return any([hmac.compare_digest(one, other)
                for one in expected for other in signatures if other.isascii()])


def work(job):
    """The work itself: says where the job moves, and what it leaves behind."""
    return {"to": "done", "output": job["input"].get("text", "").upper()}


class Receiver(http.server.BaseHTTPRequestHandler):
    answers = {}  # by messageId; a real receiver keeps them where they outlast it, for as long as jobs live
    lock = threading.Lock()
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            return self.answer(413, {"detail": "the body is too long"})
        body = self.rfile.read(length)
        if not is_genuine(self.headers.get("Lockstep-Signature"), body):
            return self.answer(401, {"detail": "the signature is not valid"})
        message = json.loads(body)["message"]
        job = json.loads(base64.b64decode(message["data"]))
        with Receiver.lock:
            key = message["messageId"]
            if key not in Receiver.answers:
                Receiver.answers[key] = work(job)
                print("did", key, flush=True)
            answer = Receiver.answers[key]
        self.answer(200, answer)

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int((sys.argv[1:] or ["8081"])[0])), Receiver)
    print("listening on", server.server_address[1], flush=True)
    server.serve_forever()
