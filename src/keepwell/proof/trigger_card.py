"""The report card of a trigger: what came of the accounts that it would have warned of."""

from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame, Flags, Floats
from keepwell.proof.intervals import Influenced, clustered
from keepwell.proof.lead_time import FalseAlarms, LeadTime, false_alarms, lead_times
from keepwell.proof.metrics import rate
from keepwell.proof.metrics_sample import Sample, sample_of
from keepwell.proof.metrics_tiers import lift, on_lists_of, recall
from keepwell.proof.report_card import Extent, Subject, extent_of
from keepwell.proof.verdict import FEWEST_UNITS, Conclusion, VerdictReason

# A rate that many times the usual one is worth a warning; a gain that many times it, too.
LIFT_THAT_MATTERS = 1.5
GAIN_THAT_MATTERS = 0.5
RULE = "recency"


@dataclass(frozen=True, slots=True)
class TriggerCard:
    """What the back-test of one trigger says, for one outcome and horizon.

    on_alert:  rows under its alert; `accounts` of them. precision: share of these rows with the
               outcome; recall: share of outcomes they hold; lift: precision over the usual rate.
    list_gain: precision minus that of as many accounts a day, those silent for longest; None
               where silence is not known.
    """

    subject: Subject
    horizon_days: int
    extent: Extent
    conclusion: Conclusion
    reason: VerdictReason
    on_alert: int
    accounts: int
    base_rate: Estimate
    precision: Estimate
    recall: Estimate
    lift: Estimate
    list_gain: Estimate | None
    lead: LeadTime
    false_alarms: FalseAlarms


def trigger_card(frame: EvaluationFrame, on: Flags, subject: Subject, seed: int = 7) -> TriggerCard:
    """Return the card of a trigger over a frame that holds at least one row.

    `on`: rows at whose origin its alert would have been on. A warning is an unbroken alert.
    """
    sample = sample_of(frame)
    weight = on.astype(np.float64)
    usual = clustered(rate(sample, np.ones(len(frame))), sample, "sandwich")
    lifted = lift(sample, weight)
    gain = _list_gain(sample, weight, frame.baselines.get(RULE))
    precision = clustered(rate(sample, weight), sample, "sandwich")
    units = int(np.count_nonzero(sample.sums(weight)))
    conclusion, reason = _decided(sample, units, lifted, precision, gain, usual.value)
    return TriggerCard(
        subject,
        frame.horizon_days,
        extent_of(frame),
        conclusion,
        reason,
        int(on.sum()),
        len(np.unique(frame.account[on])),
        usual,
        precision,
        recall(sample, weight),
        lifted,
        gain,
        lead_times(frame, on, seed),
        false_alarms(frame, on, subject.csm_group),
    )


def whole_frame(frames: list[EvaluationFrame]) -> EvaluationFrame:
    """Return the rows of all scorecards' frames of one horizon; a trigger knows no scorecard.

    Groups and rules that one of them lacks are left out.
    """
    first = frames[0]
    if len(frames) == 1:
        return first
    groups = set.intersection(*(set(f.groups) for f in frames))
    rules = set.intersection(*(set(f.baselines) for f in frames))
    joined = {n: np.concatenate([getattr(f, n) for f in frames]) for n in _COLUMNS}
    return replace(
        first,
        **joined,  # type: ignore[arg-type]
        groups={n: np.concatenate([f.groups[n] for f in frames]) for n in sorted(groups)},
        baselines={n: np.concatenate([f.baselines[n] for f in frames]) for n in sorted(rules)},
    )


_COLUMNS = ("account", "origin", "score", "tier", "outcome", "event_day", "cluster", "value")


def _list_gain(sample: Sample, weight: Floats, rule: Floats | None) -> Estimate | None:
    """Return what the alerts hit beyond lists of equal length by a rule; None without the rule."""
    if rule is None or not weight.sum():
        return None
    places = np.bincount(sample.day, weights=weight).astype(np.float64)
    beside = on_lists_of(sample, rule, places)
    mine, other = rate(sample, weight), rate(sample, beside)
    found = Influenced(
        mine.value - other.value, mine.rows - other.rows, min(mine.informative, other.informative)
    )
    return clustered(found, sample, "sandwich", is_share=False)


def _decided(
    sample: Sample,
    units: int,
    lifted: Estimate,
    precision: Estimate,
    gain: Estimate | None,
    usual: float,
) -> tuple[Conclusion, VerdictReason]:
    """Return the verdict by one stated test (docs/proof_guide.md#triggers)."""
    refused = Conclusion.NOT_ENOUGH_DATA
    if sample.event_clusters < FEWEST_UNITS:
        return refused, VerdictReason.TOO_FEW_EVENTS
    if units < FEWEST_UNITS:
        return refused, VerdictReason.TOO_FEW_ALARMS
    # Where no alert came true, the lift is 0 and only the precision has an upper end.
    most = lifted.high if lifted.has_interval else precision.high / usual
    if most < LIFT_THAT_MATTERS:
        return Conclusion.NO_SKILL, VerdictReason.SKILL_RULED_OUT
    if not lifted.low > 1:
        return refused, VerdictReason.CHANCE_NOT_EXCLUDED
    if gain is None or gain.low > 0:
        return Conclusion.USEFUL, VerdictReason.BEATS_ALL_RULES
    if gain.has_interval and gain.high < GAIN_THAT_MATTERS * usual:
        return Conclusion.NO_BETTER_THAN_RECENCY, VerdictReason.RULE_IS_AS_GOOD
    return refused, VerdictReason.RULE_NOT_EXCLUDED
