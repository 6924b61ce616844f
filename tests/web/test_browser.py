"""The pages in a real browser: a walk by keyboard in both languages, axe-core, narrow screens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page

from keepwell.adapters import credentials
from keepwell.adapters.state import SqlPlanStore, SqlWebhookStore
from keepwell.messages import Answer
from keepwell.ports.webhooks import Called
from keepwell.web.pages import PAGES as ROUTERS
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk
from web.browsing import AXE, RULES, choose_language, chromium_page, served_on_a_port, sign_in
from web.caller import let_in, served
from web.care import cared_for, run_again, staged_again
from web.clock import Standing
from web.portfolio import AT, alerted, bare_project, staged
from web.proof_cards import keep_cards
from web.test_roles import FILLED, flat
from web.test_studio_browser import STUDIOS

PAGES = ("/", "/accounts", "/accounts/A003", "/inbox?whose=all", "/matrix?size=Large", "/settings",
         "/value", "/forecast", "/plays", "/plays/plans", "/plays/running?whose=all",
         "/plays/reviews", "/plays/help", "/plans/1", "/proof",
         "/admin/tokens", "/admin/channels", "/admin/webhooks", "/admin/webhooks/1",
         "/admin/settings", "/admin/backups", "/example",
         "/studio/playbooks", "/studio/triggers/health_low/versions")  # fmt: skip
# Looked at in the walks of the first run and of the sign-in page.
WALKED = ("/start", "/data", "/admin", "/admin/audit", "/login", "/welcome/x",
          "/accounts/A003/evidence/total_activities_30d",
          "/accounts/A003/records/activities")  # fmt: skip
# No pages of their own: downloads, parts of a page, and ways on to another page.
NO_PAGES = ("/accounts/export.csv", "/admin/audit/export.csv", "/admin/audit/verify",
            "/proof/reports/robust/90/proof.zh.md", "/data/job", "/start/progress", "/palette",
            "/studio", "/login/oidc", "/login/oidc/back")  # fmt: skip
# Forty per cent more text in every place that holds words; numbers are as long everywhere.
LONGER = """() => {
  const all = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (all.nextNode()) found.push(all.currentNode);
  for (const node of found) {
    const text = node.data.trim();
    const isWords = /\\p{L}/u.test(text) && !/\\d/.test(text);
    if (isWords) node.data += " " + text.slice(0, Math.ceil(text.length * 0.4));
  }
}"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@dataclass(frozen=True)
class Site:
    """Where the project is served, and the desk behind it."""

    address: str
    desk: WebDesk


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, state_file: Path) -> Iterator[Site]:
    """Serve the project on a port of its own."""
    kept = credentials._hasher
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = lambda: quick  # type: ignore[assignment]
    app, desk = served(bare_project(tmp_path_factory.mktemp("site") / "p", state_file))
    desk.project.clock = Standing(datetime(2026, 11, 2, 10, tzinfo=UTC))
    staged(desk)
    assert alerted(desk, "A003") == 3
    keep_cards(desk)
    cared_for(desk)
    let_in(desk, "ada", "admin")
    told_of(desk)
    with served_on_a_port(app) as address:
        yield Site(address, desk)
    credentials._hasher = kept


def told_of(desk: WebDesk) -> None:
    """Register a webhook that failed once and has an event waiting."""
    store = SqlWebhookStore(desk.project.state)
    made = store.add("https://example.com/" + "hook/" * 30, ["cta.opened"], "n", "-", by="t", at=AT)
    leased = replace(store.add_trial(made.id, owner="t", by="t", at=AT), is_trial=False)
    failed = Called(Answer("later", "HTTP 500"), 500, 12)
    store.mark(leased, "t", failed, share=1.0, off_after_days=5, at=AT)


@pytest.fixture(scope="module")
def page(site: Site) -> Iterator[Page]:
    """Give one page of a real Chromium, signed in; what the content policy drops is a failure."""
    with chromium_page(site.address, "ada") as page:
        yield page


def test_every_page_that_is_routed_is_looked_at() -> None:
    looked_at = {path.partition("?")[0] for path in (*PAGES, *STUDIOS, *WALKED)}
    routed = set()
    for router in ROUTERS:
        for route in flat(router.routes):
            if "GET" in (route.methods or ()):
                routed.add(re.sub(r"{(\w+)(:path)?}", lambda m: FILLED[m[1]], route.path))
    assert routed - looked_at == set(NO_PAGES)
    assert looked_at - routed == {"/studio/playbooks/alert_follow_up", "/studio/playbooks"}


