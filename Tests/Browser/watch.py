"""Watches a job in a browser: watch.py URL TOKEN JOB FIRST LAST.

It opens the job's page, says "open" once the page shows the status FIRST, and ends well when the page shows LAST without
having been loaded again."""

import sys
import types

from selenium.webdriver.support.ui import WebDriverWait

from stand import Browser

url, token, job, first, last = sys.argv[1:]
with Browser(types.SimpleNamespace(url=url), user=token) as browser:
    browser.open(f"/dashboard/jobs/{job}")

    def shows(status):
        return lambda _: status in (browser.text("#summary .tag") or "")

    WebDriverWait(browser.driver, 20).until(shows(first), f"the page never showed '{first}'")
    WebDriverWait(browser.driver, 20).until(lambda _: "Live" in (browser.text("[data-live-state]") or ""), "not live")
    browser.run("window.same = true")
    print("open", flush=True)
    WebDriverWait(browser.driver, 60, poll_frequency=0.1).until(shows(last), f"the page never showed '{last}'")
    if browser.run("return window.same") is not True:
        sys.exit("The page was loaded again.")
    print(f"The page of the job shows '{last}', without having been loaded again.")
