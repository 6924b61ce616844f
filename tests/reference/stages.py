"""Random inputs led through the product's own stages, from canonical tables to the outlook."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state import SqlStateStore
from keepwell.measures import MeasureSettings, measures_select, plan_measures
from keepwell.outlook import Scenario, current_row, weight_scenarios
from keepwell.ports import Engine, Override, Progress
from keepwell.runs import outlook, outlook_scenarios
from keepwell.runs.outlook import OutlookSettings, build_outlook
from keepwell.runs.outlook_scenarios import Rescored
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.scoring import CardUse
from keepwell.vocabulary import TABLES, Scorecard
from measures.random_tables import KEY_ROLES, arrow_table
from reference.companies import Company
from reference.views import AS_OF, HELD, MAPPED, canonical, casts

AT = datetime(2026, 7, 1, 8, tzinfo=UTC)
SETTINGS = MeasureSettings(KEY_ROLES)


class Corrected(SqlStateStore):
    """A state whose overrides are what a test says, by account."""

    tiers: Mapping[str, str]

    def overrides(self, on: date, account_id: str | None = None) -> tuple[Override, ...]:
        """Return an override in force for each account."""
        found = {a: t for a, t in self.tiers.items() if account_id in (None, a)}
        return tuple(Override(a, t, "seen", "Kim", AT, on) for a, t in found.items())


@lru_cache(maxsize=64)
def measuring(mapped: frozenset[str], as_of: date) -> str:
    """Return the SELECT of the measures; one for all inputs with the same columns."""
    return measures_select(plan_measures(mapped, SETTINGS), as_of, SETTINGS)


@dataclass(frozen=True)
class Workshop:
    """An engine that leads one input after the other through the stages."""

    engine: Engine
    state: Corrected
    emptied: set[str] = field(default_factory=set)

    def load_view(self, frame: pd.DataFrame) -> None:
        """Store the canonical tables of an account view and its measures."""
        for name in TABLES:
            if name in HELD:
                self.engine.create_table(name, canonical(self.engine, frame, name))
            elif name not in self.emptied:
                self.engine.create_table(name, f"SELECT {casts(name)} WHERE false")
                self.emptied.add(name)
        self.engine.create_table("measures", measuring(MAPPED, AS_OF))

    def load_company(self, company: Company) -> None:
        """Store the event tables of a company and its measures."""
        for name in TABLES:
            rows = company.tables.get(name, [])
            if rows or name not in self.emptied:
                self.engine.read_arrow(name, arrow_table(name, rows))
                (self.emptied.discard if rows else self.emptied.add)(name)
        self.engine.create_table("measures", measuring(company.mapped, company.as_of))

    def score(self, card: str, as_of: date = AS_OF) -> tuple[Scorecard, ...]:
        """Score what is loaded by a shipped card; return the card as fitted."""
        use = CardUse(shipped_scorecard(card))
        scored = score_portfolio(self.engine, [use], self.state, as_of=as_of, at=AT, refit=True)
        return tuple(u.card for u in scored.uses)

    def rows(self, select: str) -> list[dict[str, Any]]:
        """Return the rows of a SELECT."""
        found: list[dict[str, Any]] = self.engine.arrow(select).to_pylist()
        return found

    def by_account(self, select: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a SELECT by their account."""
        return {r["account_id"]: r for r in self.rows(select)}

    def outlook(
        self, cards: tuple[Scorecard, ...], settings: OutlookSettings, as_of: date = AS_OF
    ) -> None:
        """Store the tables of the outlook."""
        build_outlook(self.engine, cards, settings, as_of)


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Give a workshop with an engine and a state of its own."""
    with DuckDbEngine(threads=1) as engine, Corrected("sqlite://") as state:
        state.tiers = {}
        yield Workshop(engine, state)


@pytest.fixture
def choosing(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Leave out what is slow and not recomputed: bootstrap intervals, scenarios of no choice.

    Called with True or False it lets the outlook score the choices again, or leaves them out.
    """
    monkeypatch.setattr("keepwell.outlook.profile.BOOTSTRAPS", 0)
    for name in ("repair_scenarios", "action_scenarios"):
        monkeypatch.setattr(outlook_scenarios, name, lambda *_: ())
    monkeypatch.setattr(outlook_scenarios, "weight_scenarios", moved_weights)

    def choose(are_scored: bool) -> None:
        chosen = outlook_scenarios.rescore if are_scored else unmoved
        monkeypatch.setattr(outlook, "rescore", chosen)

    return choose


def moved_weights(cards: Mapping[str, Scorecard]) -> tuple[Scenario, ...]:
    """Return the scenarios of weights without those that leave a dimension out."""
    return tuple(s for s in weight_scenarios(cards) if s.kind.is_choice)


def unmoved(
    engine: Engine, cards: Mapping[str, Scorecard], progress: Progress | None = None
) -> Rescored:
    """Stand in for the scenarios: nobody moves, nothing contradicts."""
    engine.create_table("stability", "SELECT account_id, FALSE AS has_contradiction FROM scores")
    none: tuple[Scenario, ...] = ()
    row = current_row({}, near_line_count=0, median_points_to_line=None)
    return Rescored(none, (row,), (), ())
