"""Files over months: last days of old months as one, days of the others as bits."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import weeks_sql
from keepwell.runs.importing_months import month_prints
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.kept_over_months import ready_events, wrong_over_months

NOON = datetime(2026, 10, 31, 12)  # noqa: DTZ001 - as imported
DAY = NOON.date()
TABLE = "activities"
Row = tuple[str, int]


def delivered(engine: DuckDbEngine, folder: Path, rows: list[Row]) -> KeptFolds:
    """Import rows, each of an account and so many days ago; return what is kept of their months."""
    columns = {
        "account_id": pa.array([a for a, _ in rows], pa.string()),
        "occurred_at": pa.array([NOON - timedelta(ago) for _, ago in rows], pa.timestamp("us")),
        "channel": pa.array(["sales"] * len(rows), pa.string()),
    }
    engine.read_arrow(TABLE, pa.table(columns))
    engine.create_view(f"accepted_{TABLE}", f"SELECT * FROM {TABLE}")
    months = month_prints({TABLE: ("channel",)}, engine)  # type: ignore[arg-type]
    return KeptFolds(folder, months)


def found(engine: DuckDbEngine, kept: KeptFolds, as_of: date) -> tuple[set[object], set[object]]:
    """Return the last days before the window and the weeks with rows, by account."""
    ready = ready_events(kept, engine, "activity", as_of)
    joins = " ".join(f"LEFT JOIN {t} AS {n} USING (account_id)" for t, n in ready.beside)
    accounts = f"(SELECT DISTINCT account_id FROM {TABLE}) AS a"
    weeks = engine.rows(f"SELECT account_id, {ready.weeks} FROM {accounts} {joins}")
    return set(engine.rows(ready.made[1][1])), set(weeks)


def counted(rows: list[Row], as_of: date) -> tuple[set[object], set[object]]:
    """Return the same, counted here."""
    ago = {(a, (as_of - DAY).days + d) for a, d in rows}
    old = {a: min(d for b, d in ago if b == a and d >= 90) for a, d in ago if d >= 90}
    last: set[object] = {(a, as_of - timedelta(d)) for a, d in old.items()}
    return last, {
        (a, float(len({d // 7 for b, d in ago if b == a and 0 <= d < 90}))) for a, _ in rows
    }


def test_last_days_and_weeks_over_months_are_those_of_the_rows(tmp_path: Path) -> None:
    draw = random.Random(5)  # noqa: S311 - no secret
    rows = [
        (draw.choice("abcdef"), draw.choice((-9, 0, 84, 91, 200)) + draw.randint(-9, 9))
        for _ in range(60)
    ]
    with DuckDbEngine(threads=1, allowed_directories=(tmp_path,)) as engine:
        for days in (0, 1, 4, 29, 60):
            kept, as_of = delivered(engine, tmp_path, rows), DAY + timedelta(days)
            assert found(engine, kept, as_of) == counted(rows, as_of)
            assert found(engine, kept, as_of) == counted(rows, as_of)
            assert wrong_over_months(engine, kept, as_of) == ()
            # A late row in an old month, a lost one, and the rows of a new day.
            rows = [*rows[1:], ("a", 150 + days), (draw.choice("abcz"), -days - 1)]


def test_a_file_over_months_that_is_damaged_is_made_again_and_a_wrong_one_is_told(
    tmp_path: Path,
) -> None:
    rows = [("a", 3), ("b", 70), ("b", 150), ("c", 200)]
    with DuckDbEngine(threads=1, allowed_directories=(tmp_path,)) as engine:
        kept = delivered(engine, tmp_path, rows)
        first = found(engine, kept, DAY)
        files = {p.name.split("-")[0]: p for p in sorted((tmp_path / "activity").glob("[bl]*"))}
        assert set(files) == {"bits", "last_days"}
        for file in files.values():
            right = pq.read_table(file)
            file.write_bytes(b"PAR1 damaged")
            assert found(engine, kept, DAY) == first
            pq.write_table(right.slice(1), file)
            # Months of a table that no run has folded are known, and none of their files are there.
            told = replace(kept, months={**kept.months, "usage": {"2026-10": "1-a"}})
            assert wrong_over_months(engine, told, DAY) == (file.name,)
            pq.write_table(right, file)
        # A late row gives the file another name; the old one goes.
        changed = delivered(engine, tmp_path, [*rows, ("d", 199)])
        assert found(engine, changed, DAY) == counted([*rows, ("d", 199)], DAY)
        assert not files["last_days"].exists()


def test_weeks_end_with_the_ninetieth_day() -> None:
    august = date(2026, 8, 1)
    # The 90 days that end on October 31 begin on August 3: the week that is oldest has six days.
    assert f"coalesce(m & {sum(1 << d for d in range(2, 8))}, 0) <> 0" in weeks_sql(
        [(august, "m")], DAY
    )
