"""The dashboard in a real browser. scripts/browser-tests runs it."""

import pathlib
import re
import time
import unittest
import urllib.parse

import axe_playwright_python
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from stand import Browser, Stand

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def first_job(stand, query):
    _, text = stand.call("GET", "/dashboard/jobs?" + query)
    found = re.search(r'href="(/dashboard/jobs/[0-9a-f-]{36})"', text)
    assert found, f"no job is like {query}"
    return found[1]


def pages(stand):
    """Every page of the dashboard, by its name."""
    return {
        "overview": "/dashboard",
        "jobs": "/dashboard/jobs",
        "stuck": "/dashboard/jobs?state=stuck",
        "nothing": "/dashboard/jobs?key=nothing",
        "running": first_job(stand, "state=live&lifecycle=export&status=rendering"),
        "parked": first_job(stand, "state=stuck"),
        "held": first_job(stand, "lifecycle=expense&status=approved"),
        "ended": first_job(stand, "state=ended&lifecycle=export"),
        "lifecycle": "/dashboard/lifecycles/expense",
        "paused": "/dashboard/lifecycles/parcel",
        "workers": "/dashboard/workers",
        "tables": "/dashboard/tables",
        "table": "/dashboard/tables/claims.status",
        "away": "/dashboard/tables/clips.status",
        "missing": "/dashboard/nowhere",
    }


class LiveTests(unittest.TestCase):
    """What happens is seen at once."""

    @classmethod
    def setUpClass(cls):
        cls.stand = Stand("empty")
        cls.browser = Browser(cls.stand)

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.stand.__exit__()

    COUNT = '#lifecycle-export [data-status="queued"] .count text'

    def seconds_until(self, selector, text, within=5):
        """How long it takes until an element has a text."""
        return self.browser.driver.execute_async_script(
            """const [selector, text, most, done] = arguments, began = performance.now();
            const look = () => {
              const node = document.querySelector(selector), took = (performance.now() - began) / 1000;
              if (node && node.textContent === text) done(took);
              else if (took > most) done(null);
              else setTimeout(look, 5);
            };
            look();""", selector, text, within)

    def wait_for(self, selector, text):
        self.assertIsNotNone(self.seconds_until(selector, text), f"{selector} does not become {text!r}")

    def check_live(self, state):
        browser = self.browser
        browser.open("/dashboard")
        self.wait_for("[data-live-state]", state)
        browser.run("window.sameDocument = true")
        took = []
        for _ in range(8):
            before = int(browser.text(self.COUNT))
            # As people do, it happens at any moment after the page came to rest.
            time.sleep(0.4)
            self.stand.start("export")
            took.append(self.seconds_until(self.COUNT, str(before + 1)))
        print(f"{state}: seconds until a count has changed: {took}")
        self.assertTrue(browser.run("return window.sameDocument"), "the page was loaded again")
        return took

    def test_counts_change_within_a_second(self):
        for took in self.check_live("Live"):
            self.assertIsNotNone(took)
            self.assertLess(took, 1)

    def test_without_events_they_change_all_the_same(self):
        driver = self.browser.driver
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/v1/events*"]})
        try:
            self.browser.open("/dashboard")
            deadline = time.time() + 30
            while self.browser.text("[data-live-state]") != "Updated every second" and time.time() < deadline:
                time.sleep(0.1)
            before = int(self.browser.text(self.COUNT))
            self.stand.start("export")
            took = self.seconds_until(self.COUNT, str(before + 1))
            self.assertIsNotNone(took)
            self.assertLess(took, 2)
        finally:
            driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})

    def test_focus_and_what_is_typed_stay(self):
        job = self.stand.start("export")
        browser = self.browser
        browser.open(f"/dashboard/jobs/{job}")
        self.wait_for("[data-live-state]", "Live")
        link = browser.find(f'#summary .tag')
        self.assertIn("queued", link.text)
        browser.find("#failed-none, #move-reason, #actions input[name=reason]").send_keys("half a reas")
        self.stand.move(job, "failed")
        self.wait_for("#summary .tag", "failed")
        self.assertEqual(browser.run("return document.activeElement.value"), "half a reas")
        # Beside forms, what has the focus is put back into the new section.
        browser.open("/dashboard")
        self.wait_for("[data-live-state]", "Live")
        browser.run("document.querySelector('#lifecycle-export a[href*=\"status=queued\"]').focus()")
        before = int(browser.text(self.COUNT))
        self.stand.start("export")
        self.wait_for(self.COUNT, str(before + 1))
        self.assertIn("status=queued", browser.run("return document.activeElement.getAttribute('href')"))

    def test_open_details_stay_open(self):
        job = self.stand.start("export")
        browser = self.browser
        browser.open(f"/dashboard/jobs/{job}")
        self.wait_for("[data-live-state]", "Live")
        browser.find('details[data-key="Input"] summary').click()
        self.assertFalse(browser.run("return document.querySelector('details[data-key=\"Input\"]').open"))
        self.stand.call("POST", f"/v1/jobs/{job}/moves", {"to": "failed", "reason": "no"})
        self.wait_for("#summary .tag", "failed")
        self.assertFalse(browser.run("return document.querySelector('details[data-key=\"Input\"]').open"))

    def test_changes_are_announced_politely(self):
        browser = self.browser
        job = self.stand.start("export")
        browser.open(f"/dashboard/jobs/{job}")
        self.wait_for("[data-live-state]", "Live")
        self.assertEqual(browser.text("#announcer"), "")
        self.stand.move(job, "failed")
        self.wait_for("#announcer", "The job is in failed.")


