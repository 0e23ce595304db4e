"""The showcase to look at: all applications, with a worker."""

import os
import pathlib
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LOCKSTEP_SHOWCASE", str(ROOT / ".build/debug/showcase"))


class Showcase:
    """The showcase with a worker, on a folder of its own."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--data", folder, "--log-level", "error"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise SystemExit(f"{PROGRAM} does not serve: {line!r}")
        self.url = "http://" + line.split("http://")[1].strip()
        self.token = pathlib.Path(folder, "client.token").read_text().strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
