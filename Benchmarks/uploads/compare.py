"""Uploads one large file again and again, in one run and in turns, to `lockstep serve` on disk, to nginx's WebDAV on the
same disk, and to S3, and writes RESULTS.md."""

import argparse
import hashlib
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
MIB = 1 << 20


def size(text):
    found = re.fullmatch(r"(\d+)\s*(MiB|GiB)", text)
    if not found:
        raise argparse.ArgumentTypeError("write a size such as 512MiB or 5GiB")
    return int(found[1]) * (MIB if found[2] == "MiB" else MIB << 10)


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def make_file(path, length):
    """Bytes that no file system can compress, and their SHA-256."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        left = length
        while left:
            block = os.urandom(min(left, 8 * MIB))
            file.write(block)
            digest.update(block)
            left -= len(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def curl(path, url, headers):
    """Seconds that `curl -T` takes."""
    command = ["curl", "-sS", "--fail-with-body", "-T", path, "-H", "Expect:", "-o", "/dev/stderr"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    begin = time.monotonic()
    got = subprocess.run(command + [url], stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - begin
    if got.returncode:
        raise SystemExit(f"an upload failed: {got.stderr}")
    return seconds


class Server:
    """`lockstep serve` on a folder of its own."""

    def __init__(self, program, folder, environment):
        os.makedirs(folder)
        self.folder = folder
        self.process = subprocess.Popen(
            [program, "serve", "--definitions", os.path.join(HERE, "lifecycle.yaml"), "--data", folder,
             "--port", "0", "--rate", "0", "--failures", "0", "--json"],
            stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("`lockstep serve` did not begin; what it said is above.")
        said = json.loads(line)
        self.url = said["listening"]
        with open(said["admin_token_file"]) as file:
            self.token = file.read().strip()

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(), method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=3600) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")

    def announce(self, length, digest, parts):
        job = self.call("POST", "/v1/jobs", {"lifecycle": "bench"})["id"]
        upload = self.call("POST", f"/v1/jobs/{job}/uploads", {
            "name": "file", "filename": "file.bin", "content_type": "application/octet-stream", "size": length,
            "sha256": digest, "parts": parts})["upload"]
        return job, upload

    def complete(self, job):
        """Seconds that the verification takes."""
        begin = time.monotonic()
        after = self.call("POST", f"/v1/jobs/{job}/complete-uploads", {})
        seconds = time.monotonic() - begin
        status = self.call("GET", f"/v1/jobs/{job}")["status"]
        if status != "ready":
            raise SystemExit(f"the job is '{status}', not 'ready': {after}")
        return seconds

    def forget_peak(self):
        # proc(5): 5 resets the peak resident set size.
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def peak(self):
        """The largest resident set since then, in MiB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.M)[1]) / 1024

    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nginx:
    """nginx with WebDAV's PUT, as Debian ships it, and no limit of size."""

    def __init__(self, folder):
        self.files = os.path.join(folder, "files")
        os.makedirs(self.files)
        self.port = free_port()
        configuration = os.path.join(folder, "nginx.conf")
        user = "user root;" if os.geteuid() == 0 else ""
        with open(configuration, "w") as file:
            file.write(f"""{user}
                daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes auto;
                events {{}}
                http {{
                    access_log off; client_max_body_size 0;
                    client_body_temp_path {folder}/temp; proxy_temp_path {folder}/proxy;
                    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
                    server {{ listen 127.0.0.1:{self.port}; location / {{ root {self.files}; dav_methods PUT; }} }}
                }}""")
        self.process = subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", configuration])
        for _ in range(100):
            with socket.socket() as place:
                if place.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit(f"nginx does not listen; its log is {folder}/error.log")

    def upload(self, path):
        """Seconds until the answer, and until the disk has the file too."""
        begin = time.monotonic()
        answered = curl(path, f"http://127.0.0.1:{self.port}/file", {})
        kept = os.path.join(self.files, "file")
        descriptor = os.open(kept, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        seconds = time.monotonic() - begin
        if os.path.getsize(kept) != os.path.getsize(path):
            raise SystemExit("nginx has not kept the whole file")
        os.unlink(kept)
        return answered, seconds

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)


