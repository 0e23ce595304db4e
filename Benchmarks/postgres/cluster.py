"""A throw-away PostgreSQL server that every program is measured on; scripts/postgres makes it and takes it down."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def tool(name):
    """The program of the newest installed server."""
    found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    newest = max(found, key=lambda path: int(re.search(r"postgresql/(\d+)", path)[1]), default=None)
    path = newest or shutil.which(name)
    if not path:
        raise SystemExit(f"PostgreSQL's '{name}' was not found; install Debian's packages postgresql and postgresql-contrib.")
    return path


class Cluster:
    """fsync and synchronous_commit are on; everything is as initdb leaves it but shared_buffers and what is asked for."""

    def __init__(self, more=()):
        self.folder = tempfile.mkdtemp(prefix="lockstep-bench-", dir=os.environ.get("WORK"))
        # The server may run as another user than this program.
        os.chmod(self.folder, 0o755)
        self.settings = ["fsync=on", "synchronous_commit=on", "shared_buffers=512MB", *more]
        self.home = os.path.join(self.folder, "server")
        options = [word for setting in self.settings for word in ("-c", setting)]
        try:
            self._script("start", self.home, "--durable", "--", *options)
            self.base = self._script("url", self.home).rsplit("/", 1)[0]
            self.socket = self.sql("SHOW unix_socket_directories")
        except BaseException:
            self.stop()
            raise
        self.port = int(self.base.rsplit(":", 1)[1])

    def _script(self, *words):
        got = subprocess.run([os.path.join(ROOT, "scripts", "postgres"), *words], capture_output=True, text=True)
        if got.returncode:
            raise SystemExit(got.stderr.strip())
        return got.stdout.strip()

    def stop(self):
        self._script("stop", self.home)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database="postgres"):
        return f"{self.base}/{database}"

    def sql(self, text, database="postgres"):
        """Carries out statements, each in a transaction of its own, and returns what the last of them printed."""
        got = subprocess.run([tool("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-f", "-"],
                             input=text, capture_output=True, text=True)
        if got.returncode:
            raise RuntimeError(f"{text[:200]}: {got.stderr.strip()}")
        return got.stdout.strip()

    def fresh(self, database):
        """Makes a database anew, empty."""
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE);\nCREATE DATABASE "{database}";\nCHECKPOINT;')
        return self.url(database)

    def hold_snapshot(self, database, table):
        """A session that has read a table and keeps its snapshot until its standard input is closed."""
        session = subprocess.Popen([tool("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        session.stdin.write(f"BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM {table};\n")
        session.stdin.flush()
        session.stdout.readline()
        return session

    def flush_time(self):
        """The median of 200 flushes of 8 kB on the server's disk, in microseconds."""
        path, times = os.path.join(self.folder, "flush"), []
        file = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            os.pwrite(file, b"\0" * (2 << 20), 0)
            os.fsync(file)
            for number in range(200):
                os.pwrite(file, b"x" * 8192, number * 8192)
                start = time.monotonic_ns()
                os.fdatasync(file)
                times.append((time.monotonic_ns() - start) / 1000)
        finally:
            os.close(file)
            os.remove(path)
        return round(sorted(times)[100])

    def processes(self):
        """The server's processes: their numbers and what they call themselves."""
        with open(os.path.join(self.home, "data", "postmaster.pid"), encoding="utf-8") as file:
            parent = int(file.readline())
        found = {parent: "postmaster"}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                    owner = int(file.read().rsplit(")", 1)[1].split()[1])
                if owner == parent:
                    with open(f"/proc/{entry}/cmdline", encoding="utf-8", errors="replace") as file:
                        found[int(entry)] = file.read().replace("\0", " ").strip()
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found
