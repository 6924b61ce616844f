"""Candidates of a programme: accounts of the cells that run its play, who meet its conditions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from keepwell.actions import CandidateRule
from keepwell.playbooks import card_lines, columns_of, condition_sql
from keepwell.ports import Engine
from keepwell.vocabulary import Scorecard

ANY_SIZE = "any"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be invited, with the cell that names it. `amount` None is unknown."""

    account_id: str
    name: str
    csm_id: str | None
    tier: str
    size: str
    amount: float | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates, the largest contribution first, and the conditions whose fields are missing."""

    accounts: tuple[Candidate, ...]
    missing_fields: tuple[str, ...]


def programme_candidates(
    engine: Engine,
    rules: Sequence[CandidateRule],
    cards: Iterable[Scorecard],
    taken: Collection[str],
) -> Candidates:
    """Return who may be invited, by the engine's `portfolio`; `taken` are in the programme.

    `cards`: the scorecards that tell which tiers stand for high, medium and low.
    """
    columns, lines = set(engine.columns("portfolio")), card_lines(cards)
    cells, missing = [], set[str]()
    for rule in rules:
        wanted = f"({_cell(rule, rules)}) AND ({rule.action.entry.when})"
        condition = condition_sql(wanted, columns, lines)
        if condition is None:
            missing |= columns_of(wanted) - columns
        else:
            cells.append(f"({condition})")
    if not cells:
        return Candidates((), tuple(sorted(missing)))
    rows = engine.rows(
        "SELECT account_id, name, csm_id, effective_tier, account_size_segment, "  # noqa: S608
        f"contribution_amount FROM portfolio WHERE {' OR '.join(cells)} "
        "ORDER BY contribution_amount DESC NULLS LAST, account_id"
    )
    found = tuple(
        Candidate(
            str(account),
            str(name or account),
            None if csm is None else str(csm),
            str(tier),
            str(size),
            None if amount is None else float(amount),
        )
        for account, name, csm, tier, size, amount in rows
        if str(account) not in taken
    )
    return Candidates(found, tuple(sorted(missing)))


def _cell(rule: CandidateRule, rules: Sequence[CandidateRule]) -> str:
    tier = f"effective_tier = {_quoted(rule.tier)}"
    if rule.size != ANY_SIZE:
        return f"{tier} AND account_size_segment = {_quoted(rule.size)}"
    own = {_quoted(r.size) for r in rules if r.tier == rule.tier and r.size != ANY_SIZE}
    others = f" AND coalesce(account_size_segment, '') NOT IN ({', '.join(sorted(own))})"
    return tier + (others if own else "")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
