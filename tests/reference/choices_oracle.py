"""Who is low whichever scales and weights are chosen, as docs/outlook.md words it.

Shares no code with keepwell: the accounts are scored again from their measures.
"""

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from reference import pandas_oracle
from reference.pandas_oracle import CARDS, Card

SWAPS = ({"minmax": "percentile", "sqrt": "percentile"}, {"percentile": "minmax"})
MOVES = (Fraction(6, 5), Fraction(4, 5))


def with_scales(card: Card, swap: dict[str, str]) -> Card:
    return [
        (dimension, weight, [(m, w, swap.get(kind, kind), up) for m, w, kind, up in measures])
        for dimension, weight, measures in card
    ]


def choices(card: Card) -> Iterator[Card]:
    """Every card that another person could have chosen instead."""
    yield from (other for swap in SWAPS if (other := with_scales(card, swap)) != card)
    for moved, *_ in card:
        for factor in MOVES:
            yield [(d, w * factor if d == moved else w, measures) for d, w, measures in card]


def firmly_low(frame: pd.DataFrame, name: str) -> dict[str, bool]:
    """Return for each account whether its tier is low by the card and by every choice."""
    card = CARDS[name]
    shares: dict[str, list[dict[str, float]]] = {}
    firm = [True] * len(frame)
    for chosen in (card, *choices(card)):
        scales = repr([measures for _, _, measures in chosen])
        if scales not in shares:
            shares[scales] = pandas_oracle.shares_of(frame, chosen)
        tiers = [pandas_oracle.scored_row(s, chosen)["tier"] for s in shares[scales]]
        firm = [was and tier == "low" for was, tier in zip(firm, tiers, strict=True)]
    return dict(zip(frame["account_id"].tolist(), firm, strict=True))
