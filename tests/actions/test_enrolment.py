"""Which CTAs a run opens, whose they are and which end: decided once, linear, nothing dropped."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.actions import (
    Call,
    CtaStatus,
    Desk,
    Linked,
    Member,
    Need,
    OnSignal,
    Openings,
    PlayBook,
    RoleBook,
    TeamSettings,
    Urged,
    Work,
    WorkWeek,
    WorkWeeks,
    decide_effects,
    decide_openings,
    due_day,
    reading_of,
    with_openings,
)
from keepwell.adapters.playbook_library import load_library

DAY = date(2026, 11, 2)
BOOK = PlayBook(load_library(), WorkWeeks())
TEAM = TeamSettings.model_validate(
    {
        "people": [
            {"person": "old", "roles": ["strategic_csm"], "seniority": 3, "hours": 50},
            {"person": "mid", "seniority": 2, "hours": 40},
            {"person": "new", "seniority": 1, "hours": 30},
            {"person": "sage", "roles": ["senior_expert"], "seniority": 5},
        ]
    }
)


def call(account: str = "A", reason: str = "health_low", **changes: Any) -> Call:
    facts = {
        "csm_id": "new",
        "effective_tier": "low",
        "account_size_segment": "Large",
        "expected_loss_amount": 10.0,
    }
    facts |= changes.pop("facts", {})
    usual: dict[str, Any] = {"type": "risk", "priority": "high", "play": "alert_follow_up"}
    usual["alert"] = f"{reason}:{DAY}:{account}"
    return Call(account, reason=reason, facts=facts, **(usual | changes))


def opened(found: Openings) -> list[tuple[str, str]]:
    return [(o.cta.account_id, o.cta.reason) for o in found.opened]


def decided(
    calls: list[Call], work: Work | None = None, mode: Literal["usual", "baseline"] = "usual"
) -> Openings:
    return decide_openings(calls, work or Work(), TEAM, BOOK, DAY, mode)


def after(work: Work, found: Openings) -> Work:
    """Return what is stored once the openings are."""
    keys, linked = dict(work.open_ctas), dict(work.linked)
    counts = Counter(work.of_the_day)
    for number, opening in enumerate(found.opened, start=len(keys) + 1):
        cta = opening.cta
        counts[cta.owner] += 1
        keys[f"{cta.account_id}|{cta.type}|{cta.reason}"] = number
        linked |= dict.fromkeys(cta.alerts, Linked(number, is_open=True, outcome=None))
    linked |= {a: Linked(i, is_open=True, outcome=None) for a, i in found.links.items()}
    return replace(work, open_ctas=keys, linked=linked, of_the_day=dict(counts))


def test_alerts_of_one_account_and_type_make_one_cta_named_by_the_most_urgent() -> None:
    found = decided(
        [
            call(),
            call(reason="high_value_at_risk", priority="critical", is_rescue=True, play=None),
            call(reason="renewal_near", type="renewal", play="qbr"),
        ]
    )
    assert opened(found) == [("A", "high_value_at_risk"), ("A", "renewal_near")]
    first = found.opened[0]
    assert len(first.cta.alerts) == 2
    assert first.play is not None
    assert first.play.play == "alert_follow_up"
    assert first.cta.owner == "old"
    assert first.cta.due_on == date(2026, 11, 3)
    assert first.cta.hours == 10.0


def test_an_alert_joins_the_open_cta_of_its_kind_and_makes_no_second_one() -> None:
    work = Work(open_ctas={"A|risk|health_low": 7})
    found = decided([call()], work)
    assert (found.opened, dict(found.links)) == ((), {call().alert: 7})
    # It asks for what it would have asked for as a CTA of its own.
    own = decided([call()]).opened[0].cta
    assert own.due_on is not None
    assert found.urged == {7: Urged("high", own.due_on)}
    assert decided([call()], after(work, found)) == Openings()


def test_a_cta_that_the_machine_closed_comes_back_with_its_alert_others_do_not() -> None:
    for outcome, comes_back in (("taken_back", True), ("signal_over", True), ("resolved", False)):
        linked = {str(call().alert): Linked(7, is_open=False, outcome=outcome)}
        found = decided([call()], Work(linked=linked))
        assert found.opened == ()
        assert dict(found.reopened) == ({7: call().alert} if comes_back else {})
        both = [call(), call(reason="struggle")]
        linked |= {str(both[1].alert): Linked(7, is_open=False, outcome=outcome)}
        found = decided(both, Work(linked=linked))
        assert dict(found.links) == ({both[1].alert: 7} if comes_back else {})
    over = {str(call().alert): Linked(7, is_open=True, outcome=None, is_on=False)}
    assert dict(decided([call()], Work(linked=over)).links) == {call().alert: 7}


def test_a_baseline_takes_the_largest_amounts_until_its_limits_and_counts_the_rest() -> None:
    team = TEAM.model_copy(
        update={"baseline": TEAM.baseline.model_copy(update={"per_person": 2, "at_most": 3})}
    )
    calls = [
        call(str(n), facts={"expected_loss_amount": float(n), "csm_id": "new" if n > 3 else "mid"})
        for n in range(9)
    ]
    calls.append(call("8", "renewal_near", type="renewal", priority="normal"))
    found = decide_openings(calls, Work(), team, BOOK, DAY, "baseline")
    assert opened(found) == [("8", "health_low"), ("7", "health_low"), ("3", "health_low")]
    assert found.left_out == 6
    stored = after(Work(), found)
    again = decide_openings(calls, stored, team, BOOK, DAY, "baseline")
    assert again.opened == ()
    full = replace(stored, open_counts={"new": 2, "mid": 1})
    later = decide_openings(calls, full, team, BOOK, DAY, "backlog")
    assert opened(later) == [("2", "health_low")]
    assert later.left_out == 5


CALLS = st.lists(
    st.builds(
        call,
        st.sampled_from("ABCD"),
        st.sampled_from(["health_low", "struggle", "health_falls"]),
        type=st.sampled_from(["risk", "renewal"]),
        priority=st.sampled_from(["critical", "high", "normal"]),
    ),
    max_size=12,
    unique_by=lambda c: c.alert,
)


@given(CALLS, CALLS, st.sampled_from(["usual", "baseline"]))
def test_every_alert_has_one_place_and_deciding_again_adds_nothing(
    first: list[Call], second: list[Call], mode: Literal["usual", "baseline"]
) -> None:
    begun = decided(first, mode=mode)
    work = after(Work(), begun)
    found = decided(second, work)
    placed = [a for o in found.opened for a in o.cta.alerts] + list(found.links)
    assert len(placed) == len(set(placed))
    assert {*placed, *work.linked} >= {str(c.alert) for c in second}
    keys = [o.cta for o in (*begun.opened, *found.opened)]
    kinds = [(c.account_id, c.type, c.reason) for c in keys]
    assert len(kinds) == len(set(kinds))
    again = decided([*first, *second], after(work, found)) if mode == "usual" else Openings()
    assert (again.opened, dict(again.links)) == ((), {})


def reference(needs: list[Need]) -> list[str | None]:
    """Give out needs by looking at everybody each time: what the heaps must come to."""
    free = {"old": 50.0, "mid": 40.0, "new": 30.0}
    rank = {"old": 3, "mid": 2, "new": 1}
    out: list[str | None] = []
    for need in needs:
        owner = need.csm
        if owner is None or need.is_rescue:
            above = -1 if owner is None else rank.get(owner, 1)
            able = [p for p in free if free[p] >= need.hours and rank[p] > above]
            if able:
                owner = min(able, key=lambda p: (-rank[p], -free[p], p))
            elif owner is None:
                owner = min(free, key=lambda p: (-free[p], -rank[p]))
        free.setdefault(owner, 120.0)
        rank.setdefault(owner, -9)
        free[owner] -= need.hours
        out.append(owner)
        if owner not in ("old", "mid", "new"):
            del rank[owner], free[owner]
    return out


@given(
    st.lists(
        st.builds(
            Need,
            st.sampled_from([None, "old", "mid", "new", "stranger"]),
            st.sampled_from([0.5, 4.0, 10.0, 24.0]),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_owners_are_those_that_a_search_over_everybody_finds(needs: list[Need]) -> None:
    desk, found = Desk(TEAM, {}), []
    for need in needs:
        chosen = desk.choose(need)
        desk.take(chosen.owner, need)
        found.append(chosen.owner)
        assert chosen.owner is not None
        assert chosen.is_over == (desk.free(chosen.owner) < 0)
    assert found == reference(needs)


def test_work_over_everybodys_hours_is_given_all_the_same_and_counted() -> None:
    calls = [call(str(n)) for n in range(4)]
    found = decided(calls)
    assert [o.cta.owner for o in found.opened] == ["new"] * 4
    assert dict(found.over) == {"new": 1}
    nobody = decide_openings(
        [call(facts={"csm_id": None})], Work(), TeamSettings(), BOOK, DAY, "usual"
    )
    assert (nobody.unassigned, nobody.opened[0].cta.owner) == (1, None)


def test_several_ctas_on_one_account_take_its_hours_once() -> None:
    calls = [call(kind, type=kind) for kind in ("risk", "renewal")]
    calls += [call("A", kind, type=kind) for kind in ("risk", "renewal", "growth", "review")]
    found = decided(calls)
    assert [o.cta.owner for o in found.opened] == ["new"] * 6
    assert dict(found.over) == {}
    assert with_openings(Work(), found).loads == {"new": 30.0}
    again = replace(with_openings(Work(), found), loads={"new": 35.0})
    assert dict(decided([call("A", "other", type="adoption")], again).over) == {"new": 1}


def test_what_waits_for_approval_or_was_discarded_calls_for_nothing() -> None:
    held = str(call().alert)
    assert decided([call()], Work(withheld=frozenset({held}))) == Openings()
    same = Work({"A|risk|health_low": 7}, withheld=frozenset({held}))
    assert decided([call()], same) == Openings()


def test_a_role_goes_to_who_has_it_with_fewest_tasks_and_else_to_the_owner() -> None:
    team = TeamSettings(
        people=(Member(person="x", roles=("senior_expert",)), Member(person="y", roles=("csm",)))
    )
    book = RoleBook(team, {})
    assert book.person("senior_expert", "y") == "x"
    assert book.person("strategic_csm", "y") == "y"
    assert book.person("executive_sponsor", "y") is None
    assert book.unmanned == {"executive_sponsor": 1}
    dialogue = call(play="shock_therapy_dialogue", facts={"account_size_segment": "Enterprise"})
    (made,) = decide_openings([dialogue], Work(), team, BOOK, DAY, "usual").opened
    assert made.play is not None
    assert {t.step: (t.role, t.owner) for t in made.play.tasks} == {
        "brief": ("csm", "new"),
        "dialogue": ("senior_expert", "x"),
        "visit": ("executive_sponsor", "new"),
        "answer": ("csm", "new"),
        "look_back": ("csm", "new"),
    }
    large = call(play="shock_therapy_dialogue")
    (smaller,) = decide_openings([large], Work(), team, BOOK, DAY, "usual").opened
    assert smaller.play is not None
    assert "visit" not in {t.step for t in smaller.play.tasks}


def test_tiers_of_ones_own_take_hours_and_steps_of_their_place() -> None:
    low, red = (
        decide_openings(
            [call(facts={"effective_tier": tier})],
            *(Work(), TEAM, PlayBook(load_library(), WorkWeeks(), {"red": "low"}), DAY, "usual"),
        ).opened[0]
        for tier in ("low", "red")
    )
    assert (red.cta.hours, red.play) == (low.cta.hours, low.play)
    assert red.cta.hours == 10.0
    assert red.play is not None
    assert len(red.play.tasks) == 5


def test_days_are_counted_in_the_owners_working_days() -> None:
    friday = date(2026, 11, 6)
    week = WorkWeek(("sat", "sun"), (date(2026, 11, 9),))
    assert due_day(friday, 0, week) == friday
    assert due_day(friday, 1, week) == date(2026, 11, 10)
    assert due_day(date(2026, 11, 7), 0, week) == date(2026, 11, 10)
    assert due_day(friday, 1, week, is_calendar=True) == date(2026, 11, 10)
    assert due_day(friday, 1, WorkWeek(("fri",))) == date(2026, 11, 8)


@pytest.mark.parametrize(
    ("status", "cause", "is_held", "outcome"),
    [
        (CtaStatus.NEW, "over", False, "signal_over"),
        (CtaStatus.NEW, "taken_back", False, "taken_back"),
        (CtaStatus.NEW, "trigger_removed", False, None),
        (CtaStatus.NEW, "over", True, None),
        (CtaStatus.IN_PROGRESS, "over", False, None),
        (CtaStatus.SNOOZED, "over", False, None),
        (CtaStatus.IN_PROGRESS, "account_left", False, "account_left"),
        (CtaStatus.IN_PROGRESS, "account_left", True, None),
    ],
)
def test_what_ends_with_an_alert_depends_on_whether_somebody_has_begun(
    status: CtaStatus, cause: str, is_held: bool, outcome: str | None
) -> None:
    signals = [OnSignal("k1", 1, "A", status), OnSignal("k2", 1, "A", status)]
    one = decide_effects([("k1", cause)], signals, {}, is_held=is_held)
    assert (one.ended_alerts, one.ends) == (("k1",), ())
    both = decide_effects([("k1", cause), ("k2", cause)], signals, {}, is_held=is_held)
    assert [(e.cause, e.outcome) for e in both.ends] == [(cause, outcome)]
    gone = decide_effects([], signals, {1: "A"}, is_held=is_held)
    assert [e.outcome for e in gone.ends] == ([] if is_held else ["account_left"])


def test_a_check_tells_unknown_from_missed() -> None:
    check = {"measure": "days_since_last_activity", "at_most": 14}
    assert reading_of(check, 10.0, DAY, is_never=False)["is_met"] is True
    assert reading_of(check, 15.0, DAY, is_never=False)["is_met"] is False
    assert reading_of(check, None, DAY, is_never=True)["is_met"] is False
    assert reading_of(check, None, DAY, is_never=False)["is_met"] is None
