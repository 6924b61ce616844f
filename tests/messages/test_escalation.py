"""Escalation: once per level, by working hours, ended by acknowledgement, silence or end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from keepwell.messages import (
    DeliverySettings,
    Quiet,
    Silence,
    Surroundings,
    Unanswered,
    after_open_hours,
    compose,
    plain_text,
    plan_escalations,
)
from messages.notices import MONDAY, WORDING, notice

LEVELS = [
    {"level": "remind", "to": ["assigned"], "after_hours": {"critical": 2, "high": 8}},
    {"level": "leader", "to": ["leader"], "after_hours": {"critical": 4, "high": 16}},
    {"level": "operations", "to": ["operations"], "after_hours": {"critical": 8}},
]
WORK = {"start": "18:00", "end": "09:00", "days_off": ["sat", "sun"]}
MINUTE = timedelta(minutes=1)


def settings(**parts: object) -> DeliverySettings:
    given_parts = {"escalation": LEVELS, "defaults": {"quiet": WORK}, **parts}
    return DeliverySettings.model_validate(given_parts)


def around(moment: datetime) -> Surroundings:
    return Surroundings("en", "UTC", moment, moment.date())


def is_open(local: datetime, quiet: Quiet) -> bool:
    """Say by the words of the settings whether a minute is one of work."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    if days[local.weekday()] in quiet.days_off or local.date() in quiet.holidays:
        return False
    clock = local.time()
    if quiet.start > quiet.end:
        return quiet.end <= clock < quiet.start
    return quiet.start == quiet.end or not quiet.start <= clock < quiet.end


@given(
    st.integers(0, 100 * 24 * 60).map(lambda m: datetime(2026, 9, 1, tzinfo=UTC) + m * MINUTE),
    st.integers(1, 60),
    st.sampled_from([(time(18), time(9)), (time(0), time(0)), (time(12), time(13, 30))]),
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_working_hours_pass_as_minutes_counted_one_by_one(
    moment: datetime, hours: int, span: tuple[time, time], zone: str
) -> None:
    quiet = Quiet(start=span[0], end=span[1], holidays=(date(2026, 10, 1), date(2026, 11, 26)))
    found = after_open_hours(moment, hours, quiet, zone)
    passed, at = 0, moment
    while passed < hours * 60:
        passed += is_open(at.astimezone(ZoneInfo(zone)), quiet)
        at += MINUTE
    assert found == at


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=12),
    st.sampled_from(["critical", "high", "normal"]),
    st.sampled_from(["nothing", "acknowledged", "silenced"]),
    st.integers(0, 1500),
)
def test_an_alert_reaches_each_level_once_and_in_order_and_none_after_it_was_answered(
    pauses: list[int], priority: str, answer: str, answered_after: int
) -> None:
    alert = notice(1, priority=priority)
    quiet = Quiet.model_validate(WORK)
    hours = [float(level["after_hours"].get(priority, 0)) for level in LEVELS]  # type: ignore[attr-defined]
    due = [after_open_hours(MONDAY, h, quiet, "UTC") for h in hours if h]
    stop = MONDAY + answered_after * MINUTE if answer != "nothing" else None
    hush = Silence(1, "A1", None, None, date(2030, 1, 1), "talks")
    told: list[int] = []
    now = MONDAY
    for pause in [*pauses, 10_000]:
        now += pause * MINUTE
        is_answered = stop is not None and now >= stop
        open_ones = [Unanswered(alert, MONDAY, frozenset(told))]
        if is_answered and answer == "acknowledged":
            open_ones = []
        silences = [hush] if is_answered and answer == "silenced" else []
        drafts = plan_escalations(open_ones, settings(), silences, around(now))
        numbers = [int(d.batch.split("-")[1]) for d in drafts]
        assert numbers == (
            [] if is_answered else [n + 1 for n in range(len(told), len(due)) if due[n] <= now]
        )
        told += numbers
    assert told == sorted(set(told))
    if answer == "nothing":
        assert len(told) == len(due)


def test_levels_go_to_whom_they_name_on_the_channel_of_urgent_messages() -> None:
    people = [{"person": "leader", "channels": ["inapp"], "immediate": ["siren"]}]
    given_settings = settings(people=people, channels=[{"channel": "siren", "kind": "file"}])
    alerts = [Unanswered(notice(n, priority="critical"), MONDAY) for n in (1, 2)]
    found = plan_escalations(alerts, given_settings, (), around(MONDAY + timedelta(hours=5)))
    assert [(d.person, d.channel, d.batch, d.listed) for d in found] == [
        ("U1", "inapp", "escalation-1-2026-11-02", (2, 1)),
        ("leader", "siren", "escalation-2-2026-11-02", (2, 1)),
    ]
    # The clock is that of the CSM: it stands still over the weekend.
    friday = datetime(2026, 11, 6, 17, tzinfo=UTC)
    told = [Unanswered(notice(1, priority="critical"), friday)]
    assert not plan_escalations(told, settings(), (), around(friday + timedelta(days=2, hours=16)))
    assert plan_escalations(told, settings(), (), around(friday + timedelta(days=2, hours=17)))


def test_an_escalation_says_who_has_it_and_how_to_answer_in_both_languages() -> None:
    en = plain_text(compose("escalation", [notice(7)], [], WORDING, "en"))
    assert en.startswith("Escalation: alert of 1 account not acknowledged")
    assert "With U1; take note: keepwell alerts ack 7" in en
    zh = plain_text(compose("escalation", [notice(7, csm=None)], [], WORDING, "zh"))
    assert "负责人 无；确认：keepwell alerts ack 7" in zh


def test_levels_whose_hours_do_not_rise_are_refused() -> None:
    early = {"level": "late", "to": ["x"], "after_hours": {"high": 16}}
    with pytest.raises(
        ValidationError, match="level `late` comes after 16 hours for priority high"
    ):
        settings(escalation=[*LEVELS, early])
