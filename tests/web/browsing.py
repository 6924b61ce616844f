"""A web app on a port of its own, and a real Chromium that has signed in to it."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, sync_playwright

from web.caller import PASSWORD

CHROMIUM = os.environ.get("KEEPWELL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = """async rules => {
  const found = await axe.run(rules ? {runOnly: rules} : {});
  return found.violations.map(
    v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120)).join(' | ')}`
  );
}"""


@contextmanager
def served_on_a_port(app: FastAPI) -> Iterator[str]:
    """Give the address of the app while the block lasts."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@contextmanager
def chromium_page(site: str, login: str) -> Iterator[Page]:
    """Give a page, signed in; what the content policy drops or asks of elsewhere is a failure."""
    if not Path(CHROMIUM).exists() and shutil.which(CHROMIUM) is None:
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": 1280, "height": 900}, base_url=site, reduced_motion="reduce"
        )
        complaints: list[str] = []
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "request", lambda r: complaints.append(r.url) if not r.url.startswith(site) else None
        )
        sign_in(page, login)
        yield page
        assert complaints == []
        browser.close()


def sign_in(page: Page, login: str) -> None:
    """Sign in as a person does."""
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def choose_language(page: Page, lang: str) -> None:
    """Choose the language in one's settings, as a person does."""
    page.goto("/settings")
    page.select_option("select[name=lang]", lang)
    page.click(".settings button.primary")
    page.wait_for_url("**/settings?saved=1")
