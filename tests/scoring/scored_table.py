"""Scoring a table of plain rows through the real engine and state store, for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state import SqlStateStore
from keepwell.runs.score_portfolio import ScoredPortfolio, score_portfolio
from keepwell.scoring import CardUse, Statistic, fit, fit_requests
from keepwell.vocabulary import Bilingual, Measure, Scorecard, Unit

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
AS_OF = date(2026, 11, 1)
WORD = Bilingual("指标", "measure")


def measure(name: str, unit: Unit = Unit.COUNT) -> Measure:
    """A catalogue entry for a made-up measure."""
    return Measure(name, WORD, unit, "none", WORD, WORD, "", ())


def catalog_of(card: Scorecard) -> dict[str, Measure]:
    """A catalogue that holds the measures of a card."""
    return {
        m.measure: measure(m.measure, Unit.CATEGORY if m.scale.kind == "map" else Unit.RATIO)
        for m in card.measures
    }


def arrow_table(card: Scorecard, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The wide table `measures` of the rows."""
    columns: dict[str, pa.Array] = {
        "account_id": pa.array([r["account_id"] for r in rows], pa.string())
    }
    for m in card.measures:
        kind = pa.string() if m.scale.kind == "map" else pa.float64()
        columns[m.measure] = pa.array([r[m.measure] for r in rows], kind)
        flags = [bool(r.get(f"{m.measure}__never", False)) for r in rows]
        columns[f"{m.measure}__never"] = pa.array(flags, pa.bool_())
    return pa.table(columns)


def score_rows(
    card: Scorecard, rows: Sequence[Mapping[str, Any]], threads: int = 2
) -> tuple[ScoredPortfolio, list[dict[str, Any]]]:
    """Fit and score rows; return what the run said and one merged row per account, by id."""
    with DuckDbEngine(threads=threads) as engine, SqlStateStore("sqlite://") as state:
        engine.read_arrow("measures", arrow_table(card, rows))
        done = score_portfolio(
            engine, [CardUse(card)], state, as_of=AS_OF, at=AT, measures=catalog_of(card)
        )
        merged = engine.arrow(
            "SELECT s.*, c.* EXCLUDE (account_id) FROM scores s "
            "JOIN contributions c USING (account_id) ORDER BY account_id"
        )
        return done, merged.to_pylist()


def fitted_on(card: Scorecard, rows: Sequence[Mapping[str, Any]]) -> Scorecard:
    """The card fitted to rows without an engine, by the discrete quantiles of plain Python."""
    catalog = catalog_of(card)
    statistics = []
    for request in fit_requests(card, catalog):
        known = sorted(r[request.measure] for r in rows if r[request.measure] is not None)
        if request.kind == "range":
            ends = (known[0], known[-1]) if known else (None, None)
            statistics.append(Statistic(request.measure, *ends))
        else:
            ranks = [max(1, -(-k * len(known) // 20)) - 1 for k in range(21)] if known else []
            statistics.append(Statistic(request.measure, quantiles=tuple(known[i] for i in ranks)))
    return fit(card, statistics, "test")
