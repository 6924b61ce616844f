"""Find what changed since the run before, for all accounts, and why."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from keepwell.ports import Engine, RunRecord
from keepwell.runs.score_portfolio_cards import UsedCard
from keepwell.scoring import RowScorer
from keepwell.vocabulary import Scorecard
from keepwell.warning import (
    BEFORE,
    Cause,
    Circumstances,
    Decisions,
    Gate,
    GateKind,
    GateReason,
    Move,
    Split,
    Standing,
    Transition,
    tier_transitions,
    trigger_transitions,
)

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
Card = tuple[str, int]
Scorers = Mapping[Card, RowScorer]
NEVER = "__never"
MOVED = "watch_moved"
_SIDE = (
    "{0}.tier, {0}.effective_tier, {0}.score_micro, {0}.scorecard, {0}.scorecard_version, "
    "{0}.has_override"
)
_SELECT = (
    f"SELECT s.account_id, {_SIDE.format('b')}, {_SIDE.format('s')} "  # noqa: S608
    f"FROM scores AS s JOIN {BEFORE} AS b ON b.account_id = s.account_id "
)
_CHANGED = "WHERE s.tier <> b.tier OR s.effective_tier <> b.effective_tier"
_NAMED = f"JOIN {MOVED} AS m ON m.account_id = s.account_id"


@dataclass(frozen=True, slots=True)
class PastRows:
    """Measures of the earlier day for some accounts: as stored then, and as measured again now.

    `replayed` is empty where the import is the same.
    """

    accounts: Sequence[str]
    stored: Rows
    replayed: Rows


@dataclass(frozen=True, slots=True)
class Past:
    """What is needed of the run before: its fitted cards, and measures of some accounts.

    `card`:   the fitted card of a version, and the hash of its definition.
    `mapped`: the columns that today's import fills, as "table.column".
    `rows`:   for a run, accounts and measures, chunk by chunk: a mass change must fit in memory.
    """

    mapped: frozenset[str]
    card: Callable[[str, int], tuple[Scorecard, str]]
    rows: Callable[[RunRecord, Sequence[str], Sequence[str]], Iterator[PastRows]]


@dataclass(frozen=True, slots=True)
class Present:
    """The run at hand: its fitted cards, and the measures that hold present values only."""

    uses: tuple[UsedCard, ...]
    current_only: frozenset[str]


def find_transitions(
    engine: Engine,
    past: Past,
    present: Present,
    before: RunRecord | None,
    decisions: Decisions,
    gate: Gate,
    *,
    is_rule_changed: bool,
) -> tuple[Transition, ...]:
    """Return the changes of tier and the alarms that turned, each with its cause.

    Needs: tables `scores`, `measures` and BEFORE. Without an earlier run, looking back or on a
           baseline there is nothing to compare, so nothing changed.
    """
    if before is None or gate.kind is GateKind.BASELINE or gate.reason is GateReason.LOOKING_BACK:
        return ()
    moved = _moves(engine, _CHANGED)
    turned = {a.account_id for a in decisions.alerts} | {e.account_id for e in decisions.endings}
    _name(engine, turned - set(moved))
    moves = moved | _moves(engine, _NAMED)
    known = Circumstances(
        _definitions(past, present, moves.values()),
        is_rule_changed=is_rule_changed,
        is_faulty=gate.reason is GateReason.SOURCE_FAULT,
    )
    splits = _splits(engine, past, present, before, list(moves.values()))
    return (
        *tier_transitions(list(moved.values()), splits, known),
        *trigger_transitions(decisions.alerts, decisions.endings, moves, splits, known),
    )


def _moves(engine: Engine, which: str) -> dict[str, Move]:
    found = {}
    # Of a million accounts, few tiers and cards: each is kept once.
    once: dict[Any, Any] = {}
    for row in engine.rows(f"{_SELECT}{which} ORDER BY s.account_id"):
        found[str(row[0])] = Move(
            str(row[0]), _standing(row[1:7], once), _standing(row[7:13], once)
        )
    return found


def _standing(row: Sequence[Any], once: dict[Any, Any]) -> Standing:
    tier, effective, micro, card, version, has_override = row
    pair = None if card is None else (str(card), int(version))
    return Standing(
        once.setdefault(tier, str(tier)),
        once.setdefault(effective, str(effective)),
        None if micro is None else int(micro),
        once.setdefault(pair, pair),
        bool(has_override),
    )


def _name(engine: Engine, accounts: Iterable[str]) -> None:
    engine.read_arrow(MOVED, pa.table({"account_id": pa.array(sorted(accounts), pa.string())}))


def _definitions(
    past: Past, present: Present, moves: Iterable[Move]
) -> dict[tuple[Card | None, Card | None], Cause]:
    """Return what each pair of different cards means: fitted anew, or another definition."""
    now = {(u.card.scorecard, u.card.version): u.definition_hash for u in present.uses}
    pairs = {(m.before.card, m.after.card) for m in moves}
    found = {}
    for old, new in pairs:
        if old == new:
            continue
        is_same = old is not None and new is not None and past.card(*old)[1] == now.get(new)
        found[old, new] = Cause.MODEL if is_same else Cause.CONFIG
    return found


def _splits(
    engine: Engine, past: Past, present: Present, before: RunRecord, moves: Sequence[Move]
) -> dict[str, Split]:
    comparable = {m.account_id: m for m in moves if m.before.score_micro is not None}
    cards = {m.before.card for m in comparable.values()} - {None}
    if not cards:
        return {}
    names = sorted({m.measure for c in cards if c for m in past.card(*c)[0].measures})
    scorers = {c: RowScorer(past.card(*c)[0]) for c in cards if c}
    found = {}
    for rows in past.rows(before, list(comparable), names):
        some = [comparable[a] for a in rows.accounts]
        # Where the card is the same, today's score is known and needs no measures.
        other = [m.account_id for m in some if m.before.card != m.after.card]
        today = measures_of(engine, "measures", other, names) if other else {}
        for move in some:
            split = _split(move, scorers, present, rows, today)
            if split is not None:
                found[move.account_id] = split
    return found


def _split(
    move: Move, scorers: Scorers, present: Present, rows: PastRows, today: Rows
) -> Split | None:
    account, after, stored = move.account_id, move.after.score_micro, move.before.score_micro
    old, replayed = rows.stored.get(account), rows.replayed.get(account)
    if move.before.card is None or after is None or stored is None or old is None:
        return None
    scorer = scorers[move.before.card]
    now = after if move.before.card == move.after.card else _score(scorer, today[account])
    # A column that the source overwrites in place changed with the customer, not in the past.
    kept = {n: v for n, v in old.items() if n.removesuffix("__never") in present.current_only}
    again = stored if replayed is None else _score(scorer, {**replayed, **kept})
    if now is None or again is None:
        return None
    return Split(now - again, again - stored, after - now)


def _score(scorer: RowScorer, row: Row) -> int | None:
    never = frozenset(n.removesuffix(NEVER) for n, v in row.items() if v and n.endswith(NEVER))
    return scorer.score(row, never).score_micro


def measures_of(
    engine: Engine, table: str, accounts: Iterable[str], measures: Iterable[str]
) -> dict[str, Row]:
    """Return measures of some accounts from a table that may lack some, by account_id."""
    _name(engine, accounts)
    there = engine.columns(table)
    wanted = ("account_id", *(n for m in measures for n in (m, f"{m}__never")))
    names = [n for n in wanted if n in there]
    columns = ", ".join(f"t.{n}" for n in names)
    found = engine.rows(
        f"SELECT {columns} FROM {table} AS t JOIN {MOVED} AS m ON m.account_id = t.account_id"  # noqa: S608
    )
    rows = (dict(zip(names, row, strict=True)) for row in found)
    return {str(row["account_id"]): row for row in rows}
