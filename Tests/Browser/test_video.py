"""Sends a video by the page of the showcase, with its bar, and plays what came of it, in Chromium."""

import subprocess
import unittest
import urllib.request

from selenium.webdriver.common.by import By
from showcase import ROOT, ShowcaseTest


class Video(ShowcaseTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run([ROOT / "scripts/make-video-samples", cls.folder.name + "/clips", "similar.mp4"], check=True,
                       stdout=subprocess.DEVNULL)

    def test_1_a_video_is_sent_with_a_bar_and_played(self):
        browser = self.browser
        browser.open("/")
        # A slow line, so that the bar can be watched.
        browser.driver.execute_cdp_cmd("Network.enable", {})
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000})
        browser.run("""
            window.seen = [];
            const bar = document.getElementById("video-progress");
            new MutationObserver(() => seen.push(bar.value)).observe(
              document.getElementById("video-words"), { childList: true, characterData: true, subtree: true });""")
        browser.find("#video-file").send_keys(self.folder.name + "/clips/similar.mp4")
        seen = []
        browser.find("#send-video button").click()

        def arrived():
            if browser.driver.current_url.endswith("/page"):
                return True
            value = browser.run("const bar = document.getElementById('video-progress'); return bar ? bar.value : null")
            if value is not None and (not seen or seen[-1] != value):
                seen.append(value)
            return False

        self.wait(arrived)
        self.assertEqual(seen, sorted(seen), "the bar goes back")
        self.assertTrue([value for value in seen if 0 < value < 100], f"the bar was never on its way: {seen}")
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})

        # The page asks for itself again until all is there.
        self.wait(lambda: browser.all("#reel"), 120)
        self.assertEqual(browser.text(".badge").strip(), "done")
        self.wait(lambda: browser.run("return document.getElementById('reel').readyState") >= 1)
        size = browser.run("const v = document.getElementById('reel'); return [v.videoWidth, v.videoHeight, v.duration]")
        self.assertEqual(size[:2], [640, 360])
        self.assertGreater(size[2], 5)
        browser.run("const v = document.getElementById('reel'); v.muted = true; v.play()")
        self.wait(lambda: browser.run("return document.getElementById('reel').currentTime") > 0.5)
        self.assertEqual(browser.run("return document.getElementById('reel').error"), None)
        # Another place in it: the server gives parts.
        browser.run("document.getElementById('reel').currentTime = 5")
        self.wait(lambda: browser.run("const v = document.getElementById('reel'); return !v.seeking && v.readyState >= 2"))
        self.assertGreaterEqual(browser.run("return document.getElementById('reel').currentTime"), 5)
        # The small pictures are there.
        self.assertEqual(len(browser.all(".pictures img")), 12)
        browser.run("document.querySelectorAll('.pictures img').forEach((image) => { image.loading = 'eager' })")
        self.wait(lambda: browser.run(
            "return [...document.querySelectorAll('.pictures img')].every((image) => image.naturalWidth === 320)"))
        self.assertEqual(len(browser.all("line.cut")), 5)
        self.assertEqual(len(browser.all("rect.phase")), 3)
        refused = [line["message"] for line in browser.driver.get_log("browser") if "Content Security Policy" in line["message"]]
        self.assertEqual(refused, [])

    def test_2_the_timeline_is_in_the_dashboard(self):
        browser = self.browser
        browser.open("/")
        browser.find(".items a").click()
        self.wait(lambda: browser.all("#reel"))
        browser.driver.find_element(By.LINK_TEXT, "The job in the dashboard").click()
        self.wait(lambda: "/dashboard/jobs/" in browser.driver.current_url)
        page = browser.text("main")
        for status in ["awaiting_upload", "queued", "quick_running", "quick_done", "deep_running", "done"]:
            self.assertIn(status, page)

    def test_3_another_site_cannot_send(self):
        # The cookie alone opens nothing that changes something.
        token = self.showcase.token
        request = urllib.request.Request(
            self.showcase.url + "/api/videos/upload/initiate", method="POST",
            data=b'{"filename":"a.mp4","content_type":"video/mp4","size":3}',
            headers={"Content-Type": "application/json", "Cookie": f"lockstep_token={token}"})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=30)
        self.assertIn(caught.exception.code, (403, 415))


if __name__ == "__main__":
    unittest.main(verbosity=2)
