"""Outcomes after a day: each history against a plain reading of the rows, day by day."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.proof import (
    NO_DAY,
    Offered,
    choose_outcome,
    known_then,
    levels,
    month_ends,
    silence,
    terms,
)
from keepwell.vocabulary import InputProblem, LabelColumn, ProofSettings

ACCOUNTS, LAST = 3, 60
TERM = st.tuples(st.integers(0, ACCOUNTS - 1), st.integers(0, LAST), st.integers(0, 20))
OPEN_TERM = st.one_of(TERM, st.tuples(st.integers(0, 2), st.integers(0, LAST), st.none()))
ORIGIN, HORIZON, GRACE = st.integers(0, LAST), st.integers(1, 30), st.integers(0, 12)


def ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, np.int64)


def bounds(rows: list[tuple[int, int, int | None]]) -> list[tuple[int, int, int]]:
    return [(a, f, int(NO_DAY) if n is None else f + n) for a, f, n in rows]


@given(st.lists(OPEN_TERM, max_size=12), ORIGIN, HORIZON, GRACE)
def test_a_term_that_nobody_renews_is_found_on_the_day_after_its_end(
    rows: list[tuple[int, int, int | None]], origin: int, horizon: int, grace: int
) -> None:
    held = bounds(rows)
    history = terms(
        ACCOUNTS, ints([a for a, _, _ in held]), ints([f for _, f, _ in held]),
        ints([e for _, _, e in held]), grace,
    )  # fmt: skip
    found = history.at(origin, horizon)
    for account in range(ACCOUNTS):
        mine = [(f, e) for a, f, e in held if a == account]
        covered = {d for f, e in mine for d in range(f, min(e, 400) + 1)}
        assert found.at_risk[account] == (origin in covered)
        gaps = [
            d
            for d in range(origin + 1, origin + horizon + 1)
            if d - 1 in covered and not covered & set(range(d, d + grace + 1))
        ]
        wanted = gaps[0] if origin in covered and gaps else NO_DAY
        assert found.event_day[account] == wanted
        assert found.outcome[account] == (wanted != NO_DAY)


@given(st.lists(TERM, max_size=10), ORIGIN, HORIZON, GRACE)
def test_a_fall_counts_when_it_outlasts_the_grace(
    rows: list[tuple[int, int, int]], origin: int, horizon: int, grace: int
) -> None:
    held = [(a, f, f + n, 10.0 * (1 + i % 3)) for i, (a, f, n) in enumerate(rows)]
    history = levels(
        ACCOUNTS, ints([r[0] for r in held]), ints([r[1] for r in held]),
        ints([r[2] for r in held]), np.array([r[3] for r in held], np.float64),
        fall_share=0.2, grace_days=grace,
    )  # fmt: skip
    found = history.at(origin, horizon)
    for account in range(ACCOUNTS):
        mine = [r for r in held if r[0] == account]
        begins = {r[1] for r in mine}
        steps = {
            d: sum(m for _, f, e, m in mine if f <= d <= e - (e in begins and e > f))
            for d in range(origin, origin + horizon + grace + 2)
        }
        low = 0.8 * steps[origin] + 1e-9
        falls = [
            d
            for d in range(origin + 1, origin + horizon + 1)
            if steps[d] != steps[d - 1] and max(steps[x] for x in range(d, d + grace + 1)) <= low
        ]
        assert found.at_risk[account] == (steps[origin] > 0)
        wanted = falls[0] if steps[origin] > 0 and falls else NO_DAY
        assert found.event_day[account] == wanted


@given(
    st.lists(st.tuples(st.integers(0, ACCOUNTS - 1), st.integers(0, LAST)), max_size=20),
    ORIGIN,
    HORIZON,
    st.one_of(st.none(), st.integers(1, 25)),
)
def test_silence_is_reached_on_the_day_that_completes_it(
    rows: list[tuple[int, int]], origin: int, horizon: int, days: int | None
) -> None:
    history = silence(
        ACCOUNTS, ints([a for a, _ in rows]), ints([d for _, d in rows]), days=days, lapsed_days=40
    )
    found = history.at(origin, horizon)
    for account in range(ACCOUNTS):
        mine = sorted({d for a, d in rows if a == account})
        last = max((d for d in mine if d <= origin), default=None)
        at_risk = last is not None and origin - last < min(40, days or 40)
        assert found.at_risk[account] == at_risk
        wanted = int(NO_DAY)
        if at_risk and last is not None and days is None:
            if not [d for d in mine if origin < d <= origin + horizon]:
                wanted = max(last + horizon, origin + 1)
        elif at_risk and days is not None:
            reached = [
                d
                for d in range(origin + 1, origin + horizon + 1)
                if d - max(x for x in mine if x <= d) == days
            ]
            wanted = reached[0] if reached else wanted
        assert found.event_day[account] == wanted


def offer(**given: object) -> Offered:
    plain = {"departures": 0, "ends": 0, "amounts": 0, "seats": 0, "rows": {}, "has_labels": False}
    return Offered(**{**plain, **given})  # type: ignore[arg-type]


def test_the_first_outcome_that_the_data_offer_is_chosen_and_said() -> None:
    auto = ProofSettings()
    chosen = [
        choose_outcome(auto, 90, offer(departures=3, ends=5)),
        choose_outcome(auto, 90, offer(ends=5, rows={"activities": 9})),
        choose_outcome(auto, 90, offer(rows={"activities": 9, "transactions": 0})),
    ]
    assert [c.kind for c in chosen] == ["churn", "non_renewal", "inactivity"]
    assert "accounts.churned_at holds 3 rows" in chosen[0].text("en")
    assert "自动选定" in chosen[1].text("zh")
    declared = choose_outcome(ProofSettings(outcome="inactivity"), 30, offer(rows={"usage": 4}))
    assert "Chosen" not in declared.text("en")
    assert "no row of usage within 30 days" in declared.text("en")
    named = ProofSettings(outcome="inactivity", inactive_days=45)
    said = choose_outcome(named, 30, offer(rows={"usage": 4})).text("en")
    assert "45 days without a row of usage, reached within 30 days" in said


def test_an_outcome_that_the_data_do_not_hold_is_refused_with_what_to_map() -> None:
    with pytest.raises(InputProblem, match=r"no accounts\.churned_at") as refused:
        choose_outcome(ProofSettings(), 90, offer())
    assert "proof.labels" in refused.value.cure
    with pytest.raises(InputProblem, match=r"`contraction` rests on subscriptions\.amount"):
        choose_outcome(ProofSettings(outcome="contraction"), 90, offer(ends=5))
    with pytest.raises(ValueError, match="needs `labels:`"):
        ProofSettings(outcome="label")
    with pytest.raises(ValueError, match="is no column of accounts or account_view"):
        LabelColumn(column="accounts.churn", means_left=("yes",))


def test_ends_of_month_without_a_whole_horizon_are_left_out() -> None:
    found = month_ends(date(2025, 12, 10), date(2026, 6, 9), 24, 90)
    assert [str(d) for d in found.days] == ["2026-01-31", "2026-02-28"]
    assert [str(d) for d in found.incomplete] == ["2026-03-31", "2026-04-30", "2026-05-31"]
    assert found.early == 1
    assert len(month_ends(date(2020, 1, 1), date(2026, 6, 30), 24, 0).days) == 24


def test_columns_that_hold_the_present_serve_no_past_day() -> None:
    mapped = {"accounts.industry", "accounts.created_at", "opportunities.is_won", "contacts.email"}
    known = known_then(mapped, ends_rewritten=True)
    assert known.columns == {"accounts.created_at"}
    assert "days_to_renewal" in known.without
    dated = mapped | {"opportunities.created_at", "opportunities.close_date"}
    assert "opportunities.is_won" in known_then(dated, ends_rewritten=False).columns
    assert "days_to_renewal" not in known_then(dated, ends_rewritten=False).without
