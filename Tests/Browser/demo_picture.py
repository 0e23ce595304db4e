"""A picture of the dashboard after the demo, with all applications. Usage: demo_picture.py PROGRAM FILE"""

import re
import signal
import subprocess
import sys

from stand import Browser


class Demo:
    """The demo, once everything was played."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "demo"], stdout=subprocess.PIPE, text=True, cwd="../..")
        self.url = self.token = None
        for line in self.process.stdout:
            if match := re.search(r"Server on (http://[0-9.:]+)", line):
                self.url = match[1].rstrip(".")
            if match := re.search(r"an admin's token: (\S+)", line):
                self.token = match[1]
            if "Ctrl-C ends" in line:
                break
        if not self.url or not self.token:
            raise SystemExit("The demo did not come to its end.")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)


demo = Demo(sys.argv[1])
try:
    with Browser(demo, user=demo.token, width=1440) as browser:
        browser.open("/dashboard")
        missing = [name for name in ("anomaly", "video", "sessions", "content", "tickets")
                   if not browser.run("return !!document.querySelector(`a[href*='" + name + "']`)")]
        if missing:
            raise SystemExit(f"The dashboard does not show {missing}.")
        browser.picture(sys.argv[2], whole=True, most=2400)
finally:
    demo.stop()
