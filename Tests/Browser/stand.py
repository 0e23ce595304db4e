"""A dashboard to look at, and a browser to look with. Needs selenium and Debian's chromium with its driver."""

import json
import os
import pathlib
import subprocess
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PROGRAM = os.environ.get("LOCKSTEP_STAND", ".build/debug/lockstep-stand")


class Stand:
    """A server with a scene; see `lockstep-stand --help`."""

    def __init__(self, scene="busy", postgres=None):
        command = [PROGRAM, "--scene", scene] + (["--postgres", postgres] if postgres else [])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            raise SystemExit(f"{PROGRAM} does not serve: {line!r}")
        self.url = f"http://127.0.0.1:{int(line.split()[1])}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    def call(self, method, path, body=None, user="ada", headers=None):
        """Calls the API; gives the status and what was answered."""
        request = urllib.request.Request(self.url + path, method=method)
        if user:
            request.add_header("Authorization", f"Bearer {user}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def start(self, lifecycle, **more):
        status, text = self.call("POST", "/v1/jobs", {"lifecycle": lifecycle, **more})
        assert status == 201, text
        return json.loads(text)["id"]

    def move(self, job, to):
        status, text = self.call("POST", f"/v1/jobs/{job}/moves", {"to": to})
        assert status == 200, text


class Browser:
    """Chromium, signed in as somebody."""

    def __init__(self, stand, user="ada", width=1440, height=900, dark=False, scripts=True, log=False):
        options = webdriver.ChromeOptions()
        for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     "--force-device-scale-factor=1", f"--window-size={max(width, 500)},{height}"]:
            options.add_argument(word)
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        if log:
            options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)
        self.stand = stand
        self.size(width, height)
        self.dark(dark)
        if user:
            self.sign_in(user)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def dark(self, is_dark):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}]})

    def sign_in(self, user):
        self.driver.get(self.stand.url + "/sign-in")
        self.driver.find_element(By.ID, "token").send_keys(user)
        self.driver.find_element(By.CSS_SELECTOR, "button[type=submit]:not(.quiet)").click()
        # Only then the cookie is there: a page that is opened earlier may be that of somebody who is not signed in.
        WebDriverWait(self.driver, 10).until(lambda driver: not driver.current_url.endswith("/sign-in"))

    def open(self, path):
        self.driver.get(self.stand.url + path)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.driver.execute_script(
            "const node = document.querySelector(arguments[0]); return node && node.textContent", selector)

    def run(self, script, *values):
        return self.driver.execute_script(script, *values)

    def picture(self, path, whole=False, most=4000):
        """Takes a picture of the window, or of the whole page."""
        import base64
        clip = {}
        if whole:
            size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            clip = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": min(most, size["height"]), "scale": 1},
                    "captureBeyondViewport": True}
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", **clip})["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
