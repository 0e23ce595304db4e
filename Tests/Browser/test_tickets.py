"""Walks a site's structure from its exports to reviewed tickets in Jira by the page of the showcase, in Chromium; with the
page left and the server stopped in the middle of every stage, and days going by."""

import json
import pathlib
import signal
import tempfile
import unittest
import urllib.error
import urllib.request

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import gate
from showcase import ROOT, Program, Showcase, ShowcaseTest
from stand import Browser

SAMPLES = sorted(str(path) for path in (ROOT / "Apps/Tickets/Samples").iterdir() if path.suffix in (".csv", ".json"))
TICKETS = 36


class TicketTest(ShowcaseTest):
    """A showcase that can be stopped and started again, with a Jira and a model, which wait when they are told to."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="lockstep-tickets-")
        cls.site = Program("fake-jira")
        cls.jira = gate.before(cls.site.url)
        cls.model = gate.model()
        cls.showcase = None
        cls.start()
        cls.browser = Browser(cls.showcase, user=cls.showcase.token, log=True)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.jira.stop()
        cls.model.stop()
        cls.site.stop()

    @classmethod
    def start(cls, *options, **environment):
        """Serves the folder, at the same address as before."""
        port = int(cls.showcase.url.rsplit(":", 1)[1]) if cls.showcase else 0
        known = {"LOCKSTEP_JIRA_URL": cls.jira.url, "LOCKSTEP_JIRA_EMAIL": "demo@example.org", "LOCKSTEP_JIRA_TOKEN": "demo",
                 "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": cls.model.url, "LOCKSTEP_LLM": "offline"}
        cls.showcase = Showcase(cls.folder.name + "/data", *options, port=port, environment={**known, **environment})

    def restart(self, *options, **environment):
        """As when a machine was switched off: the page is left, and the server ends without a last word."""
        self.browser.driver.get("about:blank")
        self.showcase.stop(signal.SIGKILL)
        # Whatever it waited for is lost.
        self.jira.drop()
        self.model.drop()
        self.start(*options, **environment)

    # The page

    def begin(self, name, drafter=""):
        self.browser.open("/")
        self.browser.find("#begin-name").send_keys(name)
        self.browser.find(f"#begin-drafter [value='{drafter}']").click()
        self.browser.find("#begin-session button").click()
        self.wait(lambda: self.browser.driver.current_url.endswith("/page"))

    def stage(self):
        return self.browser.run(
            "const main = document.querySelector('main'); return document.readyState === 'complete' && main.dataset.stage"
            " ? main.dataset.stage + '/' + main.dataset.status : null")

    def reach(self, stage, limit=60):
        self.wait(lambda: self.stage() == stage, limit)

    def upload(self, *paths):
        self.browser.find("#upload-files").send_keys("\n".join(paths))
        self.wait(lambda: "added" in self.browser.text("#upload-words"))

    def prepare(self, name, *paths):
        """A session whose tickets are drafted."""
        self.begin(name)
        self.upload(*(paths or SAMPLES))
        self.browser.find("#process").click()
        self.reach("review/active")

    def path(self):
        return self.browser.driver.current_url[len(self.showcase.url):].removesuffix("/page")

    def reopen(self, name):
        """As somebody does who comes back: by the list."""
        self.browser.open("/")
        self.browser.driver.find_element(By.PARTIAL_LINK_TEXT, name).click()
        self.wait(lambda: self.browser.driver.current_url.endswith("/page") and self.stage())

    def edit(self, place):
        """Opens a ticket's editor."""
        card = self.browser.find(f"#ticket-{place}")
        if not self.browser.run("return arguments[0].querySelector('details').open", card):
            card.find_element(By.TAG_NAME, "summary").click()
        self.wait(lambda: card.find_elements(By.CSS_SELECTOR, ".preview > *"))
        return card

    def write(self, card, field, text, instead=True):
        element = card.find_element(By.NAME, field)
        if instead:
            element.send_keys(Keys.CONTROL, "a")
        element.send_keys(text)
        return element

    def save(self, card):
        card.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        self.wait(lambda: card.find_element(By.CSS_SELECTOR, ".saved").text == "Saved", 10)

    # The API

    def call(self, method, path, body=None, token=None):
        request = urllib.request.Request(self.showcase.url + path, method=method)
        request.add_header("Authorization", f"Bearer {token or self.showcase.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read().decode()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as answer:
            return answer.code, json.loads(answer.read().decode())

    def tickets(self):
        return self.call("GET", self.path() + "/tickets")[1]["tickets"]

    def reasons(self):
        job = self.path().rsplit("/", 1)[1]
        return [line.get("reason") or "" for line in self.call("GET", f"/v1/jobs/{job}/history")[1]["entries"]]

    # What must hold on every page

    def check(self):
        """Neither for people who hear the page, nor on a phone, nor in the dark, anything is in the way."""
        self.assertEqual(self.faults(), [])
        self.browser.dark(True)
        self.assertEqual(self.faults(), [])
        self.browser.dark(False)
        self.browser.size(360, 740)
        wide = self.browser.run("return document.documentElement.scrollWidth")
        self.assertLessEqual(wide, 360, f"{self.stage()} does not fit a phone")
        self.assertEqual(self.faults(), [])
        self.browser.size(1440, 900)

    def tearDown(self):
        bad = [line["message"] for line in self.browser.driver.get_log("browser")
               if "Content Security Policy" in line["message"] or "Uncaught" in line["message"]]
        self.assertEqual(bad, [])


class Walk(TicketTest):
    """One session, from its site to Jira; the machine is off in the middle of each stage."""

    def test_walk(self):
        browser = self.browser
        # A session without a site stands in its first stage.
        status, session = self.call("POST", "/api/tickets/sessions", {})
        self.assertEqual(status, 201, session)
        browser.open(f"/api/tickets/sessions/{session['id']}/page")
        self.reach("site_info_collection/active")
        self.check()
        self.restart("--days-ahead", "2")
        self.reopen("A site without a name")
        self.reach("site_info_collection/active")
        browser.find("#site-name").send_keys("Harbour museum")
        browser.find("#site-description").send_keys("Ships <b>and</b> \"people\"")
        browser.find("#site-drafter [value=openai]").click()
        browser.find("#site button").click()

        self.reach("upload/active")
        self.check()
        self.upload(*SAMPLES[:3])
        self.assertEqual(len(browser.all("#files li")), 3)
        self.restart("--days-ahead", "5")
        self.reopen("Harbour museum")
        self.reach("upload/active")
        # Coming back is kept in the history, in the words of the log.
        told = self.reasons()
        self.assertIn(f"Session {session['id']} recovered from stage upload, created 5 days ago", told)
        self.assertIn("Session recovery initiated for user client, found 1 incomplete sessions", told)
        self.assertEqual([item.text for item in browser.all("#files b")], names(SAMPLES[:3]))
        # One that cannot be used keeps the others from nothing.
        bad = pathlib.Path(self.folder.name, "bad.csv")
        bad.write_text("a;b\n1;2\n")
        self.upload(str(bad), *SAMPLES[3:])
        self.assertIn("bad.csv", browser.text("#upload-faults"))
        self.assertEqual(len(browser.all("#files li")), len(SAMPLES))
        # The last one once more, and away again.
        self.upload(SAMPLES[-1])
        self.assertEqual(len(browser.all("#files li")), len(SAMPLES) + 1)
        browser.all("#files button")[-1].click()
        self.wait(lambda: len(browser.all("#files li")) == len(SAMPLES))

        # Tickets are seen to appear, part by part.
        self.model.shut()
        browser.find("#process").click()
        self.reach("processing/active")
        self.check()
        browser.run("window.isSame = true")
        for drafted in [8, 16]:
            self.model.let(1)
            self.wait(lambda: len(browser.all(".ticket")) == drafted, 20)
            self.assertEqual(browser.text("#drafted"), f"{drafted} tickets drafted")
            self.assertIn(f"{drafted} of {TICKETS}", browser.text("#stage"))
        self.assertGreater(browser.run("return document.getElementById('progress').value"), 20)
        self.assertTrue(browser.run("return window.isSame"), "the page was loaded again")
        self.restart("--days-ahead", "9")
        self.reopen("Harbour museum")
        # Nobody has worked for days; what is there stays, and another worker goes on behind it.
        self.reach("processing/active")
        self.assertEqual(len(browser.all(".ticket")), 16)
        for name in names(SAMPLES):
            self.assertIn(name, browser.text("main"))
        before = {ticket["id"] for ticket in self.tickets()}
        self.check()
        self.model.open()
        self.reach("review/active")
        self.assertLess(before, {ticket["id"] for ticket in self.tickets()})
        self.assertEqual(len(browser.all(".ticket")), TICKETS)
        self.check()

        # Two are changed, one is left out.
        first = self.edit(1)
        self.check()
        self.write(first, "summary", "Build the articles <first>")
        self.write(first, "criteria", "\nAn editor **sees** it.", instead=False)
        self.wait(lambda: browser.all("#ticket-1 .preview li strong"))
        self.save(first)
        second = self.edit(2)
        self.write(second, "description", "Only this.")
        self.save(second)
        browser.find("#ticket-3 .approve input").click()
        self.wait(lambda: browser.text("#approved") == f"{TICKETS - 1} of {TICKETS} approved")
        self.wait(lambda: not self.tickets()[2]["approved"], 10)
        self.restart("--days-ahead", "14")
        self.reopen("Harbour museum")
        self.reach("review/active")
        self.assertEqual(browser.text("#ticket-1 .title"), "Build the articles <first>")
        self.assertEqual(browser.text("#approved"), f"{TICKETS - 1} of {TICKETS} approved")
        self.assertEqual(self.edit(2).find_element(By.NAME, "description").get_attribute("value"), "Only this.")
        self.assertIn(names(SAMPLES)[0], browser.text("main"))

        # The server stops while Jira has not answered.
        self.jira.shut()
        browser.find("#project").send_keys("web")
        browser.find("#export button").click()
        self.wait(lambda: self.jira.waiting)
        self.reach("jira_export/exporting")
        self.check()
        self.restart("--days-ahead", "20")
        self.jira.open()
        self.reopen("Harbour museum")
        # What Jira had not answered is looked for, and the rest follows.
        self.reach("completed/completed")
        self.check()
        links = [link.get_attribute("href") for link in browser.all(".jira a")]
        self.assertEqual(len(set(links)), TICKETS - 1)
        self.assertTrue(all(link.startswith(self.jira.url + "/browse/WEB-") for link in links), links)
        self.assertIn("1 ticket left out", browser.text("main"))
        browser.find(".jira a").click()
        self.wait(lambda: len(browser.driver.window_handles) == 2)
        here = browser.driver.current_window_handle
        browser.driver.switch_to.window(next(other for other in browser.driver.window_handles if other != here))
        self.wait(lambda: "Build the articles <first>" in (browser.text("body") or ""))
        browser.driver.close()
        browser.driver.switch_to.window(here)
        browser.open("/")
        self.assertIn("Last completed", browser.text("#ticket-sessions"))
        self.assertNotIn("open sessions", browser.text("#ticket-sessions"))
        self.assertEqual(self.faults(), [])


def names(paths):
    return [pathlib.Path(path).name for path in paths]


class Review(TicketTest):
    """What is written is never lost, and what is wrong is told where it is."""

    def setUp(self):
        """Each begins at a review of its own."""
        self.prepare(self.id().rsplit(".", 1)[1])

    def test_what_is_written_survives(self):
        browser = self.browser
        card = self.edit(4)
        self.write(card, "summary", "Half a thou")
        self.assertEqual(card.find_element(By.CSS_SELECTOR, ".saved").text, "Not saved")
        self.assertEqual(browser.text("#unsaved"), "1 ticket is not saved")
        # Whoever leaves is asked first.
        self.assertTrue(browser.run(
            "const event = new Event('beforeunload', { cancelable: true }); return !window.dispatchEvent(event)"))
        self.showcase.stop()
        browser.driver.get("about:blank")
        self.start()
        self.reopen("test_what_is_written_survives")
        self.wait(lambda: browser.all("#ticket-4 .preview > *"))
        card = browser.find("#ticket-4")
        self.assertEqual(card.find_element(By.NAME, "summary").get_attribute("value"), "Half a thou")
        self.assertEqual(browser.text("#unsaved"), "1 ticket is not saved")
        # It is not exported by the way.
        browser.find("#project").send_keys("WEB")
        browser.find("#export button").click()
        self.wait(lambda: "ticket 4" in browser.text("#export-words"))
        browser.find("#save-all").click()
        self.wait(lambda: browser.text("#unsaved") == "")
        self.assertEqual(self.tickets()[3]["summary"], "Half a thou")
        self.assertEqual(browser.text("#ticket-4 .title"), "Half a thou")
        self.assertFalse(browser.run(
            "const event = new Event('beforeunload', { cancelable: true }); return !window.dispatchEvent(event)"))
        self.assertEqual(browser.run(
            "return Object.keys(localStorage).filter((key) => key.startsWith('lockstep.tickets.'))"), [])

    def test_what_was_discarded_is_gone(self):
        card = self.edit(1)
        before = card.find_element(By.NAME, "summary").get_attribute("value")
        self.write(card, "summary", "Something else")
        card.find_element(By.CSS_SELECTOR, "[data-undo]").click()
        self.wait(lambda: card.find_element(By.NAME, "summary").get_attribute("value") == before)
        self.browser.driver.refresh()
        self.wait(self.stage)
        self.assertEqual(self.browser.text("#unsaved"), "")

    def test_two_windows(self):
        browser = self.browser
        card = self.edit(2)
        self.write(card, "summary", "Mine")
        ticket = self.tickets()[1]
        status, _ = self.call("PATCH", f"/api/tickets/tickets/{ticket['id']}", {"summary": "Theirs"})
        self.assertEqual(status, 200)
        card.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        conflict = card.find_element(By.CSS_SELECTOR, ".conflict")
        self.wait(conflict.is_displayed)
        self.assertEqual(card.find_element(By.NAME, "summary").get_attribute("value"), "Mine")
        self.assertEqual(self.faults(), [])
        # Also after the page was loaded again.
        browser.driver.refresh()
        self.wait(lambda: browser.all("#ticket-2 .preview > *"))
        card = browser.find("#ticket-2")
        conflict = card.find_element(By.CSS_SELECTOR, ".conflict")
        self.wait(conflict.is_displayed)
        self.assertEqual(card.find_element(By.NAME, "summary").get_attribute("value"), "Mine")
        card.find_element(By.CSS_SELECTOR, "[data-load]").click()
        self.wait(lambda: card.find_element(By.NAME, "summary").get_attribute("value") == "Theirs")
        self.assertFalse(conflict.is_displayed())
        self.assertEqual(browser.text("#unsaved"), "")
        # And the other way round.
        self.write(card, "summary", "Mine again")
        self.call("PATCH", f"/api/tickets/tickets/{ticket['id']}", {"summary": "Theirs again"})
        card.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        self.wait(conflict.is_displayed)
        card.find_element(By.CSS_SELECTOR, "[data-keep]").click()
        self.wait(lambda: card.find_element(By.CSS_SELECTOR, ".saved").text == "Saved")
        self.assertEqual(self.tickets()[1]["summary"], "Mine again")
        # An approval of what nobody has seen does not count.
        self.call("PATCH", f"/api/tickets/tickets/{ticket['id']}", {"summary": "Yet another"})
        browser.find("#ticket-2 .approve input").click()
        self.wait(lambda: "changed meanwhile" in browser.text("#ticket-2 .trouble"))
        self.wait(lambda: browser.text("#ticket-2 .title") == "Yet another")
        self.assertTrue(self.tickets()[1]["approved"])

    def test_what_is_wrong_is_told_at_the_ticket(self):
        browser = self.browser
        card = self.edit(5)
        self.write(card, "summary", " ")
        card.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        self.wait(lambda: "The summary is empty." in browser.text("#ticket-5 .faults"))
        self.assertEqual(self.faults(), [])
        self.write(card, "summary", "A title")
        # Too much for Jira names the node.
        browser.run("""
            const field = document.querySelector("#ticket-5 [name=description]");
            field.value = "word ".repeat(5900) + "**x** ".repeat(80);
            field.dispatchEvent(new Event("input", { bubbles: true }));""")
        card.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        self.wait(lambda: "doc" in browser.text("#ticket-5 .faults"))
        card.find_element(By.CSS_SELECTOR, "[data-undo]").click()
        self.wait(lambda: browser.text("#ticket-5 .faults") == "")

    def test_many_at_once(self):
        browser = self.browser
        find = browser.find("#find")
        find.send_keys("menu")
        self.wait(lambda: browser.text("#found") == "4 of 36 found")
        self.assertEqual(browser.text("#none"), "Approve none of those found")
        browser.find("#none").click()
        self.wait(lambda: browser.text("#approved") == f"{TICKETS - 4} of {TICKETS} approved")
        self.wait(lambda: sum(ticket["approved"] for ticket in self.tickets()) == TICKETS - 4)
        find.send_keys(Keys.CONTROL, "a")
        find.send_keys(Keys.DELETE)
        self.wait(lambda: browser.text("#all") == "Approve all")
        browser.find("#all").click()
        self.wait(lambda: sum(ticket["approved"] for ticket in self.tickets()) == TICKETS)

    def test_by_the_keyboard_alone(self):
        browser = self.browser
        browser.run("document.querySelector('#ticket-1 summary').focus()")
        keys = lambda *words: browser.driver.switch_to.active_element.send_keys(*words)
        keys(Keys.ENTER)
        self.wait(lambda: browser.all("#ticket-1 .preview > *"))
        keys(Keys.TAB)
        self.assertEqual(browser.run("return document.activeElement.name"), "summary")
        keys(Keys.END, " at once", Keys.ENTER)
        self.wait(lambda: self.tickets()[0]["summary"].endswith(" at once"))
        # Where somebody was, he is still.
        self.assertEqual(browser.run("return document.activeElement.name"), "summary")


class Trouble(TicketTest):
    """What goes wrong, and how it goes on."""

    def test_drafting_that_fails_is_mended(self):
        browser = self.browser
        self.begin("Unloved", drafter="openai")
        browser.find("#process").click()
        self.wait(lambda: "no files" in browser.text("#words"))
        self.upload(SAMPLES[0])
        self.model.refuses = True
        browser.find("#process").click()
        self.reach("processing/failed")
        self.model.refuses = False
        self.assertIn("I do not like this site", browser.text("#failure"))
        self.check()
        # Other files, and somebody else who drafts.
        self.upload(*SAMPLES[1:])
        browser.find("#site-details summary").click()
        browser.find("#site-drafter [value='']").click()
        browser.find("#site button").click()
        self.wait(lambda: "drafted by rules" in (browser.text("header") or ""))
        self.reach("processing/failed")
        self.assertEqual(len(browser.all("#files li")), len(SAMPLES))
        browser.find("#process").click()
        self.reach("review/active")
        self.assertEqual(len(browser.all(".ticket")), TICKETS)

    def test_what_jira_refuses_is_told(self):
        browser = self.browser
        self.prepare("No such project", SAMPLES[0])
        browser.find("#project").send_keys("NOPE")
        browser.find("#export button").click()
        self.reach("jira_export/failed")
        self.assertTrue(browser.text("#failure").strip())
        self.check()
        browser.find("#project").send_keys(Keys.CONTROL, "a")
        browser.find("#project").send_keys("WEB")
        browser.find("#export button").click()
        self.reach("completed/completed")

    def test_a_ticket_that_jira_refuses_is_mended(self):
        browser = self.browser
        self.prepare("Refused", SAMPLES[0])
        total = len(browser.all(".ticket"))
        self.jira.spoils = True
        browser.find("#project").send_keys("WEB")
        browser.find("#export button").click()
        self.reach("jira_export/failed")
        self.jira.spoils = False
        self.assertIn("Jira refused it:", browser.text("#ticket-1 .refusal"))
        self.assertEqual(len(browser.all(".jira a")), total - 1)
        self.assertEqual(len(browser.all("[data-editable]")), 1)
        self.assertEqual(browser.find("#project").get_attribute("readonly"), "true")
        self.check()
        # What is in Jira is read, and what is not is changed.
        browser.find("#ticket-2 summary").click()
        self.wait(lambda: browser.all("#ticket-2 .preview > *"))
        self.assertEqual(browser.all("#ticket-2 form"), [])
        card = self.edit(1)
        self.write(card, "summary", "A better title")
        self.save(card)
        self.assertEqual(browser.text("#ticket-1 .refusal"), "")
        browser.find("#export button").click()
        self.reach("completed/completed")
        keys = [link.text for link in browser.all(".jira a")]
        self.assertEqual(len(set(keys)), total)

    def test_wrong_credentials_are_an_administrators(self):
        browser = self.browser
        self.prepare("Wrong token", SAMPLES[0])
        self.restart(LOCKSTEP_JIRA_TOKEN="wrong")
        self.reopen("Wrong token")
        browser.find("#project").send_keys("WEB")
        browser.find("#export button").click()
        self.wait(lambda: "An administrator was told" in (browser.text("#failure") or ""))
        self.check()
        browser.open("/")
        self.assertIn("an administrator was told", browser.text("#ticket-sessions"))
        self.restart()
        self.reopen("Wrong token")
        job = self.path().rsplit("/", 1)[1]
        admin = pathlib.Path(self.folder.name, "data/admin.token").read_text().strip()
        # While the page looks on.
        self.assertEqual(self.call("POST", f"/v1/jobs/{job}/retry", {}, token=admin)[0], 200)
        self.reach("completed/completed")

    def test_one_session_for_a_site(self):
        browser = self.browser
        self.begin("Twice")
        first = self.path()
        browser.open("/")
        browser.find("#begin-name").send_keys("Twice")
        browser.find("#begin-session button").click()
        self.wait(lambda: "Session already exists for this context" in browser.text("#begin-words"))
        browser.find("#begin-words a").click()
        self.wait(self.stage)
        self.assertEqual(self.path(), first)

    def test_what_was_left_for_too_long_is_deleted(self):
        browser = self.browser
        self.prepare("Left alone", SAMPLES[0])
        id = self.path().rsplit("/", 1)[1]
        self.restart("--days-ahead", "30")
        browser.open("/")
        self.assertIn("Left for more than seven days", browser.text("#ticket-sessions"))
        self.assertEqual(self.faults(), [])
        self.reopen("Left alone")
        self.assertTrue(browser.all("#too-old"))
        self.assertEqual(browser.all("#export"), [])
        browser.find(".ticket summary").click()
        self.wait(lambda: browser.all(".preview > *"))
        self.check()
        # Not when one thinks better of it.
        browser.find("#delete").click()
        self.wait(lambda: browser.find("#really").is_displayed())
        self.assertEqual(self.faults(), [])
        browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        self.wait(lambda: not browser.find("#really").is_displayed())
        browser.open("/")
        browser.find(f"[data-delete='{id}']").click()
        browser.driver.find_element(By.CSS_SELECTOR, "#delete-session [value=yes]").click()
        self.wait(lambda: not browser.all(f"[data-delete='{id}']"))
        self.assertEqual(self.call("GET", f"/api/tickets/sessions/{id}")[0], 404)
        self.restart()

    def test_deleting_by_the_page(self):
        browser = self.browser
        self.prepare("Not wanted", SAMPLES[0])
        path = self.path()
        card = self.edit(1)
        self.write(card, "summary", "Never mind")
        browser.find("#delete").click()
        browser.find("#really-yes").click()
        self.wait(lambda: browser.driver.current_url.rstrip("/") == self.showcase.url)
        self.assertEqual(self.call("GET", path)[0], 404)
        self.assertEqual(browser.run(
            "return Object.keys(localStorage).filter((key) => key.startsWith('lockstep.tickets.'))"), [])


class Large(TicketTest):
    """A site with so much in it that one has to wait."""

    def export(self, name, things, length):
        path = pathlib.Path(self.folder.name, name)
        rows = [f"thing_{number},Thing {number},{'word ' * (length // 5)}" for number in range(things)]
        path.write_text("content_type,label,description\n" + "\n".join(rows) + "\n")
        return str(path)

    def test_files_are_sent_with_a_bar(self):
        browser = self.browser
        self.begin("Much")
        browser.driver.execute_cdp_cmd("Network.enable", {})
        # So slow that it is still under way when the page has been looked at, on a busy machine too.
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 25_000}
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", slow)
        large = self.export("content-types.csv", 400, 1900)
        watch = "const bar = document.getElementById('sent'); return document.getElementById('sending').hidden ? null : bar.value"
        seen = []

        def under_way():
            value = browser.run(watch)
            if value is not None and (not seen or seen[-1] != value):
                seen.append(value)
            return value is not None and value >= 10

        browser.find("#upload-files").send_keys(large)
        self.wait(under_way)
        self.assertEqual(seen, sorted(seen), "the bar goes back")
        self.assertGreater(len(seen), 2)
        self.assertEqual(self.faults(), [])
        browser.find("#stop-sending").click()
        self.wait(lambda: "was not sent" in browser.text("#upload-faults"))
        self.assertEqual(browser.all("#files li"), [])
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
        self.upload(large)
        self.assertEqual(len(browser.all("#files li")), 1)
        self.assertEqual(browser.text("#upload-faults"), "")

    def test_tickets_are_seen_to_arrive_in_jira(self):
        browser = self.browser
        self.prepare("Many", self.export("types.csv", 120, 20))
        self.assertEqual(browser.text("#approved"), "120 of 120 approved")
        self.jira.shut()
        browser.find("#project").send_keys("WEB")
        browser.find("#export button").click()
        self.wait(lambda: self.jira.waiting)
        self.reach("jira_export/exporting")
        browser.run("window.isSame = true")
        # One call after the other, until some are there.
        while self.created() == 0:
            self.jira.let(1)
            self.wait(lambda: self.jira.permits == 0 and self.jira.waiting, 20)
        self.wait(lambda: len(browser.all(".jira a")) == self.created(), 20)
        self.assertLess(len(browser.all(".jira a")), 120)
        self.assertTrue(browser.run("return window.isSame"), "the page was loaded again")
        self.assertEqual(self.faults(), [])
        self.jira.open()
        self.reach("completed/completed")
        self.assertEqual(len({link.text for link in browser.all(".jira a")}), 120)

    def created(self):
        return sum(ticket["jira_key"] is not None for ticket in self.tickets())


if __name__ == "__main__":
    unittest.main(verbosity=2)
