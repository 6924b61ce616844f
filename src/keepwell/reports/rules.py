"""When a sentence is allowed: one predicate per pattern, evidence in, verdict out. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from keepwell.reports.patterns import Pattern

MINIMUM_N = 10
LEVEL = 0.05
MEAN_BAND = (0.5, 2.0)


class Why(StrEnum):
    """The reason of a verdict."""

    PASSED = "passed"
    TOO_SMALL = "too_small"
    BY_CONSTRUCTION = "by_construction"
    NO_DIFFERENCE = "no_difference"
    NOT_TESTED = "not_tested"
    NOT_SIGNIFICANT = "not_significant"
    SHARED_INPUT = "shared_input"
    NO_OUTCOME = "no_outcome"
    NO_DATES = "no_dates"
    NO_PAST_ERROR = "no_past_error"
    NOT_LABELLED = "not_labelled"
    NO_FEASIBLE_SHARE = "no_feasible_share"
    NO_SECOND_SNAPSHOT = "no_second_snapshot"
    CUT_NOT_ADMITTED = "cut_not_admitted"
    CONTRADICTION = "contradiction"
    MEAN_MISLEADS = "mean_misleads"
    WORDS_FOR_NUMBERS = "words_for_numbers"
    NO_SUCH_DATA = "no_such_data"
    NO_ALTERNATIVE = "no_alternative"
    NO_COMPARISON_GROUP = "no_comparison_group"
    INCOMPLETE_ADVICE = "incomplete_advice"
    NOT_IN_TABLE = "not_in_table"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a pattern may be used here, and why."""

    pattern: Pattern
    why: Why

    def __bool__(self) -> bool:
        return self.why is Why.PASSED


def _verdict(pattern: Pattern, *conditions: tuple[bool, Why]) -> Verdict:
    """Return the first condition that fails, or the pass."""
    failed = next((why for holds, why in conditions if not holds), Why.PASSED)
    return Verdict(pattern, failed)


def excludes_zero(interval: tuple[float, float] | None) -> bool:
    """Say whether an interval lies on one side of zero."""
    return interval is not None and (interval[0] > 0 or interval[1] < 0)


def may_compare(
    n_one: int,
    n_other: int,
    difference: tuple[float, float] | None,
    *,
    is_by_construction: bool,
) -> Verdict:
    """Judge "X is higher/lower than Y": both n >= 10, the interval of the difference without 0,
    and neither computed from the other."""
    return _verdict(
        Pattern.COMPARE,
        (not is_by_construction, Why.BY_CONSTRUCTION),
        (min(n_one, n_other) >= MINIMUM_N, Why.TOO_SMALL),
        (difference is not None, Why.NOT_TESTED),
        (excludes_zero(difference), Why.NO_DIFFERENCE),
    )


def may_call_hot_spot(n: int, p_adjusted: float | None, *, is_in_table: bool = True) -> Verdict:
    """Judge "hot spot", "worst", "concentrated in": n >= 10 and Holm-adjusted p < 0.05."""
    return _verdict(
        Pattern.HOT_SPOT,
        (is_in_table, Why.NOT_IN_TABLE),
        (n >= MINIMUM_N, Why.TOO_SMALL),
        (p_adjusted is not None, Why.NOT_TESTED),
        ((p_adjusted or 0.0) < LEVEL, Why.NOT_SIGNIFICANT),
    )


def may_grade(n: int, minimum: int = MINIMUM_N) -> Verdict:
    """Judge the grade of a cell: n at or over the minimum."""
    return _verdict(Pattern.GRADE, (n >= max(minimum, MINIMUM_N), Why.TOO_SMALL))


def may_say_because(
    *,
    is_exact_part_of_score: bool,
    within_size: tuple[float, float] | None = None,
    n_one: int = 0,
    n_other: int = 0,
    has_data: bool = True,
) -> Verdict:
    """Judge "because", "driver": an exact part of the score, or a difference within size."""
    if is_exact_part_of_score:
        return Verdict(Pattern.CAUSE, Why.PASSED)
    return _verdict(
        Pattern.CAUSE,
        (has_data, Why.NO_SUCH_DATA),
        (within_size is not None, Why.NOT_TESTED),
        (min(n_one, n_other) >= MINIMUM_N, Why.TOO_SMALL),
        (excludes_zero(within_size), Why.NO_DIFFERENCE),
    )


