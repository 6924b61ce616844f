"""Survival curves against lifelines, and the SQL that gives their tenures."""

import warnings
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from keepwell.measures import parse_portable
from keepwell.outlook.lifetime import (
    SurvivalCurve,
    TimeUnit,
    account_tenures_select,
    cohort_case,
    staying_share,
    subscription_tenures_select,
    survival_by_cohort,
    survival_curve,
)
from outlook.scored import open_engine

AS_OF = date(2025, 6, 30)
TYPES = {
    "customer_since": "DATE",
    "created_at": "DATE",
    "churned_at": "DATE",
    "period_start": "DATE",
    "period_end": "DATE",
    "is_trial": "BOOLEAN",
    "started_at": "DATE",
    "ended_at": "DATE",
}
PEOPLE = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=60)


def curve_of(people: list[tuple[int, bool]]) -> SurvivalCurve:
    tenures = np.array([float(t) for t, _ in people])
    return survival_curve(tenures, np.array([lost for _, lost in people]), TimeUnit.MONTH)


@given(PEOPLE)
def test_curve_and_intervals_equal_lifelines(people: list[tuple[int, bool]]) -> None:
    ours = curve_of(people)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = KaplanMeierFitter().fit([t for t, _ in people], [lost for _, lost in people])
        share = theirs.survival_function_at_times(ours.times).to_numpy()
        ends = theirs.confidence_interval_.reindex(ours.times, method="ffill").to_numpy()
    assert ours.share == pytest.approx(share)
    inner = (ours.share > 1e-12) & (ours.share < 1)
    assert np.column_stack([ours.low, ours.high])[inner] == pytest.approx(ends[inner])
    assert ((ours.low <= ours.share) & (ours.share <= ours.high)).all()


