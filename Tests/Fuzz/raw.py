"""Malformed HTTP over sockets: raw.py PROGRAM [--requests N] [--seed S]. The server must live on, answer nothing with
5xx, and nothing in its database may change."""
import argparse
import collections
import random
import socket
import struct
import sys

from served import Served

METHODS = ["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "FLY", "", "G\0T", "É"]
PATHS = [
    "/v1/jobs", "/v1/jobs/batch", "/v1/jobs/{id}", "/v1/jobs/{id}/moves", "/v1/jobs/{id}/finish", "/v1/workers",
    "/v1/workers/{worker}/claims", "/v1/workers/{worker}/heartbeat", "/v1/lifecycles/parcel/pause", "/v1/tokens",
    "/metrics", "/", "*", "", "//", "/%00", "/%", "/%zz", "/../../etc/passwd", "http://[::1", "/\xff\xfe", "/v1/jobs?",
    "/v1/jobs?limit=%", "/v1/jobs?" + "a" * 20000, "/" + "a/" * 5000, "/v1/jobs/" + "9" * 70000,
]
VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTP/2.0", "HTTP/", "http/1.1", "", "HTTP/1.1 x"]
# None of these is a body that may change anything.
BODIES = [
    b"", b"{", b"}", b"[]", b"null", b"\0", b"\xff\xfe", b'{"lifecycle":"parcel"', b'{"lifecycle":"parcel","lifecycle":"export"}',
    b'{"lifecycle":"export","input":"\\ud800"}', b'{"lifecycle":"export","input":1e999}', b"[" * 100000,
    b'{"a":' * 50000, b'{"lifecycle":"export","priority":' + b"9" * 5000 + b"}", b"\xef\xbb\xbf{}", b"{}" * 1000,
    b'{"lifecycle":"nowhere"}', b'{"to":"nowhere"}', b'{"worker":"w","fence":1,"to":"done"}', b'{"jobs":[]}', b"A" * 3000000,
]


def headers(chance, token, body):
    lines = [b"Host: x"] if chance.random() < 0.9 else []
    if chance.random() < 0.7:
        lines.append(b"Authorization: Bearer " + token)
    lines += chance.sample([
        b"Content-Type: application/json", b"Content-Type: text/plain", b"Authorization: Bearer", b"Authorization: Basic eDp5",
        b"X:" + b"y" * 100000, b": empty", b"no colon", b"X\0Y: z", b"X : z", b" folded: x", b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: chunked, chunked", b"Connection: close", b"Connection: upgrade", b"Upgrade: h2c",
        b"Expect: 100-continue", b"If-Match: " + b'"1",' * 2000, b"If-Match: \"", b"Idempotency-Key: ", b"Cookie: " + b";" * 5000,
        b"Range: bytes=0-", b"X-Test: \xff\xfe\r", b"Accept: text/html", b"Last-Event-ID: \xff",
    ], chance.randrange(5))
    if chance.random() < 0.05:
        lines += [b"H%d: v" % n for n in range(5000)]
    framing = chance.randrange(8)
    if framing < 4:
        lines.append(b"Content-Length: %d" % len(body))
    elif framing == 4:
        lines.append(b"Content-Length: " + chance.choice([b"-1", b"x", b"99999999999999999999", b"1, 2", b"0x10", b""]))
    elif framing == 5:
        lines += [b"Transfer-Encoding: chunked", b"Content-Length: 5"]
    elif framing == 6:
        lines.append(b"Transfer-Encoding: chunked")
    return lines, framing


def chunked(chance, body):
    size = chance.choice([b"%x" % len(body), b"g", b"-1", b"ffffffffffffffffff", b"", b"%x;" % len(body) + b"e" * 9000])
    return size + b"\r\n" + body + chance.choice([b"\r\n0\r\n\r\n", b"0\r\n", b"", b"\r\n0\r\nT: x\r\n\r\n"])


def request(chance, token, worker):
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(1, 2000))
    method = chance.choice(METHODS)
    path = chance.choice(PATHS).replace("{id}", "0197a000-0000-7000-8000-000000000000").replace("{worker}", worker)
    body = chance.choice(BODIES)
    lines, framing = headers(chance, token, body)
    start = " ".join([method, path, chance.choice(VERSIONS) if chance.random() < 0.2 else "HTTP/1.1"]).encode("latin-1")
    end = chance.choice([b"\r\n", b"\n", b"\r"]) if chance.random() < 0.1 else b"\r\n"
    data = end.join([start, *lines, b"", b""]) + (chunked(chance, body) if framing in (5, 6) else body)
    if chance.random() < 0.2:
        data = data[: chance.randrange(1, len(data) + 1)]
    if chance.random() < 0.1:
        data = data * 3
    return data


def send(port, data, chance, silent):
    """The statuses that were answered; how it went when there were none."""
    answer = b""
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    try:
        connection.sendall(data)
        if chance.random() < 0.1:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return ["reset"]
        connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(65536):
            answer += piece
    except (ConnectionResetError, BrokenPipeError):
        pass
    except TimeoutError:
        # What was sent may be the beginning of more; the server closes what is silent for too long.
        silent.append((connection, data))
        return ["silent"]
    connection.close()
    return [part.split(b" ", 1)[0].decode("latin-1") for part in answer.split(b"HTTP/1.1 ")[1:]] or ["closed"]


def closes(connection):
    """Whether the server closes a silent connection after a minute, as it promises."""
    connection.settimeout(90)
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--requests", type=int, default=20000)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    chance = random.Random(options.seed)
    outcomes, faults, silent = collections.Counter(), [], []
    with Served(options.program) as server:
        worker = server.seed()
        before = server.contents()
        for number in range(options.requests):
            data = request(chance, server.token.encode(), worker)
            # Well-formed ones that change something are the other fuzzer's business.
            if data.startswith((b"POST /v1/workers/", b"POST /v1/lifecycles", b"DELETE", b"POST /v1/tokens")):
                data = data.replace(server.token.encode(), b"nobody")
            for outcome in send(server.port, data, chance, silent):
                outcomes[outcome] += 1
                if outcome.startswith("5"):
                    faults.append((number, outcome, data[:200]))
            if server.process.poll() is not None:
                faults.append((number, f"the server ended with {server.process.returncode}", data[:200]))
                break
        # That takes a minute; a short run leaves it out.
        if options.requests >= 1000:
            faults += [(0, "never closed", data[:200]) for connection, data in silent if not closes(connection)]
        alive = server.process.poll() is None and server.call("GET", "/health")["status"] == "ok"
        same = alive and server.contents() == before
        if not alive:
            server.log.seek(0)
            print(server.log.read()[-4000:])
        print(f"{number + 1} requests with seed {options.seed}: {dict(sorted(outcomes.items()))}")
        print(f"alive: {alive}; {before[1]} rows unchanged: {same}; faults: {len(faults)}")
        for fault in faults[:20]:
            print(fault)
    sys.exit(0 if alive and same and not faults else 1)


main()