class ActionTests(unittest.TestCase):
    """What people do on the pages."""

    @classmethod
    def setUpClass(cls):
        cls.stand = Stand("busy")
        cls.browser = Browser(cls.stand)

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.stand.__exit__()

    def submit(self, action, reason=None, choice=None):
        form = self.browser.driver.find_element(By.XPATH, f"//form[input[@name='action' and @value='{action}']]")
        if choice:
            Select(form.find_element(By.TAG_NAME, "select")).select_by_value(choice)
        if reason:
            form.find_element(By.NAME, "reason").send_keys(reason)
        form.find_element(By.TAG_NAME, "button").click()
        WebDriverWait(self.browser.driver, 10).until(lambda _: self.browser.all(".note[role]"))
        return self.browser.text(".note[role]")

    def test_a_parked_job_is_tried_again(self):
        self.browser.open(first_job(self.stand, "state=stuck"))
        self.assertEqual(self.submit("retry", "access was granted"), "The job is tried again.")
        self.assertIn("access was granted", self.browser.text("#history"))
        self.assertIn("by operator ada", self.browser.text("#history"))

    def test_a_job_is_held_released_moved_and_reopened(self):
        job = self.stand.start("expense", owner="carl")
        self.stand.move(job, "submitted")
        browser = self.browser
        browser.open(f"/dashboard/jobs/{job}")
        self.assertEqual(self.submit("move", "wrong form", choice="rejected"), "The job was moved.")
        self.assertEqual(self.submit("reopen"), "The job was reopened.")
        self.assertEqual(self.submit("cancel", "enough"), "The job was cancelled.")
        held = first_job(self.stand, "lifecycle=expense&status=approved")
        browser.open(held)
        self.assertEqual(self.submit("release"), "The job was released.")
        self.assertEqual(self.submit("hold", choice="month end"), "The job is held.")

    def test_an_old_page_changes_nothing(self):
        # Nobody takes it meanwhile.
        job = self.stand.start("export", delay="1h")
        with Browser(self.stand, user="olga", scripts=False) as browser:
            browser.open(f"/dashboard/jobs/{job}")
            place = (By.XPATH, "//form[input[@name='action' and @value='move']]")
            form = WebDriverWait(browser.driver, 10).until(lambda driver: driver.find_element(*place))
            self.stand.move(job, "failed")
            form.find_element(By.TAG_NAME, "button").click()
            self.assertIn("Nothing was changed", browser.find(".note[role=alert]").text)

    def test_an_ended_job_is_erased_by_an_admin_who_is_sure(self):
        path = first_job(self.stand, "state=ended&lifecycle=video")
        self.browser.open(path)
        form = self.browser.driver.find_element(By.XPATH, "//form[input[@name='action' and @value='erase']]")
        button = form.find_element(By.TAG_NAME, "button")
        button.click()
        self.assertTrue(self.browser.driver.current_url.endswith(path))
        form.find_element(By.CSS_SELECTOR, "input[type=checkbox]").click()
        button.click()
        WebDriverWait(self.browser.driver, 10).until(lambda driver: driver.current_url.endswith("/dashboard/jobs"))
        self.assertEqual(self.stand.call("GET", path.replace("/dashboard", "/v1"))[0], 404)

    def test_a_lifecycle_is_paused_and_resumed(self):
        browser = self.browser
        browser.open("/dashboard/lifecycles/export")
        browser.find("#pause-reason").send_keys("moving house")
        browser.find("form[action$='/pause'] button").click()
        WebDriverWait(browser.driver, 10).until(lambda _: browser.all("form[action$='/resume']"))
        self.assertIn("moving house", browser.text("#pauses"))
        browser.find("form[action$='/resume'] button").click()
        WebDriverWait(browser.driver, 10).until(lambda _: not browser.all("form[action$='/resume']"))

    def test_everything_works_without_scripts(self):
        job = self.stand.start("export", owner="anna")
        with Browser(self.stand, user="anna", scripts=False) as browser:
            browser.open("/dashboard")
            self.assertIn(job, browser.driver.page_source)
            browser.open(f"/dashboard/jobs/{job}")
            form = browser.driver.find_element(By.XPATH, "//form[input[@name='action' and @value='move']]")
            form.find_element(By.NAME, "reason").send_keys("by hand")
            form.find_element(By.TAG_NAME, "button").click()
            self.assertIn("The job was moved.", browser.find(".note").text)
            self.assertIn("by hand", browser.find("#history").text)

    def test_search_and_filters_lead_there(self):
        job = self.stand.start("export", key="find-me", owner="carla")
        browser = self.browser
        for text, path in [(job, f"/dashboard/jobs/{job}"), ("find-me", "key=find-me"), ("carla", "owner=carla")]:
            browser.open("/dashboard/workers")
            browser.find("body").send_keys("/")
            field = browser.driver.switch_to.active_element
            self.assertEqual(field.get_attribute("id"), "search")
            field.send_keys(text + Keys.ENTER)
            WebDriverWait(browser.driver, 10).until(lambda driver: path in driver.current_url)
        browser.open("/dashboard/jobs")
        Select(browser.find("#filter-lifecycle")).select_by_value("expense")
        browser.find(".filters button").click()
        WebDriverWait(browser.driver, 10).until(lambda driver: "lifecycle=expense" in driver.current_url)
        self.assertEqual(set(browser.run(
            "return [...document.querySelectorAll('#jobs tbody tr td:nth-child(2)')].map(n => n.textContent)")), {"expense"})


