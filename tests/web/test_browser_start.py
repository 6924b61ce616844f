"""The first run in a real browser, from an empty folder to the first list; the admin's pages."""

import csv
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from keepwell.adapters import credentials
from keepwell.ports.hand_jobs import HandJob
from keepwell.web.app import create_app
from keepwell.wiring import hand_jobs
from keepwell.wiring.hand_job_worker import carry_out
from keepwell.wiring.project import Project
from keepwell.wiring.served import served_project
from keepwell.wiring.serving import ready_to_serve
from keepwell.wiring.web_desk import WebDesk, web_desk
from web.browsing import ARGUMENTS, AXE, CHROMIUM, RULES
from web.caller import PASSWORD
from web.test_start import HEAD, ROWS

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 800}
# Translations and names are up to 40 % longer than what was drawn for.
LONGER = """() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const text = node.textContent.trim();
    if (text) node.textContent += ' ' + text.slice(0, Math.ceil(text.length * 0.4));
  }
}"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one real Chromium; passwords cost little meanwhile."""
    if not Path(CHROMIUM).exists() and shutil.which(CHROMIUM) is None:
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    kept, quick = credentials._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = lambda: quick  # type: ignore[assignment]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    credentials._hasher = kept


@contextmanager
def served(desk: WebDesk) -> Iterator[str]:
    """Serve a project on a port of its own."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(desk), port=0, log_level="warning", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


def faults(page: Page) -> dict[str, Any]:
    """Return violations in both themes, and what is too wide at 320 px, with longer texts too."""
    page.evaluate(AXE)
    found: dict[str, Any] = {}
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        if violations := page.evaluate(RULES):
            found[theme] = violations
    page.set_viewport_size(NARROW)
    for name, change in (("320", "() => {}"), ("longer", LONGER)):
        page.evaluate(change)
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found[name] = f"{wide} px too wide"
    page.set_viewport_size(WIDE)
    page.reload()
    return found


def beside(project: Project, job: HandJob) -> None:
    """Do a job in a thread of this process."""
    threading.Thread(target=carry_out, args=(project.layout.root, job.id), daemon=True).start()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-CN", ("上传", "确认列的含义", "打开名单", "审计日志", "覆盖为低")),
     ("en", ("Upload", "Confirm what columns mean", "Open the list", "Audit log",
             "set it to Low"))],
)  # fmt: skip
def test_an_empty_folder_becomes_a_ranked_list_and_its_admin_lets_people_in(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str,
    words: tuple[str, ...],
) -> None:  # fmt: skip
    folder, file = tmp_path / "myco", tmp_path / "accounts.csv"
    folder.mkdir()
    file.write_text(HEAD.replace("Kundennr", "Id") + ROWS, "utf-8")
    if lang == "en":
        # One walk starts the real process of a job; the other saves its start.
        monkeypatch.setattr(hand_jobs, "start_worker", beside)
    secret = ready_to_serve(folder)
    desk = web_desk(served_project(folder))
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", locale=lang)
    complaints: list[str] = []
    found: dict[str, Any] = {}
    with served(desk) as site:
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "request", lambda r: complaints.append(r.url) if not r.url.startswith(site) else None
        )
        page.goto(f"{site}/welcome/{secret}")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/start")
        found["step 1"] = faults(page)
        page.set_input_files("input[type=file]", file)
        page.locator(f"button:has-text('{words[0]}')").click()
        page.locator("form[action='/start/files'] button.primary").click()
        page.locator("#columns").wait_for()
        assert words[1] in page.locator("li.now").inner_text()
        assert page.locator("select[name=c0-0]").input_value() == "account_id"
        found["step 2"] = faults(page)
        page.select_option("select[name=c0-1]", "name")
        page.locator("#columns button.primary").click()
        page.wait_for_url("**/accounts?sort=loss", timeout=90_000)
        assert page.locator("tbody tr").count() == 25
        assert page.locator("tbody th a").first.inner_text().startswith("Firma")
        account = page.locator("tbody th a").first.get_attribute("href")
        page.goto(f"{site}{account}")
        _override(page, site, desk.project.today + timedelta(days=30), words[4])
        evidence = page.locator("a[href*='/evidence/']").first.get_attribute("href")
        for path in (evidence, f"{account}/records/activities", "/data", "/admin", "/admin/audit"):
            answer = page.goto(f"{site}{path}")
            assert answer
            assert answer.ok, path
            found[str(path)] = faults(page)
        assert words[3] in page.locator(".views").inner_text()
        _people(page, site)
    context.close()
    desk.close()
    assert complaints == []
    assert {k: v for k, v in found.items() if v} == {}


def _override(page: Page, site: str, until: date, word: str) -> None:
    """Count the open account as low until a day, by keyboard; take the whole list out."""
    page.locator("details:has(select[name=tier]) summary").press("Enter")
    page.select_option("select[name=tier]", "low")
    page.fill("[name=until]", until.isoformat())
    page.focus("textarea[name=reason]")
    page.keyboard.type("New owner, still unsure")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told = page.locator("p", has_text="New owner, still unsure")
    told.wait_for()
    assert word in told.inner_text()
    where = page.url
    page.goto(f"{site}/accounts?sort=name")
    with page.expect_download() as got:
        page.click("a[href^='/accounts/export.csv']")
    text = got.value.path().read_text("utf-8-sig")
    assert len({line["account_id"] for line in csv.DictReader(text.splitlines())}) == 30
    page.goto(where)


def _people(page: Page, site: str) -> None:
    """Invite a viewer, take its link up elsewhere, and see that it may not configure."""
    page.goto(f"{site}/admin")
    page.fill("form[action='/admin/people'] [name=login]", "vi@acme.test")
    page.locator("form[action='/admin/people'] button.primary").click()
    link = page.locator(".once .mono").inner_text()
    browser = page.context.browser
    assert browser
    other = browser.new_context()
    guest = other.new_page()
    guest.goto(link)
    guest.fill("[name=password]", PASSWORD)
    guest.keyboard.press("Enter")
    guest.wait_for_url(f"{site}/")
    assert guest.goto(f"{site}/data").status == 403  # type: ignore[union-attr]
    assert guest.locator("nav a[href='/admin']").count() == 0
    page.goto(f"{site}/admin")
    row = page.locator("tr", has_text="vi@acme.test")
    row.locator("summary").click()
    row.locator("button[value=end_sessions]").click()
    page.wait_for_url("**saved=1")
    guest.goto(f"{site}/accounts")
    assert "/login" in guest.url
    other.close()
