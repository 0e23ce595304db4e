"""Asks a question by the page of the showcase, watches the video being made, and plays it, in Chromium."""

import unittest

from showcase import ShowcaseTest


class Content(ShowcaseTest):
    def test_1_a_question_is_asked_back_refined_watched_and_played(self):
        browser = self.browser
        browser.open("/")
        browser.find("#ask-text").send_keys("What about it?")
        browser.find("#ask-question button").click()
        self.wait(lambda: browser.driver.current_url.endswith("/page"))
        self.wait(lambda: browser.all("#refine"), 60)
        self.assertEqual(browser.text("#status").strip(), "pending")
        self.assertEqual(self.faults(), [])
        self.assertEqual(browser.text("#stage").strip(), "Awaiting user clarification")
        self.assertEqual(browser.run("return document.getElementById('progress').value"), 0)
        browser.run("document.getElementById('question').value = 'Why is the sky blue?'")
        browser.find("#refine button").click()
        # Every stage is seen on the page while it lasts, and the bar never goes back.
        seen, values = [], []

        def finished():
            state = browser.run("""
                const bar = document.getElementById("progress");
                return [(document.querySelector("#status .badge") || {}).textContent || "", bar ? bar.value : null,
                  !!document.getElementById("video")];""")
            if state[0] and (not seen or seen[-1] != state[0]):
                seen.append(state[0])
            if state[1] is not None and (not values or values[-1] != state[1]):
                values.append(state[1])
            return state[2]

        self.wait(finished, 120)
        self.assertEqual(values, sorted(values), "the bar goes back")
        self.assertGreater(len(values), 5, f"the bar stood still: {values}")
        words = " ".join(seen)
        for status in ["generating_video", "processing_video"]:
            self.assertIn(status, words)

        self.wait(lambda: "completed" in browser.text("#status") or browser.driver.refresh(), 60)
        self.wait(lambda: browser.run("return document.getElementById('video').readyState") >= 1)
        facts = browser.run("const v = document.getElementById('video'); return [v.videoWidth, v.videoHeight, v.duration]")
        self.assertEqual(facts[:2], [1280, 720])
        self.assertGreater(facts[2], 20)
        browser.run("const v = document.getElementById('video'); v.muted = true; v.play()")
        self.wait(lambda: browser.run("return document.getElementById('video').currentTime") > 1)
        self.assertEqual(browser.run("return document.getElementById('video').error"), None)
        # It is heard: the decoder has found sound.
        self.assertGreater(browser.run("return document.getElementById('video').webkitAudioDecodedByteCount"), 1000)
        cues = browser.run("const t = document.getElementById('video').textTracks[0]; return t.cues ? t.cues.length : 0")
        self.assertGreater(cues, 5)
        self.assertEqual(self.faults(), [])
        # A chapter begins where its link leads.
        browser.run("document.querySelectorAll('[data-start]')[1].click()")
        start = float(browser.run("return document.querySelectorAll('[data-start]')[1].dataset.start"))
        self.wait(lambda: browser.run(
            "const v = document.getElementById('video'); return v.seeking ? 0 : v.currentTime") >= start)

    def test_2_every_stage_is_heard_of_within_a_second(self):
        browser = self.browser
        browser.open("/")
        # The stream as a page hears it, each event with the moment at which it came.
        asked = browser.driver.execute_async_script("""
            const done = arguments[0];
            const token = document.getElementById("ask-question").dataset.token;
            fetch("/api/content/requests", { method: "POST", credentials: "same-origin",
              headers: { "Content-Type": "application/json", "X-Lockstep-Form": token },
              body: JSON.stringify({ question: "How do tides work?" }) })
              .then((answer) => answer.json()).then((request) => {
                window.heard = [];
                const source = new EventSource("/api/content/requests/" + request.id + "/events");
                for (const name of ["started", "claimed", "moved"]) source.addEventListener(name, (event) => {
                  const line = JSON.parse(event.data);
                  heard.push([line.to, Date.now() - Date.parse(line.at)]);
                });
                done(request.id);
              });""")
        self.assertTrue(asked)
        self.wait(lambda: any(line[0] == "completed" for line in browser.run("return window.heard")), 120)
        heard = browser.run("return window.heard")
        for status in ["pending", "validating", "retrieving", "generating_script", "generating_video",
                       "processing_video", "notifying", "completed"]:
            delays = [line[1] for line in heard if line[0] == status]
            self.assertTrue(delays, f"nothing was heard of {status}: {heard}")
            self.assertLess(delays[0], 1000, f"{status} was heard of after {delays[0]} ms")
        print("slowest event:", max(line[1] for line in heard), "ms")

    def test_3_stopping_is_seen(self):
        browser = self.browser
        browser.open("/")
        browser.find("#ask-text").send_keys("What did Marie Curie discover?")
        browser.find("#ask-question button").click()
        self.wait(lambda: browser.driver.current_url.endswith("/page"))
        self.wait(lambda: "generating_video" in browser.text("#status") or "processing" in browser.text("#status"), 60)
        browser.find("#cancel button").click()
        self.wait(lambda: browser.text("#status").strip() == "cancelled", 20)
        self.assertEqual(browser.all("#video"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
