"""The core jobs of a day in a real browser, in both languages: alerts by keyboard."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page

from keepwell.adapters import credentials
from keepwell.adapters.state import SqlAuditStore
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.ports import RunRecord
from keepwell.ports.auditing import AuditFilter
from keepwell.ports.pages import StagedPages
from keepwell.wiring.web_desk import WebDesk
from web.browsing import choose_language, chromium_page, served_on_a_port
from web.caller import let_in, served
from web.clock import Standing
from web.portfolio import AS_OF, AT, bare_project, header, rows

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
MANY = 20


@dataclass(frozen=True)
class Site:
    """Where the project is served, and the desk behind it."""

    address: str
    desk: WebDesk

    def deeds(self) -> Counter[str]:
        """Return how often each deed stands in the audit log; looking is not one."""
        lines = SqlAuditStore(self.desk.project.state).lines(AuditFilter())
        return Counter(line.action for line in lines if line.action != "viewed")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, state_file: Path) -> Iterator[Site]:
    """Serve a project with accounts and no alert yet; passwords cost little meanwhile."""
    kept, quick = credentials._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = lambda: quick  # type: ignore[assignment]
    app, desk = served(bare_project(tmp_path_factory.mktemp("jobs") / "p", state_file))
    desk.project.clock = Standing(NOW)
    run = RunRecord("r1", AS_OF, AT, "published", (), 61, "c", "i")
    desk.project.state.publish(run, (), None, StagedPages(header(), rows()))
    let_in(desk, "ada", "admin")
    with served_on_a_port(app) as address:
        yield Site(address, desk)
    credentials._hasher = kept


@pytest.fixture(scope="module")
def page(site: Site) -> Iterator[Page]:
    """Give one page of a real Chromium, signed in."""
    with chromium_page(site.address, "ada") as page:
        yield page


def _alerted(site: Site, accounts: list[str]) -> None:
    """Open one delivered alert on each account."""
    with site.desk.project.state.session(is_writing=True) as session:
        for account_id in accounts:
            session.add(
                AlertRow(
                    key=f"k{account_id}", account_id=account_id, trigger="health_low",
                    run_id="r1", as_of=AS_OF, status="delivered", priority="high",
                    urgency="daily", csm_id=None, is_proxy=False, facts={}, created_at=AT,
                )
            )  # fmt: skip


@pytest.mark.parametrize(("lang", "first"), [("zh", 1), ("en", 31)])
def test_twenty_alerts_are_triaged_by_keyboard(
    page: Page, site: Site, lang: str, first: int
) -> None:
    _alerted(site, [f"A{n:03}" for n in range(first, first + MANY + 2)])
    choose_language(page, lang)
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox")
    page.goto("/inbox?whose=all")
    links = page.locator(".ib-list [data-row] a")
    before, worked, earlier = links.count(), [], site.deeds()
    for n in range(MANY):
        worked.append(page.locator(".ib-item .head h2 a").get_attribute("href") or "")
        if n % 4 == 1:
            page.focus("input[name=until]")
            page.keyboard.type("11202026")
        if n % 4 == 3:
            page.keyboard.press("p")
            page.wait_for_url("**did=play**")
            assert page.locator(".steps li").count() > 0
            page.keyboard.press("e")
            page.wait_for_url("**did=done**")
            continue
        with page.expect_navigation():
            page.keyboard.press("Enter" if n % 4 == 1 else "e")
    assert len(set(worked)) == MANY
    assert links.count() == before - MANY
    assert site.deeds() - earlier == {
        "alert_acknowledged": 10, "alert_snoozed": 5, "cta_opened": 5, "cta_done": 5,
    }  # fmt: skip
