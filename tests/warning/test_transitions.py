"""The cause of a change: the largest part of it, unless a person or a fault explains it."""

from datetime import date

import pytest

from keepwell.warning import (
    Alert,
    AlertStatus,
    Cause,
    Circumstances,
    Ending,
    Move,
    Split,
    Standing,
    tier_transitions,
    trigger_transitions,
)

OLD, NEW = ("card", 1), ("card", 2)
SAME = Circumstances({})
REFITTED = Circumstances({(OLD, NEW): Cause.MODEL})
FAULTY = Circumstances({}, is_faulty=True)


def standing(
    tier: str,
    micro: int | None,
    effective: str | None = None,
    card: tuple[str, int] | None = OLD,
) -> Standing:
    return Standing(tier, effective or tier, micro, card, effective is not None)


FALL = Move("A", standing("medium", 60), standing("low", 40))
RISE = Move("A", standing("low", 40), standing("medium", 60))
ANEW = Move("A", standing("medium", 60), standing("low", 40, card=NEW))


@pytest.mark.parametrize(
    ("move", "split", "known", "cause"),
    [
        (FALL, Split(-20, 0, 0), SAME, Cause.CUSTOMER),
        (FALL, Split(-5, -15, 0), SAME, Cause.DATA),
        # A part against the change does not explain it, however large.
        (FALL, Split(30, -50, 0), SAME, Cause.DATA),
        (FALL, Split(-30, 10, 0), SAME, Cause.CUSTOMER),
        (RISE, Split(15, 5, 0), SAME, Cause.CUSTOMER),
        (RISE, Split(-30, 50, 0), SAME, Cause.DATA),
        (ANEW, Split(-5, 0, -15), REFITTED, Cause.MODEL),
        (ANEW, Split(-15, 0, -5), REFITTED, Cause.CUSTOMER),
        (ANEW, None, REFITTED, Cause.MODEL),
        (FALL, None, SAME, Cause.DATA),
        (FALL, Split(-20, 0, 0), FAULTY, Cause.DATA),
    ],
)
def test_the_largest_part_in_the_direction_of_the_change_is_its_cause(
    move: Move, split: Split | None, known: Circumstances, cause: Cause
) -> None:
    splits = {} if split is None else {"A": split}
    (found,) = tier_transitions([move], splits, known)
    assert found.cause is cause
    assert (found.kind, found.before, found.after) == ("tier", move.before.tier, move.after.tier)


def test_an_override_is_manual_and_a_pinned_account_shows_what_its_score_did() -> None:
    pinned = Move("A", standing("low", 40), standing("low", 40, "high"))
    (found,) = tier_transitions([pinned], {"A": Split(0, 0, 0)}, SAME)
    assert (found.kind, found.after, found.cause) == ("tier", "high", Cause.MANUAL)
    beneath = Move("A", standing("medium", 60, "high"), standing("low", 40, "high"))
    (found,) = tier_transitions([beneath], {"A": Split(-20, 0, 0)}, SAME)
    assert (found.kind, found.before, found.after) == ("score_tier", "medium", "low")
    assert found.cause is Cause.CUSTOMER


def test_an_account_that_stayed_makes_no_transition() -> None:
    still = Move("A", standing("low", 40), standing("low", 45))
    assert list(tier_transitions([still], {"A": Split(5, 0, 0)}, SAME)) == []


@pytest.mark.parametrize(
    ("how", "cause"),
    [
        ("over", Cause.CUSTOMER),
        ("account_left", Cause.CUSTOMER),
        ("trigger_removed", Cause.CONFIG),
        ("taken_back", Cause.DATA),
    ],
)
def test_an_alarm_that_goes_off_says_why(how: str, cause: Cause) -> None:
    ending = Ending("k", "A", "low", how)
    (found,) = trigger_transitions([], [ending], {"A": RISE}, {"A": Split(20, 0, 0)}, SAME)
    assert (found.kind, found.name, found.before, found.after) == ("trigger", "low", "on", "off")
    assert found.cause is cause


def test_an_alarm_whose_score_stayed_turned_by_time_or_by_its_rule() -> None:
    alert = Alert("k", "A", "renewal", AlertStatus.PENDING, date(2026, 6, 1), is_proxy=False)
    still = {"A": Move("A", standing("low", 40), standing("low", 40))}
    for known, cause in (
        (SAME, Cause.CUSTOMER),
        (Circumstances({}, is_rule_changed=True), Cause.CONFIG),
    ):
        (found,) = trigger_transitions([alert], [], still, {}, known)
        assert (found.after, found.cause) == ("on", cause)
