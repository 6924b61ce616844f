"""Reviews by cadence, programmes by the cells of the playbooks, causes counted by hand."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.plan_world import BOOK, WORKING
from keepwell.actions import (
    Diagnosis,
    Standing,
    WorkingTime,
    candidate_rules,
    changed,
    count_causes,
    every_days,
    move_entry,
    new_outcome,
    next_review,
    require_cause,
    require_programme,
)
from keepwell.actions import PlanChanges as Changes
from keepwell.adapters.plan_library import load_plan_book
from keepwell.adapters.playbook_library import load_library
from keepwell.vocabulary import ConfigInvalid, InputProblem

LIBRARY = load_library()
TODAY = date(2026, 10, 30)


@pytest.mark.parametrize(
    ("tier", "size", "days"),
    [
        ("low", "Enterprise", 30),
        ("high", "Enterprise", 90),
        ("low", "Large", 45),
        ("unknown", "Large", 90),
        ("medium", "Mid-Market", 180),
        ("low", "Mid-Market", 90),
        ("low", "Small Business", 0),
        ("high", "unknown", 0),
    ],
)
def test_the_first_line_that_fits_sets_the_cadence(tier: str, size: str, days: int) -> None:
    assert every_days(BOOK.reviews, tier, size) == days


def test_a_review_falls_due_on_a_working_day() -> None:
    def due(held: date, every: int, working: WorkingTime = WORKING) -> date | None:
        return next_review("A1", every, last_held=held, known_since=TODAY, working=working)

    assert due(date(2026, 8, 3), 90) == date(2026, 11, 2)  # 1 November is a Sunday
    assert due(date(2026, 8, 4), 90) == date(2026, 11, 2)
    holidays = WorkingTime(holidays=(date(2026, 11, 2), date(2026, 11, 3)))
    assert due(date(2026, 8, 4), 90, holidays) == date(2026, 11, 4)
    assert due(date(2026, 8, 4), 0) is None


def test_first_reviews_are_spread_and_the_day_of_an_account_stays() -> None:
    days = [
        next_review(f"A{n}", 90, last_held=None, known_since=TODAY, working=WORKING)
        for n in range(900)
    ]
    assert days == [
        next_review(f"A{n}", 90, last_held=None, known_since=TODAY, working=WORKING)
        for n in range(900)
    ]
    known = [d for d in days if d is not None]
    assert min(known) > TODAY
    assert max((d - TODAY).days for d in known) <= 92
    busiest = max(known.count(d) for d in set(known))
    # Mondays take three days' share: 30 of 900 on average.
    assert busiest < 60


def test_candidates_come_from_cells_that_run_the_play() -> None:
    board = require_programme("advisory_board", BOOK.programmes)
    cells = {(r.tier, r.size) for r in candidate_rules(board, LIBRARY)}
    assert cells == {("high", "Enterprise"), ("high", "Large")}
    assert all(r.action.entry.when for r in candidate_rules(board, LIBRARY))
    for programme in BOOK.programmes:
        assert candidate_rules(programme, LIBRARY), programme.programme
    with pytest.raises(InputProblem, match="no programme"):
        require_programme("golf", BOOK.programmes)


@given(st.lists(st.sampled_from(["invited", "accepted", "declined", "done"])))
def test_an_entry_moves_only_as_the_table_says(wishes: list[str]) -> None:
    legal = {
        (None, "invited"),
        ("invited", "accepted"),
        ("invited", "declined"),
        ("accepted", "done"),
        ("accepted", "declined"),
        ("declined", "invited"),
        ("done", "invited"),
    }
    entry = None
    for wish in wishes:
        before = None if entry is None else entry.status
        if (before, wish) in legal:
            entry = move_entry("A1", "p", entry, wish, on=TODAY, by="Li", note="n")
        else:
            with pytest.raises(InputProblem, match="cannot become"):
                move_entry("A1", "p", entry, wish, on=TODAY, by="Li", note="n")


def found(
    number: int, account: str, cause: str, day: int, amount: float | None, tier: str = "low"
) -> Diagnosis:
    standing = Standing(tier, "Large", None, amount)
    return Diagnosis(number, account, date(2026, 10, day), cause, "", standing)


def test_causes_count_accounts_once_with_their_newest_money() -> None:
    diagnoses = [
        found(1, "A", "price", 1, 100.0),
        found(2, "A", "price", 9, 70.0),
        found(3, "A", "defect", 9, 70.0),
        found(4, "B", "price", 5, None),
        found(5, "C", "defect", 6, 30.0, tier="medium"),
    ]
    counts = {c.cause: c for c in count_causes(diagnoses)}
    assert (counts["price"].accounts, counts["price"].of) == (2, 3)
    assert (counts["price"].amount, counts["price"].known) == (70.0, 1)
    assert (counts["defect"].accounts, counts["defect"].amount) == (2, 100.0)
    assert all(c.is_small for c in counts.values())
    by_tier = {(c.group, c.cause): c.accounts for c in count_causes(diagnoses, "tier")}
    assert by_tier == {("low", "price"): 2, ("low", "defect"): 1, ("medium", "defect"): 1}
    assert {c.group for c in count_causes(diagnoses, "segment")} == {"unknown"}
    many = [found(n, f"A{n}", "price", 1, 1.0) for n in range(10)]
    assert not count_causes(many)[0].is_small


def test_the_shipped_book_names_only_what_exists_and_a_project_changes_it() -> None:
    assert load_plan_book(None, LIBRARY) == BOOK
    require_cause("price", BOOK.causes)
    with pytest.raises(InputProblem, match="no cause code"):
        require_cause("weather", BOOK.causes)
    own = Changes.model_validate(
        {
            "causes": [
                {
                    "cause": "weather",
                    "title": {"zh": "天气", "en": "weather"},
                    "means": {"zh": "天气", "en": "weather"},
                }
            ],
            "reviews": [{"every_days": 14}],
        }
    )
    book = changed(BOOK, own)
    require_cause("weather", book.causes)
    require_cause("price", book.causes)
    assert every_days(book.reviews, "low", "Enterprise") == 14


def test_an_outcome_has_a_kind_and_no_negative_money() -> None:
    for kind, amount in (("won", 1.0), ("kept", -1.0), ("kept", float("nan"))):
        with pytest.raises(InputProblem, match="outcome"):
            new_outcome("A1", kind, amount=amount, currency="CNY", on=TODAY, by="Li")


def test_the_example_of_the_guide_is_a_valid_plans_file(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "success_plans.md"
    (example,) = re.findall(r"^```yaml\n(.*?)^```", guide.read_text("utf-8"), re.M | re.S)
    path = tmp_path / "plans.yml"
    path.write_text(example, "utf-8")
    book = load_plan_book(path, LIBRARY)
    assert (book.recovery.exit_line, every_days(book.reviews, "low", "Large")) == (60, 30)
    assert "hardware" in [c.cause for c in book.causes]
    assert book.working.is_workday(date(2026, 10, 10))
    path.write_text("causes:\n  - cause: x\n", "utf-8")
    with pytest.raises(ConfigInvalid, match=r"plans\.yml:2"):
        load_plan_book(path, LIBRARY)
    path.write_text(example.replace("play: early_access", "play: golf"), "utf-8")
    with pytest.raises(ConfigInvalid, match="play `golf`"):
        load_plan_book(path, LIBRARY)
    shipped = BOOK.template("rescue_90d").model_dump_json(exclude_none=True)
    path.write_text(f"templates: [{shipped}]", "utf-8")
    assert load_plan_book(path, LIBRARY).templates[0] == BOOK.templates[0]
    named = re.sub(r'"measure":"[a-z_0-9]+"', '"measure":"account_size_segment"', shipped)
    path.write_text(f"templates: [{named}]", "utf-8")
    with pytest.raises(ConfigInvalid, match="`account_size_segment` is a category"):
        load_plan_book(path, LIBRARY)
