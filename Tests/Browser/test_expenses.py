"""Sends statements by the page of the showcase and looks at what came of them, in Chromium."""

import unittest

from showcase import ROOT, ShowcaseTest

SAMPLES = ROOT / "Apps/Expenses/Samples"


class Expenses(ShowcaseTest):
    def send(self, *names):
        self.browser.open("/")
        self.browser.find("#statement-files").send_keys("\n".join(str(SAMPLES / name) for name in names))
        self.browser.find("#send-statements button").click()
        self.wait(lambda: self.browser.driver.current_url.endswith("/page"))
        # The page asks for itself again until the session has ended.
        self.wait(lambda: self.browser.text(".badge").strip() in ("completed", "failed"))

    def test_1_statements_are_sent_and_become_a_report(self):
        self.send("2-three-c.pdf", "8-receipt-1.pdf")
        browser = self.browser
        self.assertEqual(browser.text(".badge").strip(), "completed")
        page = browser.text("main")
        for words in ["Totals by employee", "By month and merchant", "Printed sums", "off by", "belongs to no transaction"]:
            self.assertIn(words, page)
        self.assertGreater(len(browser.all(".spending rect")), 1)
        self.assertEqual(len(browser.all(".lead a[href*='report?format=']")), 3)
        self.assertEqual(self.faults(), [])

    def test_2_what_cannot_be_read_is_said(self):
        self.send("7-encrypted.pdf")
        self.assertEqual(self.browser.text(".badge").strip(), "failed")
        self.assertIn("password", self.browser.text(".fault"))
        self.assertEqual(self.faults(), [])

    def test_3_the_list_leads_to_them(self):
        self.browser.open("/")
        self.assertEqual(len(self.browser.all(".items a[href*='/expenses/']")), 2)
        self.assertEqual(self.faults(), [])
        refused = [line["message"] for line in self.browser.driver.get_log("browser")
                   if "Content Security Policy" in line["message"]]
        self.assertEqual(refused, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
