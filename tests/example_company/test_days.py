"""Each day's exports hold what was known by then, and faults come where they are planted."""

import itertools
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from keepwell.example_company import (
    AS_OF,
    FAULT_KINDS,
    CompanyDays,
    DayFault,
    ExportTable,
    build_company,
)
from keepwell.example_company.company import SEED, make
from keepwell.example_company.days import exports_on
from keepwell.example_company.faults import planted_faults, spoiled

ACCOUNTS = 150
BACK = 100
EARLIER = AS_OF - timedelta(days=BACK)


@pytest.fixture(scope="module", params=["en", "zh"])
def earlier(request: pytest.FixtureRequest) -> Mapping[int, ExportTable]:
    lang: str = request.param
    return dict(enumerate(exports_on(make(ACCOUNTS, lang, SEED), -BACK, lang)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_last_day_gives_the_exports_of_the_company(lang: str) -> None:
    days = exports_on(make(ACCOUNTS, lang, SEED), 0, lang)
    company = build_company(ACCOUNTS, lang)
    for place, (found, wanted) in enumerate(zip(days, company.exports, strict=True)):
        if place != 4:
            assert found == wanted
    # A term that is not broken off yet runs to its end; the company's own table knows better.
    assert [r[:3] for r in days[4].rows] == [r[:3] for r in company.exports[4].rows]


def test_no_row_is_younger_than_its_day(earlier: Mapping[int, ExportTable]) -> None:
    now, end = EARLIER.isoformat(), AS_OF.isoformat()
    for place, column in ((1, 7), (2, 4), (3, 6), (4, 2), (5, 2), (6, 2), (7, 2), (8, 2)):
        dates = [row[column][:10] for row in earlier[place].rows]
        assert dates
        # Dirt dated past the end of the company was there all the time.
        assert not [d for d in dates if now < d <= end]
    assert not [row for row in earlier[7].rows if max(row[3], row[4]) > now]
    # Nobody is known to leave before they left.
    assert not [row for row in earlier[0].rows if row[14] > now]


def test_what_closed_later_was_still_open(earlier: Mapping[int, ExportTable]) -> None:
    late = [row for row in earlier[3].rows if row[7] > EARLIER.isoformat()]
    assert late
    assert {row[9] for row in late} == {"false"}
    assert {row[8] for row in late} == {"false"}


def test_rows_of_accounts_that_come_later_are_left_out(earlier: Mapping[int, ExportTable]) -> None:
    known = {row[0] for row in earlier[0].rows}
    everyone = {row[0] for row in build_company(ACCOUNTS).exports[0].rows}
    later = everyone - known
    assert later
    for place in range(1, 9):
        assert not later & {row[1] for row in earlier[place].rows}


def test_faults_follow_from_the_seed_and_keep_apart() -> None:
    faults = planted_faults(120, 7)
    assert faults == planted_faults(120, 7)
    assert {f.kind.name for f in faults} == {k.name for k in FAULT_KINDS}
    assert planted_faults(120, 8) != faults
    for before, after in itertools.pairwise(faults):
        assert after.first - before.last > 3
    assert planted_faults(5, 7) == ()


@pytest.mark.parametrize("kind", FAULT_KINDS, ids=lambda k: k.name)
def test_a_fault_changes_its_table_alone(kind: object) -> None:
    made = make(ACCOUNTS, "en", SEED)
    today, before = exports_on(made, 0, "en"), exports_on(made, -1, "en")
    (wanted,) = [k for k in FAULT_KINDS if k is kind]
    found = spoiled(today, wanted, before)
    changed = [place for place in range(len(today)) if found[place] != today[place]]
    assert changed == [wanted.table]


def test_days_are_delivered_in_order_and_a_stale_file_stands_still() -> None:
    (stale,) = [k for k in FAULT_KINDS if k.name == "stale_file"]
    company = CompanyDays(ACCOUNTS, "en", 5, faults=(DayFault(stale, 2, 3),))
    days = list(company)
    assert [d.as_of for d in days] == [AS_OF - timedelta(days=n) for n in (4, 3, 2, 1, 0)]
    assert days[1].exports[2] == days[2].exports[2] == days[3].exports[2]
    assert days[4].exports[2] != days[3].exports[2]
    assert company.span(company.faults[0]) == (date(2026, 10, 29), date(2026, 10, 30))


def test_the_truth_knows_when_declines_begin() -> None:
    truth = build_company(600).truth
    begun = {row[0]: int(row[4]) for row in truth.rows if row[4]}
    planted = {
        row[0]
        for row in truth.rows
        if {"champion_left", "silent_giant", "struggle", "valued_struggle"} & set(row[3].split())
    }
    assert set(begun) == planted
    assert all(-720 < day <= 0 for day in begun.values())