class TableTests(unittest.TestCase):
    """Tables of others beside Lockstep's own lifecycles."""

    def test_a_guarded_table_is_found_and_read(self):
        with Stand("busy") as stand, Browser(stand) as browser:
            browser.open("/dashboard")
            # Sections are put in anew while they are read: each is asked for in one step.
            self.assertIn("13 stuck", browser.text("#table-1"))
            self.assertIn("“archived”, which nobody declared", browser.text("#table-1"))
            self.assertEqual(browser.text('#table-1 [data-status="needs_approval"] .count text'), "96")
            self.assertIn("cannot be looked at", browser.text("#table-2"))
            browser.run("document.querySelector('#table-1 h2 a').click()")
            WebDriverWait(browser.driver, 10).until(lambda driver: driver.current_url.endswith("/tables/claims.status"))
            self.assertIn("4711archived", browser.text("#stuck"))
            self.assertIn("archived", browser.text("#undeclared"))
            self.assertIn("in the history", browser.text("#moves"))
            self.assertEqual(browser.run("return document.querySelector('.bar [aria-current]').textContent"), "Tables")
            # Each look says anew when it was, without loading the page.
            browser.run("window.sameDocument = true")
            said = browser.text("#as-of")
            WebDriverWait(browser.driver, 15).until(lambda _: browser.text("#as-of") != said)
            self.assertTrue(browser.run("return window.sameDocument"))


