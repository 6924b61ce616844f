"""The day a run describes follows the data, and what does not reach it is said."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.config import Config, ScorecardUse, Source
from keepwell.runs.day import day_findings, resolve_as_of
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import InputProblem

TODAY = date(2026, 11, 22)


def config(as_of: str = "latest") -> Config:
    return Config.model_validate(
        {
            "project": "p",
            "source": Source(kind="folder", path="."),
            "tables": {},
            "as_of": as_of,
            "scorecards": (ScorecardUse(scorecard="s"),),
        }
    )


def imported(
    folder: Path, newest: dict[str, date] | None = None, mapped: set[str] | None = None
) -> Imported:
    return Imported(folder, "i", frozenset(mapped or ()), (), (), newest or {}, {}, {}, None, TODAY)


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    with DuckDbEngine() as opened:
        yield opened


def test_latest_is_the_newest_day_that_is_not_in_the_future(tmp_path: Path) -> None:
    seen = {"activities": date(2026, 11, 15), "usage": date(2027, 1, 1)}
    assert resolve_as_of(config(), imported(tmp_path, seen), None, TODAY) == date(2026, 11, 15)


def test_a_view_with_a_date_of_last_activity_tells_its_own_day(tmp_path: Path) -> None:
    days = pa.array([date(2026, 11, 1), date(2026, 11, 9), None], pa.date32())
    pq.write_table(pa.table({"last_activity_at": days}), tmp_path / "account_view.parquet")
    seen = imported(tmp_path, mapped={"account_view.last_activity_at"})
    assert resolve_as_of(config(), seen, None, TODAY) == date(2026, 11, 9)


def test_a_day_in_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="lies after today"):
        resolve_as_of(config(), imported(tmp_path), date(2027, 1, 1), TODAY)


def test_data_without_any_date_is_said(engine: DuckDbEngine, tmp_path: Path) -> None:
    found = day_findings(engine, config(), imported(tmp_path), TODAY, TODAY)
    assert [f.code for f in found] == ["day_unknown"]


def test_a_day_that_no_activity_reaches_is_said(engine: DuckDbEngine, tmp_path: Path) -> None:
    engine.create_table("activities", "SELECT TIMESTAMP '2026-11-15 10:00:00' AS occurred_at")
    seen = imported(tmp_path, {"activities": date(2026, 11, 15)}, {"activities.occurred_at"})
    early = day_findings(engine, config(), seen, date(2020, 1, 1), TODAY)
    assert [f.code for f in early] == ["data_old", "quiet_before"]
    assert "newest: -" in early[1].message("en")
    assert day_findings(engine, config(), seen, date(2026, 11, 15), date(2026, 11, 16)) == ()


@pytest.mark.parametrize(
    ("rows", "newest", "codes"),
    [
        ("range(0, 900)", date(2026, 11, 15), []),
        ("range(30, 900)", date(2026, 11, 12), ["rows_late"]),
        ("range(10, 900)", date(2026, 11, 14), []),
        ("range(30, 900, 20)", date(2026, 11, 12), []),
    ],
    ids=["fresh", "three days late", "one day late, as exports of the night are", "few rows"],
)
def test_rows_that_stay_away_longer_than_ever_are_late(
    engine: DuckDbEngine, tmp_path: Path, rows: str, newest: date, codes: list[str]
) -> None:
    # Ten rows a day, back from the fifteenth.
    when = "TIMESTAMP '2026-11-15 10:00:00' - to_days(CAST(n AS INTEGER) // 10)"
    engine.create_table("activities", f"SELECT {when} AS occurred_at FROM {rows} AS t(n)")
    seen = imported(tmp_path, {"activities": newest}, {"activities.occurred_at"})
    found = day_findings(engine, config(), seen, date(2026, 11, 15), date(2026, 11, 15))
    assert [f.code for f in found] == codes
    for finding in found:
        assert "3 days before 2026-11-15" in finding.message("en")
        assert "2026-11-12" in finding.message("zh")
