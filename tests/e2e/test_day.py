"""The day's work on the example company in a real browser, in both languages, by keyboard."""

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page

from keepwell.adapters import credentials
from keepwell.ports.pages import AccountFilter, ListedAccount, Scope
from keepwell.wiring.web_desk import WebDesk
from web.browsing import choose_language, chromium_page, served_on_a_port
from web.caller import let_in, served
from web.clock import Standing

ALL = Scope(None)
LANGS = pytest.mark.parametrize("lang", ["zh", "en"])
HAS_FOCUS = "document.activeElement !== document.body && document.activeElement.offsetWidth > 0"


@dataclass(frozen=True)
class Work:
    """A browser in front of the example company, and the desk behind it."""

    page: Page
    desk: WebDesk

    @property
    def day(self) -> date:
        return self.desk.project.today

    def accounts(self, **wanted: object) -> tuple[ListedAccount, ...]:
        found = AccountFilter(**wanted)  # type: ignore[arg-type]
        return self.desk.pages.accounts(ALL, found, sort="change", is_descending=True).accounts


@pytest.fixture(scope="module")
def work(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    """Give one browser for all walks, on a copy of the example company."""
    kept = credentials._hasher
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = lambda: quick  # type: ignore[assignment]
    folder = tmp_path_factory.mktemp("day") / "acme"
    app, desk = served(Path(shutil.copytree(demo, folder)))
    header = desk.header()
    assert header
    desk.project.clock = Standing(datetime.combine(header.as_of, time(18), UTC))
    let_in(desk, "ada", "admin")
    with served_on_a_port(app) as site, chromium_page(site, "ada") as page:
        yield Work(page, desk)
    credentials._hasher = kept


def done_since(before: str) -> Callable[[str], bool]:
    """Return whether an address tells of a deed that came after another address."""
    return lambda url: "did=" in url and url != before


@LANGS
def test_twenty_items_of_the_inbox_are_triaged_by_keyboard(work: Work, lang: str) -> None:
    page = work.page
    choose_language(page, lang)
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox")
    handled = set()
    for number in range(20):
        form = page.locator("form.acts").get_attribute("action")
        assert form not in handled
        handled.add(form)
        before = page.url
        key = "eesae"[number % 5]
        page.keyboard.press(key)
        if key == "a":
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
        page.wait_for_url(done_since(before))
        assert page.evaluate(HAS_FOCUS), f"focus is lost after {key}"
    waiting = {f"/inbox/{i.kind}-{i.id}" for i in work.desk.pages.inbox(ALL, None, work.day, 1000)}
    assert len(handled & waiting) == 4, "those that were given to somebody wait for that person"


@LANGS
def test_a_deed_is_taken_back_within_its_ten_seconds(work: Work, lang: str) -> None:
    page = work.page
    choose_language(page, lang)
    page.goto("/inbox?whose=all")
    first = page.locator("form.acts").get_attribute("action")
    page.keyboard.press("s")
    page.locator(".toast").wait_for()
    page.keyboard.press("z")
    page.wait_for_url(lambda url: "did=" not in url)
    assert page.locator("form.acts").get_attribute("action") == first


@LANGS
def test_evidence_is_two_clicks_from_the_list(work: Work, lang: str) -> None:
    page = work.page
    choose_language(page, lang)
    page.goto("/accounts?tier=high&sort=amount")
    page.click("tbody th a")
    page.click(".wft th[scope=row] a >> nth=1")
    page.wait_for_url("**/evidence/**")
    assert page.locator("table tbody tr").count() > 0


@LANGS
def test_an_override_is_set_by_tab_and_enter_alone_and_focus_is_never_lost(
    work: Work, lang: str
) -> None:
    page, until = work.page, work.day + timedelta(days=30)
    choose_language(page, lang)
    page.goto("/")

    def tab_to(selector: str) -> None:
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                assert page.evaluate(HAS_FOCUS), selector
                return
        pytest.fail(f"{selector} is not reached by Tab")

    tab_to(".skip")
    tab_to(".nav a[href='/accounts']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts")
    tab_to("tbody th a")
    page.keyboard.press("Enter")
    page.locator(".hero").wait_for()
    account = page.url.rpartition("/")[2]
    tab_to("details:has([name=tier]) > summary")
    page.keyboard.press("Enter")
    tab_to("[name=tier]")
    page.keyboard.press("ArrowDown")
    tab_to("[name=until]")
    page.locator("[name=until]").fill(until.isoformat())
    tab_to("textarea[name=reason]")
    page.keyboard.type("The sponsor is back")
    tab_to("form[action$='/override'] button")
    page.keyboard.press("Enter")
    page.locator(".sum.warn").wait_for()
    set_now = work.desk.project.state.overrides(work.day)
    mine = next(o for o in set_now if o.account_id == account)
    assert (mine.expires_on, mine.reason) == (until, "The sponsor is back")
    work.desk.project.end_override(account)


@LANGS
def test_a_filtered_list_is_exported_and_many_are_worked_on_by_keyboard(
    work: Work, lang: str
) -> None:
    page = work.page
    choose_language(page, lang)
    page.goto("/accounts?tier=low")
    with page.expect_download() as download:
        page.click("a[href*='export.csv']")
    lines = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert len(lines) - 1 == work.desk.pages.count(ALL, AccountFilter(tiers=("low",)))
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.locator("[data-count]").inner_text() == "2"
    page.click("[data-bulk] button[value=open]")
    page.fill("[name=reason]", f"Renewal talk {lang}")
    page.keyboard.press("Enter")
    page.wait_for_url("**told=open*")
    assert "2" in page.locator(".toast").inner_text()


@LANGS
def test_the_palette_leads_to_an_account_and_help_tells_the_keys(work: Work, lang: str) -> None:
    page = work.page
    choose_language(page, lang)
    account = work.accounts()[0]
    page.keyboard.press("Control+k")
    page.keyboard.type(account.account_id.lower())
    page.locator(f"#palette a[href='/accounts/{account.account_id}']").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{account.account_id}")
    page.keyboard.press("?")
    assert page.locator("dialog#help[open] kbd").count() > 20
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