class SafetyTests(unittest.TestCase):
    """What others write, and what other sites send."""

    def test_hostile_texts_stay_texts(self):
        with Stand("hostile") as stand, Browser(stand, log=True) as browser:
            jobs = re.findall(r'href="(/dashboard/jobs/[0-9a-f-]{36})"', stand.call("GET", "/dashboard/jobs")[1])
            evil = urllib.parse.quote('</title></script>"\'><img src=x onerror="alert(1)"><script>alert(2)</script>', safe="")
            table = re.search(r'href="(/dashboard/tables/[^"]+)"', stand.call("GET", "/dashboard/tables")[1])[1]
            paths = ["/dashboard", "/dashboard/jobs", "/dashboard/jobs?state=stuck", "/dashboard/workers",
                     "/dashboard/lifecycles/export", "/dashboard/tables", table, *sorted(set(jobs)), f"/dashboard/jobs?owner={evil}&key={evil}",
                     f"/dashboard/jobs?lifecycle={evil}&status={evil}", f"/dashboard/jobs?state={evil}",
                     f"/dashboard/lifecycles/{evil}", f"/dashboard/search?q={evil}"]
            self.assertEqual(len(set(jobs)), 4)
            for path in paths:
                browser.open(path)
                # Long enough for the script to swap sections in.
                time.sleep(0.7)
                with self.assertRaises(NoAlertPresentException, msg=path):
                    browser.driver.switch_to.alert.text
                self.assertEqual(browser.run("return document.querySelectorAll('img, svg[onload], main script').length"), 0, path)
            entries = [entry for entry in browser.driver.get_log("browser") 
                       if entry["level"] != "DEBUG" and not re.search("status of (404|422)", entry["message"])]
            self.assertEqual(entries, [], "the browser complains")
            asked = set(re.findall(r'"url":"(https?://[^"]+)"', "".join(
                entry["message"] for entry in browser.driver.get_log("performance")
                if "Network.requestWillBeSent" in entry["message"])))
            strange = [url for url in asked if not url.startswith(stand.url + "/")]
            self.assertEqual(strange, [], "something was asked for elsewhere")
            self.assertFalse([url for url in asked if url.endswith("/x")], "an image of a job's text was asked for")

    def test_forms_from_elsewhere_are_refused(self):
        with Stand("empty") as stand:
            job = stand.start("export")
            path = f"/dashboard/jobs/{job}/actions"
            page = stand.call("GET", f"/dashboard/jobs/{job}", user=None, headers={"Cookie": "lockstep_token=ada"})[1]
            token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)[1]
            other = stand.call("GET", f"/dashboard/jobs/{job}", user=None, headers={"Cookie": "lockstep_token=olga"})[1]
            other = re.search(r'name="form_token" value="([0-9a-f]+)"', other)[1]

            def post(fields, headers):
                import http.client
                connection = http.client.HTTPConnection(stand.url.removeprefix("http://"), timeout=30)
                connection.request("POST", path, urllib.parse.urlencode(fields), {
                    "Cookie": "lockstep_token=ada", "Accept": "text/html",
                    "Content-Type": "application/x-www-form-urlencoded", **headers})
                answer = connection.getresponse()
                answer.read()
                return answer.status, answer.getheader("Content-Security-Policy")

            for fields, headers in [
                ({}, {}), ({"form_token": "0"}, {}), ({"form_token": other}, {}),
                ({"form_token": token}, {"Origin": "https://evil.example"}),
                ({"form_token": token}, {"Sec-Fetch-Site": "cross-site"}),
            ]:
                status, policy = post({"action": "move", "to": "failed", **fields}, headers)
                self.assertEqual(status, 403)
                self.assertNotIn("unsafe", policy)
                self.assertIn("default-src 'none'", policy)
            self.assertIn('"status":"queued"', stand.call("GET", f"/v1/jobs/{job}")[1])
            self.assertEqual(post({"action": "move", "to": "failed", "form_token": token}, {})[0], 303)


