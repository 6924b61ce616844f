"""Which snapshots stay, for any history of runs."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from keepwell.config import RetentionSettings
from keepwell.ports import RunRecord
from keepwell.runs.retention import retain

START = date(2024, 1, 1)
AT = datetime(2026, 11, 2, tzinfo=UTC)
HISTORIES = st.lists(st.integers(0, 900), min_size=1, max_size=60)


def _runs(days: list[int]) -> list[RunRecord]:
    made = [
        RunRecord(f"r{n}", START + timedelta(days=d), AT, "published", (), 1, "c", "i")
        for n, d in enumerate(days)
    ]
    return made[::-1]


@given(HISTORIES, st.integers(35, 200), st.sets(st.integers(0, 59)))
def test_the_last_the_late_and_the_needed_stay_and_one_of_each_month(
    days: list[int], all_days: int, needed: set[int]
) -> None:
    runs = _runs(days)
    referred = {f"r{n}" for n in needed}
    settings = RetentionSettings(all_days=all_days, weekly_days=0)
    verdicts = retain(runs, settings, referred)
    assert [v.run_id for v in verdicts] == [r.run_id for r in runs]
    stays = {v.run_id for v in verdicts if v.stays}
    newest = max(r.as_of for r in runs)
    assert runs[0].run_id in stays
    for run in runs:
        if (newest - run.as_of).days < all_days or run.run_id in referred:
            assert run.run_id in stays
    kept_months = {(r.as_of.year, r.as_of.month) for r in runs if r.run_id in stays}
    assert kept_months == {(r.as_of.year, r.as_of.month) for r in runs}
    old = [r for r in runs if (newest - r.as_of).days >= all_days and r.run_id not in referred]
    for year, month in kept_months:
        of_month = [r for r in old if (r.as_of.year, r.as_of.month) == (year, month)]
        assert sum(r.run_id in stays - {runs[0].run_id} for r in of_month) <= 1


@given(HISTORIES, st.integers(35, 200))
def test_pruning_again_removes_nothing_more(days: list[int], all_days: int) -> None:
    settings = RetentionSettings(all_days=all_days, weekly_days=365, monthly_days=500)
    runs = _runs(days)
    stays = [r for r, v in zip(runs, retain(runs, settings, ()), strict=True) if v.stays]
    assert all(v.stays for v in retain(stays, settings, ()))


def test_a_history_without_runs_needs_no_verdict() -> None:
    assert retain((), RetentionSettings(), ()) == ()
