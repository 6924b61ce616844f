"""Explain one account's score from a snapshot: parts, peers, lift, change since the last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from keepwell.measures import CATALOG
from keepwell.ports import Engine, RunRecord, SnapshotStore, StateStore
from keepwell.runs.export import current_run
from keepwell.scoring import (
    Change,
    Explanation,
    Peer,
    RowScore,
    StoredScore,
    Value,
    explain_account,
    score_row,
    split_change,
)
from keepwell.vocabulary import InternalProblem, Measure, NotFound, Scorecard

SEGMENT = "account_size_segment"
PEERS = "explained_peers"
ALL_IDS = "`keepwell export scores -o scores.csv`"
# Makes the measures of today's tables as of a date an engine table and returns its name.
Replay = Callable[[date], str]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScoredSnapshot:
    """The engine tables of one run's snapshot."""

    run: RunRecord
    measures: str
    scores: str
    contributions: str


def explain(
    engine: Engine,
    state: StateStore,
    snapshots: SnapshotStore,
    account_id: str,
    *,
    run_id: str | None = None,
    replay: Replay | None = None,
    measures: Mapping[str, Measure] = CATALOG,
) -> Explanation:
    """Return why an account has its score in a run, the current one by default.

    `replay`: without it, or without an earlier snapshot that describes no later day, `change`
              is None.
    Errors:   NotFound for an unknown run or account; says which ids look alike.
    """
    runs = state.runs()
    wanted = current_run(state, run_id)
    position = next(i for i, r in enumerate(runs) if r.run_id == wanted)
    now = open_scored(engine, snapshots, runs[position], "now")
    score = account_row(engine, now.scores, account_id)
    row = account_row(engine, now.measures, account_id)
    card = card_of(state, score, account_id)
    values, never = values_of(row, card)
    scored = score_row(card, values, never)
    _check_stored(account_id, scored, score)
    change = None
    earlier = [r for r in runs[position + 1 :] if r.as_of <= runs[position].as_of]
    if replay is not None and earlier:
        before = open_scored(engine, snapshots, earlier[0], "before")
        change = _change(engine, state, before, replay, account_id, row, scored)
    return explain_account(
        card,
        account_id,
        values,
        never,
        measures=measures,
        peers=_peers(engine, now.measures, card, row, measures),
        effective_tier=str(score["effective_tier"]),
        change=change,
    )


def open_scored(
    engine: Engine, snapshots: SnapshotStore, run: RunRecord, name: str
) -> ScoredSnapshot:
    """Return the scored tables of a run, read under a name of their own."""
    folder = snapshots.path(run.run_id)
    names = {}
    for table in ("measures", "scores", "contributions"):
        names[table] = f"{name}_{table}"
        engine.read_parquet(names[table], folder / f"{table}.parquet")
    return ScoredSnapshot(run, names["measures"], names["scores"], names["contributions"])


def _find(engine: Engine, table: str, account_id: str) -> Row | None:
    columns = list(engine.columns(table))
    found = engine.rows(f"SELECT * FROM {table} WHERE account_id = {_text(account_id)}")  # noqa: S608
    return dict(zip(columns, found[0], strict=True)) if found else None


def account_row(engine: Engine, table: str, account_id: str) -> Row:
    """Return one account's row. Errors: NotFound; says which ids look alike."""
    row = _find(engine, table, account_id)
    if row is not None:
        return row
    like = engine.rows(
        f"SELECT account_id FROM {table} "  # noqa: S608
        f"WHERE lower(account_id) = lower({_text(account_id)}) "
        f"OR starts_with(account_id, {_text(account_id[:8])}) ORDER BY account_id LIMIT 5"
    )
    near = ", ".join(str(found) for (found,) in like)
    raise NotFound(
        f"No account `{account_id}` in this run.",
        cure=f"Did you mean: {near}?"
        if near
        else "`keepwell export scores -o scores.csv` lists all ids.",
        account_id=account_id,
    )


def card_of(state: StateStore, score: Row, account_id: str) -> Scorecard:
    """Return the fitted card that scored an account. Errors: NotFound where none did."""
    if score["scorecard"] is None:
        raise NotFound(
            f"No scorecard applies to account `{account_id}`.",
            cure="Add a scorecard without `when` at the end of `scorecards` in keepwell.yml.",
            account_id=account_id,
        )
    return state.scorecard_version(str(score["scorecard"]), int(score["scorecard_version"]))


def values_of(row: Row, card: Scorecard) -> tuple[dict[str, Value], frozenset[str]]:
    """Return the values of a card's measures, and which never happened."""
    names = [m.measure for m in card.measures]
    values = {n: row.get(n) for n in names}
    return values, frozenset(n for n in names if row.get(f"{n}__never"))


def _check_stored(account_id: str, scored: RowScore, stored: Row) -> None:
    expected = stored["score_micro"]
    # Engines may differ by one micro-point a measure on scales with ln or exp (design D6).
    allowed = len(scored.measures)
    is_same = (scored.score_micro is None) == (expected is None)
    if not is_same or abs((scored.score_micro or 0) - (expected or 0)) > allowed:
        raise InternalProblem(
            f"Account `{account_id}` scores {scored.score_micro} micro-points when explained, but "
            f"{expected} in the snapshot.",
            cure="Run `keepwell run` again; if this stays, please report it.",
            account_id=account_id,
        )


def _peers(
    engine: Engine,
    table: str,
    card: Scorecard,
    row: Row,
    measures: Mapping[str, Measure],
) -> dict[str, Peer]:
    segment = str(row.get(SEGMENT) or "")
    numeric = [
        m.measure
        for m in card.measures
        if m.measure in row and not (m.measure in measures and measures[m.measure].is_category)
    ]
    where = f"WHERE {SEGMENT} = {_text(segment)}" if segment else ""
    columns = ", ".join(["account_id", *numeric])
    engine.create_table(PEERS, f"SELECT {columns} FROM {table} {where}")  # noqa: S608
    peers = {}
    for name in numeric:
        known = engine.rows(f"SELECT count({name}) FROM {PEERS}")[0][0]  # noqa: S608
        peers[name] = Peer(segment, engine.quantiles(PEERS, name, [0.5])[0], int(known))
    return peers


def _change(
    engine: Engine,
    state: StateStore,
    before: ScoredSnapshot,
    replay: Replay,
    account_id: str,
    row: Row,
    scored: RowScore,
) -> Change | None:
    score = _find(engine, before.scores, account_id)
    parts = _find(engine, before.contributions, account_id)
    if score is None or parts is None or score["score_micro"] is None:
        return None
    replayed = _find(engine, replay(before.run.as_of), account_id)
    if replayed is None:
        return None
    old_card = card_of(state, score, account_id)
    micros = {m.measure: int(parts[f"{m.measure}__micro"]) for m in old_card.measures}
    return split_change(
        before.run.as_of,
        StoredScore(int(score["score_micro"]), micros),
        score_row(old_card, *values_of(replayed, old_card)),
        score_row(old_card, *values_of(row, old_card)),
        scored,
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
