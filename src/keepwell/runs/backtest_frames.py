"""Join the scored days with what came after them: one evaluation frame per scorecard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from keepwell.proof import NO_DAY, EvaluationFrame, Flags, Floats, History, Ints, Seen, Texts
from keepwell.runs.backtest_history import Accounts
from keepwell.runs.backtest_origin import OriginRows

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class OriginCount:
    """One origin in numbers.

    `customers`: accounts that were customers on the day, all of them scored by some card.
    `left`, `later`: accounts that had left, or that did not exist yet.
    `at_risk`:   customers to whom the outcome could happen; `outcomes` of them met it.
    """

    origin: date
    customers: int
    left: int
    later: int
    at_risk: int
    outcomes: int


def day_number(day: date) -> int:
    """Return the days since 1970-01-01."""
    return (day - EPOCH).days


def look_ahead(rows: OriginRows, history: History, horizon_days: int) -> Seen:
    """Return what the days after an origin brought."""
    return history.at(day_number(rows.origin), horizon_days)


def count_origin(rows: OriginRows, found: Seen, everyone: int) -> OriginCount:
    """Return an origin in numbers."""
    excluded = {f.code: f.count for f in rows.excluding}
    left = excluded.get("accounts_left_before", 0)
    at_risk = found.at_risk[rows.number]
    return OriginCount(
        rows.origin,
        len(rows.number),
        left,
        everyone - len(rows.number) - left,
        int(at_risk.sum()),
        int(found.outcome[rows.number].sum()),
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """The rows of one origin that go into a frame."""

    rows: OriginRows
    wanted: Flags
    seen: Seen
    before: Floats


def build_frame(
    scorecard: str,
    accounts: Accounts,
    days: Sequence[OriginRows],
    seen: Sequence[Seen],
    horizon_days: int,
) -> EvaluationFrame:
    """Return the rows that a scorecard scored and to which the outcome could happen."""
    taken = list(_taken(scorecard, len(accounts), days, seen))
    number = np.concatenate([t.rows.number[t.wanted] for t in taken])
    outcome = _joined(taken, lambda t: t.seen.outcome[t.rows.number])
    event = _joined(taken, lambda t: t.seen.event_day[t.rows.number])
    event_day = np.where(event == NO_DAY, 0, event).astype("datetime64[D]")
    event_day[event == NO_DAY] = np.datetime64("NaT")
    origins = np.array([t.rows.origin for t in taken], "datetime64[D]")
    groups = {n: np.array(v, np.str_)[number] for n, v in accounts.groups.items()}
    return EvaluationFrame(
        account=np.array(accounts.ids, np.str_)[number],
        origin=np.repeat(origins, [int(t.wanted.sum()) for t in taken]),
        score=_joined(taken, lambda t: t.rows.score),
        tier=_words(taken, lambda r: r.tier),
        outcome=outcome.astype(np.bool_),
        event_day=event_day,
        cluster=number,
        value=_joined(taken, lambda t: t.rows.value),
        horizon_days=horizon_days,
        baselines=_baselines(taken),
        groups=groups | {"size": _words(taken, lambda r: r.size)},
    )


def _taken(
    scorecard: str, accounts: int, days: Sequence[OriginRows], seen: Sequence[Seen]
) -> list[_Taken]:
    found, before = [], np.full(accounts, np.nan)
    for rows, after in zip(days, seen, strict=True):
        card = rows.card.dictionary.to_pylist()
        code = card.index(scorecard) if scorecard in card else -1
        is_mine = np.asarray(rows.card.indices.to_numpy()) == code
        wanted = is_mine & after.at_risk[rows.number]
        found.append(_Taken(rows, wanted, after, before[rows.number]))
        before = before.copy()
        before[rows.number[is_mine]] = rows.score[is_mine]
    return found


def _joined(taken: Sequence[_Taken], column: Callable[[_Taken], Floats | Ints | Flags]) -> Floats:
    joined: Floats = np.concatenate([column(t)[t.wanted] for t in taken])
    return joined


def _words(taken: Sequence[_Taken], column: Callable[[OriginRows], pa.DictionaryArray]) -> Texts:
    parts = []
    for t in taken:
        coded = column(t.rows)
        words = np.array(coded.dictionary.to_pylist() or [""], np.str_)
        parts.append(words[np.asarray(coded.indices.to_numpy())[t.wanted]])
    joined: Texts = np.concatenate(parts)
    return joined


def _baselines(taken: Sequence[_Taken]) -> Mapping[str, Floats]:
    """Return the naive rankings, higher = healthier; one of which nothing is known is left out."""
    made = {
        "recency": -_joined(taken, lambda t: t.rows.recency),
        "activity_count": _joined(taken, lambda t: t.rows.activity_count),
        "last_score": _joined(taken, lambda t: t.before),
        "tenure": _joined(taken, lambda t: t.rows.tenure),
    }
    known = {n: c for n, c in made.items() if not np.isnan(c).all()}
    constant = np.ones(sum(int(t.wanted.sum()) for t in taken))
    return known | {"always_renew": constant}
