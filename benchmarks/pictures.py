"""`python -m benchmarks.pictures FOLDER [NAMES]`: shows every page in docs/pictures/web.

Builds the example company over a month of daily runs in FOLDER (or takes the one that is there),
judges its scorecard, opens a plan and registers webhooks, then takes each page in both languages
and themes with a real Chromium, at 1280 pixels, at noon of the company's last day.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness import once, python_module
from keepwell.adapters import fonts
from keepwell.adapters.state import SqlPlanStore, SqlWebhookStore
from keepwell.messages import Answer
from keepwell.messages.events import EVENT_KINDS
from keepwell.ports.pages import AccountFilter, Scope
from keepwell.ports.webhooks import Called
from keepwell.vocabulary import LANGS
from keepwell.web.app import create_app
from keepwell.wiring import Project
from keepwell.wiring.web_desk import WebDesk, web_desk

OUT = Path("docs/pictures/web")
# A machine without Chinese fonts shows the pages in those of the reports.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{own}</dir></fontconfig>"""
CHROMIUM = os.environ.get("KEEPWELL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
ACCOUNTS, DAYS, WIDTH, MOST = 1300, 31, 1280, 1300
THEMES = ("light", "dark")
LOGIN, PASSWORD = "ada", "correct horse battery"
PAGES = {
    "overview": "/", "accounts": "/accounts", "account": "/accounts/{account}",
    "inbox": "/inbox?whose=all", "matrix": "/matrix", "value": "/value", "forecast": "/forecast",
    "plays": "/plays", "plans": "/plays/plans", "plan": "/plans/1",
    "running": "/plays/running?whose=all", "reviews": "/plays/reviews", "help": "/plays/help",
    "studio": "/studio/scorecards/{card}",
    "studio-versions": "/studio/scorecards/{card}/versions", "segments": "/studio/segments",
    "triggers": "/studio/triggers", "trigger": "/studio/triggers/health_low",
    "playbooks": "/studio/playbooks", "playbook": "/studio/playbooks/executive_sponsor",
    "proof": "/proof", "data": "/data", "people": "/admin", "tokens": "/admin/tokens",
    "channels": "/admin/channels", "webhooks": "/admin/webhooks", "webhook": "/admin/webhooks/1",
    "audit": "/admin/audit", "backups": "/admin/backups", "project": "/admin/settings",
    "settings": "/settings",
}  # fmt: skip


@dataclass(slots=True)
class _Noon:
    """A clock that stands; fulfils `ports.Clock`."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def today(self, _zone: str) -> date:
        return self.at.date()


def prepared(folder: Path, log: Path) -> WebDesk:
    """Return the desk of the example company, built where it is not there yet."""
    if not (folder / "keepwell.yml").is_file():
        sizes = ("--accounts", str(ACCOUNTS), "--days", str(DAYS))
        once(python_module("keepwell", "demo", str(folder), *sizes, "--lang", "zh"), log)
        for words in (("backtest",), ("proof", "--format", "md")):
            once(python_module("keepwell", *words, "-C", str(folder)), log)
    desk = web_desk(Project(folder))
    desk.prepare()
    header = desk.header()
    assert header, "no run was published"
    desk.project.clock = _Noon(datetime(*header.as_of.timetuple()[:3], 12, tzinfo=UTC))
    if LOGIN not in {p.login for p in desk.people.people()}:
        desk.accept(desk.invite(LOGIN, "admin", by=LOGIN), LOGIN.title(), PASSWORD)
    if not SqlPlanStore(desk.project.state).plans():
        opening = ("plans", "open", worst(desk), "-C", str(folder), "--by", LOGIN)
        goal = ("--on", header.as_of.isoformat(), "--goal", "找回关键用户，恢复每周使用")
        once(python_module("keepwell", *opening, *goal), log)
    if not SqlWebhookStore(desk.project.state).webhooks():
        called(desk)
    return desk


def worst(desk: WebDesk) -> str:
    """Return the account with the largest expected loss of those that fell into the low tier."""
    low = AccountFilter(tiers=("low",), fell_points=10)
    found = desk.pages.accounts(Scope(None), low, sort="loss", is_descending=True)
    return found.accounts[0].account_id


def called(desk: WebDesk) -> None:
    """Register two webhooks; the first was called three times, once in vain."""
    store, at = SqlWebhookStore(desk.project.state), desk.now()
    sites = ("https://crm.example.com/keepwell/events", "https://hooks.example.org/warehouse")
    crm = store.add(sites[0], EVENT_KINDS, "CRM", "-", by=LOGIN, at=at)
    store.add(sites[1], ["run.finished", "job.failed"], "Warehouse", "-", by=LOGIN, at=at)
    done, late = Answer("accepted", ""), Answer("later", "HTTP 503")
    answers = (Called(done, 204, 42), Called(late, 503, 187), Called(done, 204, 45))
    for answer in answers:
        trial = replace(store.add_trial(crm.id, owner=LOGIN, by=LOGIN, at=at), is_trial=False)
        store.mark(trial, LOGIN, answer, share=1.0, off_after_days=5, at=at)


@contextmanager
def served(desk: WebDesk) -> Iterator[str]:
    """Give the address of the app while the block lasts."""
    config = uvicorn.Config(create_app(desk), port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@contextmanager
def signed_in(browser: Browser, site: str) -> Iterator[Page]:
    """Give a page of somebody who has signed in."""
    page = browser.new_page(
        base_url=site, viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce"
    )
    page.goto("/login")
    page.fill("[name=login]", LOGIN)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    yield page
    page.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser that finds the fonts of the reports."""
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as playwright:
        file = Path(cache) / "fonts.conf"
        file.write_text(FONTS.format(own=Path(fonts.__path__[0]).resolve()), "utf-8")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            env={**os.environ, "FONTCONFIG_FILE": str(file)},
        )
        yield browser
        browser.close()


def taken(page: Page, lang: str, paths: dict[str, str]) -> None:
    """Write the pictures of all pages in one language, both themes."""
    page.goto("/settings")
    page.select_option("select[name=lang]", lang)
    page.click(".settings button.primary")
    page.wait_for_url("**/settings?saved=1")
    for name, path in paths.items():
        answer = page.goto(path)
        assert answer, path
        assert answer.ok, f"{path}: {answer.status}"
        page.wait_for_load_state("networkidle")
        for theme in THEMES:
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            tall = min(MOST, page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({"width": WIDTH, "height": max(900, tall)})
            page.screenshot(path=OUT / f"{name}-{lang}-{theme}-{WIDTH}.png")
            page.set_viewport_size({"width": WIDTH, "height": 900})


def main() -> None:
    """Take the pictures of all pages, or of those named."""
    parser = argparse.ArgumentParser(prog="benchmarks.pictures")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(PAGES)}")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in PAGES]:
        parser.error(f"{unknown} is none of {', '.join(PAGES)}")
    desk = prepared(asked.folder, Path(os.devnull))
    found = {"account": worst(desk), "card": desk.project.config.scorecards[0].scorecard}
    wanted = asked.names or PAGES
    paths = {name: PAGES[name].format(**found) for name in wanted}
    with served(desk) as site, chromium() as browser, signed_in(browser, site) as page:
        for lang in LANGS:
            taken(page, lang, paths)
    desk.close()
    sys.stdout.write(f"{len(paths) * len(LANGS) * len(THEMES)} pictures in {OUT}\n")


if __name__ == "__main__":
    main()
