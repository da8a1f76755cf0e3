"""Pages in a real headless Chromium, served on a real loopback port."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""The rules that axe holds a page against: WCAG 2.2, level AA."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free port and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def missing_for_browser() -> str:
    """Name what a browser test needs and this machine has not."""
    if not shutil.which("chromium"):
        return "没有装 Chromium 浏览器：apt-get install chromium"
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    if not fonts.stdout.strip():
        return "没有中文字体：apt-get install fonts-wqy-microhei"
    return ""


def barriers(page: Page) -> Sequence[str]:
    """List what axe finds against WCAG 2.2 AA on the page: the rule and where it is broken."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
