"""Breakpoints of R, F and M: cut anew for each run, or kept as a fitted version (D4)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from keepwell.ports import Engine, NewFit, StateStore
from keepwell.value import CUT_SHARES, CUTS_CARD, SCORED, Breakpoints, RfmSettings
from keepwell.vocabulary import Dimension, PercentileScale, Scorecard, ScorecardMeasure


@dataclass(frozen=True, slots=True)
class Cuts:
    """The breakpoints of a run; `version` is 0 and `new_fit` None where nothing is kept."""

    breakpoints: Breakpoints
    version: int = 0
    new_fit: NewFit | None = None


def kept_version(state: StateStore, settings: RfmSettings) -> int:
    """Return the version of the kept breakpoints that a run would use; 0 when it makes its own."""
    if settings.method != "frozen":
        return 0
    newest = state.fitted_scorecard(CUTS_CARD)
    return newest.version if newest else 0


def cut_scores(
    engine: Engine,
    settings: RfmSettings,
    source: str,
    state: StateStore,
    as_of: date,
    *,
    refit: bool,
) -> Cuts:
    """Return the breakpoints to apply to `value_worth`; frozen ones come from the state store.

    Frozen breakpoints serve as long as what they were cut from stays the same; then, or with
    `refit`, the next version is made.
    """
    if settings.method != "frozen":
        return Cuts(_fitted(engine, SCORED))
    wanted = _definition(settings, source)
    newest = state.fitted_scorecard(CUTS_CARD)
    if newest and not refit and state.definition_hash(CUTS_CARD, newest.version) == wanted:
        return Cuts(_of_card(newest), newest.version)
    made = _fitted(engine, SCORED)
    version = (newest.version if newest else 0) + 1
    card = _card(made, version, f"cut as of {as_of}, R F M from {source}")
    return Cuts(made, version, NewFit(card, wanted) if card else None)


def _fitted(engine: Engine, columns: Collection[str]) -> Breakpoints:
    found = {
        name: tuple(q for q in engine.quantiles("value_worth", name, CUT_SHARES) if q is not None)
        for name in columns
    }
    return Breakpoints(**found)


def _definition(settings: RfmSettings, source: str) -> str:
    text = f"{source} {settings.frequency} {settings.monetary} {settings.failed_kinds}"
    return hashlib.sha256(text.encode()).hexdigest()


def _card(breakpoints: Breakpoints, version: int, note: str) -> Scorecard | None:
    """Return the breakpoints as a card, the form in which fitted versions are kept."""
    measures = tuple(
        ScorecardMeasure(
            measure=name,
            scale=PercentileScale(breakpoints=tuple(zip(cuts, CUT_SHARES, strict=True))),
        )
        for name in SCORED
        if (cuts := breakpoints.of(name))
    )
    if not measures:
        return None
    dimension = Dimension(dimension="rfm", weight=100, measures=measures)
    return Scorecard(scorecard=CUTS_CARD, version=version, dimensions=(dimension,), note=note)


def _of_card(card: Scorecard) -> Breakpoints:
    found: dict[str, tuple[float, ...]] = dict.fromkeys(SCORED, ())
    for measure in card.measures:
        if isinstance(measure.scale, PercentileScale):
            found[measure.measure] = tuple(cut for cut, _ in measure.scale.breakpoints)
    return Breakpoints(**found)
