"""The pages in a real browser: a walk by keyboard in both languages, axe-core, narrow screens."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher
from playwright.sync_api import Page, sync_playwright

from keepwell.adapters import credentials
from web.caller import PASSWORD, let_in, served
from web.portfolio import bare_project, staged
from web.proof_cards import keep_cards

CHROMIUM = os.environ.get("KEEPWELL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = """async () => {
  const found = await axe.run();
  return found.violations.map(
    v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120)).join(' | ')}`
  );
}"""
PAGES = ("/", "/accounts", "/accounts/A003", "/inbox?whose=all", "/matrix?size=Large", "/settings",
         "/value", "/forecast", "/proof")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, state_file: Path) -> Iterator[str]:
    """Serve the project on a port of its own."""
    kept = credentials._hasher
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = lambda: quick  # type: ignore[assignment]
    app, desk = served(bare_project(tmp_path_factory.mktemp("site") / "p", state_file))
    staged(desk)
    keep_cards(desk)
    let_in(desk, "ada", "admin")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
    credentials._hasher = kept


@pytest.fixture(scope="module")
def page(site: str) -> Iterator[Page]:
    """Give one page of a real Chromium, signed in; what the content policy drops is a failure."""
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
        page.goto("/login")
        page.fill("[name=login]", "ada")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        yield page
        assert complaints == []
        browser.close()


def choose(page: Page, lang: str) -> None:
    page.goto("/settings")
    page.select_option("select[name=lang]", lang)
    page.click(".settings button.primary")
    page.wait_for_url("**/settings?saved=1")


def test_the_sign_in_page_has_no_violation(page: Page, site: str) -> None:
    other = page.context.browser
    assert other
    outside = other.new_page(base_url=site)
    outside.goto("/login")
    outside.evaluate(AXE)
    assert outside.evaluate(RULES) == []
    outside.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_an_accessibility_violation_or_overflows_at_320(page: Page, lang: str) -> None:
    choose(page, lang)
    found = {}
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        page.evaluate(AXE)
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            if violations := page.evaluate(RULES):
                found[f"{path} {theme}"] = violations
        page.set_viewport_size({"width": 320, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found[f"{path} at 320"] = [f"{wide} px too wide"]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == {}


@pytest.mark.parametrize(("lang", "word"), [("zh", "已完成"), ("en", "Completed")])
def test_the_inbox_is_worked_by_keyboard_alone(page: Page, lang: str, word: str) -> None:
    choose(page, lang)
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox")
    page.goto("/inbox?whose=all&item=cta-1")
    page.keyboard.press("e")
    toast = page.locator(".toast")
    toast.wait_for()
    assert word in toast.inner_text()
    page.keyboard.press("z")
    page.wait_for_url("**item=cta-1")
    assert page.locator("form[action='/inbox/cta-1']").count() == 1
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**item=alert-*")
    page.locator(".ib-item .head h2").wait_for()


def test_from_the_list_to_evidence_in_two_clicks(page: Page) -> None:
    page.goto("/accounts?sort=name&order=asc")
    page.keyboard.press("/")
    page.keyboard.type("A003")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=A003*")
    page.click("tbody th a")
    page.wait_for_url("**/accounts/A003")
    page.keyboard.press("?")
    assert page.locator("dialog#help[open]").count() == 1
    page.keyboard.press("Escape")
