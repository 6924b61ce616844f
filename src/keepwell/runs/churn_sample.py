"""From a back-test to what models and tuning learn from: measures of past days, who left after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa

from keepwell.proof import EvaluationFrame
from keepwell.proof.model import (
    ChurnSample,
    Days,
    FeatureSpec,
    FeatureTable,
    Flags,
    Floats,
    Ints,
    Risk,
    Texts,
)
from keepwell.runs.feature_columns import flags_of, numbers_of, texts_of
from keepwell.vocabulary import (
    InputProblem,
    LinearScale,
    MapScale,
    Scorecard,
    ScorecardMeasure,
    StepsScale,
)

# Gives the measures of a past day, one row per account.
MeasuresOf = Callable[[date], pa.Table]
SIGNS: dict[str, Risk] = {"higher_is_better": "falls", "lower_is_better": "rises"}


@dataclass(frozen=True, slots=True)
class PastRows:
    """Measures of past rows with what came after, by day and account; never: by measure.

    event_day: the day on which it left; NaT where it stayed.
    """

    account: Texts
    features: FeatureTable
    never: dict[str, Flags]
    score: Floats
    left: Flags
    cluster: Ints
    origin: Days
    event_day: Days
    horizon_days: int

    def sample(self) -> ChurnSample:
        """Return what a churn model is fitted on."""
        return ChurnSample(self.features, self.left, self.cluster, self.origin, self.horizon_days)


def feature_specs(cards: Sequence[Scorecard], known: Sequence[str]) -> tuple[FeatureSpec, ...]:
    """Return the measures of the cards that were known on past days, with the expert's signs.

    Errors: InputProblem where none was known.
    """
    named = {m.measure: m for card in cards for m in card.measures}
    specs = tuple(
        FeatureSpec(n, risk_of(m), is_category=isinstance(m.scale, MapScale))
        for n, m in named.items()
        if n in known
    )
    if not specs:
        raise InputProblem(
            f"Of the scorecards' measures ({', '.join(named)}) none was known on past days.",
            cure="Map dated rows (activities, usage, transactions, tickets, subscriptions).",
        )
    return specs


def risk_of(m: ScorecardMeasure) -> Risk:
    """Return what the expert's scale says of the risk as the value grows."""
    match m.scale:
        case MapScale():
            return "free"
        case LinearScale():
            return "falls" if m.scale.full_at > m.scale.zero_at else "rises"
        case StepsScale():
            shares = [m.scale.below, *(share for _, share in m.scale.steps)]
            is_up = all(a <= b for a, b in pairwise(shares))
            is_down = all(a >= b for a, b in pairwise(shares))
            return "falls" if is_up else "rises" if is_down else "free"
        case _:
            return SIGNS[m.scale.direction]


def past_rows(
    frames: Sequence[EvaluationFrame], specs: Sequence[FeatureSpec], measures: MeasuresOf
) -> PastRows:
    """Return the rows of all frames of one horizon with their features, day by day."""
    account = np.concatenate([f.account for f in frames])
    origin = np.concatenate([f.origin for f in frames])
    order = np.lexsort((account, origin))
    account, origin = account[order], origin[order]
    tables = []
    for day in np.unique(origin):
        table = measures(day.item())
        tables.append(table.take(_places(table, account[origin == day])))
    whole = pa.concat_tables(tables, promote_options="permissive")
    flags = {s.name: f"{s.name}__never" for s in specs}
    return PastRows(
        account,
        table_features(whole, specs),
        {n: flags_of(whole.column(c)) for n, c in flags.items() if c in whole.column_names},
        np.concatenate([f.score for f in frames])[order],
        np.concatenate([f.outcome for f in frames])[order],
        np.concatenate([f.cluster for f in frames])[order],
        origin,
        np.concatenate([f.event_day for f in frames])[order],
        frames[0].horizon_days,
    )


def table_features(table: pa.Table, specs: Sequence[FeatureSpec]) -> FeatureTable:
    """Return the features of all rows of a table of measures."""
    numbers = {s.name: numbers_of(table.column(s.name)) for s in specs if not s.is_category}
    categories = {s.name: texts_of(table.column(s.name)) for s in specs if s.is_category}
    return FeatureTable(numbers, categories)


def _places(table: pa.Table, wanted: Texts) -> Ints:
    """Return the rows of the wanted accounts. Errors: InputProblem for one that is not there."""
    ids = texts_of(table.column("account_id"))
    order = np.argsort(ids)
    at = np.searchsorted(ids, wanted, sorter=order)
    place = order[np.minimum(at, len(ids) - 1)]
    lost = wanted[ids[place] != wanted]
    if len(lost):
        raise InputProblem(
            f"The back-test holds no measures of account `{lost[0]}` and {len(lost) - 1} others.",
            cure="Run `keepwell backtest` again; its folder is damaged.",
        )
    return np.asarray(place, np.int64)
