"""Pictures of the dashboard. Usage: screenshots.py FOLDER"""

import pathlib
import sys

from stand import Browser, Stand
from test_dashboard import pages

folder = pathlib.Path(sys.argv[1])
with Stand("busy") as stand, Browser(stand) as browser:
    shown = {name: path for name, path in pages(stand).items() if name in ("overview", "parked", "lifecycle")}
    for name, path in shown.items():
        for width, height in ((390, 844), (820, 1000), (1440, 1000)):
            for dark in (False, True):
                browser.size(width, height)
                browser.dark(dark)
                browser.open(path)
                browser.picture(folder / f"{name}-{width}-{'dark' if dark else 'light'}.png")
