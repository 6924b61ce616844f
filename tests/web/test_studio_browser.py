"""The studios in a real browser: axe-core, narrow screens, larger text, a walk by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page

from keepwell.adapters import credentials
from web.browsing import AXE, RULES, choose_language, chromium_page, served_on_a_port
from web.caller import let_in, served
from web.portfolio import bare_project, staged
from web.studio_world import with_snapshot

STUDIOS = ("/studio/scorecards/robust", "/studio/scorecards/robust/versions",
           "/studio/segments", "/studio/segments/versions", "/studio/triggers",
           "/studio/triggers/health_low", "/studio/playbooks/alert_follow_up")  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, state_file: Path) -> Iterator[Page]:
    """Give a page on a project whose accounts were scored, signed in."""
    kept = credentials._hasher
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = lambda: quick  # type: ignore[assignment]
    app, desk = served(bare_project(tmp_path_factory.mktemp("studio") / "p", state_file))
    staged(desk)
    with_snapshot(desk)
    let_in(desk, "ada", "admin")
    with served_on_a_port(app) as address, chromium_page(address, "ada") as page:
        yield page
    credentials._hasher = kept


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_studio_has_a_violation_or_overflows_at_320_with_larger_text(
    studio: Page, lang: str
) -> None:
    choose_language(studio, lang)
    found = {}
    for path in STUDIOS:
        studio.set_viewport_size({"width": 1280, "height": 900})
        answer = studio.goto(path)
        assert answer
        assert answer.ok, f"{path}: {answer.status}"
        studio.evaluate(AXE)
        for theme in ("light", "dark"):
            studio.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            if violations := studio.evaluate(RULES):
                found[f"{path} {theme}"] = violations
        studio.set_viewport_size({"width": 320, "height": 800})
        for size in ("100%", "140%"):
            studio.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
            wide = studio.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                found[f"{path} at 320, {size}"] = [f"{wide} px too wide"]
    studio.set_viewport_size({"width": 1280, "height": 900})
    assert found == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_weights_are_edited_seen_published_and_rolled_back_by_keyboard(
    studio: Page, lang: str
) -> None:
    page = studio
    choose_language(page, lang)
    page.goto("/studio")
    before = page.input_value("#d-1")
    page.focus("[data-twin=d-1]")
    page.keyboard.press("ArrowRight")
    # The slider and its number are one value, and the page answers by itself.
    moved = page.input_value("#d-1")
    assert float(moved) == float(before) + 1
    page.locator("#st-diff .changes").wait_for()
    assert f"{before} → {moved}" in page.inner_text(".changes")
    assert page.locator("#st-diff .ydiff").count() == 1
    page.evaluate(AXE)
    assert page.evaluate(RULES) == []
    page.focus("[name=title]")
    page.keyboard.type(f"One more {lang}")
    page.keyboard.press("Tab")
    page.keyboard.type("To see it")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=published")
    assert page.input_value("#d-1") == moved
    page.goto("/studio/scorecards/robust/versions")
    assert f"One more {lang}" in page.inner_text(".edits")
    found = page.locator(".edits li").nth(1)
    found.locator("details").last.locator("summary").focus()
    page.keyboard.press("Enter")
    found.locator("[name=reason]").focus()
    page.keyboard.type("It was a try")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=rolled_back")
    page.goto("/studio")
    assert page.input_value("#d-1") == before
