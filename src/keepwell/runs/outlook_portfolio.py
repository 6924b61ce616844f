"""Store what the whole portfolio says: totals, concentration, the low tier's two groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.config import ForecastSettings
from keepwell.outlook import (
    FORECAST_TOTALS,
    Figure,
    LostRow,
    LowGroupRow,
    SilenceCut,
    agreement_figures,
    concentration_figures,
    duplicates_select,
    effective_accounts,
    high_lines,
    lift_select,
    lorenz,
    losses_select,
    low_groups_select,
    near_line,
    silence_cut,
    tier_lines,
    totals_select,
    use_patterns_select,
)
from keepwell.ports import Engine
from keepwell.runs.outlook_profile import score_parts
from keepwell.runs.outlook_tables import store_rows
from keepwell.vocabulary import MICRO_PER_POINT, Scorecard

_GAP = "days_since_last_activity"


@dataclass(frozen=True, slots=True)
class OutlookAssumption:
    """One assumption of the forecast: a code, or a number."""

    name: str
    code: str
    number: float | None


@dataclass(frozen=True, slots=True)
class LorenzPoint:
    """One point of the concentration curve, from the largest account down; shares 0-1."""

    accounts_share: float
    amount_share: float


@dataclass(frozen=True, slots=True)
class UsePattern:
    """Accounts of a tier by how their activity is spread over 90 days."""

    tier: str
    pattern: str
    accounts: int


def summarise_totals(
    engine: Engine, cards: Mapping[str, Scorecard], settings: ForecastSettings
) -> tuple[Figure, ...]:
    """Return the methods' totals with the accounts they rest on, and the gain of a lift."""
    row = engine.rows(totals_select())[0]
    figures = [
        Figure(f"{name}_total", _number(row[2 * i]), int(row[2 * i + 1]))
        for i, name in enumerate(FORECAST_TOTALS)
    ]
    accounts, known = int(row[-2]), int(row[-1])
    figures.append(Figure("contribution_unknown", float(accounts - known), accounts))
    loss = _number(row[2 * FORECAST_TOTALS.index("expected_loss_amount")])
    avoided = None if loss is None else loss * settings.save_rate
    figures.append(Figure("avoidable_loss_total", avoided, known))
    return (*figures, *_lift(engine, cards))


def _lift(engine: Engine, cards: Mapping[str, Scorecard]) -> list[Figure]:
    """Return the gain of lifting all medium accounts, and of those that could get there."""
    whole = "tier AS cell_tier, 'all' AS cell_size"
    rows = engine.rows(lift_select(high_lines(cards), engine.columns("stability"), whole))
    if not rows:
        return [Figure("lift_all_gain", None, 0)]
    _, accounts, gain, _, able_known, able, able_gain = rows[0]
    found = [Figure("lift_all_gain", _number(gain), int(accounts))]
    if able_known:
        reached = _number(able_gain) if able else 0.0
        found.append(Figure("lift_reachable_gain", reached, int(able_known), hits=int(able)))
    return found


def count_near_lines(engine: Engine, cards: Mapping[str, Scorecard]) -> tuple[Figure, ...]:
    """Return `near_line_<points>`: accounts within two points of each tier line."""
    lines = sorted({line for card in cards.values() for line in tier_lines(card)})
    if not lines:
        return ()
    counts = ", ".join(f"count(*) FILTER (WHERE {near_line(cards, line)})" for line in lines)
    *near, scored = engine.rows(f"SELECT {counts}, count(score_micro) FROM scores")[0]
    return tuple(
        Figure(f"near_line_{line:g}", int(n) / scored if scored else None, int(scored), int(n))
        for line, n in zip(lines, near, strict=True)
    )


def measure_concentration(engine: Engine, seed: int) -> tuple[Figure, ...]:
    """Store `lorenz`; return concentration figures and how far the two methods agree."""
    table = engine.arrow(
        "SELECT contribution_amount FROM forecast WHERE contribution_amount IS NOT NULL"
    )
    amounts = np.sort(table[0].to_numpy().astype(np.float64))
    points = [LorenzPoint(x, y) for x, y in lorenz(amounts)]
    store_rows(engine, "lorenz", points, LorenzPoint)
    both = engine.arrow(
        "SELECT weighted_amount, run_rate_amount FROM forecast WHERE weighted_amount IS NOT NULL "
        "AND run_rate_amount IS NOT NULL ORDER BY account_id"
    )
    weighted, run_rate = (both[i].to_numpy().astype(np.float64) for i in range(2))
    rng = np.random.default_rng([seed, 1])
    return (*concentration_figures(amounts, rng), *agreement_figures(weighted, run_rate))


def measure_effective_accounts(engine: Engine) -> tuple[Figure, ...]:
    """Return how many independent accounts the portfolio and its low tier are worth."""
    counted = engine.rows("SELECT count(*), count(*) FILTER (WHERE tier = 'low') FROM scores")[0]
    select = duplicates_select(tuple(engine.columns("measures")))
    blocks = [] if select is None else engine.rows(select)
    low = [(int(size), int(count)) for is_low, size, count in blocks if is_low]
    every = [(int(size), int(count)) for _, size, count in blocks]
    repeated = sum(size * count for size, count in every)
    return (
        Figure(
            "effective_accounts",
            effective_accounts(int(counted[0]), every),
            int(counted[0]),
            hits=repeated,
        ),
        Figure("effective_low_accounts", effective_accounts(int(counted[1]), low), int(counted[1])),
    )


def split_low_tier(engine: Engine, cards: Mapping[str, Scorecard]) -> SilenceCut | None:
    """Store low_groups, low_losses and use_patterns; return the cut between silent and others."""
    columns = engine.columns("measures")
    cut = None
    if _GAP in columns:
        days = engine.arrow(
            f"SELECT {_GAP} FROM portfolio WHERE tier = 'low' AND {_GAP} IS NOT NULL"
        )
        cut = silence_cut(days[0].to_numpy().astype(np.float64))
    store_rows(engine, "low_groups", _groups(engine, cut), LowGroupRow)
    store_rows(engine, "low_losses", _losses(engine, cut, cards), LostRow)
    if {"active_weeks_90d", "longest_gap_days"} <= set(columns):
        engine.create_table("use_patterns", use_patterns_select())
    else:
        store_rows(engine, "use_patterns", [], UsePattern)
    return cut


def _groups(engine: Engine, cut: SilenceCut | None) -> list[LowGroupRow]:
    if cut is None:
        return []
    return [
        LowGroupRow(
            low_group=str(group),
            accounts=int(accounts),
            cut_days=cut.cut_days,
            below_days=cut.below_days,
            is_after_looking=cut.is_after_looking,
            contradiction_count=int(contradictions),
            contribution_amount=_number(amount),
        )
        for group, accounts, contradictions, amount in sorted(engine.rows(low_groups_select(cut)))
    ]


def _losses(
    engine: Engine, cut: SilenceCut | None, cards: Mapping[str, Scorecard]
) -> list[LostRow]:
    if cut is None:
        return []
    rows = []
    for level, parts in score_parts(cards).items():
        for group, accounts, *means in sorted(engine.rows(losses_select(cut, parts))):
            for i, name in enumerate(parts):
                weight, lost = (float(m) / MICRO_PER_POINT for m in means[2 * i : 2 * i + 2])
                rows.append(LostRow(str(group), level, name, int(accounts), weight, lost))
    return rows


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
