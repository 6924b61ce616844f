"""One past day: its customers measured and scored as a run of that day would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from keepwell.config import Config
from keepwell.measures import MeasurePlan
from keepwell.ports import Engine, StateStore
from keepwell.proof import Floats, Ints
from keepwell.runs.backtest_history import NUMBERED
from keepwell.runs.backtest_triggers import AlarmReplay
from keepwell.runs.feature_columns import numbers_of
from keepwell.runs.importing_record import Imported
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.portfolio import measure_settings, open_import
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.runs.store_measures import store_measures
from keepwell.scoring import CardUse
from keepwell.vocabulary import MICRO_PER_POINT, Finding

SIZE = "account_size_segment"
# Longer than any silence: the worst place in a ranking by recency.
NEVER_DAYS = 36_500
_VALUES = ("current_arr_amount", "won_amount_12m")


@dataclass(frozen=True, slots=True)
class Replay:
    """What every origin is replayed with: cards without what was not known, and providers."""

    config: Config
    imported: Imported
    uses: tuple[CardUse, ...]
    plan: MeasurePlan
    state: StateStore
    at: datetime
    kept: KeptFolds | None
    features: tuple[str, ...]
    alarms: AlarmReplay | None = None


@dataclass(frozen=True, slots=True)
class OriginRows:
    """The scored customers of one day, by account number; texts as codes into their words.

    `score`: points; NaN unknown. `recency`: days since the last sign of life. `alarms`: accounts
    under the alert of each trigger.
    """

    origin: date
    number: Ints
    score: Floats
    recency: Floats
    activity_count: Floats
    tenure: Floats
    value: Floats
    card: pa.DictionaryArray
    tier: pa.DictionaryArray
    size: pa.DictionaryArray
    excluding: tuple[Finding, ...]
    alarms: Mapping[str, Ints] = field(default_factory=dict)


def replay_origin(
    engine: Engine, replay: Replay, origin: date, features: Path | None
) -> OriginRows:
    """Score the customers of a day from what was known on it; bounds are fitted on them alone.

    `features`: where the measures of the day are written.
    Errors: InputProblem when no account was a customer.
    """
    excluding = open_import(engine, replay.imported, origin)
    wanted = measure_settings(replay.config)
    store_measures(engine, replay.plan, origin, wanted, replay.kept)
    score_portfolio(
        engine,
        replay.uses,
        replay.state,
        as_of=origin,
        at=replay.at,
        refit=True,
        keep=False,
        accounts_table="accounts",
        overrides_on=origin,
    )
    if features is not None:
        _write_features(engine, replay.features, features)
    alarms = replay.alarms.at(engine, origin) if replay.alarms else {}
    return _rows(engine, replay, origin, excluding, alarms)


def _write_features(engine: Engine, names: Sequence[str], path: Path) -> None:
    columns = "".join(f", {n}, {n}__never" for n in names)
    engine.write_parquet(
        f"SELECT account_id{columns} FROM measures ORDER BY account_id",
        path,
    )


def _rows(
    engine: Engine,
    replay: Replay,
    origin: date,
    excluding: tuple[Finding, ...],
    alarms: Mapping[str, Ints],
) -> OriginRows:
    has = replay.plan.available
    amount = next((v for v in _VALUES if v in has), None)
    age = _measure("account_age_days", has)
    recency_sql, count_sql, join = _signs_of_life(has, replay.imported.mapped, origin)
    found = engine.arrow(
        "SELECT n.number, s.score_micro, "
        f"{recency_sql}, {count_sql}, {age}, {_measure(amount, has)}, "
        f"coalesce(s.scorecard, ''), s.tier, coalesce({_text(SIZE, has)}, '') "
        f"FROM scores AS s JOIN {NUMBERED} AS n ON n.account_id = s.account_id "
        f"JOIN measures AS m ON m.account_id = s.account_id {join} ORDER BY n.number"
    )
    score, recency, count, tenure, value = (numbers_of(found.column(i)) for i in range(1, 6))
    card, tier, size = (found.column(i).combine_chunks().dictionary_encode() for i in (6, 7, 8))
    return OriginRows(
        origin=origin,
        number=np.asarray(found.column(0).to_numpy(), np.int64),
        score=score / MICRO_PER_POINT,
        recency=recency,
        activity_count=count,
        tenure=tenure,
        value=value,
        card=card,
        tier=tier,
        size=size,
        excluding=excluding,
        alarms=alarms,
    )


def _measure(name: str | None, has: frozenset[str]) -> str:
    return f"m.{name}" if name in has else "CAST(NULL AS DOUBLE)"


def _text(name: str, has: frozenset[str]) -> str:
    return f"m.{name}" if name in has else "CAST(NULL AS VARCHAR)"


def _signs_of_life(
    has: frozenset[str], mapped: frozenset[str], origin: date
) -> tuple[str, str, str]:
    """Return SQL of the days since the last sign of life and of the signs in 90 days.

    Without activities, purchases stand in.
    """
    last, count = "days_since_last_activity", "total_activities_90d"
    if last in has:
        worst = (
            f"CASE WHEN m.{last} IS NULL AND m.{last}__never THEN {NEVER_DAYS} ELSE m.{last} END"
        )
        return worst, _measure(count, has), ""
    if "transactions.occurred_at" not in mapped:
        return _measure(None, has), _measure(None, has), ""
    day = f"DATE '{origin.isoformat()}'"
    bought = (
        "SELECT account_id, CAST(date_diff('day', CAST(max(occurred_at) AS DATE), "
        f"{day}) AS DOUBLE) AS since, CAST(count(*) FILTER (WHERE date_diff('day', "
        f"CAST(occurred_at AS DATE), {day}) < 90) AS DOUBLE) AS times FROM transactions "
        f"WHERE CAST(occurred_at AS DATE) <= {day} GROUP BY account_id"
    )
    join = f"LEFT JOIN ({bought}) AS t ON t.account_id = s.account_id"
    return f"coalesce(t.since, {NEVER_DAYS})", "coalesce(t.times, 0)", join
