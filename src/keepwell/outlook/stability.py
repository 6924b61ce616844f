"""How firmly an account stands in its tier: its scores under all scenarios, as portable SQL."""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

from keepwell.outlook.contradictions import Contradiction, any_flag
from keepwell.outlook.scenarios import Scenario
from keepwell.outlook.sql_text import text_literal
from keepwell.vocabulary import MICRO_PER_POINT, Scorecard

NEAR_POINTS = 2


def scenario_measures_select(scenario: Scenario, columns: Sequence[str]) -> str:
    """Return SQL giving `measures` with the scenario's columns replaced, plus `scorecard`."""
    chosen = [
        f"{scenario.replaced[c]} AS {c}" if c in scenario.replaced else c
        for c in columns
        if c != "account_id"
    ]
    listed = ", ".join(["account_id", "scorecard", *chosen])
    return f"SELECT {listed} FROM measures JOIN scores USING (account_id)"


def tier_lines(card: Scorecard) -> tuple[float, ...]:
    """Return the points at which a tier begins, from the lowest line up; zero is no line."""
    return tuple(sorted(t.min for t in card.tiers if t.min > 0))


def near_line(cards: Mapping[str, Scorecard], line: float | None = None) -> str:
    """Return SQL that is TRUE within two points of a tier line (or of `line` alone), else FALSE.

    At the lower end the account counts, at the upper end no more: 48.00 to 51.99 for line 50.
    """
    tests = []
    for name, card in cards.items():
        for at in tier_lines(card):
            if line is None or at == line:
                low = ceil((at - NEAR_POINTS) * MICRO_PER_POINT)
                high = ceil((at + NEAR_POINTS) * MICRO_PER_POINT)
                tests.append(
                    f"(scorecard = {text_literal(name)} "
                    f"AND score_micro >= {low} AND score_micro < {high})"
                )
    if not tests:
        return "FALSE"
    return f"CASE WHEN {' OR '.join(tests)} THEN TRUE ELSE FALSE END"


def line_columns(cards: Mapping[str, Scorecard]) -> str:
    """Return SQL for own_line_micro (where the account's tier begins) and next_line_micro above.

    NULL where there is no such line: in the lowest and in the highest tier.
    """
    own, above = [], []
    for name, card in cards.items():
        same = f"scorecard = {text_literal(name)}"
        lines = [ceil(line * MICRO_PER_POINT) for line in tier_lines(card)]
        above += [f"WHEN {same} AND score_micro < {line} THEN {line}" for line in lines]
        own += [f"WHEN {same} AND score_micro >= {line} THEN {line}" for line in lines[::-1]]
    nothing = "WHEN FALSE THEN 0"
    return (
        f"CASE {' '.join(own) or nothing} END AS own_line_micro, "
        f"CASE {' '.join(above) or nothing} END AS next_line_micro"
    )


def rescored_select(
    cards: Mapping[str, Scorecard], rules: Sequence[Contradiction], columns: Collection[str]
) -> str:
    """Return SQL for `rescored` before any scenario: one row per account of `scores`."""
    size = "account_size_segment" if "account_size_segment" in columns else "NULL"
    return f"""
SELECT account_id, scorecard, score_micro, tier, contribution_amount,
       coalesce(CAST({size} AS VARCHAR), 'unknown') AS size_cell,
       {near_line(cards)} AS is_near_line, {any_flag(rules)} AS has_contradiction
FROM scores JOIN measures USING (account_id) JOIN forecast USING (account_id)"""


def widened_select(columns: Sequence[str], scenarios: Sequence[Scenario]) -> str:
    """Return SQL for `rescored` (its columns given) with the scores and tiers of more scenarios.

    Needs a table `scenario_<name>` per scenario; an account without a scorecard stays unknown.
    """
    added = ", ".join(
        f"{s.column}, coalesce(tier_{s.name}, 'unknown') AS tier_{s.name}" for s in scenarios
    )
    joins = "".join(f" LEFT JOIN scenario_{s.name} USING (account_id)" for s in scenarios)
    return f"SELECT {', '.join(columns)}, {added} FROM rescored{joins}"


def stability_select(scenarios: Sequence[Scenario]) -> str:
    """Return SQL over `rescored` giving one row per account.

    Shape:   account_id, score_<scenario>_micro for each, is_near_line, is_firm_low (low now and
             under every scale and weight), is_choice_low (low under at least one of those),
             has_contradiction.
    """
    scores = "".join(f"{s.column}, " for s in scenarios)
    choices = [s for s in scenarios if s.kind.is_choice]
    every = " AND ".join(["tier = 'low'", *(f"tier_{s.name} = 'low'" for s in choices)])
    some = " OR ".join(["tier = 'low'", *(f"tier_{s.name} = 'low'" for s in choices)])
    return f"""
SELECT account_id, {scores}
       is_near_line,
       CASE WHEN {every} THEN TRUE ELSE FALSE END AS is_firm_low,
       CASE WHEN {some} THEN TRUE ELSE FALSE END AS is_choice_low,
       has_contradiction
FROM rescored"""


def moves_select(scenario: Scenario) -> str:
    """Return SQL giving accounts and contribution per (tier now, tier under the scenario)."""
    tier = f"tier_{scenario.name}"
    return f"""
SELECT tier, {tier}, count(*), sum(contribution_amount)
FROM rescored GROUP BY tier, {tier}"""


def scenario_select(scenario: Scenario, score_selects: Collection[str]) -> str:
    """Return SQL giving account_id, score_<scenario>_micro and tier_<scenario>, all cards."""
    return " UNION ALL ".join(
        f"SELECT account_id, score_micro AS {scenario.column}, tier AS tier_{scenario.name} "
        f"FROM ({select}) AS scored_{i}"
        for i, select in enumerate(score_selects)
    )


def _card_number(cards: Mapping[str, Scorecard]) -> str:
    numbers = " ".join(
        f"WHEN scorecard = {text_literal(name)} THEN {i}" for i, name in enumerate(cards)
    )
    return f"CASE {numbers} ELSE -1 END AS card"


def current_select(cards: Mapping[str, Scorecard]) -> str:
    """Return SQL giving (number of the card, score now) of every account with a score."""
    return f"SELECT {_card_number(cards)}, score_micro FROM scores WHERE score_micro IS NOT NULL"


def compared_select(scenario: Scenario, cards: Mapping[str, Scorecard]) -> str:
    """Return SQL giving (number of the card, score now, score under the scenario), both known."""
    return f"""
SELECT {_card_number(cards)}, score_micro AS base_micro,
       {scenario.column} AS scenario_micro
FROM rescored WHERE score_micro IS NOT NULL AND {scenario.column} IS NOT NULL"""


def scenario_sizes_select(scenario: Scenario | None) -> str:
    """Return SQL giving scenario, size, accounts and the low ones among them; None is `base`."""
    name, tier = ("base", "tier") if scenario is None else (scenario.name, f"tier_{scenario.name}")
    return f"""
SELECT {text_literal(name)} AS scenario, size_cell AS size, count(*) AS accounts,
       count(*) FILTER (WHERE {tier} = 'low') AS low_count
FROM rescored GROUP BY size_cell"""
