"""A segment map tried out on the accounts of a snapshot: nothing is run, nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keepwell.runs.trial import Known
from keepwell.value import CELLS, UNKNOWN_SEGMENT, Cell, SegmentMap

MOST_MOVERS = 20


@dataclass(frozen=True, slots=True)
class SegmentedAccount:
    """One account of a snapshot. `cell`: its scores R, F, M; None where one is unknown."""

    account_id: str
    cell: Cell | None
    segment: str


@dataclass(frozen=True, slots=True)
class SegmentFlow:
    """Accounts that go from one segment to another, and their money."""

    before: str
    after: str
    accounts: int
    amount: float


@dataclass(frozen=True, slots=True)
class SegmentSide:
    """What a segment holds: of the 125 combinations, accounts in sight, money."""

    cells: int = 0
    accounts: int = 0
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class SegmentShare:
    """A segment with the run's map and with the one that is tried."""

    segment: str
    before: SegmentSide
    after: SegmentSide


@dataclass(frozen=True, slots=True)
class SegmentMover:
    """An account that changes segment."""

    account_id: str
    name: str
    cell: Cell
    before: str
    after: str
    amount: float | None


@dataclass(frozen=True, slots=True)
class SegmentTrial:
    """What a map would do to the accounts in sight.

    `cells`: combinations that lead elsewhere than in the map in use, each with both segments.
    `flows`: pairs of segments that differ, most accounts first. `movers`: the largest amounts.
    """

    accounts: int
    moved: int
    moved_amount: float
    cells: tuple[tuple[Cell, str, str], ...]
    shares: tuple[SegmentShare, ...]
    flows: tuple[SegmentFlow, ...]
    movers: tuple[SegmentMover, ...]


def try_map(
    found: Iterable[SegmentedAccount],
    known: Mapping[str, Known],
    of_run: SegmentMap,
    in_use: SegmentMap,
    tried: SegmentMap,
) -> SegmentTrial:
    """Return what a map would do to the accounts in sight.

    `known`: the accounts that the reader may see; no other is counted or named. An account whose
    segment is not that of its scores has it from its source, and keeps it.
    """
    moves = [(a, _after(a, of_run, tried)) for a in found if a.account_id in known]
    movers = [
        SegmentMover(
            a.account_id,
            known[a.account_id].name,
            a.cell,
            a.segment,
            after,
            known[a.account_id].amount,
        )
        for a, after in moves
        if a.cell is not None and after != a.segment
    ]
    movers.sort(key=lambda m: (-(m.amount or 0.0), m.account_id))
    return SegmentTrial(
        len(moves),
        len(movers),
        sum(m.amount or 0.0 for m in movers),
        tuple(
            (c, in_use.segment_of(*c), tried.segment_of(*c))
            for c in CELLS
            if in_use.segment_of(*c) != tried.segment_of(*c)
        ),
        _shares([(a.segment, after, known[a.account_id]) for a, after in moves], of_run, tried),
        _flows(movers),
        tuple(movers[:MOST_MOVERS]),
    )


def _after(account: SegmentedAccount, of_run: SegmentMap, tried: SegmentMap) -> str:
    cell = account.cell
    if cell is None or of_run.segment_of(*cell) != account.segment:
        return account.segment
    return tried.segment_of(*cell)


def _flows(movers: Iterable[SegmentMover]) -> tuple[SegmentFlow, ...]:
    pairs: dict[tuple[str, str], list[float]] = {}
    for m in movers:
        pairs.setdefault((m.before, m.after), []).append(m.amount or 0.0)
    found = [SegmentFlow(*pair, len(amounts), sum(amounts)) for pair, amounts in pairs.items()]
    return tuple(sorted(found, key=lambda f: (-f.accounts, f.before, f.after)))


def _shares(
    moves: Iterable[tuple[str, str, Known]], of_run: SegmentMap, tried: SegmentMap
) -> tuple[SegmentShare, ...]:
    told = list(moves)
    seen = {s for before, after, _ in told for s in (before, after)}
    names = dict.fromkeys((*tried.names, *of_run.names))
    more = sorted(seen - set(names) - {UNKNOWN_SEGMENT})
    last = [UNKNOWN_SEGMENT] if UNKNOWN_SEGMENT in seen else []
    before = _sides(of_run, [(b, k) for b, _, k in told])
    after = _sides(tried, [(a, k) for _, a, k in told])
    empty = SegmentSide()
    return tuple(
        SegmentShare(name, before.get(name, empty), after.get(name, empty))
        for name in (*names, *more, *last)
    )


def _sides(
    segments: SegmentMap, accounts: Iterable[tuple[str, Known]]
) -> Mapping[str, SegmentSide]:
    cells = Counter(segments.segment_of(*c) for c in CELLS)
    counts: Counter[str] = Counter()
    amounts: dict[str, float] = {}
    for name, known in accounts:
        counts[name] += 1
        amounts[name] = amounts.get(name, 0.0) + (known.amount or 0.0)
    return {
        name: SegmentSide(cells[name], counts[name], amounts.get(name, 0.0))
        for name in {*cells, *counts}
    }
