"""Rescore the portfolio under every scenario; store `stability`, `sensitivity` and moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.outlook import (
    Contradiction,
    Fired,
    Scenario,
    SensitivityRow,
    TierMove,
    action_scenarios,
    checkable,
    compared_select,
    counts_select,
    current_row,
    current_select,
    examples_select,
    line_distances,
    moves_select,
    repair_scenarios,
    rescored_select,
    scale_scenarios,
    scenario_measures_select,
    scenario_select,
    scenario_sizes_select,
    sensitivity_row,
    spearman,
    stability_select,
    tier_lines,
    tier_moves,
    weight_scenarios,
    widened_select,
)
from keepwell.ports import Engine, Progress
from keepwell.runs.outlook_tables import store_rows
from keepwell.scoring import QUANTILE_SHARES, Statistic, fit, pattern_select, score_select
from keepwell.vocabulary import MinMaxScale, PercentileScale, Scorecard, ScorecardMeasure

_VIEW = "scenario_measures"
_AT_ONCE = 6
Patterns = dict[tuple[str, tuple[str, ...], str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Rescored:
    """The scenarios that were run, their summaries and the contradictions that fired."""

    scenarios: tuple[Scenario, ...]
    rows: tuple[SensitivityRow, ...]
    fired: tuple[Fired, ...]
    rules: tuple[Contradiction, ...]


def rescore(
    engine: Engine, cards: Mapping[str, Scorecard], progress: Progress | None = None
) -> Rescored:
    """Store stability, sensitivity, tier_moves and scenario_sizes; say what was run."""
    columns = tuple(engine.columns("measures"))
    rules = checkable(columns)
    fired = _fired(engine, rules)
    scenarios = (
        *repair_scenarios(cards, [f.rule for f in fired]),
        *scale_scenarios(cards),
        *weight_scenarios(cards),
        *action_scenarios(cards, columns),
    )
    engine.create_table("rescored", rescored_select(cards, rules, columns))
    seen: Patterns = {}
    if progress:
        progress.expect(len(scenarios))
    for start in range(0, len(scenarios), _AT_ONCE):
        batch = scenarios[start : start + _AT_ONCE]
        for scenario in batch:
            _score_scenario(engine, scenario, columns, seen)
            if progress:
                progress.advance()
        wider = widened_select(tuple(engine.columns("rescored")), batch)
        engine.create_table("rescored", wider)
        for scenario in batch:
            engine.drop(f"scenario_{scenario.name}")
    engine.create_table("stability", stability_select(scenarios))
    rows, moves = _summaries(engine, cards, scenarios)
    store_rows(engine, "sensitivity", rows, SensitivityRow)
    store_rows(engine, "tier_moves", moves, TierMove)
    sizes = [scenario_sizes_select(s) for s in (None, *scenarios)]
    engine.create_table("scenario_sizes", " UNION ALL ".join(f"({s})" for s in sizes))
    engine.drop("rescored")
    if scenarios:
        engine.drop(_VIEW)
    return Rescored(scenarios, rows, fired, rules)


def _fired(engine: Engine, rules: Sequence[Contradiction]) -> tuple[Fired, ...]:
    if not rules:
        return ()
    counts = engine.rows(counts_select(rules))[0]
    return tuple(
        Fired(rule, int(count), tuple((str(a), x, y) for a, x, y in examples))
        for rule, count in zip(rules, counts, strict=True)
        if count and (examples := engine.rows(examples_select(rule)))
    )


def _score_scenario(
    engine: Engine, scenario: Scenario, columns: Sequence[str], seen: Patterns
) -> None:
    engine.create_view(_VIEW, scenario_measures_select(scenario, columns))
    selects = []
    for name, given in scenario.cards.items():
        card = _refit(engine, given, name) if scenario.needs_fit else given
        where = f"scorecard = '{name.replace(chr(39), chr(39) * 2)}'"
        # Weights alone change no pattern of unknown measures: ask once for each set of measures.
        altered = scenario.name if scenario.replaced or scenario.needs_fit else ""
        key = (name, tuple(m.measure for m in card.measures), altered)
        if key not in seen:
            found = engine.rows(pattern_select(card, measures_table=_VIEW, where=where))
            seen[key] = tuple(int(p) for (p,) in found)
        selects.append(score_select(card, seen[key], measures_table=_VIEW, where=where))
    engine.create_table(f"scenario_{scenario.name}", scenario_select(scenario, selects))


def _refit(engine: Engine, card: Scorecard, name: str) -> Scorecard:
    """Return the card with its open scales fitted to the accounts it applies to."""
    engine.create_view(
        "scenario_population",
        f"SELECT * FROM scenario_measures WHERE scorecard = '{name.replace(chr(39), chr(39) * 2)}'",
    )
    statistics = [s for m in card.measures if (s := _statistic(engine, m)) is not None]
    engine.drop("scenario_population")
    return fit(card, statistics, "refit for a scenario")


def _statistic(engine: Engine, measure: ScorecardMeasure) -> Statistic | None:
    name, table = measure.measure, "scenario_population"
    match measure.scale:
        case PercentileScale(breakpoints=()):
            found = engine.quantiles(table, name, QUANTILE_SHARES)
            known = tuple(float(q) for q in found if q is not None)
            return Statistic(name, quantiles=known)
        case MinMaxScale(min=None) | MinMaxScale(max=None):
            low, high = engine.rows(f"SELECT min({name}), max({name}) FROM {table}")[0]
            return Statistic(name, low=low, high=high)
    return None


def _summaries(
    engine: Engine, cards: Mapping[str, Scorecard], scenarios: Sequence[Scenario]
) -> tuple[tuple[SensitivityRow, ...], tuple[TierMove, ...]]:
    lines = [tier_lines(card) for card in cards.values()]
    rows = [_current(engine, cards, lines)]
    every: list[TierMove] = []
    for scenario in scenarios:
        moves = tier_moves(scenario.name, engine.rows(moves_select(scenario)))
        compared = engine.arrow(compared_select(scenario, cards))
        card, base, moved = (compared[i].to_numpy().astype(np.int64) for i in range(3))
        near, distance = line_distances(card, moved, lines)
        rows.append(
            sensitivity_row(
                scenario,
                moves,
                spearman=spearman(base.astype(np.float64), moved.astype(np.float64)),
                near_line_count=near,
                median_points_to_line=distance,
            )
        )
        every += moves
    return tuple(rows), tuple(every)


def _current(
    engine: Engine, cards: Mapping[str, Scorecard], lines: Sequence[Sequence[float]]
) -> SensitivityRow:
    counted = engine.rows("SELECT tier, count(*) FROM scores GROUP BY tier")
    scored = engine.arrow(current_select(cards))
    card, micro = (scored[i].to_numpy().astype(np.int64) for i in range(2))
    near, distance = line_distances(card, micro, lines)
    tiers = {str(tier): int(accounts) for tier, accounts in counted}
    return current_row(tiers, near_line_count=near, median_points_to_line=distance)
