"""A scorecard tried out on the accounts of a snapshot: nothing is run, nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.measures import CATALOG
from keepwell.runs.preview import TierMove
from keepwell.runs.preview_reasons import Mover, main_reason
from keepwell.scoring import fit, fit_requests, is_fitted
from keepwell.scoring.bounds import with_bounds_of
from keepwell.scoring.columns import (
    NO_SCORE,
    Flags,
    Floats,
    ManyScores,
    MeasureColumn,
    Shares,
    Whole,
    score_many,
    shares_of,
    statistics_of,
)
from keepwell.vocabulary import UNKNOWN_TIER, Scorecard

MOST_SHARES_KEPT = 200
TIERS = ("high", "medium", "low", UNKNOWN_TIER)
LOW, UNKNOWN = 2, 3


@dataclass(frozen=True, slots=True)
class Known:
    """One account that the reader may see."""

    name: str
    amount: float | None


@dataclass(slots=True)
class Bench:
    """The accounts of one scorecard in one snapshot, read once: what trials work on.

    `fitted`: the card that scored them. `tiers`: effective ones, as published, by their place in
    TIERS; `is_pinned`: by a person. `known`: the accounts in sight, `in_sight` and `amounts` say
    the same by row. `shares`: of measures that were scaled already, by their definition.
    """

    run_id: str
    fitted: Scorecard
    ids: Sequence[str]
    scores: Whole
    tiers: Whole
    is_pinned: Flags
    known: Mapping[str, Known]
    in_sight: Flags
    amounts: Floats
    measures: pa.Table
    columns: dict[str, MeasureColumn] = field(default_factory=dict)
    shares: dict[str, Shares] = field(default_factory=dict)

    def column(self, name: str) -> MeasureColumn:
        """Return a measure's column; all unknown where the snapshot does not have it."""
        if name not in self.columns:
            self.columns[name] = measure_column(self.measures, name)
        return self.columns[name]

    def scored(self, card: Scorecard) -> ManyScores:
        """Return the scores under a fitted card."""
        return score_many(
            card, {m.measure: self._shares(card, n) for n, m in enumerate(card.measures)}
        )

    def _shares(self, card: Scorecard, number: int) -> Shares:
        measure = card.measures[number].model_copy(update={"weight": 100.0})
        key = measure.model_dump_json()
        if key not in self.shares:
            if len(self.shares) >= MOST_SHARES_KEPT:
                self.shares.clear()
            self.shares[key] = shares_of(measure, self.column(measure.measure))
        return self.shares[key]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a scorecard would do to the accounts in sight.

    `flows`: every pair of tiers, those who stay included. `movers`: the largest amounts first, at
    most as many as were asked for; `moved`: all.
    """

    card: Scorecard
    accounts: int
    changed_scores: int
    moved: int
    fallen: int
    risen: int
    low_amount_change: float
    flows: tuple[TierMove, ...]
    movers: tuple[Mover, ...]
    newly_fitted: tuple[str, ...]


def bench_of(
    run_id: str,
    scores: pa.Table,
    measures: pa.Table,
    fitted: Scorecard,
    known: Mapping[str, Known],
) -> Bench:
    """Return the bench of a scorecard from a snapshot's `scores` and `measures`.

    `known`: the accounts that the reader may see; no other is counted or named.
    """
    own = scores.filter(pc.equal(scores["scorecard"], fitted.scorecard))
    place = pc.index_in(own["account_id"], value_set=measures["account_id"].combine_chunks())
    ids = own["account_id"].to_pylist()
    return Bench(
        run_id,
        fitted,
        ids,
        pc.fill_null(own["score_micro"], NO_SCORE).to_numpy(),
        pc.index_in(own["effective_tier"], value_set=pa.array(TIERS)).to_numpy().astype(np.int64),
        own["has_override"].to_numpy(),
        known,
        np.array([i in known for i in ids], np.bool_),
        np.array([_amount(known.get(i)) for i in ids], np.float64),
        measures.take(place),
    )


def fitted_trial(bench: Bench, card: Scorecard) -> tuple[Scorecard, tuple[str, ...]]:
    """Return an edited card ready to score, and the measures whose bounds are learned anew.

    Bounds of scales that were not edited stay as they are (docs/studio.md#bounds).
    Errors: ConfigInvalid for an unsound card.
    """
    fit_requests(card, CATALOG)
    kept = with_bounds_of(card, bench.fitted)
    open_measures = [r.measure for r in fit_requests(kept, CATALOG)]
    statistics = [statistics_of(name, bench.column(name)) for name in open_measures]
    made = fit(kept, statistics, "")
    learned = tuple(
        m.measure for m in made.measures if m.measure in open_measures and is_fitted(m.scale)
    )
    return made.model_copy(update={"note": card.note}), learned


def try_card(
    bench: Bench, card: Scorecard, *, newly_fitted: tuple[str, ...] = (), shown: int = 20
) -> Trial:
    """Return what a fitted card would do to the accounts in sight."""
    before, after = bench.scored(bench.fitted), bench.scored(card)
    own = np.array([TIERS.index(t) for t in after.tiers], np.int64)[after.tier]
    tiers = np.where(bench.is_pinned, bench.tiers, own)
    moved = (tiers != bench.tiers) & bench.in_sight
    is_scored = (tiers != UNKNOWN) & (bench.tiers != UNKNOWN)
    became = (tiers == LOW).astype(np.float64) - (bench.tiers == LOW)
    places = [int(n) for n in np.flatnonzero(moved)]
    order = sorted(places, key=lambda n: (-bench.amounts[n], bench.ids[n]))[:shown]
    return Trial(
        card,
        int(bench.in_sight.sum()),
        int(((bench.scores != after.score) & bench.in_sight).sum()),
        len(places),
        int((moved & is_scored & (tiers > bench.tiers)).sum()),
        int((moved & is_scored & (tiers < bench.tiers)).sum()),
        float((bench.amounts * became)[bench.in_sight].sum()),
        _flows(bench, tiers),
        tuple(_mover(bench, before, after, TIERS[tiers[n]], n) for n in order),
        newly_fitted,
    )


def _amount(found: Known | None) -> float:
    return 0.0 if found is None or found.amount is None else found.amount


def _flows(bench: Bench, tiers: Whole) -> tuple[TierMove, ...]:
    pair = bench.tiers * len(TIERS) + tiers
    found = []
    for code in np.unique(pair[bench.in_sight]):
        here = (pair == code) & bench.in_sight
        old, new = divmod(int(code), len(TIERS))
        found.append(
            TierMove(TIERS[old], TIERS[new], int(here.sum()), float(bench.amounts[here].sum()))
        )
    return tuple(found)


def _mover(bench: Bench, before: ManyScores, after: ManyScores, tier: str, n: int) -> Mover:
    who = bench.known[bench.ids[n]]
    old, new = int(bench.scores[n]), int(after.score[n])
    net = 0 if NO_SCORE in (old, new) else new - old
    was, becomes = ({m: int(p[n]) for m, p in s.parts.items()} for s in (before, after))
    return Mover(
        bench.ids[n],
        who.name,
        TIERS[bench.tiers[n]],
        tier,
        None if old == NO_SCORE else old,
        None if new == NO_SCORE else new,
        who.amount,
        *main_reason(was, becomes, net),
    )


def measure_column(measures: pa.Table, name: str) -> MeasureColumn:
    """Return one measure of a snapshot's `measures`; all unknown where there is none."""
    size = measures.num_rows
    empty, nothing = np.full(size, np.nan), np.zeros(size, np.bool_)
    if name not in measures.column_names:
        return MeasureColumn(empty, None, (), nothing)
    never = f"{name}__never"
    flags = measures[never].to_numpy() if never in measures.column_names else nothing
    values = measures[name]
    if pa.types.is_floating(values.type) or pa.types.is_integer(values.type):
        numbers = pc.cast(values, pa.float64()).to_numpy()
        return MeasureColumn(np.asarray(numbers, np.float64), None, (), flags)
    coded = pc.dictionary_encode(values.combine_chunks())
    codes = pc.fill_null(coded.indices, -1).to_numpy().astype(np.int64)
    return MeasureColumn(empty, codes, tuple(coded.dictionary.to_pylist()), flags)
