"""The fitted card of each use: the stored one when the definition is unchanged, else a new fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from keepwell.ports import Engine, StateStore
from keepwell.scoring import (
    QUANTILE_SHARES,
    CardUse,
    Drift,
    Statistic,
    StatisticRequest,
    definition_hash,
    drift_between,
    fit,
    fit_requests,
    range_select,
)
from keepwell.vocabulary import Measure, Scorecard

REFERENCE = "scoring_reference"


@dataclass(frozen=True, slots=True)
class UsedCard:
    """A fitted card as a run used it. `drift` is filled when this run refitted it."""

    card: Scorecard
    when: str | None
    definition_hash: str
    is_new_fit: bool
    drift: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a run fits: when, whether to fit anew, and whether to store what it fitted."""

    as_of: date
    at: datetime
    refit: bool = False
    keep: bool = True


def fitted_card(
    engine: Engine,
    use: CardUse,
    state: StateStore,
    fitting: Fitting,
    measures: Mapping[str, Measure],
    *,
    table: str,
    where: str | None,
) -> UsedCard:
    """Return the card to apply; a new fit is stored under the next version when `keep`."""
    requests = fit_requests(use.card, measures)
    wanted = definition_hash(use.card)
    newest = state.fitted_scorecard(use.card.scorecard)
    stored = stored_fit(state, use.card)
    if stored is not None and not fitting.refit:
        return UsedCard(stored, use.when, wanted, is_new_fit=False)
    accounts, statistics = _statistics(engine, requests, table, where)
    note = f"fitted on {accounts:,} accounts as of {fitting.as_of}"
    card = fit(use.card, statistics, note)
    if fitting.keep:
        card = state.add_scorecard(card, wanted, fitting.at)
    else:
        card = card.model_copy(update={"version": (newest.version if newest else 0) + 1})
    drift = drift_between(stored, card) if stored is not None else ()
    return UsedCard(card, use.when, wanted, is_new_fit=True, drift=drift)


def stored_fit(state: StateStore, card: Scorecard) -> Scorecard | None:
    """Return the newest fit of the definition as it is now; None when it was never fitted."""
    newest = state.fitted_scorecard(card.scorecard)
    if newest is None:
        return None
    wanted = definition_hash(card)
    for version in range(newest.version, 0, -1):
        if state.definition_hash(card.scorecard, version) == wanted:
            return state.scorecard_version(card.scorecard, version)
    return None


def _statistics(
    engine: Engine, requests: tuple[StatisticRequest, ...], table: str, where: str | None
) -> tuple[int, tuple[Statistic, ...]]:
    ranges = tuple(r for r in requests if r.kind == "range")
    quantiles = tuple(r for r in requests if r.kind == "quantiles")
    row = engine.rows(range_select(ranges, measures_table=table, where=where))[0]
    found = [Statistic(r.measure, row[1 + 2 * i], row[2 + 2 * i]) for i, r in enumerate(ranges)]
    reference = _reference(engine, quantiles, table, where)
    for r in quantiles:
        values = engine.quantiles(reference, r.measure, QUANTILE_SHARES)
        known = tuple(v for v in values if v is not None)
        found.append(Statistic(r.measure, quantiles=known))
    if reference != table:
        engine.drop(REFERENCE)
    return int(row[0]), tuple(found)


def _reference(
    engine: Engine, requests: tuple[StatisticRequest, ...], table: str, where: str | None
) -> str:
    if where is None or not requests:
        return table
    columns = ", ".join(r.measure for r in requests)
    engine.create_table(REFERENCE, f"SELECT {columns} FROM {table} WHERE {where}")  # noqa: S608
    return REFERENCE