@pytest.mark.parametrize("seed", range(5))
def test_median_with_its_ends_equals_lifelines(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tenures = np.ceil(rng.exponential(20, 150))
    lost = rng.random(150) < 0.7
    ours = survival_curve(tenures, lost, TimeUnit.WEEK)
    theirs = KaplanMeierFitter().fit(tenures, lost)
    assert ours.median == theirs.median_survival_time_
    ends = median_survival_times(theirs.confidence_interval_).to_numpy()[0]
    assert ours.median_ends == pytest.approx(tuple(ends))


def test_curve_is_kaplan_and_meiers_own_worked_example() -> None:
    # Kaplan and Meier (1958), section 1: losses at 0.8, 3.1, 5.4, 9.2; cut at 1.0, 2.7, 7.0, 12.1
    times = np.array([0.8, 1.0, 2.7, 3.1, 5.4, 7.0, 9.2, 12.1])
    lost = np.array([True, False, False, True, True, False, True, False])
    curve = survival_curve(times, lost, TimeUnit.MONTH)
    expected = [7 / 8, 7 / 8, 7 / 8, 7 / 10, 21 / 40, 21 / 40, 21 / 80, 21 / 80]
    assert curve.share == pytest.approx(expected)
    assert curve.share_at(0.5) == 1.0
    assert curve.share_at(6) == pytest.approx(21 / 40)
    assert curve.share_at(13) is None


def test_customers_counted_together_give_the_curve_of_each_alone() -> None:
    alone = curve_of([(3, True)] * 4 + [(5, False)] * 6)
    counted = survival_curve(
        np.array([3.0, 5.0]), np.array([True, False]), TimeUnit.MONTH, np.array([4.0, 6.0])
    )
    assert (alone.share == counted.share).all()
    assert (alone.low == counted.low).all()


@given(PEOPLE, st.integers(0, 8), st.integers(1, 5))
def test_share_that_stays_on_is_the_curve_of_those_still_there(
    people: list[tuple[int, bool]], tenure: int, ahead: int
) -> None:
    stays, low, high = (
        side[0] for side in staying_share(curve_of(people), np.array([float(tenure)]), ahead)
    )
    there = [(t, lost) for t, lost in people if t > tenure]
    if not there or tenure + ahead > max(t for t, _ in there):
        assert np.isnan(stays)
        return
    alone = curve_of(there)
    at = int(np.searchsorted(alone.times, tenure + ahead, side="right")) - 1
    if at >= 0 and alone.share[at] == 0:
        assert np.isnan(stays)
        return
    expected = [(c[at] if at >= 0 else 1.0) for c in (alone.share, alone.low, alone.high)]
    assert [stays, low, high] == pytest.approx(expected)


def test_small_cohorts_say_so_and_stay_apart() -> None:
    cohorts = ["2024"] * 12 + ["2025"] * 3
    tenures = np.array([5.0] * 12 + [1.0] * 3)
    found = survival_by_cohort(cohorts, tenures, np.array([True] * 6 + [False] * 9), TimeUnit.MONTH)
    assert list(found) == ["2024", "2025"]
    assert [found[c].is_small for c in found] == [False, True]
    assert found["2024"].share.tolist() == [0.5]
    assert found["2025"].share.tolist() == [1.0]


def test_tenures_of_accounts_end_at_churn_or_at_as_of() -> None:
    day = date(2025, 1, 1)
    rows = pa.table(
        {
            "account_id": ["left", "stays", "leaves later", "starts later", "no start", "created"],
            "customer_since": [day, day, day, date(2025, 7, 1), None, None],
            "created_at": [None, None, None, None, None, date(2025, 6, 20)],
            "churned_at": [date(2025, 1, 11), None, date(2025, 7, 5), None, None, None],
        }
    )
    with open_engine() as engine:
        engine.read_arrow("accounts", rows)
        found = {r[0]: r[2:] for r in engine.rows(account_tenures_select(AS_OF))}
    assert found == {
        "left": (10, True),
        "stays": (180, False),
        "leaves later": (180, False),
        "created": (10, False),
    }


def test_tenures_of_subscriptions_run_from_the_first_start_to_the_last_end() -> None:
    def row(account: str, start: date, end: date | None, trial: bool = False) -> dict[str, object]:
        return {
            "account_id": account,
            "period_start": start,
            "period_end": end,
            "is_trial": trial,
        }

    rows = [
        row("renewed then left", date(2024, 1, 1), date(2024, 12, 31)),
        row("renewed then left", date(2025, 1, 1), date(2025, 3, 31)),
        row("last day", date(2025, 6, 1), AS_OF),
        row("open", date(2025, 6, 1), None),
        row("trial", date(2025, 6, 1), None, trial=True),
        row("future", date(2025, 7, 1), None),
    ]
    with open_engine() as engine:
        engine.read_arrow("subscriptions", pa.Table.from_pylist(rows))
        found = {r[0]: r[2:] for r in engine.rows(subscription_tenures_select(AS_OF))}
    assert found == {
        "renewed then left": (455, True),
        "last day": (29, False),
        "open": (29, False),
    }


def test_tenure_queries_stay_inside_the_portable_vocabulary() -> None:
    case = cohort_case("started_at", [(date(2024, 1, 1), "2024"), (date(2025, 1, 1), "2025")])
    for select in (account_tenures_select(AS_OF), subscription_tenures_select(AS_OF)):
        whole = f"SELECT account_id, tenure_days, is_lost, {case} AS cohort FROM ({select}) AS t"
        assert parse_portable(whole, types=TYPES).sql(dialect="spark")


def test_cohort_is_named_by_the_last_start_not_after_the_date() -> None:
    case = cohort_case("day", [(date(2025, 1, 1), "2025"), (date(2024, 1, 1), "2024")])
    days = pa.table({"day": [date(2023, 5, 1), date(2024, 12, 31), date(2025, 1, 1)]})
    with open_engine() as engine:
        engine.read_arrow("days", days)
        assert [r[0] for r in engine.rows(f"SELECT {case} FROM days ORDER BY day")] == [
            None,
            "2024",
            "2025",
        ]
