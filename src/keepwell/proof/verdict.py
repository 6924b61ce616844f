"""The verdict on a score, by one stated test; its limits are constants and part of every report."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Floats
from keepwell.proof.intervals import Influenced, clustered
from keepwell.proof.metrics import auc, auc_difference
from keepwell.proof.metrics_sample import Sample

# An AUC that can order a list; a gain over a rule that would change who is on it.
AUC_THAT_MATTERS = 0.60
GAIN_THAT_MATTERS = 0.05
# Independent units with an event, and without, below which nothing is concluded.
FEWEST_UNITS = 20
LEAST_KNOWN_SHARE = 0.5
# The score of a month ago is the score itself: it is shown, and need not be beaten.
OWN_RULES = frozenset({"last_score"})


class Conclusion(StrEnum):
    """What can be said of a score."""

    USEFUL = "useful"
    NO_BETTER_THAN_RECENCY = "no_better_than_recency"
    NO_SKILL = "no_skill"
    NOT_ENOUGH_DATA = "not_enough_data"


class VerdictReason(StrEnum):
    """Which step of the test decided."""

    BEATS_ALL_RULES = "beats_all_rules"
    RULE_IS_AS_GOOD = "rule_is_as_good"
    SKILL_RULED_OUT = "skill_ruled_out"
    TOO_FEW_EVENTS = "too_few_events"
    TOO_FEW_OTHERS = "too_few_others"
    TOO_FEW_ALARMS = "too_few_alarms"
    SCORE_MOSTLY_UNKNOWN = "score_mostly_unknown"
    CHANCE_NOT_EXCLUDED = "chance_not_excluded"
    RULE_NOT_EXCLUDED = "rule_not_excluded"


@dataclass(frozen=True, slots=True)
class RuleCompared:
    """A naive rule beside the score: its own AUC, and score minus rule with paired interval."""

    rule: str
    auc: Estimate
    difference: Estimate

    @property
    def is_beaten(self) -> bool:
        """Say whether the score is better beyond its interval."""
        return self.difference.has_interval and self.difference.low > 0

    @property
    def is_as_good(self) -> bool:
        """Say whether a gain that matters is ruled out."""
        known = self.difference.has_interval
        return known and not self.is_beaten and self.difference.high < GAIN_THAT_MATTERS


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, the step that decided, the rule it names, and what it was compared with.

    units, other_units: independent units with and without an event.
    needed: units with an event that the test asks for at least.
    """

    conclusion: Conclusion
    reason: VerdictReason
    rule: str
    auc: Estimate
    rules: tuple[RuleCompared, ...]
    units: int
    other_units: int
    known_share: float
    needed: int = FEWEST_UNITS


def judge_score(sample: Sample, score: Floats, baselines: Mapping[str, Floats]) -> Judgement:
    """Return the verdict on a score.

    The test, in order: fewer than 20 units with or without an event, or a score known for less
    than half of the rows: not enough data. The interval of the AUC below 0.60: no skill; one
    that reaches 0.5: not enough data. Better than every naive rule beyond the paired 95 %
    interval: useful. A rule over which a gain of 0.05 is ruled out: no better than recency (or
    the rule it names). Else: not enough data.
    """
    own = auc(sample, score)
    estimate = clustered(own, sample, "delong")
    rules = tuple(_compared(sample, name, own, values) for name, values in baselines.items())
    known = float((score == score).mean()) if len(score) else 0.0
    conclusion, reason, rule = _decided(sample, estimate, known, rules)
    return Judgement(
        conclusion,
        reason,
        rule,
        estimate,
        rules,
        sample.event_clusters,
        sample.other_clusters,
        known,
    )


def _compared(sample: Sample, name: str, own: Influenced, values: Floats) -> RuleCompared:
    other = auc(sample, values)
    return RuleCompared(
        name, clustered(other, sample, "delong"), auc_difference(sample, own, other)
    )


def _decided(
    sample: Sample, own: Estimate, known: float, rules: tuple[RuleCompared, ...]
) -> tuple[Conclusion, VerdictReason, str]:
    refusal = _refused(sample, known)
    if refusal is not None:
        return Conclusion.NOT_ENOUGH_DATA, refusal, ""
    if own.high < AUC_THAT_MATTERS:
        return Conclusion.NO_SKILL, VerdictReason.SKILL_RULED_OUT, ""
    if own.low <= 0.5:
        return Conclusion.NOT_ENOUGH_DATA, VerdictReason.CHANCE_NOT_EXCLUDED, ""
    open_rules = [r for r in rules if r.rule not in OWN_RULES and not r.is_beaten]
    if not open_rules:
        return Conclusion.USEFUL, VerdictReason.BEATS_ALL_RULES, ""
    as_good = [r for r in open_rules if r.is_as_good]
    nearest = min(as_good or open_rules, key=lambda r: r.difference.value)
    if as_good:
        return Conclusion.NO_BETTER_THAN_RECENCY, VerdictReason.RULE_IS_AS_GOOD, nearest.rule
    return Conclusion.NOT_ENOUGH_DATA, VerdictReason.RULE_NOT_EXCLUDED, nearest.rule


def _refused(sample: Sample, known: float) -> VerdictReason | None:
    if sample.event_clusters < FEWEST_UNITS:
        return VerdictReason.TOO_FEW_EVENTS
    if sample.other_clusters < FEWEST_UNITS:
        return VerdictReason.TOO_FEW_OTHERS
    return VerdictReason.SCORE_MOSTLY_UNKNOWN if known < LEAST_KNOWN_SHARE else None
