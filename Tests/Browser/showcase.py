"""The showcase to look at: all applications, with a worker."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from selenium.webdriver.support.ui import WebDriverWait

from stand import Browser
from test_dashboard import AXE

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LOCKSTEP_SHOWCASE", str(ROOT / ".build/debug/showcase"))


class Program:
    """The program with a command that serves something, and says where."""

    def __init__(self, *words, environment=None):
        self.process = subprocess.Popen(
            [PROGRAM, *words], stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise SystemExit(f"{PROGRAM} {words[0]} does not serve: {line!r}")
        self.url = "http://" + line.split("http://")[1].strip()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Showcase(Program):
    """The showcase with a worker, on a folder of its own."""

    def __init__(self, folder, *options, port=0, environment=None):
        super().__init__("serve", "--port", str(port), "--data", folder, "--log-level", "error", *options,
                         environment=environment)
        self.token = pathlib.Path(folder, "client.token").read_text().strip()


class ShowcaseTest(unittest.TestCase):
    """A showcase of its own, and a browser in which its client is signed in."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="lockstep-showcase-")
        cls.showcase = Showcase(cls.folder.name + "/data")
        cls.browser = Browser(cls.showcase, user=cls.showcase.token, log=True)

    @classmethod
    def tearDownClass(cls):
        cls.browser.driver.quit()
        cls.showcase.stop()
        cls.folder.cleanup()

    def wait(self, condition, limit=60):
        return WebDriverWait(self.browser.driver, limit, poll_frequency=0.1).until(lambda _: condition())

    def faults(self):
        """What axe finds serious on the page."""
        self.browser.run(AXE + ";window.axe = axe;")
        return self.browser.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(result => done(result.violations"
            ".filter(fault => ['serious', 'critical'].includes(fault.impact)).flatMap(fault => fault.nodes.map(node => fault.id + ': ' + node.html))));")
