"""Caps over random histories; holdouts: random share, stable, never those who must be helped."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.world import two_mails
from keepwell.journeys import (
    Assignment,
    Candidate,
    Cap,
    Enrolment,
    JourneySettings,
    Known,
    Subject,
    address_hash,
    arm_of,
    assign,
    hash_of_token,
    is_role_address,
    next_allowed,
    opt_out_token,
    plan_moves,
    position,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
CAPS = (Cap(at_most=1, days=3), Cap(at_most=4, days=30))
SALT = b"s" * 32


@given(st.lists(st.floats(0, 5), max_size=60))
def test_no_span_ever_holds_more_than_its_cap(gaps: list[float]) -> None:
    sent: list[datetime] = []
    now = START
    for gap in gaps:
        now += timedelta(days=gap)
        if next_allowed(CAPS, sent, now) <= now:
            sent.append(now)
    for cap in CAPS:
        for first in sent:
            last = first + timedelta(days=cap.days)
            assert sum(1 for m in sent if first <= m < last) <= cap.at_most


@given(st.lists(st.integers(0, 90), max_size=20, unique=True), st.integers(0, 120))
def test_the_allowed_moment_is_the_first_one(days: list[int], today: int) -> None:
    sent = [START + timedelta(days=d) for d in days if d <= today]
    now = START + timedelta(days=today)
    moment = next_allowed(CAPS, sent, now)

    def fits(at: datetime) -> bool:
        return all(
            sum(1 for m in sent if at - timedelta(days=c.days) < m <= at) < c.at_most for c in CAPS
        )

    assert fits(moment)
    if moment > now:
        assert not fits(moment - timedelta(seconds=1))


def account(number: int, **more: object) -> Candidate:
    parts: dict[str, object] = {
        "tier": ("low", "medium", "high")[number % 3],
        "size": ("Small Business", "Mid-Market")[number % 2],
        "contribution_tier": 2 + number % 3,
    }
    return Candidate(f"A{number}", **{**parts, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_the_share_held_out_is_within_binomial_bounds_in_every_stratum(share: float) -> None:
    arms = [assign(Subject("journey:wake_up", share), account(n), SALT) for n in range(12_000)]
    strata = {a.stratum for a in arms}
    assert len(strata) == 6
    for stratum in strata:
        of_it = [a.arm == "held_out" for a in arms if a.stratum == stratum]
        spread = math.sqrt(share * (1 - share) / len(of_it))
        assert abs(sum(of_it) / len(of_it) - share) < 4 * spread


def test_an_arm_does_not_depend_on_who_else_is_there_nor_on_the_stratum() -> None:
    subject = Subject("journey:wake_up", 0.3)
    few = {n: assign(subject, account(n), SALT).arm for n in range(50)}
    many = {n: assign(subject, account(n), SALT).arm for n in range(5000)}
    assert {n: many[n] for n in few} == few
    moved = {n: assign(subject, account(n, tier="low", size="Large"), SALT).arm for n in range(50)}
    assert moved == few
    wider = Subject("journey:wake_up", 0.4)
    assert all(
        assign(wider, account(n), SALT).arm == "held_out" for n in few if few[n] == "held_out"
    )


def test_subjects_and_salts_draw_anew() -> None:
    places = [
        [position(s, f"A{n}", salt) for n in range(3000)]
        for s, salt in (("a", SALT), ("b", SALT), ("a", b"t" * 32))
    ]
    for one, other in ((0, 1), (0, 2)):
        both = sum(
            1 for x, y in zip(places[one], places[other], strict=True) if x < 0.5 and y < 0.5
        )
        assert abs(both / 3000 - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 3000)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"size": "Enterprise"}, "enterprise"),
        ({"contribution_tier": 1}, "top_value"),
        ({"value_tier": "Gold"}, "top_value"),
        ({"value_tier": "gold"}, "top_value"),
        ({"value_tier": "Platinum", "contribution_tier": None}, "top_value"),
        ({"size": None}, "size_unknown"),
        ({"size": "Strategic"}, "size_unknown"),
        ({"contribution_tier": None}, "value_unknown"),
    ],
)
def test_accounts_that_must_be_helped_are_never_held_out(
    changes: dict[str, object], why: str
) -> None:
    subject = Subject("journey:x", 0.5)
    found = {assign(subject, account(n, **changes), SALT) for n in range(200)}
    assert {(a.arm, a.reason) for a in found} == {("exempt", why)}


def test_a_rescue_is_never_held_back_and_a_share_is_bounded() -> None:
    rescue = Subject("play:rescue", 0.5, is_rescue=True)
    assert {assign(rescue, account(n), SALT).arm for n in range(200)} == {"exempt"}
    for share in (-0.1, 0.51, 1.0):
        with pytest.raises(ValueError, match="holdout share"):
            Subject("play:x", share)
    assert {assign(Subject("p", 0), account(n), SALT).arm for n in range(200)} == {"treated"}


def test_a_stored_arm_stays_until_the_account_must_be_helped() -> None:
    subject = Subject("play:x", 0.5)
    stored = Assignment("A1", "held_out", "low x Small Business")
    assert arm_of(subject, account(1, tier="high"), stored, SALT) == stored
    released = arm_of(subject, account(1, contribution_tier=1), stored, SALT)
    assert (released.arm, released.reason) == ("exempt", "top_value")
    treated = Assignment("A1", "treated", "low x Small Business")
    assert arm_of(Subject("play:x", 0.5), account(1), treated, SALT) == treated


def test_a_holdout_that_is_switched_off_leaves_nobody_out() -> None:
    stored = Assignment("A1", "held_out", "low x Small Business")
    assert arm_of(Subject("play:x", 0), account(1), stored, SALT).arm == "treated"


def test_who_is_not_of_those_a_journey_is_for_any_more_leaves_it() -> None:
    journey = two_mails("j")
    start = Enrolment("j", "A", START.date(), "second", START.date())
    row = {"account_id": "A", "w_1": False, "c_1": True, "c_2": False}

    def status(**changes: bool) -> list[str]:
        known, rows = Known({("j", "A"): start}), [{**row, **changes}]
        found = plan_moves([(journey, False)], rows, known, JourneySettings(), START.date())
        return [p.advance.enrolment.status for p in found.passages]

    assert status() == ["exited"]
    # The goal counts all the same, and who is still of them goes on.
    assert status(c_2=True) == ["goal"]
    assert status(w_1=True) == []


def test_both_groups_wait_for_their_turn() -> None:
    journey = two_mails("j", holdout_share=0.5)
    settings = JourneySettings(enrol_at_most=10)
    rows = [
        {"account_id": f"A{n:02}", "account_size_segment": "Small Business", "w_1": True,
         "contribution_tier": 3, "c_1": True, "c_2": False}
        for n in range(30)
    ]  # fmt: skip
    arms: dict[tuple[str, str], Assignment] = {}
    active: dict[tuple[str, str], Enrolment] = {}
    for run in (1, 2, 3):
        known = Known(active, {}, arms, SALT)
        found = plan_moves([(journey, False)], rows, known, settings, START.date())
        arms |= {(subject, arm.account_id): arm for subject, _, arm in found.arms}
        new = [p.advance.enrolment for p in found.passages]
        active |= {("j", e.account_id): e for e in new}
        of_run = {f"A{n:02}" for n in range(10 * run - 10, 10 * run)}
        assert {arm.account_id for _, _, arm in found.arms} == of_run
        assert found.waiting.get("j", 0) == 30 - 10 * run
        held = [a for a in arms.values() if a.arm == "held_out"]
        assert (found.held_out["j"], len(active)) == (len(held), 10 * run - len(held))
    ended = two_mails("j")
    found = plan_moves(
        [(ended, False)], rows, Known(active, {}, arms, SALT), JourneySettings(), START.date()
    )
    assert len([p for p in found.passages if p.before is None]) == len(held)
    assert found.arms == ()


def test_a_token_opts_out_its_address_and_cannot_be_made_up() -> None:
    hashed = address_hash(" Li@Example.com ", SALT)
    assert hashed == address_hash("li@example.COM", SALT) != address_hash("li@example.com", b"t")
    token = opt_out_token(hashed, SALT)
    assert hash_of_token(token, SALT) == hashed
    assert "example" not in token
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:-4], "", "ü", "x" * 64):
        assert hash_of_token(wrong, SALT) is None
    assert hash_of_token(token, b"t" * 32) is None


def test_mailboxes_of_a_function_are_known() -> None:
    roles = ("info@a.b", "SUPPORT@a.b", "no-reply+x@a.b")
    assert [is_role_address(a) for a in (*roles, "informer@a.b", "li@info.com")] == [
        True,
        True,
        True,
        False,
        False,
    ]
