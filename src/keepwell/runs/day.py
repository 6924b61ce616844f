"""Which day a run describes, and whether the data reach it."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pyarrow.compute as pc
import pyarrow.parquet as pq

from keepwell.config import Config
from keepwell.ports import Engine
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import (
    TABLES,
    Action,
    Bilingual,
    Finding,
    FindingKind,
    InputProblem,
    MeasureSource,
    Severity,
)

DATA_OLD = FindingKind(
    "data_old",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "结果描述的是 {as_of}，比今天早 {count} 天。",
        "Results describe {as_of}, which is {count} days before today.",
    ),
    Bilingual("更新数据源，或用 --as-of 声明截止日。", "Refresh the source, or state --as-of."),
)
DAY_UNKNOWN = FindingKind(
    "day_unknown",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "数据不带任何日期，截止日取今天 {as_of}；导出若更早，“距上次活动”等天数会偏大。",
        "The data carry no date, so today, {as_of}, is taken as the day they describe; if the "
        "export is older, days since an event are too long.",
    ),
    Bilingual("用 --as-of 声明导出的日期。", "State the day of the export with --as-of."),
)
QUIET_BEFORE = FindingKind(
    "quiet_before",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "表 {table} 在截止日 {as_of} 之前 {count} 天内没有任何行（最近一行：{newest}）；"
        "大家显得沉默，可能只是没有数据。",
        "Table {table} has no row in the {count} days up to {as_of} (newest: {newest}); "
        "everybody looks silent, perhaps for want of data only.",
    ),
    Bilingual(
        "确认数据覆盖该日期，或改用数据覆盖的 --as-of。",
        "Make sure that the data reach that day, or take an --as-of that they reach.",
    ),
)
ROWS_LATE = FindingKind(
    "rows_late",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "表 {table} 最近一行是 {newest}，距截止日 {as_of} 已 {count} 天；此前 {window} 天里最长只隔"
        "{usual} 天。",
        "The newest row of table {table} is of {newest}, {count} days before {as_of}; in the "
        "{window} days before, no gap was longer than {usual}.",
    ),
    Bilingual("检查来源是否停止更新。", "Check whether the source has stopped updating."),
)
CURRENT_ONLY = FindingKind(
    "current_only_in_past",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "截止日 {as_of} 早于数据的日期 {newest}，但评分中的 {count} 项指标（{measures}）来自只存"
        "现值的字段，反映的是 {newest} 的情况。",
        "{as_of} lies before the data's day, {newest}, yet {count} measures of the score "
        "({measures}) come from columns that hold present values only; they describe {newest}.",
    ),
    Bilingual(
        "只用有日期的明细回看，或使用当天的导出。",
        "Look back on dated rows only, or use the export of that day.",
    ),
)
OLD_AFTER_DAYS = 7
QUIET_AFTER_DAYS = 30
# Where rows come on most days, a gap longer than any of a quarter is the source's, not customers'.
CADENCE_DAYS, ROWS_PER_DAY = 90, 5
WATCHED = ("activities", "usage")
DEALS = "opportunities."


def resolve_as_of(config: Config, imported: Imported, given: date | None, today: date) -> date:
    """Return the last included day: given, configured, or the newest data not later than today.

    Errors: InputProblem for a day in the future.
    """
    chosen = given or (None if config.as_of == "latest" else config.as_of)
    if chosen is not None:
        if chosen > today:
            raise InputProblem(
                f"as_of {chosen} lies after today, {today}.", cure="Choose an earlier --as-of."
            )
        return chosen
    return max(_data_days(imported, today), default=today)


def _data_days(imported: Imported, today: date) -> list[date]:
    days = [day for day in imported.newest.values() if day <= today]
    view = imported.folder / "account_view.parquet"
    if "account_view.last_activity_at" in imported.mapped and view.is_file():
        column = pq.read_table(view, columns=["last_activity_at"]).column(0)
        newest = pc.max(column).as_py()
        if newest is not None and newest <= today:
            days.append(newest)
    return days


def day_findings(
    engine: Engine, config: Config, imported: Imported, as_of: date, today: date
) -> tuple[Finding, ...]:
    """Return what a reader must know of the day: too old, unknown, or not reached by the data.

    Needs: the canonical tables in the engine.
    """
    found = []
    words = {"as_of": as_of.isoformat()}
    if (today - as_of).days > OLD_AFTER_DAYS:
        found.append(Finding(DATA_OLD, "accounts", (today - as_of).days, params=words))
    if config.as_of == "latest" and as_of == today and not _data_days(imported, today):
        found.append(Finding(DAY_UNKNOWN, "accounts", 1, params=words))
    for table in WATCHED:
        if f"{table}.occurred_at" in imported.mapped:
            found += _quiet(engine, table, as_of)
    return tuple(found)


def _quiet(engine: Engine, table: str, as_of: date) -> list[Finding]:
    last = engine.rows(
        f"SELECT max(CAST(occurred_at AS DATE)) FROM {table} "  # noqa: S608 - a name of ours
        f"WHERE CAST(occurred_at AS DATE) <= DATE '{as_of.isoformat()}'"
    )[0][0]
    words = {"as_of": as_of.isoformat(), "newest": "-" if last is None else last.isoformat()}
    if last is None or (as_of - last).days >= QUIET_AFTER_DAYS:
        return [Finding(QUIET_BEFORE, table, QUIET_AFTER_DAYS, params=words)]
    gap = (as_of - last).days
    usual = _longest_gap(engine, table, last) if gap > 1 else None
    if usual is None or gap <= usual:
        return []
    words |= {"window": str(CADENCE_DAYS), "usual": str(usual)}
    return [Finding(ROWS_LATE, table, gap, params=words)]


def _longest_gap(engine: Engine, table: str, last: date) -> int | None:
    """Return the longest gap in days between days with rows; None where rows are too few to say."""
    first = last - timedelta(days=CADENCE_DAYS)
    day = "CAST(occurred_at AS DATE)"
    found = engine.rows(
        f"SELECT {day}, count(*) FROM {table} WHERE {day} >= DATE '{first}' "  # noqa: S608
        f"AND {day} <= DATE '{last}' GROUP BY {day}"
    )
    if sum(int(n) for _, n in found) < ROWS_PER_DAY * CADENCE_DAYS:
        return None
    days = sorted(d for d, _ in found)
    return max(int((b - a).days) for a, b in pairwise(days))


def is_in_the_past(imported: Imported, as_of: date, today: date) -> bool:
    """Say whether a run looks back behind the newest day of the data."""
    return as_of < max(_data_days(imported, today), default=imported.checked_on)


def current_only_findings(
    imported: Imported,
    sources: Sequence[MeasureSource],
    scored: Collection[str],
    as_of: date,
    today: date,
) -> tuple[Finding, ...]:
    """Return a finding when a past day is scored with values that were overwritten since (D11)."""
    if not is_in_the_past(imported, as_of, today):
        return ()
    present_only = current_only_measures(imported.mapped, sources)
    late = [s.measure for s in sources if s.measure in scored and s.measure in present_only]
    if not late:
        return ()
    newest = max(_data_days(imported, today), default=imported.checked_on)
    words = {"as_of": as_of.isoformat(), "newest": newest.isoformat(), "measures": ", ".join(late)}
    return (Finding(CURRENT_ONLY, "measures", len(late), params=words),)


def current_only_measures(
    mapped: Collection[str], sources: Sequence[MeasureSource]
) -> frozenset[str]:
    """Return the measures that come from columns which hold present values only."""
    undated = "opportunities.created_at" not in mapped
    return frozenset(
        s.measure
        for s in sources
        if any(_holds_present_only(c) or (undated and c.startswith(DEALS)) for c in s.columns)
    )


def _holds_present_only(column: str) -> bool:
    table, _, name = column.partition(".")
    found = TABLES[table].column(name)
    # Whether a deal was won or closed is rebuilt from its dates; the other columns are not.
    return found is not None and found.is_current_only and table != "opportunities"