def send_parts(path, parts):
    """Seconds that sending all parts takes, one after the other on one connection."""
    begin = time.monotonic()
    connection = None
    with open(path, "rb") as file:
        for part in parts:
            url = urllib.parse.urlsplit(part["url"])
            connection = connection or http.client.HTTPConnection(url.netloc, timeout=600)
            length = part["to"] - part["from"]
            connection.putrequest("PUT", f"{url.path}?{url.query}")
            for name, value in {**part["headers"], "Content-Length": length}.items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.sock.sendfile(file, part["from"], length)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"a part was not taken: {answer.status} {body.decode()}")
    connection.close()
    return time.monotonic() - begin


def disk_round(server, path, length, digest):
    job, upload = server.announce(length, digest, False)
    server.forget_peak()
    before = server.cpu()
    seconds = curl(path, upload["url"], upload["headers"])
    cpu = server.cpu() - before
    verified = server.complete(job)
    peak = server.peak()
    # It was announced for this benchmark only, and the disk is needed for the next.
    for folder, _, files in os.walk(server.folder):
        for name in files:
            file = os.path.join(folder, name)
            if os.path.getsize(file) == length:
                os.unlink(file)
    return {"seconds": seconds, "verified": verified, "peak": peak, "cpu": cpu}


def s3_round(server, path, length, digest):
    job, upload = server.announce(length, digest, True)
    server.forget_peak()
    # A file that is small enough comes in one piece.
    parts = upload.get("parts") or [{**upload, "from": 0, "to": length}]
    seconds = send_parts(path, parts)
    before = server.cpu()
    verified = server.complete(job)
    return {"seconds": seconds, "verified": verified, "peak": server.peak(), "cpu": server.cpu() - before,
            "parts": len(parts)}


def version(*command):
    got = subprocess.run(command, capture_output=True, text=True)
    return (got.stdout or got.stderr).strip().splitlines()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=size, default=size("5GiB"), help="of the file, such as 512MiB (5GiB)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    parser.add_argument("--s3-rounds", type=int, default=1, help="to S3 (1); each keeps its object until the end")
    parser.add_argument("--server", default=os.path.join(ROOT, ".build/release/lockstep"), help="the program")
    parser.add_argument("--results", default=os.path.join(HERE, "RESULTS.md"), help="the file that is written")
    options = parser.parse_args()

    work = tempfile.mkdtemp(prefix="lockstep-uploads-", dir=os.environ.get("WORK"))
    needed = options.size * (3 + options.s3_rounds) + (2 << 30)
    free = shutil.disk_usage(work).free
    if free < needed:
        os.rmdir(work)
        raise SystemExit(f"This needs {needed >> 30} GiB of disk and {free >> 30} GiB are free; name another folder by "
                         "WORK=, or ask for less by --size.")
    load_before = os.getloadavg()[0]
    running = []
    s3 = os.path.join(work, "s3")
    try:
        path = os.path.join(work, "file.bin")
        digest = make_file(path, options.size)
        nginx = Nginx(os.path.join(work, "nginx"))
        running.append(nginx)
        disk = Server(options.server, os.path.join(work, "disk"), {})
        running.append(disk)
        ours, theirs = [], []
        # The first round warms up: the file is in memory afterwards.
        for number in range(options.rounds + 1):
            turns = [lambda: ours.append(disk_round(disk, path, options.size, digest)),
                     lambda: theirs.append(nginx.upload(path))]
            for turn in turns if number % 2 else turns[::-1]:
                os.sync()
                turn()
            print(f"round {number}: Lockstep {ours[-1]}, nginx {theirs[-1]}", flush=True)
        ours, theirs = ours[1:], theirs[1:]
        for server in running:
            server.stop()
        running = []
        subprocess.run([os.path.join(ROOT, "scripts/s3"), "start", s3, "--with", str(os.getpid())], check=True)
        said = subprocess.run([os.path.join(ROOT, "scripts/s3"), "environment", s3], check=True, capture_output=True,
                              text=True).stdout
        environment = dict(line.split("=", 1) for line in said.splitlines())
        remote = Server(options.server, os.path.join(work, "remote"), environment)
        running.append(remote)
        parts = []
        for number in range(options.s3_rounds):
            os.sync()
            parts.append(s3_round(remote, path, options.size, digest))
            print(f"S3 round {number + 1}: {parts[-1]}", flush=True)
        write(options, ours, theirs, parts, load_before)
    finally:
        for server in running:
            server.stop()
        if os.path.isdir(s3):
            subprocess.run([os.path.join(ROOT, "scripts/s3"), "stop", s3])
        shutil.rmtree(work, ignore_errors=True)


