"""Where the tiers of each scorecard begin, and which of low, medium and high each stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from sqlglot import exp

from keepwell.measures import parse_expression
from keepwell.playbooks.models import NEXT_TIER, TIERS
from keepwell.vocabulary import MICRO_PER_POINT, Scorecard

NEAR_MICRO = 2 * MICRO_PER_POINT
NEAR_LOW_LINE = "is_near_low_line"
TIER_COLUMNS = ("tier", "effective_tier")


@dataclass(frozen=True, slots=True)
class CardLines:
    """The tiers of one scorecard from the best down, each with the micro-points it begins at."""

    tiers: tuple[tuple[str, int], ...]

    @property
    def high_micro(self) -> int | None:
        """Return where the tier `high` begins, None if the card has no such tier."""
        return dict(self.tiers).get("high")

    @property
    def low_micro(self) -> int | None:
        """Return the lowest line: where the lowest tier but one begins, None with one tier."""
        return self.tiers[-2][1] if len(self.tiers) > 1 else None


Lines = Mapping[str, CardLines]


def card_lines(cards: Iterable[Scorecard]) -> dict[str, CardLines]:
    """Return per scorecard its tiers and where they begin."""
    return {
        card.scorecard: CardLines(
            tuple((cut.tier, ceil(cut.min * MICRO_PER_POINT)) for cut in card.tiers)
        )
        for card in cards
    }


def positions(lines: Lines) -> dict[str, str]:
    """Return for each tier of one's own whether it stands for low, medium or high.

    The best tier stands for high, the lowest for low, those between for medium, as does the only
    tier of a card. A name that stands differently on two cards counts by its lowest place.
    """
    found: dict[str, str] = {}
    for card in lines.values():
        last = len(card.tiers) - 1
        for place, (tier, _) in enumerate(card.tiers):
            at = "medium" if place not in (0, last) or not last else "low" if place else "high"
            if tier not in TIERS:
                found[tier] = min(found.get(tier, at), at, key=TIERS.index)
    return found


def tiers_above(lines: Lines) -> dict[str, str]:
    """Return the tier above each tier, of the first card that has it."""
    found: dict[str, str] = {}
    for card in lines.values():
        names = [tier for tier, _ in card.tiers]
        for above, tier in pairwise(names):
            found.setdefault(tier, above)
    return NEXT_TIER | found


def standing_for(position: str, lines: Lines) -> list[str]:
    """Return the tier names at a position: low, medium or high and what stands for it."""
    return [position, *(t for t, at in sorted(positions(lines).items()) if at == position)]


def quoted(value: str) -> str:
    """Return a text literal."""
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def case_of(column: str, names: Mapping[str, str], otherwise: str) -> str:
    """Return SQL that turns the values of a column into names, else `otherwise`."""
    cases = " ".join(f"WHEN {quoted(a)} THEN {quoted(b)}" for a, b in sorted(names.items()))
    return f"CASE {column} {cases} ELSE {otherwise} END" if cases else otherwise


def near_low_line(lines: Lines) -> str:
    """Return SQL that is TRUE within two points of the card's lowest line, else FALSE."""
    tests = [
        f"(scorecard = {quoted(name)} AND score_micro >= {card.low_micro - NEAR_MICRO} "
        f"AND score_micro < {card.low_micro + NEAR_MICRO})"
        for name, card in sorted(lines.items())
        if card.low_micro is not None
    ]
    return f"CASE WHEN {' OR '.join(tests)} THEN TRUE ELSE FALSE END" if tests else "FALSE"


def with_lines(tree: exp.Expr, lines: Lines) -> exp.Expr:
    """Return a condition in which the lowest line and the tiers are those of the cards.

    `is_near_low_line` becomes a test of the score; `effective_tier = 'low'` also takes the tiers
    that stand for low, and so on for medium and high.
    """
    near = parse_expression(near_low_line(lines), ("scorecard", "score_micro"))

    def placed(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name == NEAR_LOW_LINE:
            return exp.Paren(this=near.copy())
        if isinstance(node, exp.EQ) and node.left.name in TIER_COLUMNS:
            names = standing_for(node.right.name, lines) if node.right.is_string else []
            if len(names) > 1:
                return exp.Column(this=exp.to_identifier(node.left.name)).isin(*names)
        return node

    result: exp.Expr = tree.copy().transform(placed)
    return result
