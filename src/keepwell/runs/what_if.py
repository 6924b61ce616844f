"""What if: one account with measures changed by hand, and the least effort to the next tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keepwell.measures import CATALOG
from keepwell.ports import Engine, SnapshotStore, StateStore
from keepwell.runs.explain import SEGMENT, account_row, card_of, open_scored, values_of
from keepwell.runs.export import current_run
from keepwell.scoring import Effort, Value, least_effort, scale_value, score_row
from keepwell.vocabulary import InputProblem, MapScale, Measure, Scorecard, ScorecardMeasure

PEERS = "what_if_peers"
# Within reach is what the better tenth of the peers (accounts of the same size; all accounts
# where they are fewer than this) has come to.
REACH_SHARE = 0.9
LEAST_PEERS = 10
# Beyond the ends of any scale.
FAR = 1e15


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """One measure's points before and after; `now` and `then` its values."""

    measure: str
    now: Value
    then: Value
    micro_before: int
    micro_after: int


@dataclass(frozen=True, slots=True)
class WithinReach:
    """What the better tenth of an account's peers has come to."""

    measure: str
    value: float
    peers: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An account as it is and as it would be. `parts`: only those whose points or values change.

    `effort`: the fewest moves within reach from where the account stands, None at the top.
    """

    account_id: str
    scorecard: str
    scorecard_version: int
    segment: str
    before_micro: int | None
    after_micro: int | None
    tier_before: str
    tier_after: str
    parts: tuple[ChangedPart, ...]
    reach: tuple[WithinReach, ...]
    effort: Effort | None


def what_if(
    engine: Engine,
    state: StateStore,
    snapshots: SnapshotStore,
    account_id: str,
    changes: Sequence[str],
    *,
    measures: Mapping[str, Measure] = CATALOG,
) -> WhatIf:
    """Return an account of the current run with `measure=value` changes, scored again.

    Errors: NotFound for an unknown account; InputProblem for a change that is none.
    """
    wanted = current_run(state, None)
    run = next(r for r in state.runs() if r.run_id == wanted)
    now = open_scored(engine, snapshots, run, "now")
    row = account_row(engine, now.measures, account_id)
    card = card_of(state, account_row(engine, now.scores, account_id), account_id)
    values, never = values_of(row, card)
    changed = parse_changes(changes, card)
    before = score_row(card, values, never)
    after = score_row(card, {**values, **changed}, never - set(changed))
    parts = tuple(
        ChangedPart(n, values.get(n), changed.get(n, values.get(n)), part.micro, then.micro)
        for (n, part), then in zip(before.measures.items(), after.measures.values(), strict=True)
        if n in changed or part.micro != then.micro
    )
    reach = _reach(engine, now.measures, card, row)
    return WhatIf(
        account_id,
        card.scorecard,
        card.version,
        str(row.get(SEGMENT) or ""),
        before.score_micro,
        after.score_micro,
        before.tier,
        after.tier,
        parts,
        reach,
        least_effort(card, values, never, measures, {r.measure: r.value for r in reach}),
    )


def parse_changes(changes: Sequence[str], card: Scorecard) -> dict[str, Value]:
    """Return the values of `measure=value` words; shares may be written as 45%.

    Errors: InputProblem for an unknown measure, a value that its scale cannot read.
    """
    named = {m.measure: m for m in card.measures}
    found: dict[str, Value] = {}
    for change in changes:
        name, sign, text = change.partition("=")
        measure = named.get(name.strip())
        if not sign or measure is None:
            raise InputProblem(
                f"`{change}` changes no measure of scorecard `{card.scorecard}`.",
                cure=f"Write `measure=value` with one of: {', '.join(named)}.",
            )
        found[measure.measure] = _value(measure, text.strip())
    return found


def _value(measure: ScorecardMeasure, text: str) -> Value:
    if isinstance(measure.scale, MapScale):
        if text not in measure.scale.values:
            raise InputProblem(
                f"`{measure.measure}` cannot be `{text}`.",
                cure=f"Choose of: {', '.join(measure.scale.values)}.",
            )
        return text
    number = text.replace(",", "")
    try:
        return float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        raise InputProblem(
            f"`{measure.measure}={text}`: expected a number.",
            cure=f"For instance `{measure.measure}=10`; a share may be written `45%`.",
        ) from None


def _reach(
    engine: Engine, table: str, card: Scorecard, row: Mapping[str, Any]
) -> tuple[WithinReach, ...]:
    segment = str(row.get(SEGMENT) or "").replace("'", "''")
    names = [m for m in card.measures if m.measure in row and not isinstance(m.scale, MapScale)]
    columns = ", ".join(["account_id", *(m.measure for m in names)])
    where = f"WHERE {SEGMENT} = '{segment}'" if segment else ""
    if int(engine.rows(f"SELECT count(*) FROM {table} {where}")[0][0]) < LEAST_PEERS:  # noqa: S608
        where = ""
    engine.create_table(PEERS, f"SELECT {columns} FROM {table} {where}")  # noqa: S608
    found = []
    for m in names:
        known = int(engine.rows(f"SELECT count({m.measure}) FROM {PEERS}")[0][0])  # noqa: S608
        if known < LEAST_PEERS:
            continue
        share = REACH_SHARE if _rises(m) else 1.0 - REACH_SHARE
        value = engine.quantiles(PEERS, m.measure, [share])[0]
        if value is not None:
            found.append(WithinReach(m.measure, float(value), known))
    return tuple(found)


def _rises(m: ScorecardMeasure) -> bool:
    """Say whether more is better on the measure's scale."""
    least, most = (scale_value(m.scale, end) or 0.0 for end in (-FAR, FAR))
    return most >= least