def write(options, ours, theirs, parts, load_before):
    def middle(values):
        return statistics.median(values)

    def row(name, seconds, peaks):
        rates = [options.size / MIB / value for value in seconds]
        peak = f"{max(peaks):.0f}" if peaks else ""
        return (f"| {name} | {middle(rates):.0f} | {min(rates):.0f}–{max(rates):.0f} | {middle(seconds):.1f} | {peak} |")

    mine = middle([one["seconds"] for one in ours])
    answered, kept = (middle([one[index] for one in theirs]) for index in (0, 1))
    gib = f"{options.size / (MIB << 10):g} GiB"
    lines = [
        f"# Uploads of {gib}", "",
        "`Benchmarks/uploads/compare.sh` writes this file. One file of random bytes is sent by `curl -T` to `lockstep serve`, "
        "which hashes it, brings it to the disk (fsync) and only then answers; and to nginx's WebDAV on the same disk, which "
        "hashes nothing and leaves the file to the system's cache. So nginx is shown twice: when it answered, and when the "
        "disk had the file (fsync afterwards).", "",
        f"**Lockstep's throughput is {answered / mine:.2f} of nginx's answer and {kept / mine:.2f} of nginx with the file on "
        f"the disk. The server's memory stayed at {max(one['peak'] for one in ours + parts):.0f} MiB or below.**", "",
        "| | MiB/s, median | range | seconds | server's largest resident set, MiB |", "|---|---|---|---|---|",
        row("Lockstep, on the disk", [one["seconds"] for one in ours], [one["peak"] for one in ours]),
        row("nginx, answered", [one[0] for one in theirs], []),
        row("nginx, on the disk", [one[1] for one in theirs], []),
        row(f"S3 (SeaweedFS), {parts[0]['parts']} parts past the server", [one["seconds"] for one in parts],
            [one["peak"] for one in parts]),
        "", "| `complete` | seconds, median |", "|---|---|",
        f"| on disk: hashed on the way | {middle([one['verified'] for one in ours]):.2f} |",
        f"| on S3: joined, then verified by reading all of it | {middle([one['verified'] for one in parts]):.1f} |",
        "", "## How", "",
        f"- {options.rounds} rounds after one that warms up, in turns, whoever was first being last in the next; medians. "
        "Dirty pages are written before each. The file is read from the page cache.",
        f"- {options.s3_rounds} round(s) to S3: presigned parts, one after the other on one connection; the server sees no byte "
        "of it until `complete` reads it to compute the SHA-256, for S3 knows hashes of parts only.",
        f"- The server's processor time for one upload on disk: {middle([one['cpu'] for one in ours]):.1f} s; for `complete` on "
        f"S3: {middle([one['cpu'] for one in parts]):.1f} s.",
        "- The largest resident set is the kernel's VmHWM, reset before each upload and read after `complete`.",
        f"- The machine's load average before the run was {load_before:.1f}: above 1 others were at work on it, and the ratio "
        "wants measuring again on a quiet one.",
        f"- {processor()}, {len(os.sched_getaffinity(0))} processors; {version('nginx', '-v').replace('nginx version: ', '')}; "
        f"{version('curl', '--version').split(' (')[0]}; Linux {platform.release()}.",
    ]
    with open(options.results, "w") as file:
        file.write("\n".join(lines) + "\n")
    print("\n".join(lines))


def processor():
    with open("/proc/cpuinfo") as file:
        return re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)[1].strip()


if __name__ == "__main__":
    main()