class AccessTests(unittest.TestCase):
    """For everybody: whoever does not see, has no mouse, or has a small screen."""

    @classmethod
    def setUpClass(cls):
        cls.stand = Stand("busy")
        cls.browser = Browser(cls.stand)
        cls.pages = pages(cls.stand)

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.stand.__exit__()

    def faults(self):
        """The faults that axe calls serious or critical."""
        self.browser.run(AXE + ";window.axe = axe;")
        found = self.browser.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(result => done(result.violations));")
        return [f"{fault['id']}: {node['target']} {node['failureSummary']}" for fault in found
                if fault["impact"] in ("serious", "critical") for node in fault["nodes"]]

    def test_axe_finds_no_serious_fault(self):
        looked = 0
        for width in (390, 1440):
            for dark in (False, True):
                self.browser.size(width, 900)
                self.browser.dark(dark)
                for name, path in {**self.pages, "sign in": "/sign-in"}.items():
                    self.browser.open(path)
                    with self.subTest(page=name, width=width, dark=dark):
                        self.assertEqual(self.faults(), [])
                    looked += 1
        print(f"axe has looked at {looked} pages")

    def test_nothing_scrolls_sideways_but_tables_and_diagrams(self):
        for width in (320, 390, 820):
            self.browser.size(width, 900)
            for name, path in self.pages.items():
                self.browser.open(path)
                wide = self.browser.run("return document.documentElement.scrollWidth")
                self.assertLessEqual(wide, width, f"{name} at {width}")

    def test_no_text_leaves_its_box_in_a_diagram(self):
        self.browser.size(1440, 900)
        for path in ("/dashboard", "/dashboard/lifecycles/parcel"):
            self.browser.open(path)
            faults = self.browser.run("""
              const faults = [];
              for (const node of document.querySelectorAll(".drawing .node")) {
                const box = node.querySelector(".box").getBoundingClientRect();
                const texts = [...node.querySelectorAll("text")].map(text => text.getBoundingClientRect());
                texts.forEach((text, index) => {
                  if (text.left < box.left || text.right > box.right || text.top < box.top || text.bottom > box.bottom + 1)
                    faults.push(node.dataset.status + " leaves");
                  for (const other of texts.slice(index + 1))
                    if (text.left < other.right && other.left < text.right && text.top + 2 < other.bottom && other.top + 2 < text.bottom)
                      faults.push(node.dataset.status + " overlaps");
                });
              }
              return faults;""")
            self.assertEqual(faults, [], path)

    def test_the_keyboard_reaches_everything(self):
        self.browser.size(1440, 900)
        for name in ("overview", "parked", "jobs", "paused"):
            self.browser.open(self.pages[name])
            body = self.browser.find("body")
            body.send_keys(Keys.TAB)
            self.assertEqual(self.browser.run("return document.activeElement.className"), "skip")
            wanted = self.browser.run("""
              const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")];
              all.forEach((node, index) => node.dataset.place = index);
              window.reached = new Set();
              document.addEventListener("focusin", event => reached.add(event.target));
              return all.length;""")
            for _ in range(wanted + 5):
                ActionChains(self.browser.driver).send_keys(Keys.TAB).perform()
            reached = self.browser.run("return reached.size")
            self.assertGreaterEqual(reached, wanted - 1, name)

    def test_the_skip_link_leads_to_the_content(self):
        self.browser.open("/dashboard")
        self.browser.find("body").send_keys(Keys.TAB)
        self.browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(self.browser.run("return document.activeElement.id"), "main")

    def test_pages_have_landmarks_and_headings(self):
        for name, path in self.pages.items():
            if name == "missing":
                continue
            self.browser.open(path)
            counts = self.browser.run(
                "return ['main', 'header', 'nav[aria-label]', 'footer', 'h1', '[role=search]', '[aria-live=polite]']"
                ".map(s => document.querySelectorAll('body > ' + s + ', body ' + s).length)")
            self.assertEqual(counts[0:2], [1, 1], name)
            self.assertGreaterEqual(counts[2], 1, name)
            self.assertEqual(counts[3:], [1, 1, 1, 1], name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