def test_the_sign_in_page_has_no_violation(page: Page, site: Site) -> None:
    other = page.context.browser
    assert other
    outside = other.new_page(base_url=site.address)
    outside.goto("/login")
    outside.evaluate(AXE)
    assert outside.evaluate(RULES) == []
    outside.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_an_accessibility_violation_or_overflows_at_320(page: Page, lang: str) -> None:
    choose_language(page, lang)
    found = {}
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 900})
        answer = page.goto(path)
        assert answer
        assert answer.ok, f"{path}: {answer.status}"
        page.evaluate(AXE)
        # All rules once in each theme and language; what is no matter of colour differs by neither.
        whole = "light" if lang == "zh" else "dark"
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            rules = None if theme == whole else ["color-contrast"]
            if violations := page.evaluate(RULES, rules):
                found[f"{path} {theme}"] = violations
        page.evaluate(LONGER)
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found[f"{path} with longer text"] = [f"{wide} px too wide"]
        page.set_viewport_size({"width": 320, "height": 800})
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found[f"{path} with longer text at 320"] = [f"{wide} px too wide"]
        page.reload()
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found[f"{path} at 320"] = [f"{wide} px too wide"]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == {}


@pytest.mark.parametrize(("lang", "word"), [("zh", "已完成"), ("en", "Completed")])
def test_the_inbox_is_worked_by_keyboard_alone(page: Page, lang: str, word: str) -> None:
    choose_language(page, lang)
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
    # Above it, on the same account, stands an alert that no other test works on.
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**item=alert-3")
    page.locator(".ib-item .head h2").wait_for()


def test_an_activity_and_a_cta_are_written_by_keyboard(page: Page) -> None:
    # Nothing is at risk there: its CTA comes last in the inbox, whichever test runs first.
    page.goto("/accounts/A002")
    page.keyboard.press("l")
    page.locator("#notes select[name=kind]:focus").wait_for()
    page.keyboard.press("Tab")
    page.locator("#notes form textarea").focus()
    page.keyboard.type("Called about seats")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#notes")
    assert "Called about seats" in page.locator(".notes").inner_text()
    page.keyboard.press("n")
    page.locator("#ctas input[name=reason]:focus").wait_for()
    page.keyboard.type("Send the offer")
    page.keyboard.press("Enter")
    page.wait_for_url("**#ctas")
    assert "Send the offer" in page.locator("#ctas").inner_text()
    page.emulate_media(media="print")
    assert page.locator(".print-foot").is_visible()
    assert not page.locator(".side, .top, .btn, summary").first.is_visible()
    page.emulate_media(media="screen")


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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_opens_over_a_page_or_follows_it_has_no_violation(page: Page, lang: str) -> None:
    choose_language(page, lang)
    page.goto("/accounts")
    for keys in ("jxjx", "?"):
        for key in keys:
            page.keyboard.press(key)
        page.evaluate(AXE)
        assert page.evaluate(RULES, None) == [], keys
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("a00")
    page.locator("#palette a[href='/accounts/A001']").wait_for()
    assert page.evaluate(RULES, None) == []
    page.keyboard.press("Escape")
    page.click("[data-bulk] button[value=play]")
    page.locator("form[action^='/accounts/bulk/do']").wait_for()
    page.evaluate(AXE)
    assert page.evaluate(RULES, None) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(TOO_WIDE) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(("lang", "number"), [("zh", 6), ("en", 9)])
def test_an_account_is_enrolled_and_passes_its_first_gate_thirty_days_on(
    page: Page, site: Site, lang: str, number: int
) -> None:
    desk, clock, account = site.desk, site.desk.project.clock, f"A{number:03}"
    assert isinstance(clock, Standing)
    clock.at = datetime(2026, 11, 2, 10, tzinfo=UTC)
    staged_again(desk)
    choose_language(page, lang)
    page.goto(f"/accounts/{account}#enrol")
    page.fill("#enrol [name=goal]", "Exports must not fail")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/*")
    page.click("form[action$='/milestones/plan_agreed'] button")
    page.wait_for_load_state()
    clock.at += timedelta(days=30)
    run_again(desk, "low", number, score_micro=41_000_000)
    where = page.url
    sign_in(page, "ada")
    page.goto(where)
    page.click("button[value=judge]")
    page.locator(".gm-passed").wait_for()
    plan = SqlPlanStore(desk.project.state).plans(account_id=account)[0]
    assert (plan.gates[0].status, plan.gates[0].by) == ("passed", "ada")
    assert page.evaluate("document.querySelectorAll('.criteria .met-yes').length") >= 2


@pytest.mark.parametrize(("lang", "item"), [("zh", "alert-1"), ("en", "alert-2")])
def test_a_play_is_started_by_one_key_and_taken_back_by_another(
    page: Page, site: Site, lang: str, item: str
) -> None:
    choose_language(page, lang)
    page.goto(f"/inbox?whose=all&item={item}")
    page.keyboard.press("p")
    page.wait_for_url("**did=play**")
    assert page.locator(".steps li").count() > 0
    page.keyboard.press("z")
    page.wait_for_url(lambda url: "did=" not in url)
    assert acting_desk(site.desk).plays(("stopped",), None, 9)
