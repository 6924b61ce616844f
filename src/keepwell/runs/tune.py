"""Propose a scorecard from a back-test: for review, in a file of its own, never live by itself."""

from dataclasses import dataclass, replace

from keepwell.proof.model import TooFewEvents
from keepwell.proof.tune import Proposal, TuneRows, propose
from keepwell.proof.tune_shares import MeasureRows
from keepwell.proof.tune_weights import with_weights
from keepwell.runs.churn_sample import PastRows
from keepwell.vocabulary import InputProblem, Scorecard


@dataclass(frozen=True, slots=True)
class Tuned:
    """A proposal over the expert's whole card; `untouched`: measures not known on past days."""

    proposal: Proposal
    card: Scorecard
    untouched: tuple[str, ...]


def tune_card(card: Scorecard, rows: PastRows, largest_move: float) -> Tuned | TooFewEvents:
    """Return the card with weights, curves and lines that tell better who left.

    Measures that past days do not tell keep their curves and their weight.
    Errors: InputProblem where fewer than two measures were known.
    """
    known = {*rows.features.numbers, *rows.features.categories}
    part = known_part(card, known)
    if part is None or len(part.measures) < 2:
        raise InputProblem(
            f"Of scorecard `{card.scorecard}` {len(part.measures) if part else 0} measures were "
            "known on past days; there is nothing to weigh against each other.",
            cure="Map dated rows, from which measures of a past day are computed.",
        )
    measures = MeasureRows(rows.features.numbers, rows.features.categories, rows.never)
    tuning = TuneRows(measures, rows.left, rows.cluster, rows.origin, rows.horizon_days)
    found = propose(part, tuning, largest_move)
    if isinstance(found, TooFewEvents):
        return found
    whole = _whole(card, found.card)
    untouched = tuple(m.measure for m in card.measures if m.measure not in known)
    return Tuned(replace(found, expert=card), whole, untouched)


def known_part(card: Scorecard, known: set[str]) -> Scorecard | None:
    """Return the card of the known measures at the weights of the whole; None without any."""
    design = card.micro_weights()
    dimensions = []
    for d in card.dimensions:
        kept = tuple(m for m in d.measures if m.measure in known)
        weight = sum(design[m.measure] for m in kept) / 1_000_000
        if kept:
            dimensions.append(d.model_copy(update={"weight": weight, "measures": kept}))
    return card.model_copy(update={"dimensions": tuple(dimensions)}) if dimensions else None


def _whole(card: Scorecard, part: Scorecard) -> Scorecard:
    """Return the whole card with the tuned measures put in place of theirs."""
    design = card.micro_weights()
    mine = sum(design[m.measure] for m in part.measures) / 1_000_000
    tuned = {n: m / 100_000_000 * mine for n, m in part.micro_weights().items()}
    scales = {m.measure: m.scale for m in part.measures}
    dimensions = tuple(
        d.model_copy(
            update={
                "measures": tuple(
                    m.model_copy(update={"scale": scales.get(m.measure, m.scale)})
                    for m in d.measures
                )
            }
        )
        for d in card.dimensions
    )
    scaled = card.model_copy(update={"dimensions": dimensions, "tiers": part.tiers})
    return with_weights(scaled, tuned)
