"""Help requests: due times worked by hand over weekends, holidays and zones; levels on breach."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.plan_world import HELP, WORKING
from keepwell.actions import (
    HelpRequest,
    WorkingTime,
    after_days,
    after_hours,
    escalated,
    hours_between,
    lateness,
    move_request,
    new_request,
)
from keepwell.vocabulary import InputProblem

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
# National Day 2026: 1 to 7 October off, Saturday 10 October worked in exchange.
CHINA = WorkingTime(
    holidays=tuple(date(2026, 10, d) for d in range(1, 8)), workdays=(date(2026, 10, 10),)
)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("asked", "hours", "due", "working", "zone"),
    [
        # Friday 16:00, two hours of Friday and two of Monday.
        ("2026-10-30T16:00", 4, "2026-11-02T11:00", WORKING, BERLIN),
        # Exactly the end of a day is that day.
        ("2026-10-30T14:00", 4, "2026-10-30T18:00", WORKING, BERLIN),
        # Before opening and on a Sunday the clock begins at nine.
        ("2026-10-30T06:00", 2, "2026-10-30T11:00", WORKING, BERLIN),
        ("2026-11-01T12:00", 2, "2026-11-02T11:00", WORKING, BERLIN),
        # Wednesday 30 September 17:00: one hour, then a week of holidays, then Thursday.
        ("2026-09-30T17:00", 4, "2026-10-08T12:00", CHINA, SHANGHAI),
        # Friday 9 October 17:00: Saturday 10 is worked.
        ("2026-10-09T17:00", 4, "2026-10-10T12:00", CHINA, SHANGHAI),
        # Clocks went back on Sunday 25 October; working hours are those of the wall clock.
        ("2026-10-23T16:00", 4, "2026-10-26T11:00", WORKING, BERLIN),
        # 27 hours are three whole days.
        ("2026-11-02T09:00", 27, "2026-11-04T18:00", WORKING, BERLIN),
    ],
)
def test_working_hours_by_hand(
    asked: str, hours: float, due: str, working: WorkingTime, zone: str
) -> None:
    start, end = local(asked, zone), local(due, zone)
    assert after_hours(start, hours, working, zone) == end
    assert hours_between(start, end, working, zone) == hours


@pytest.mark.parametrize(
    ("asked", "days", "due", "working", "zone"),
    [
        ("2026-10-30T10:00", 1, "2026-11-02T18:00", WORKING, BERLIN),
        ("2026-10-30T10:00", 0, "2026-10-30T18:00", WORKING, BERLIN),
        # After closing and on a day off it counts from the next working day.
        ("2026-10-30T19:00", 1, "2026-11-03T18:00", WORKING, BERLIN),
        ("2026-10-31T10:00", 1, "2026-11-03T18:00", WORKING, BERLIN),
        # The moment of closing is after closing.
        ("2026-10-30T18:00", 1, "2026-11-03T18:00", WORKING, BERLIN),
        ("2026-09-30T10:00", 2, "2026-10-09T18:00", CHINA, SHANGHAI),
        ("2026-09-30T10:00", 3, "2026-10-10T18:00", CHINA, SHANGHAI),
        ("2026-09-30T10:00", 4, "2026-10-12T18:00", CHINA, SHANGHAI),
    ],
)
def test_working_days_by_hand(
    asked: str, days: int, due: str, working: WorkingTime, zone: str
) -> None:
    assert after_days(local(asked, zone), days, working, zone) == local(due, zone)


def test_one_moment_is_due_at_different_times_in_different_zones() -> None:
    asked = datetime(2026, 10, 30, 8, 0, tzinfo=UTC)
    # 16:00 in Shanghai, 09:00 in Berlin, 04:00 in New York.
    assert after_hours(asked, 2, WORKING, SHANGHAI) == local("2026-10-30T18:00", SHANGHAI)
    assert after_hours(asked, 3, WORKING, SHANGHAI) == local("2026-11-02T10:00", SHANGHAI)
    assert after_hours(asked, 2, WORKING, BERLIN) == local("2026-10-30T11:00", BERLIN)
    new_york = "America/New_York"
    assert after_hours(asked, 2, WORKING, new_york) == local("2026-10-30T11:00", new_york)


@given(
    st.integers(0, 480_000),
    st.floats(0.1, 60),
    st.sampled_from([SHANGHAI, BERLIN, "America/New_York", "Asia/Kathmandu"]),
)
def test_hours_there_and_back_agree(minutes: int, hours: float, zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = after_hours(start, hours, CHINA, zone)
    assert abs(hours_between(start, due, CHINA, zone) - hours) < 1e-6
    wall = due.astimezone(ZoneInfo(zone))
    assert time(9) <= wall.time() <= time(18)
    assert CHINA.is_workday(wall.date())


def test_a_calendar_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a working day"):
        WorkingTime(days_off=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    endless = WorkingTime(holidays=tuple(date(2026, 1, 1) + timedelta(days=d) for d in range(365)))
    with pytest.raises(InputProblem, match="no working day in the 60 days"):
        after_days(datetime(2026, 1, 1, tzinfo=UTC), 1, endless, "UTC")


ASKED = local("2026-10-30T10:00", BERLIN)


def asked(urgency: str = "normal", team: str = "support") -> HelpRequest:
    return new_request(
        HELP,
        WORKING,
        BERLIN,
        account_id="A1",
        team=team,
        urgency=urgency,
        text="Export fails",
        by="Li",
        at=ASKED,
    )


def moved(request: HelpRequest, status: str, at: datetime, note: str = "why") -> HelpRequest:
    return move_request(request, status, HELP, WORKING, BERLIN, by="Wu", at=at, note=note)


def test_a_request_has_the_times_of_its_team_and_urgency() -> None:
    # Friday 10:00: nine hours end on Monday at 10:00, five days on the Friday after.
    assert asked().answer_due == local("2026-11-02T10:00", BERLIN)
    assert asked().solve_due == local("2026-11-06T18:00", BERLIN)
    assert asked("urgent").answer_due == local("2026-10-30T12:00", BERLIN)
    for wrong in ({"team": "cleaners"}, {"urgency": "yesterday"}):
        with pytest.raises(InputProblem, match=r"is no (team|urgency)"):
            asked(**wrong)


@pytest.mark.parametrize(
    ("now", "missed", "hours", "level"),
    [
        ("2026-11-02T10:00", "", 0, 0),
        ("2026-11-02T10:01", "answer", 1 / 60, 1),
        # Over night no working hour passes; nine hours past the time is the next step.
        ("2026-11-03T09:59", "answer", 8 + 59 / 60, 1),
        ("2026-11-03T10:00", "answer", 9, 2),
        ("2026-11-05T10:00", "answer", 27, 3),
    ],
)
def test_a_missed_answer_climbs_level_by_level(
    now: str, missed: str, hours: float, level: int
) -> None:
    found = lateness(asked(), local(now, BERLIN), HELP, WORKING, BERLIN)
    assert (found.missed, found.level) == (missed, level)
    assert found.hours == pytest.approx(hours)


def test_escalation_only_rises_and_ends_with_the_answer() -> None:
    assert escalated([asked()], asked().answer_due, HELP, WORKING, BERLIN) == ()
    late = local("2026-11-03T11:00", BERLIN)
    (risen,) = escalated([asked()], late, HELP, WORKING, BERLIN)
    assert risen.level == 2
    assert escalated([risen], late, HELP, WORKING, BERLIN) == ()
    accepted = moved(risen, "accepted", late)
    assert escalated([accepted], late + timedelta(days=1), HELP, WORKING, BERLIN) == ()
    assert accepted.level == 2, "what was reached stays on record"
    # The solution has a time of its own, and its delay counts anew.
    overdue = local("2026-11-09T09:30", BERLIN)
    assert escalated([accepted], overdue, HELP, WORKING, BERLIN) == ()
    much_later = local("2026-11-11T18:00", BERLIN)
    (top,) = escalated([accepted], much_later, HELP, WORKING, BERLIN)
    assert top.level == 3
    solved = moved(accepted, "solved", late + timedelta(days=1))
    assert solved.settled_at == late + timedelta(days=1)
    assert lateness(solved, overdue, HELP, WORKING, BERLIN).missed == "answer"
    again = moved(solved, "asked", overdue)
    assert (again.level, again.answered_at, again.settled_at) == (0, None, None)
    assert again.answer_due == local("2026-11-10T09:30", BERLIN)


@given(st.lists(st.sampled_from(["asked", "accepted", "solved", "declined", "withdrawn"])))
def test_a_request_moves_only_as_the_table_says(wishes: list[str]) -> None:
    legal = {
        ("asked", "accepted"),
        ("asked", "declined"),
        ("asked", "withdrawn"),
        ("accepted", "solved"),
        ("accepted", "declined"),
        ("accepted", "withdrawn"),
        ("solved", "asked"),
        ("declined", "asked"),
    }
    request = asked()
    for step, wish in enumerate(wishes, 1):
        at = ASKED + timedelta(hours=step)
        if (request.status, wish) in legal:
            request = moved(request, wish, at)
            assert request.status == wish
        else:
            with pytest.raises(InputProblem, match="cannot become"):
                moved(request, wish, at)
