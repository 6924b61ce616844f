"""Which scorecards a back-test replays, on whom, and without what was not known then."""

import re
from collections.abc import Sequence

from keepwell.measures import CATALOG
from keepwell.proof import CONDITION_OF_TODAY, LeftOut, without_measures
from keepwell.scoring import CardUse
from keepwell.vocabulary import TABLES, Finding, InputProblem, NotFound


def chosen_uses(uses: Sequence[CardUse], scorecard: str | None) -> tuple[CardUse, ...]:
    """Return the uses to replay: all of them, or one card for every account.

    Errors: NotFound for a card that is not in use.
    """
    if scorecard is None:
        return tuple(uses)
    found = next((u for u in uses if u.card.scorecard == scorecard), None)
    if found is None:
        names = ", ".join(u.card.scorecard for u in uses)
        raise NotFound(f"No scorecard `{scorecard}` is in use.", cure=f"Choose of: {names}.")
    return (CardUse(found.card, None),)


def words_of(use: CardUse) -> frozenset[str]:
    """Return the names in a use's condition."""
    return frozenset(re.findall(r"\w+", use.when or ""))


def conditions_of_today(uses: Sequence[CardUse]) -> tuple[Finding, ...]:
    """Return a finding when conditions rest on columns that hold present values only."""
    present = {c.name for c in TABLES["accounts"].columns if c.is_current_only}
    present |= {m.name for m in CATALOG.values() if m.is_current_only}
    found = [words_of(u) & present for u in uses]
    if not any(found):
        return ()
    words = {"words": ", ".join(sorted(frozenset().union(*found)))}
    count = sum(bool(f) for f in found)
    return (Finding(CONDITION_OF_TODAY, "accounts", count, params=words),)


def reduced(use: CardUse, gone: Sequence[LeftOut]) -> CardUse:
    """Return the use without the measures that were not known then.

    Errors: InputProblem when nothing of the card is left.
    """
    card = without_measures(use.card, {g.measure for g in gone})
    if card is None:
        names = ", ".join(g.measure for g in gone)
        raise InputProblem(
            f"Nothing of scorecard `{use.card.scorecard}` was known on past days: {names} rest on "
            "columns that hold present values only.",
            cure="Map dated rows (activities, usage, transactions, tickets, subscriptions), from "
            "which measures of a past day are computed.",
        )
    return CardUse(card, use.when)