def may_correlate(inputs_one: Iterable[str], inputs_other: Iterable[str]) -> Verdict:
    """Judge "correlates": no input in common, neither computed from the other."""
    shared = frozenset(inputs_one) & frozenset(inputs_other)
    return _verdict(Pattern.CORRELATE, (not shared, Why.SHARED_INPUT))


def may_predict(*, has_outcome: bool, backtest_passed: bool) -> Verdict:
    """Judge "predicts", "churn risk": an outcome is there and the back-test passed."""
    return _verdict(
        Pattern.PREDICT, (has_outcome, Why.NO_OUTCOME), (backtest_passed, Why.NOT_TESTED)
    )


def may_forecast(*, is_dated: bool, has_past_error: bool, contains_score: bool = False) -> Verdict:
    """Judge "forecast": dated input and a past error shown; one that holds the score is an index."""
    return _verdict(
        Pattern.FORECAST,
        (not contains_score, Why.BY_CONSTRUCTION),
        (is_dated, Why.NO_DATES),
        (has_past_error, Why.NO_PAST_ERROR),
    )


def may_say_would_gain(*, is_labelled: bool, feasible_share: float | None) -> Verdict:
    """Judge "would gain": labelled a scenario, with the share of accounts able to get there."""
    return _verdict(
        Pattern.GAIN,
        (is_labelled, Why.NOT_LABELLED),
        (feasible_share is not None, Why.NO_FEASIBLE_SHARE),
    )


def may_say_trend(comparable_snapshots: int) -> Verdict:
    """Judge "rising", "falling": two comparable snapshots."""
    return _verdict(Pattern.TREND, (comparable_snapshots >= 2, Why.NO_SECOND_SNAPSHOT))


def may_use_cut(*, chosen_after_looking: bool, says_so: bool) -> Verdict:
    """Judge a cut-off: one chosen after looking says so."""
    return _verdict(
        Pattern.CUT_AFTER_LOOKING, (not chosen_after_looking or says_so, Why.CUT_NOT_ADMITTED)
    )


def may_join(*, contradicting_accounts: int, is_resolved: bool = False) -> Verdict:
    """Judge two measures in one sentence: no contradiction rule between them fires."""
    return _verdict(
        Pattern.JOINED_MEASURES,
        (contradicting_accounts == 0 or is_resolved, Why.CONTRADICTION),
    )


def may_show_mean_alone(mean: float | None, median: float | None) -> Verdict:
    """Judge a mean without its median: their ratio lies within 0.5 to 2."""
    if mean is None or median is None:
        return Verdict(Pattern.MEAN, Why.NOT_TESTED)
    if mean == median:
        return Verdict(Pattern.MEAN, Why.PASSED)
    ratio = mean / median if median else 0.0
    return _verdict(Pattern.MEAN, (MEAN_BAND[0] <= ratio <= MEAN_BAND[1], Why.MEAN_MISLEADS))


def may_call_most_effective(*, alternatives: int, feasible_share: float | None) -> Verdict:
    """Judge "the most effective way": compared with an alternative, feasibility known."""
    return _verdict(
        Pattern.BEST_MEANS,
        (alternatives >= 2, Why.NO_ALTERNATIVE),
        (feasible_share is not None, Why.NO_FEASIBLE_SHARE),
    )


def may_promise_effect(*, has_outcome: bool, has_comparison_group: bool) -> Verdict:
    """Judge "will reduce churn": outcome and comparison group are there."""
    return _verdict(
        Pattern.EFFECT,
        (has_outcome, Why.NO_OUTCOME),
        (has_comparison_group, Why.NO_COMPARISON_GROUP),
    )


def may_advise(*, accounts: int, owner: str, cadence: str, baseline: str, target: str) -> Verdict:
    """Judge advice: there are accounts, and owner, cadence, baseline and target are named."""
    return _verdict(
        Pattern.ADVICE,
        (accounts > 0, Why.NO_SUCH_DATA),
        (all((owner, cadence, baseline, target)), Why.INCOMPLETE_ADVICE),
    )
